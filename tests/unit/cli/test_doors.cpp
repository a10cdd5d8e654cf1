// SPDX-License-Identifier: Apache-2.0
// A machine gets a door: jobs on the toy go the way of every job, from the command line on.
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <tuple>

#include "base/error.hpp"
#include "cli/command_line.hpp"
#include "cli/job/job_run.hpp"
#include "engine/session.hpp"
#include "support/scratch.hpp"
#include "support/toy_door.hpp"
#include "trace/tensor.hpp"

namespace weft::cli {
namespace {

using test::world;

constexpr const char* toy_job = R"([job]
name = "tokens"
[machine]
topology = "toy"
region = [6, 5]
[program]
toy = 7
link_latency_cycles = 3
[[command]]
copy_in = "bias"
layout = "same"
values = [1, 2, 3, 4]
[[command]]
launch = "run"
arguments = [3, 20]
[[command]]
copy_out = "bias"
[[command]]
stream = "in"
type = "u32"
fill = 5
elements = 1
result = "left"
answer = { stream = "out", type = "u32", elements = 6, region = [5, 0, 1, 5] }
[[check]]
kind = "equals"
result = "left"
data = "left.npy"
[trace]
level = "summary"
path = "trace.h5"
)";

class ToyJobs : public test::Scratch {
 protected:
  /// Writes the job, with `from` replaced, and what must come out of the stream.
  std::string job(const std::string& from = "", const std::string& to = "") {
    std::string text = toy_job;
    if (!from.empty()) text.replace(text.find(from), from.size(), to);
    const std::size_t trace = text.find("trace.h5");
    text.replace(trace, 8, path("trace.h5"));
    if (world().is_root()) {
      std::ofstream(path("job.toml")) << text;
      trace::Tensor left{trace::ElementType::u32, {5, 1, 6}, {}};
      const std::vector<std::uint32_t> words(30, 7);  // 5, and bias[5 % 4]
      const auto bytes = std::as_bytes(std::span(words));
      left.bytes.assign(bytes.begin(), bytes.end());
      trace::write_tensor(path("left.npy"), "", left);
    }
    world().barrier();
    return path("job.toml");
  }

  /// `weft ARGUMENTS`, on all ranks.
  static int weft(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {"weft", "-q"});
    std::vector<char*> words;
    for (std::string& argument : arguments) words.push_back(argument.data());
    words.push_back(nullptr);
    return run(static_cast<int>(arguments.size()), words.data(), world());
  }

  nlohmann::json summary(const std::vector<std::string>& more = {}) {
    std::vector<std::string> arguments{"run", job(), "--json", path("summary.json")};
    arguments.insert(arguments.end(), more.begin(), more.end());
    EXPECT_EQ(weft(arguments), 0);
    if (!world().is_root()) return {};
    std::ifstream in(path("summary.json"));
    return nlohmann::json::parse(in);
  }

  ExtraDoor door_{std::make_unique<test::ToyDoor>()};
};

TEST_F(ToyJobs, RunAsEveryJobDoes) {
  const nlohmann::json one = summary();
  const nlohmann::json other = summary({"--cut", "blocks"});
  if (!world().is_root()) return;
  EXPECT_EQ(one.at("machine"), "toy");
  EXPECT_EQ(one.at("tiles"), 30);
  EXPECT_EQ(one.at("checks").at(0).at("passed"), true);
  // 30 tiles made three tokens each; those that met a full queue were dropped.
  const auto& tokens = one.at("tokens");
  EXPECT_EQ(tokens.at("absorbed").get<int>() + tokens.at("dropped").get<int>(), 90);
  EXPECT_EQ(one.at("trace_hash"), other.at("trace_hash"));
}

TEST_F(ToyJobs, TellCommandsCountersAndChangedConstants) {
  const nlohmann::json told = summary({"--set", "host.command_latency_cycles=40"});
  if (!world().is_root()) return;
  const auto& commands = told.at("commands");
  ASSERT_EQ(commands.size(), 4U);
  EXPECT_EQ(commands.at(1).at("name"), "launch run");
  EXPECT_EQ(commands.at(1).at("verb"), "launch");
  for (std::size_t k = 0; k < commands.size(); ++k) {
    const std::uint64_t begin = commands.at(k).at("begin");
    const std::uint64_t end = commands.at(k).at("end");
    EXPECT_EQ(commands.at(k).at("cycles"), end - begin);
    EXPECT_GT(end, begin);
    if (k > 0) {
      EXPECT_GE(begin, commands.at(k - 1).at("end").get<std::uint64_t>());
    }
  }
  EXPECT_EQ(told.at("counters").at("tile_busy"), told.at("active_tile_cycles"));
  EXPECT_EQ(told.at("counters").at("tokens.absorbed"), told.at("tokens").at("absorbed"));
  const nlohmann::json changed = {{"key", "host.command_latency_cycles"},
                                  {"value", "40"},
                                  {"default", "10"},
                                  {"unit", "cycle"}};
  EXPECT_EQ(told.at("constants"), nlohmann::json::array({changed}));
}

