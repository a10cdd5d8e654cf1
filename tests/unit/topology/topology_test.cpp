// SPDX-License-Identifier: Apache-2.0
// Topologies: constants with their origin, typed lookups, overrides, and the shipped files.
#include "topology/topology.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>

#include "base/error.hpp"
#include "topology/about.hpp"
#include "topology/identity.hpp"

namespace weft::topology {
namespace {

const std::string head =
    "format = 1\nname = \"n\"\nfamily = \"toy\"\ndescription = \"d\"\n"
    "[clock]\nunit = \"Hz\"\norigin = \"assumed\"\nsource = \"made up\"\nfrequency_hz = 2000\n"
    "[region]\nunit = \"tile\"\norigin = \"assumed\"\nsource = \"made up\"\n"
    "max_width_tiles = 9\nmax_height_tiles = 8\ndefault_width_tiles = 4\ndefault_height_tiles = "
    "3\n";

std::string message_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const Error& error) {
    EXPECT_EQ(error.category(), Category::input);
    return error.what();
  }
  return "(no error)";
}

Topology with(const std::string& more) { return Topology::from_text(head + more, "f.toml"); }
std::string error_with(const std::string& more) {
  return message_of([&] { with(more); });
}

TEST(Topology, ReadsHeadAndRegions) {
  const Topology t = with("");
  EXPECT_EQ(t.name(), "n");
  EXPECT_EQ(t.family(), "toy");
  EXPECT_EQ(t.clock_hz(), 2000);
  EXPECT_EQ(t.seconds(500), 0.25);
  EXPECT_EQ(t.max_region(), (Rectangle{0, 0, 9, 8}));
  EXPECT_EQ(t.default_region(), (Rectangle{0, 0, 4, 3}));
}

TEST(Topology, ConstantsTakeWhatTheirGroupGives) {
  const Topology t = with(
      "[g]\nunit = \"cycle\"\norigin = \"published\"\nsource = \"s\"\na = 1\n"
      "b = { value = \"3/2\", origin = \"fitted\", fitted_to = \"A5\" }\n"
      "c = { value = [1, 2], unit = \"word\", origin = \"derived\", source = \"o\" }\n"
      "d = true\n[g.sub]\nunit = \"1\"\norigin = \"measured\"\nsource = \"q\"\ne = \"policy\"\n");
  EXPECT_EQ(t.constant("g.a").unit, "cycle");
  EXPECT_EQ(t.constant("g.a").origin, Origin::published);
  EXPECT_EQ(t.constant("g.b").source, "s");
  EXPECT_EQ(t.constant("g.b").fitted_to, "A5");
  EXPECT_EQ(t.rational("g.b"), (Rational{3, 2}));
  EXPECT_EQ(t.rational("g.a"), (Rational{1, 1}));
  EXPECT_EQ(t.integers("g.c"), (std::vector<std::int64_t>{1, 2}));
  EXPECT_EQ(t.constant("g.c").value_text(), "[1, 2]");
  EXPECT_TRUE(t.boolean("g.d"));
  EXPECT_EQ(t.text("g.sub.e"), "policy");
  EXPECT_EQ(t.constant("g.sub.e").origin, Origin::measured);
  EXPECT_EQ(t.assumed().back()->key, "g.b");
  EXPECT_EQ(t.assumed().size(), 6U);
}

TEST(Topology, RestsOnWhatWasLookedUpAssumedAndFittedFirst) {
  const Topology t = with(
      "[g]\nunit = \"1\"\norigin = \"published\"\nsource = \"s\"\na = 1\nb = 2\n"
      "c = { value = 3, origin = \"fitted\", fitted_to = \"A5\" }\n"
      "d = { value = 4, origin = \"assumed\" }\ne = { value = 5, origin = \"assumed\" }\n");
  const auto keys = [](const Topology& topology) {
    std::vector<std::string> out;
    for (const Constant* constant : topology.rests_on()) out.push_back(constant->key);
    return out;
  };
  EXPECT_EQ(keys(t), std::vector<std::string>());
  t.integer("g.a");
  t.integer("g.c");
  t.integer("g.d");
  t.integer("g.d");
  EXPECT_FALSE(t.has("g.f"));
  EXPECT_EQ(keys(t), (std::vector<std::string>{"g.d", "g.c", "g.a"}));
  EXPECT_EQ(keys(Topology(t)), std::vector<std::string>());
  t.seconds(1);
  EXPECT_EQ(keys(t), (std::vector<std::string>{"clock.frequency_hz", "g.d", "g.c", "g.a"}));
}

