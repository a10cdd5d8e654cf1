// SPDX-License-Identifier: Apache-2.0
// Jobs with schedules and tensor programs from the command line on: flipped bits, and what is said
// of wrong ones. What a schedule's text may not say is in frontends_tsp.
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <tuple>
#include <utility>
#include <vector>

#include "cli/command_line.hpp"
#include "support/scratch.hpp"
#include "trace/tensor.hpp"

namespace weft::cli {
namespace {

using test::world;

constexpr const char* schedule_job = R"job([job]
name = "tsp"
[machine]
topology = "groq-tsp"
[program]
tsp = "axpb.tsp"
[[command]]
copy_in = "x"
pattern = { element = 3, modulo = 17, offset = -8, scale = 0.5 }
[[command]]
copy_in = "a"
fill = 2
[[command]]
copy_in = "b"
fill = 1
[[command]]
launch = "run"
[[command]]
copy_out = "y"
[[check]]
kind = "computes"
result = "y"
expression = "add(mul(x, a), b)"
[trace]
level = "summary"
path = "TRACE"
)job";

constexpr const char* axpb = R"(let start = 20
input x: f32[8, 320] in mem.e0..3 bank 0 word 0
input a: f32[320] in mem.e4..7 bank 0 word 0
input b: f32[320] in mem.e8..11 bank 0 word 0
output y: f32[8, 320] in mem.w0..3 bank 0 word 0
x: read x[0 step 1] -> w0..3 @ start at vxm times 8
a: read a[0] -> w4..7 @ start at vxm times 8
p: vxm.0 mul f32 x, a @ start times 8
b: read b[0] -> w8..11 @ chained(p) at vxm times 8
y: vxm.4 add f32 chain p, b -> w12..15 @ chained(p) times 8
write y -> y[0 step 1] @ arrival(y) times 8
)";

class TspJobs : public test::Scratch {
 protected:
  void put(const std::string& name, std::string text, const std::string& from = "",
           const std::string& to = "") {
    if (!from.empty()) {
      ASSERT_NE(text.find(from), std::string::npos) << from;
      text.replace(text.find(from), from.size(), to);
    }
    const std::size_t trace = text.find("TRACE");
    if (trace != std::string::npos) text.replace(trace, 5, path("trace.h5"));
    if (world().is_root()) std::ofstream(path(name)) << text;
    world().barrier();
  }
  struct Ended {
    int code = 0;
    std::string error;  ///< rank 0
  };
  /// `weft ARGUMENTS`, on all ranks.
  static Ended weft(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {"weft", "-q"});
    std::vector<char*> words;
    for (std::string& argument : arguments) words.push_back(argument.data());
    words.push_back(nullptr);
    testing::internal::CaptureStderr();
    Ended ended;
    ended.code = run(static_cast<int>(arguments.size()), words.data(), world());
    ended.error = testing::internal::GetCapturedStderr();
    return ended;
  }
  Ended run_axpb(const std::vector<std::string>& sets) {
    put("job.toml", schedule_job);
    put("axpb.tsp", axpb);
    std::vector<std::string> arguments{"run", path("job.toml"), "--json", path("summary.json")};
    for (const std::string& one : sets) arguments.insert(arguments.end(), {"--set", one});
    return weft(arguments);
  }
  nlohmann::json summary() const {
    std::ifstream in(path("summary.json"));
    return nlohmann::json::parse(in);
  }
};

TEST_F(TspJobs, OneFlippedBitOfAWordIsCorrectedAndCounted) {
  EXPECT_EQ(run_axpb({}).code, 0);
  if (world().is_root()) {
    EXPECT_EQ(summary().at("ecc_words").at("corrected"), 0);
  }
  // Elements 5 and 21 lie in superlanes 0 and 1; bit 30 in the word of another slice.
  const Ended ended =
      run_axpb({"debug.flip_memory=[{symbol='x', element=5, bit=3, before_command=3}, {symbol='x', "
                "element=21, "
                "bit=3, before_command=3}, {symbol='x', element=5, bit=30, before_command=3}]"});
  EXPECT_EQ(ended.code, 0) << ended.error;
  if (!world().is_root()) return;
  EXPECT_EQ(summary().at("ecc_words").at("corrected"), 3);
  EXPECT_EQ(summary().at("checks").at(0).at("passed"), true);
}

