// SPDX-License-Identifier: Apache-2.0
// A job for every combination of values: the table, what it goes on from, and what it refuses.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "base/error.hpp"
#include "cli/command_line.hpp"
#include "cli/job/job_run.hpp"
#include "cli/sweep/axes.hpp"
#include "cli/sweep/row.hpp"
#include "support/scratch.hpp"
#include "support/toy_door.hpp"

namespace weft::cli {
namespace {

using sweep::Axis;
using sweep::Row;
using test::world;

template <typename Body>
std::string refused(const Body& body) {
  try {
    body();
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

TEST(SweepAxes, TakeTheirValuesApartAtCommasOfTheirOwn) {
  const Axis plain = sweep::parse_axis("a.b = 1, 2.5,word", "--set");
  EXPECT_EQ(plain.key, "a.b");
  EXPECT_EQ(plain.option, "--set");
  EXPECT_EQ(plain.values, (std::vector<std::string>{"1", "2.5", "word"}));
  const Axis nested =
      sweep::parse_axis("items=[0, 3],[1, 2],\"a,\\\"b\",'c,d',{ x = 1, y = 2 }", "");
  EXPECT_EQ(nested.values, (std::vector<std::string>{"[0, 3]", "[1, 2]", "\"a,\\\"b\"", "'c,d'",
                                                     "{ x = 1, y = 2 }"}));
  for (const char* wrong : {"a.b", "=1", "a=", "a=1,,2", "a=1,2,1"}) {
    const std::string said = refused([wrong] { sweep::parse_axis(wrong, "--set"); });
    EXPECT_EQ(said.rfind(std::string("--set ") + wrong + ": ", 0), 0U) << said;
  }
}

TEST(SweepAxes, MakeEveryCombinationTheLastFastest) {
  const std::vector<Axis> axes{{"a", {"1", "2"}}, {"b", {"x", "y", "z"}}};
  const auto all = sweep::variants_of(axes);
  ASSERT_EQ(all.size(), 6U);
  EXPECT_EQ(all[1], (sweep::Values{"1", "y"}));
  EXPECT_EQ(all[5], (sweep::Values{"2", "z"}));
  EXPECT_EQ(sweep::describe(axes, all[5]), "a=2 b=z");
  const auto words = [](const std::vector<Axis>& of) {
    return refused([&] { sweep::variants_of(of); });
  };
  EXPECT_NE(words({{"a", {"1"}}, {"a", {"2"}}}).find("'a' is given twice"), std::string::npos);
  EXPECT_NE(words({{"trace.level", {"1"}}}).find("'trace.level'"), std::string::npos);
  const Axis long_axis{"", std::vector<std::string>(1000, "1")};
  EXPECT_NE(words({{"a", long_axis.values}, {"b", long_axis.values}}).find("100000 variants"),
            std::string::npos);
}

TEST(SweepTime, AVariantsWallTimeCountsFromItsOwnBegin) {
  Job job;
  job.wall_seconds = 5;
  const double left = wall_seconds_left(job);
  job.began_seconds = 100;
  EXPECT_NEAR(wall_seconds_left(job), left + 100, 5);
  job.began_seconds = -100;
  EXPECT_GT(wall_seconds_left(job), 0);
  EXPECT_LT(wall_seconds_left(job), 1e-3);
}

std::vector<Row> two_rows() {
  Row good;
  good.values = {{"a.b", "1"}, {"word", "\"x, y\""}};
  good.end = "done";
  good.cycles = 1234567890123456789U;
  good.emulated_seconds = 0.1;
  good.trace_hash = "00ff";
  good.counters = {{"tile_busy", 12}, {"stalls.no room", 3}};
  good.constants = {{"clock.frequency_hz", "2", "1", "Hz"}};
  good.identity = "abc";
  Row bad;
  bad.values = {{"a.b", "1e3"}, {"word", "'z'"}};
  bad.exit_status = 2;
  bad.end = "error";
  bad.reason = "job.toml:3: no, \"never\"\n  nor here";
  return {good, bad};
}

void expect_same(const std::vector<Row>& read, const std::vector<Row>& written) {
  ASSERT_EQ(read.size(), written.size());
  for (std::size_t i = 0; i < read.size(); ++i) {
    EXPECT_EQ(read[i].values, written[i].values);
    EXPECT_EQ(read[i].exit_status, written[i].exit_status);
    EXPECT_EQ(read[i].end, written[i].end);
    EXPECT_EQ(read[i].reason, written[i].reason);
    EXPECT_EQ(read[i].cycles, written[i].cycles);
    EXPECT_EQ(read[i].emulated_seconds, written[i].emulated_seconds);
    EXPECT_EQ(read[i].trace_hash, written[i].trace_hash);
    EXPECT_EQ(read[i].counters, written[i].counters);
    EXPECT_EQ(read[i].identity, written[i].identity);
    EXPECT_EQ(json_of(read[i].constants), json_of(written[i].constants));
  }
}

TEST(SweepRows, ComeBackFromCsvAndJson) {
  const std::vector<Row> rows = two_rows();
  expect_same(sweep::rows_of_csv(sweep::csv_of(rows), "t.csv"), rows);
  expect_same(sweep::rows_of_json(sweep::json_of("job", rows), "t.json"), rows);
  const std::string csv = sweep::csv_of(rows);
  EXPECT_EQ(csv.substr(0, csv.find('\n')),
            "a.b,word,exit_status,end,reason,cycles,emulated_seconds,trace_hash,"
            "counter.stalls.no room,counter.tile_busy,constant.clock.frequency_hz,"
            "default.clock.frequency_hz,unit.clock.frequency_hz,identity");
}

TEST(SweepRows, AreRefusedWhereTheyAreNone) {
  for (const char* text : {"", "a,b\n1,2\n", "x"}) {
    EXPECT_NE(refused([text] { sweep::rows_of_csv(text, "t.csv"); }).find("t.csv: "),
              std::string::npos);
    EXPECT_NE(refused([text] { sweep::rows_of_json(text, "t.json"); }).find("t.json: "),
              std::string::npos);
  }
  std::string csv = sweep::csv_of(two_rows());
  const std::size_t cycles = csv.find("1234567890123456789");
  EXPECT_NE(refused([&] {
              sweep::rows_of_csv(csv.replace(cycles, 1, "x"), "t.csv");
            }).find("t.csv:2: 'x234567890123456789' in column cycles"),
            std::string::npos);
}

constexpr const char* toy_job = R"([job]
name = "tokens"
[machine]
topology = "toy"
region = [6, 5]
[program]
toy = 7
[[command]]
copy_in = "bias"
layout = "same"
fill = 2
[[command]]
launch = "run"
arguments = [3, 20]
[[command]]
copy_out = "bias"
[[check]]
kind = "same_as"
result = "bias"
other = "bias"
[trace]
path = "never.h5"
)";

class Sweeps : public test::Scratch {
 protected:
  Sweeps() { write("job.toml", toy_job); }

  void write(const std::string& name, const std::string& text) {
    if (world().is_root()) std::ofstream(path(name)) << text;
    world().barrier();
  }
  std::string read(const std::string& name) {
    std::ifstream in(path(name));
    return {std::istreambuf_iterator<char>(in), {}};
  }
  /// `weft -q sweep JOB MORE`, on all ranks; what it says on standard error goes to `said_`.
  int weft(const std::vector<std::string>& more) {
    std::vector<std::string> arguments{"weft", "-q", "sweep", path("job.toml")};
    arguments.insert(arguments.end(), more.begin(), more.end());
    std::vector<char*> words;
    for (std::string& argument : arguments) words.push_back(argument.data());
    words.push_back(nullptr);
    ::testing::internal::CaptureStderr();
    ::testing::internal::CaptureStdout();
    const int code = run(static_cast<int>(arguments.size()), words.data(), world());
    said_ = ::testing::internal::GetCapturedStderr();
    printed_ = ::testing::internal::GetCapturedStdout();
    world().barrier();
    return code;
  }
  std::vector<Row> rows() { return sweep::rows_of_csv(read("t.csv"), "t.csv"); }

  ExtraDoor door_{std::make_unique<test::ToyDoor>()};
  std::string said_, printed_;
};

TEST_F(Sweeps, GiveARowAVariant) {
  ASSERT_EQ(
      weft({"--set", "program.link_latency_cycles=1,5", "--constant",
            "host.command_latency_cycles=10,40", "--csv", path("t.csv"), "--json", path("t.json")}),
      0);
  if (!world().is_root()) return;
  const std::vector<Row> all = rows();
  ASSERT_EQ(all.size(), 4U);
  expect_same(sweep::rows_of_json(read("t.json"), "t.json"), all);
  for (const Row& row : all) {
    EXPECT_EQ(row.exit_status, 0) << row.reason;
    EXPECT_EQ(row.end, "done");
    EXPECT_EQ(row.counters.count("tile_busy"), 1U);
    ASSERT_EQ(row.constants.size(), 1U);
    EXPECT_EQ(row.constants[0].value, row.values[1].second);
    EXPECT_EQ(row.constants[0].default_value, "10");
    EXPECT_EQ(row.constants[0].unit, "cycle");
    EXPECT_EQ(row.trace_hash.size(), 32U);
  }
  EXPECT_EQ(*all[1].cycles, *all[0].cycles + 3 * 30);  // three commands, 30 cycles more each
  EXPECT_GT(*all[2].cycles, *all[0].cycles);
  EXPECT_NE(all[2].trace_hash, all[0].trace_hash);
  EXPECT_FALSE(std::filesystem::exists("never.h5"));
}

TEST_F(Sweeps, GoOnWhereTheyEnded) {
  const std::vector<std::string> first{"--set", "program.toy=7,8", "--csv", path("t.csv")};
  ASSERT_EQ(weft(first), 0);
  // A row that can be told from a new one, and one that was not reached.
  std::string told;
  if (world().is_root()) {
    std::vector<Row> marked = rows();
    marked[0].cycles = 12345;
    marked.pop_back();
    told = sweep::csv_of(marked);
  }
  write("t.csv", told);
  const std::vector<std::string> longer{"--set", "program.toy=7,8,9", "--csv", path("t.csv")};
  ASSERT_EQ(weft(longer), 0) << said_;
  if (world().is_root()) {
    ASSERT_EQ(rows().size(), 3U);
    EXPECT_EQ(rows()[0].cycles, 12345U);
    EXPECT_NE(rows()[1].cycles, 12345U);
  }
  std::vector<std::string> anew = longer;
  anew.emplace_back("--anew");
  ASSERT_EQ(weft(anew), 0);
  if (world().is_root()) {
    EXPECT_NE(rows()[0].cycles, 12345U);
  }
}

TEST_F(Sweeps, RefuseATableOfAnotherJob) {
  const std::vector<std::string> arguments{"--set", "program.toy=7,8", "--csv", path("t.csv")};
  ASSERT_EQ(weft(arguments), 0);
  const std::string before = read("t.csv");
  std::string other = toy_job;
  const std::pair<const char*, const char*> changes[] = {
      {"fill = 2", "fill = 3"},
      {"[trace]", "[limits]\nmax_cycles = 5000000\n[trace]"},
      {"other = \"bias\"", "other = \"bias\"\ntolerance = 0.5"},
      {"region = [6, 5]", "region = [6, 4]"},
      {"toy = 7", "toy = 7\nlink_latency_cycles = 2"}};
  for (const auto& [from, to] : changes) {
    other = toy_job;
    other.replace(other.find(from), std::string(from).size(), to);
    write("job.toml", other);
    EXPECT_EQ(weft(arguments), 2) << to;
    if (world().is_root()) {
      EXPECT_NE(said_.find("is of another job"), std::string::npos) << said_;
    }
    EXPECT_EQ(read("t.csv"), before);
  }
  write("job.toml", toy_job);
  EXPECT_EQ(weft({"--set", "program.toy=7,9", "--csv", path("t.csv")}), 2);
  EXPECT_EQ(weft({"--set", "command.0.fill=7,8", "--csv", path("t.csv")}), 2);
  EXPECT_EQ(read("t.csv"), before);
  EXPECT_EQ(weft(arguments), 0);
  EXPECT_EQ(read("t.csv"), before);
}

TEST_F(Sweeps, KeepAVariantThatFailsAsARow) {
  ASSERT_EQ(
      weft({"--set", "limits.max_cycles=40,1000000", "--set", "machine.region=[6, 5],[900, 5]",
            "--constant", "host.command_latency_cycles=10,-1", "--csv", path("t.csv")}),
      0);
  if (!world().is_root()) return;
  const std::vector<Row> all = rows();
  ASSERT_EQ(all.size(), 8U);
  EXPECT_EQ(all[0].end, "limit");
  EXPECT_EQ(all[0].exit_status, 1);
  EXPECT_EQ(all[0].cycles, 40U);
  EXPECT_EQ(all[1].end, "error");  // a constant out of its range
  EXPECT_EQ(all[1].exit_status, 2);
  EXPECT_NE(all[1].reason.find("host.command_latency_cycles"), std::string::npos);
  EXPECT_EQ(all[2].exit_status, 2);
  EXPECT_NE(all[2].reason.find("900 x 5"), std::string::npos) << all[2].reason;
  EXPECT_EQ(all[4].exit_status, 0) << all[4].reason;
}

TEST_F(Sweeps, EndBadlyWhereNothingRan) {
  EXPECT_EQ(weft({"--set", "limits.max_cycles=40,50", "--csv", path("t.csv")}), 1);
  if (world().is_root()) {
    EXPECT_EQ(rows().size(), 2U);
  }
}

TEST_F(Sweeps, RunNothingWhereAVariantCannotBeRead) {
  const std::vector<std::vector<std::string>> wrong{{},
                                                    {"--set", "program.toy=7,-1"},
                                                    {"--set", "program.toyy=7,8"},
                                                    {"--set", "machine.topology=toy,toyy"},
                                                    {"--set", "host.no_such_cycles=1,2"},
                                                    {"--constant", "program.toy=1,2"},
                                                    {"--constant", "host.no_such_cycles=1,2"},
                                                    {"--set", "trace.level='off','runs'"}};
  for (std::vector<std::string> arguments : wrong) {
    arguments.insert(arguments.end(), {"--csv", path("t.csv")});
    EXPECT_EQ(weft(arguments), 2) << (arguments.size() > 1 ? arguments[1] : "");
    EXPECT_FALSE(std::filesystem::exists(path("t.csv")));
  }
}

TEST_F(Sweeps, NameTheOptionThatWasGiven) {
  for (const char* option : {"--set", "--constant"}) {
    for (const char* wrong : {"host.no_such_cycles=1,2", "hots.call_cycles=1,2", "host.=1,2"}) {
      EXPECT_EQ(weft({option, wrong}), 2) << wrong;
      if (!world().is_root()) continue;
      const std::string first(wrong, std::string_view(wrong).find(','));
      EXPECT_NE(said_.find(std::string(option) + " " + first + ": "), std::string::npos) << said_;
    }
  }
}

TEST_F(Sweeps, RefuseOneFileForBothTablesAndAnEmptyOne) {
  EXPECT_EQ(weft({"--set", "program.toy=7", "--csv", path("t"), "--json", path("./t")}), 2);
  if (world().is_root()) {
    EXPECT_NE(said_.find("--csv and --json write one file"), std::string::npos) << said_;
    EXPECT_FALSE(std::filesystem::exists(path("t")));
  }
  write("t.csv", "");
  EXPECT_EQ(weft({"--set", "program.toy=7", "--csv", path("t.csv")}), 2);
  if (world().is_root()) {
    EXPECT_NE(said_.find("t.csv: is empty"), std::string::npos) << said_;
  }
}

TEST_F(Sweeps, PrintTheTable) {
  ASSERT_EQ(weft({"--set", "program.toy=7,8", "--csv", "-", "--json", path("t.json")}), 0);
  if (!world().is_root()) return;
  expect_same(sweep::rows_of_csv(printed_, "-"), sweep::rows_of_json(read("t.json"), ""));
  EXPECT_FALSE(std::filesystem::exists("-"));
}

}  // namespace
}  // namespace weft::cli