TEST(Topology, LookupsNameFileAndKey) {
  const Topology t = with("[g]\nunit = \"1\"\norigin = \"assumed\"\nsource = \"s\"\nwidth = 4\n");
  EXPECT_EQ(message_of([&] { t.integer("g.widht"); }),
            "f.toml: constant 'g.widht' is missing (did you mean 'g.width'?)");
  EXPECT_EQ(message_of([&] { t.text("g.width"); }),
            "f.toml: constant 'g.width' must be a string, is an integer");
  EXPECT_EQ(message_of([&] { t.integer("g.width", 5, 6); }),
            "f.toml: constant 'g.width' must be from 5 to 6, is 4");
  EXPECT_EQ(t.integer("g.width", 4, 4), 4);
}

TEST(Topology, IncompleteConstantsAreRefused) {
  EXPECT_EQ(error_with("[g]\na = 1\n"),
            "f.toml:19:5: key 'g.a' has no unit (\"1\" for a pure number)");
  EXPECT_EQ(error_with("[g]\nunit = \"1\"\na = 1\n"), "f.toml:20:5: key 'g.a' has no origin");
  EXPECT_EQ(error_with("[g]\nunit = \"1\"\norigin = \"assumed\"\na = 1\n"),
            "f.toml:21:5: key 'g.a' has no source");
  const std::string described = "[g]\nunit = \"1\"\nsource = \"s\"\n";
  EXPECT_NE(error_with(described + "origin = \"guesed\"\na = 1\n").find("'guesed'"),
            std::string::npos);
  EXPECT_NE(error_with(described + "origin = \"fitted\"\na = 1\n").find("no fitted_to"),
            std::string::npos);
  EXPECT_NE(error_with(described + "origin = \"assumed\"\na = 1.5\n").find("must be exact"),
            std::string::npos);
  EXPECT_NE(error_with(described + "origin = \"assumed\"\na = [\"x\"]\n").find("array of integers"),
            std::string::npos);
  EXPECT_NE(error_with(described + "origin = \"assumed\"\na = { value = 1, orign = \"x\" }\n")
                .find("'g.a.orign' is not known"),
            std::string::npos);
  EXPECT_NE(message_of([] {
              Topology::from_text("naem = \"x\"\n" + head, "f.toml");
            }).find("did you mean 'name'"),
            std::string::npos);
}

TEST(Topology, TextGivesTheSameTopologyElsewhere) {
  const Topology t = load_topology("cerebras-wse2");
  const Topology again = Topology::from_text(t.text(), t.file());
  EXPECT_EQ(again.text(), t.text());
  ASSERT_EQ(again.constants().size(), t.constants().size());
  for (std::size_t i = 0; i < t.constants().size(); ++i) {
    EXPECT_EQ(again.constants()[i].key, t.constants()[i].key);
    EXPECT_EQ(again.constants()[i].value_text(), t.constants()[i].value_text());
    EXPECT_EQ(again.constants()[i].source, t.constants()[i].source);
  }
}