TEST_F(ToyJobs, TellCommandsOfOneNameApart) {
  const std::string launch = "[[command]]\nlaunch = \"run\"\narguments = [3, 20]\n";
  EXPECT_EQ(weft({"run", job(launch, launch + launch), "--json", path("summary.json")}), 0);
  if (!world().is_root()) return;
  std::ifstream in(path("summary.json"));
  const nlohmann::json commands = nlohmann::json::parse(in).at("commands");
  ASSERT_EQ(commands.size(), 5U);
  EXPECT_EQ(commands.at(1).at("end"), commands.at(2).at("begin"));
  EXPECT_EQ(commands.at(2).at("end"), commands.at(3).at("begin"));
  EXPECT_GT(commands.at(1).at("cycles").get<std::uint64_t>(), 0U);
  EXPECT_GT(commands.at(2).at("cycles").get<std::uint64_t>(), 0U);
}

TEST_F(ToyJobs, AreCheckedBeforeTheyRun) {
  EXPECT_EQ(weft({"check", job(), "--ranks", "3"}), 0);
  const std::pair<const char*, const char*> faults[] = {
      {"toy = 7", "toy = -1"},
      {"topology = \"toy\"", "topology = \"cerebras-wse2\""},
      {"\"bias\"", "\"biass\""},
      {"arguments = [3, 20]", "arguments = [3]"},
      {"stream = \"in\"", "stream = \"inn\""},
      {"toy = 7", "toy = 7\ncsl = \"layout.csl\""},
      {"region = [6, 5]", "region = [600, 5]"}};
  for (const auto& [from, to] : faults) {
    EXPECT_EQ(weft({"check", job(from, to)}), 2) << to;
    EXPECT_EQ(weft({"run", job(from, to)}), 2) << to;
  }
}

std::string refusal(const std::string& text) {
  try {
    const Job job = read_job(topology::Document::parse_text(text, "job.toml"));
    load_machine(job);
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

TEST_F(ToyJobs, MessagesNameTheDoorsThatThereAre) {
  const auto holds = [](const std::string& text, const char* part) {
    EXPECT_NE(text.find(part), std::string::npos) << text;
  };
  std::string text = toy_job;
  holds(refusal(text.replace(text.find("toy = 7"), 7, "x = 1")),
        "'program.csl' is missing, and so are 'poplar', 'tsp', 'tsp_tensors', "
        "'tsp_built', 'rdu', 'rdu_patterns', 'rdu_built', 'spatial', 'toy': a "
        "job has one of them");
  text = toy_job;
  holds(refusal(text.replace(text.find("toy = 7"), 7, "poplar = 'a.cpp'")),
        "'command' is for programs in CSL, TSP schedules, TSP tensor programs, TSP programs that "
        "weft builds, RDU unit graphs, patterns for RDUs, RDU models that weft builds or toy "
        "numbers; a "
        "Poplar program is its own host");
  text = toy_job;
  holds(refusal(text.replace(text.find("\"toy\""), 5, "\"cerebras-wse2\"")),
        "toys run on toys (family 'toy')");
  holds(refusal(toy_job + std::string("[[check]]\nkind = 'exit_code'\n")),
        "'exit_code' is for programs in C++ or Spatial: toy numbers has no main()");
}

/// What is exported under a name: (kind, element bytes, elements, type). A machine tells the first
/// where groups of tiles differ.
using Names = std::map<std::string, std::tuple<int, std::uint32_t, std::uint64_t, std::string>>;

void add(const std::vector<machine::Export>& exports, Names& names) {
  for (const machine::Export& e : exports) {
    names.emplace(e.name,
                  std::tuple(static_cast<int>(e.kind), e.element_bytes, e.elements, e.type));
  }
}

/// What a door says that a program exports is what the program's machine exports.
void expect_same_exports(const std::string& file) {
  Names before;
  Names on_machine;
  const auto make_plan = [&] {
    Job job = read_job(file, {"trace.level='off'"});
    const auto& door = dynamic_cast<const CommandDoor&>(*job.door);
    const PreparedJob prepared(door, std::move(job));
    const ProgramExports exports = prepared.program().exports();
    for (const auto& group : exports.groups) add(group, before);
    add(exports.streams, before);
    for (const ArrayExport& array : exports.arrays) add({array.entry}, before);
    return prepared.plan(std::nullopt);
  };
  engine::run_session(world(), make_plan,
                      [&](engine::Session& session) { add(session.exports(), on_machine); });
  if (!world().is_root()) return;
  EXPECT_FALSE(before.empty());
  EXPECT_TRUE(before == on_machine) << file;
}

TEST_F(ToyJobs, NamesAreThoseOfTheMachine) {
  expect_same_exports(job());
  for (const char* name : {"hello", "gemv-wse2", "digits-wse2", "softmax-tsp", "dot-rdu"}) {
    expect_same_exports(std::string(WEFT_SOURCE_DIR) + "/jobs/" + name + ".toml");
  }
}

}  // namespace
}  // namespace weft::cli
