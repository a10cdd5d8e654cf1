// SPDX-License-Identifier: Apache-2.0
// Job files: what is read, and what is refused with which words.
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "cli/job/doors/csl.hpp"
#include "cli/job/job.hpp"

namespace weft::cli {
namespace {

constexpr const char* head = R"([job]
name = "sample"
[machine]
topology = "cerebras-wse2"
[program]
csl = "../kernels/layout.csl"
[program.parameters]
width = 4
)";

Job read(const std::string& rest) {
  return read_job(topology::Document::parse_text(head + rest, "jobs/sample.toml"));
}

std::string refusal(const std::string& rest) {
  try {
    read(rest);
  } catch (const Error& error) {
    EXPECT_EQ(error.category(), Category::input);
    return error.what();
  }
  ADD_FAILURE() << "was taken: " << rest;
  return "";
}

bool holds(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

TEST(JobRead, CommandsAndDefaults) {
  const Job job = read(R"(
[[command]]
copy_in = "A"
data = "data/a.h5:group/A"
layout = "blocks"
order = "column_major"
region = [1, 2, 3, 4]
[[command]]
launch = "run"
arguments = [3, 1.5]
[[command]]
copy_out = "y"
[[check]]
kind = "equals"
result = "y"
data = "/tmp/y.npy"
tolerance = 0.5
)");
  EXPECT_EQ(job.door->traits().key, "csl");
  EXPECT_EQ(csl_sources(job).layout, "kernels/layout.csl");
  EXPECT_EQ(csl_sources(job).parameters.at("width").integer, 4);
  ASSERT_EQ(job.commands.size(), 3U);
  const JobCommand& in = job.commands[0];
  EXPECT_EQ(in.verb, Verb::copy_in);
  EXPECT_EQ(in.name, "copy_in A");
  EXPECT_EQ(in.data.path, "jobs/data/a.h5");
  EXPECT_EQ(in.data.dataset, "group/A");
  EXPECT_EQ(in.layout.arrangement, Arrangement::blocks);
  EXPECT_EQ(in.layout.order, ElementOrder::column_major);
  EXPECT_EQ(in.layout.region, (Rectangle{1, 2, 3, 4}));
  EXPECT_EQ(job.commands[1].arguments, (std::vector<double>{3, 1.5}));
  EXPECT_EQ(job.commands[2].result, "y");
  EXPECT_EQ(job.checks.at(0).expected.path, "/tmp/y.npy");
  EXPECT_EQ(job.trace.level, TraceLevel::off);
}

TEST(JobRead, TraceAndLimits) {
  const Job job = read(R"(
[[command]]
launch = "run"
[trace]
path = "t.h5"
[trace.heat_maps]
tile_busy = "busy.png"
[limits]
max_cycles = 1000
memory = "1.5 GiB"
)");
  EXPECT_EQ(job.trace.level, TraceLevel::runs);
  EXPECT_EQ(job.trace.heat_maps.at(0).second, "busy.png");
  EXPECT_EQ(job.max_cycles, 1000U);
  EXPECT_EQ(job.memory_bytes, 1610612736U);
}

TEST(JobRead, RefusesWithPlaceAndGuess) {
  EXPECT_TRUE(holds(refusal("[[command]]\nlauch = 'run'\n"), "did you mean 'launch'?"));
  EXPECT_TRUE(
      holds(refusal("[[command]]\nlaunch = 'run'\nargument = [1]\n"), "jobs/sample.toml:11:"));
  EXPECT_TRUE(holds(refusal("[[command]]\nlaunch = 'run'\ncopy_out = 'a'\n"), "does one thing"));
  EXPECT_TRUE(holds(refusal(""), "'command' is missing"));
  EXPECT_TRUE(holds(refusal("[[command]]\ncopy_in = 'a'\n"), "one of data, values, fill, pattern"));
  EXPECT_TRUE(
      holds(refusal("[[command]]\ncopy_in = 'a'\nfill = 1\nvalues = [1]\n"), "second source"));
  EXPECT_TRUE(holds(refusal("[[command]]\ncopy_in = 'a'\ndata = 'a.csv'\n"), "file.npy"));
  EXPECT_TRUE(holds(refusal("[[command]]\ncopy_out = 'a'\ntype = 'f16'\n"),
                    "key 'command.0.type' is for streams"));
  EXPECT_TRUE(
      holds(refusal("[[command]]\ncopy_out = 'a'\nblock_rows = 2\n"), "is for layout 'blocks'"));
  EXPECT_TRUE(holds(refusal("[[command]]\ncopy_in = 'a'\ndata = 'a.npy'\nitems = [3, 2]\n"),
                    "a copy takes one item"));
  for (const std::string share : {"95", "0", "-0.5"}) {
    EXPECT_TRUE(holds(refusal("[[command]]\ncopy_out = 'a'\n[[check]]\nkind = 'accuracy'\nresult = "
                              "'a'\nlabels = 'l.npy'\nat_least = " +
                              share + "\n"),
                      "at_least' is a share of all items"));
  }
}

TEST(JobRead, RefusesNamesThatDoNotExist) {
  const std::string outs = "[[command]]\ncopy_out = 'total'\n";
  EXPECT_TRUE(
      holds(refusal(outs + "[[check]]\nkind = 'same_as'\nresult = 'totl'\nother = 'total'\n"),
            "did you mean 'total'?"));
  EXPECT_TRUE(holds(refusal(outs + outs), "as that of another command"));
  const std::string more = "[[command]]\ncopy_out = 'total'\nappends = true\n";
  EXPECT_TRUE(holds(refusal(outs + more), "as that of another command"));
  const std::string other = "[[command]]\ncopy_out = 'x'\nresult = 'total'\nappends = true\n";
  EXPECT_TRUE(holds(refusal(more + other), "as that of another command"));
  EXPECT_TRUE(holds(refusal(outs + "[output]\nx = 'x.npy'\n"), "output.x"));
  EXPECT_TRUE(
      holds(refusal(outs + "[[check]]\nkind = 'faster'\ncommand = 'a'\nthan = 'b'\nat_least = 2\n"),
            "no command"));
}

}  // namespace
}  // namespace weft::cli