TEST(Topology, OverriddenConstantsBecomeAssumed) {
  const Topology t =
      load_topology("cerebras-wse2", {"fabric.hop_latency_cycles=3", "pe.simd.fadds=1"});
  EXPECT_EQ(t.integer("fabric.hop_latency_cycles"), 3);
  EXPECT_EQ(t.constant("fabric.hop_latency_cycles").unit, "cycle");
  EXPECT_EQ(t.constant("fabric.hop_latency_cycles").origin, Origin::assumed);
  EXPECT_EQ(t.integer("pe.simd.fadds"), 1);
  EXPECT_EQ(t.constant("pe.simd.fadds").unit, "element/cycle");
  EXPECT_EQ(t.constant("pe.simd.fadds").source, "set by the user");
  EXPECT_EQ(t.constant("pe.simd.fsubs").origin, Origin::published);
  for (const char* bad : {"fabric.hop_latency=3", "fabric=3", "pe.simd=3", "pe.simd.unit=\"x\""}) {
    EXPECT_EQ(message_of([&] { load_topology("cerebras-wse2", {bad}); }).rfind("--set ", 0), 0U)
        << bad;
  }
}

TEST(Topology, ShippedFilesAgreeWithTheReference) {
  const Topology two = load_topology("cerebras-wse2");
  const Topology three = load_topology("cerebras-wse3");
  EXPECT_EQ(two.max_region(), (Rectangle{0, 0, 750, 994}));
  EXPECT_EQ(three.max_region(), (Rectangle{0, 0, 755, 1170}));
  EXPECT_EQ(two.integer("pe.simd.fadds"), 2);
  EXPECT_EQ(three.integer("pe.simd.fadds"), 4);
  EXPECT_EQ(two.integer("pe.simd.fmacs"), 1);
  EXPECT_EQ(two.integers("pe.output_queue_depth_words").size(),
            static_cast<std::size_t>(two.integer("pe.output_queue_count")));
  EXPECT_EQ(three.integers("fabric.switchable_colors").size(), 16U);
  ASSERT_EQ(two.constants().size(), three.constants().size());
  for (std::size_t i = 0; i < two.constants().size(); ++i) {
    EXPECT_EQ(two.constants()[i].key, three.constants()[i].key);
    EXPECT_EQ(two.constants()[i].unit, three.constants()[i].unit);
    EXPECT_EQ(two.constants()[i].value.kind, three.constants()[i].value.kind);
  }
}

TEST(Topology, FoundByNameFolderAndPath) {
  EXPECT_NE(message_of([] { find_topology("cerebras-wse4"); }).find("did you mean 'cerebras-wse"),
            std::string::npos);
  const auto folder = std::filesystem::temp_directory_path() / "weft_topology_test";
  std::filesystem::create_directories(folder / "topologies");
  std::ofstream(folder / "topologies" / "mine.toml") << head;
  ASSERT_EQ(setenv("WEFT_DATA_DIR", folder.c_str(), 1), 0);
  EXPECT_EQ(load_topology("mine").name(), "n");
  EXPECT_EQ(load_topology((folder / "topologies" / "mine.toml").string()).name(), "n");
  const auto known = known_topologies();
  EXPECT_NE(std::find(known.begin(), known.end(), "mine"), known.end());
  EXPECT_NE(std::find(known.begin(), known.end(), "toy"), known.end());
  ASSERT_EQ(unsetenv("WEFT_DATA_DIR"), 0);
  std::filesystem::remove_all(folder);
}

/// A folder with files, gone at the end.
class Files {
 public:
  explicit Files(const std::map<std::string, std::string>& files) {
    for (const auto& [name, text] : files) {
      std::filesystem::create_directories((folder_ / name).parent_path());
      std::ofstream(folder_ / name) << text;
    }
  }
  Files(const Files&) = delete;
  Files& operator=(const Files&) = delete;
  ~Files() { std::filesystem::remove_all(folder_); }
  std::string path(const std::string& name) const { return (folder_ / name).string(); }

 private:
  std::filesystem::path folder_ = std::filesystem::temp_directory_path() /
                                  ("weft_topology_parts_" + std::to_string(::getpid()));
};

std::string including(const std::string& list) {
  std::string text = head;
  return text.insert(text.find("[clock]"), "include = " + list + "\n");
}

const std::string group = "unit = \"1\"\norigin = \"assumed\"\nsource = \"s\"\n";