TEST_F(TspJobs, TwoFlippedBitsOfAWordEndTheRunWithItsName) {
  const Ended ended = run_axpb(
      {"debug.flip_memory=[{symbol='x', element=965, bit=3, before_command=3}, {symbol='x', "
       "element=970, bit=1, before_command=3}]"});
  EXPECT_EQ(ended.code, 1);
  if (!world().is_root()) return;
  EXPECT_NE(
      ended.error.find("'p' (vxm.0), element 3: two bits of a 128-bit word are flipped, word 3 "
                       "of bank 0 of mem.e0, superlane 0"),
      std::string::npos)
      << ended.error;
}

TEST_F(TspJobs, FlipsThatNameNothingAreRefused) {
  const std::pair<const char*, const char*> faults[] = {
      {"{symbol='x', element=2560, bit=3, before_command=3}",
       "key 'debug.flip_memory.element' is 2560; 'x' has 2560 elements"},
      {"{symbol='x', element=1, bit=32, before_command=3}", "bit' must be at most 31, is 32"},
      {"{symbol='x', element=1, bit=3, before_command=5}",
       "key 'debug.flip_memory.before_command' is 5; the job's commands are 0 to 4"},
      {"{symbol='xx', element=1, bit=3, before_command=3}",
       "names 'xx', which the program does not have (did you mean 'x'?)"},
      {"{symbol='x', tile=[0, 0], element=1, bit=3, before_command=3}",
       "key 'debug.flip_memory.tile' is for what tiles hold; 'x' is a whole tensor"},
      {"3", "flip_memory' must be a table"},
  };
  for (const auto& [flip, sentence] : faults) {
    const Ended ended = run_axpb({std::string("debug.flip_memory=") + flip});
    EXPECT_EQ(ended.code, 2) << flip;
    if (world().is_root()) {
      EXPECT_NE(ended.error.find(sentence), std::string::npos) << ended.error;
    }
  }
}

TEST_F(TspJobs, WhatAJobSaysOfItsTensorsMustHold) {
  // What is replaced in the job, by what, and what weft says.
  const std::tuple<const char*, const char*, const char*> faults[] = {
      {"fill = 2", "fill = 1e60", "key 'command.1.fill' gives 1e+60, which is no f32"},
      {"fill = 2", "values = [1, 2]", "has 2 elements; tensor 'a' is f32 [320]"},
      {"copy_in = \"b\"\nfill = 1\n[[command]]\n", "",
       "key 'command.2.launch' comes before input 'b' is copied in; where it is to be zero, say "
       "'fill = 0'"},
      {"copy_in = \"b\"", "copy_in = \"c\"", "names 'c', which the program does not have"},
      {"copy_out = \"y\"", "copy_out = \"z\"",
       "key 'check.0.result' names 'y', which is no result of a command"},
      {"fill = 2", "data = \"wide.npy\"",
       "is f32 [20, 16]; 'a' takes f32 [16, 20]: lengths in that order"},
      {"tsp = \"axpb.tsp\"", "tsp_tensors = \"axpb.tsp\"",
       "axpb.tsp:1:1: 'let' is of a schedule, for [program] tsp"},
      {"tsp = \"axpb.tsp\"", "tsp = \"a.tensors\"",
       "a.tensors:1:18: expected 'in' and where the tensor lies (tensors without a place are for "
       "[program] tsp_tensors), not the end of the line"},
      {"tsp = \"axpb.tsp\"", "tsp = \"empty.tsp\"", "empty.tsp: there is no instruction in it"},
      {"tsp = \"axpb.tsp\"", "tsp = \"bare.tsp\"",
       "names 'x', which the program does not have; it has none"},
  };
  put("a.tensors", "input x: i8[2, 8]\ny = relu x\noutput y\n");
  put("empty.tsp", "# nothing\n");
  put("bare.tsp", "mem.e0 read b0[0] -> w0 @ 0\n");
  if (world().is_root()) {
    trace::Tensor wide{trace::ElementType::f32, {20, 16}, std::vector<std::byte>(320 * 4)};
    trace::write_tensor(path("wide.npy"), "", wide);
  }
  for (const auto& [from, to, sentence] : faults) {
    const bool shaped = std::string(to).find("wide") != std::string::npos;
    if (!shaped) put("axpb.tsp", axpb);
    if (shaped) put("axpb.tsp", axpb, "input a: f32[320]", "input a: f32[16, 20]");
    put("job.toml", schedule_job, from, to);
    const Ended ended = weft({"check", path("job.toml")});
    EXPECT_EQ(ended.code, 2) << to;
    if (world().is_root()) {
      EXPECT_NE(ended.error.find(sentence), std::string::npos) << ended.error;
    }
  }
}

}  // namespace
}  // namespace weft::cli