TEST(Include, BringsATablesConstantsAsIfTheyStoodThere) {
  const Files files({{"m.toml", including("[\"parts/a.toml\", \"parts/b.toml\"]") + "[g]\n" +
                                    group + "here = 1\n"},
                     {"parts/a.toml", "format = 1\n[cost]\n" + group + "a = 2\n"},
                     {"parts/b.toml", "format = 1\n[g.sub]\n" + group + "b = 3\n"}});
  const Topology t = load_topology(files.path("m.toml"), {"cost.a=7"});
  EXPECT_EQ(t.integer("g.here"), 1);
  EXPECT_EQ(t.integer("cost.a"), 7);
  EXPECT_EQ(t.integer("g.sub.b"), 3);
  EXPECT_EQ(Topology::from_text(t.text(), "elsewhere").integer("g.sub.b"), 3);
}

TEST(Include, RefusesWhatStandsTwiceOrNowhere) {
  const auto error = [](const std::string& list, const std::string& part) {
    const Files files(
        {{"m.toml", including(list) + "[cost]\n" + group + "a = 1\n"}, {"a.toml", part}});
    return message_of([&] { load_topology(files.path("m.toml")); });
  };
  const auto expect = [](const std::string& message, const std::string& part) {
    EXPECT_NE(message.find(part), std::string::npos) << message;
  };
  expect(error("[\"a.toml\"]", "format = 1\n[cost]\na = 2\n"),
         "m.toml:23:5: key 'cost.a' stands in");
  expect(error("[\"a.toml\"]", "format = 1\n[cost]\na = 2\n"), "a.toml:3:5 too");
  expect(error("[\"b.toml\"]", ""), "m.toml:5:11: no file 'b.toml' to include; looked for:");
  expect(error("[\"a.toml\"]", "format = 2\n"),
         "a.toml:1:10: key 'format' must be at most 1, is 2");
  expect(error("[\"a.toml\"]", "format = 1\ninclude = []\n"),
         "a.toml:2:11: key 'include' is not known");
  expect(error("3", ""), "m.toml:5:11: key 'include' must be an array");
}

TEST(Topology, AConstantNamesTheRowsItCameFrom) {
  const std::string described = "[g]\nunit = \"1\"\norigin = \"derived\"\nsource = \"s\"\n";
  const std::string text = described +
                           "from_cases = [\"A3\"]\na = 1\nb = { value = 2, from_cases = "
                           "[\"A4 3x3\", \"n A5\"] }\nc = { value = 3, from_cases = [] }\n";
  const std::map<std::string, std::vector<std::string>> expected = {{"g.a", {"A3"}},
                                                                    {"g.b", {"A4 3x3", "n A5"}}};
  EXPECT_EQ(from_cases(with(text)), expected);
  auto changed = Document::parse_text(head + text, "f.toml");
  override_constants(changed, {"g.a=4"});
  EXPECT_FALSE(from_cases(Topology::from_document(changed)).contains("g.a"));
  EXPECT_EQ(error_with(described + "a = { value = 1, from_cases = [3] }\n"),
            "f.toml:22:31: key 'g.a.from_cases' must be an array of strings");
}

TEST(Topology, ValuesAreItsIdentityWithoutTheWords) {
  const std::string other = "[g]\nunit = \"1\"\norigin = \"derived\"\nsource = \"t\"\na = 1\n";
  EXPECT_EQ(identity_text(with("[g]\n" + group + "a = 1\n")), identity_text(with(other)));
  EXPECT_NE(identity_text(with("[g]\n" + group + "a = 2\n")), identity_text(with(other)));
}

TEST(Rational, ReadsExactly) {
  Rational r;
  ASSERT_TRUE(parse_rational("6.25", r));
  EXPECT_EQ(r, (Rational{25, 4}));
  ASSERT_TRUE(parse_rational("-6/4", r));
  EXPECT_EQ(r, (Rational{-3, 2}));
  EXPECT_EQ(r.text(), "-3/2");
  for (const char* bad : {"", "1/0", "1/-2", "a", "1.", ".", "1e3", "9999999999999999999", "1 2"}) {
    EXPECT_FALSE(parse_rational(bad, r)) << bad;
  }
}

}  // namespace
}  // namespace weft::topology
