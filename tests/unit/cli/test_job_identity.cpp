// SPDX-License-Identifier: Apache-2.0
// Which keys of a job make it another job for the trace's hash, and which do not.
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "cli/job/job.hpp"
#include "cli/job/job_run.hpp"

namespace weft::cli {
namespace {

namespace fs = std::filesystem;

constexpr const char* usual = R"([job]
name = "sample"
[machine]
topology = "cerebras-wse2"
[program]
csl = "kernels/wse/hello/layout.csl"
[[command]]
copy_in = "x"
values = [1, 2, 0.5]
layout = "same"
[[command]]
launch = "square"
[[command]]
copy_out = "x"
)";

std::string identity(const std::string& text) {
  return job_identity(read_job(topology::Document::parse_text(text, "jobs/sample.toml")));
}

std::string replaced(const std::string& from, const std::string& to) {
  std::string text = usual;
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

TEST(JobIdentity, NamesPathsSpellingsAndWhatOnlyReadsDoNotEnter) {
  const std::string one = identity(usual);
  const std::pair<const char*, const char*> same[] = {
      {"name = \"sample\"", "name = \"other\"\ndescription = \"two\""},
      {"csl = \"kernels", "csl = \"/elsewhere/kernels"},
      {"\"cerebras-wse2\"", "\"/a/b/cerebras-wse2.toml\""},
      {"[1, 2, 0.5]", "[0x1, 2.0, 5e-1]  # a comment"},
      {"copy_in = \"x\"\nvalues = [1, 2, 0.5]", "values = [1, 2, 0.5]\ncopy_in = \"x\""},
      {"launch = \"square\"", "launch = \"square\"\nname = \"first\""},
      {"[[command]]", "[limits]\nmax_cycles = 7\n[[command]]"},
      {"[[command]]",
       "[trace]\nlevel = \"runs\"\npath = \"/x/t.h5\"\nwindow = [1, 2]\n[[command]]"},
      {"[[command]]", "[output]\nx = \"/y/x.npy\"\n[[command]]"}};
  for (const auto& [from, to] : same) EXPECT_EQ(identity(replaced(from, to)), one) << to;
}

TEST(JobIdentity, WhatTheMachineIsGivenEnters) {
  const std::string one = identity(usual);
  const std::pair<const char*, const char*> other[] = {
      {"[1, 2, 0.5]", "[1, 2, 0.25]"},
      {"[1, 2, 0.5]", "[1, 2, 0.5, 0]"},
      {"layout = \"same\"", "layout = \"tiles\""},
      {"launch = \"square\"", "launch = \"cube\""},
      {"[[command]]\nlaunch = \"square\"\n", ""},
      {"[[command]]",
       "[debug.flip_memory]\nsymbol = \"x\"\ntile = [0, 0]\nelement = 1\nbit = 2\n"
       "before_command = 1\n[[command]]"}};
  for (const auto& [from, to] : other) EXPECT_NE(identity(replaced(from, to)), one) << to;
}

/// The kernel of hello in a folder of its own; `comment` stands before each line of its files.
std::string hashed_config(const fs::path& folder, const std::string& comment,
                          const std::string& set = "") {
  fs::create_directories(folder);
  const fs::path from = fs::path(WEFT_SOURCE_DIR) / "kernels" / "wse" / "hello";
  for (const char* name : {"layout.csl", "pe.csl"}) {
    std::ifstream in(from / name);
    EXPECT_TRUE(in) << from / name;
    std::ofstream out(folder / name);
    for (std::string line; std::getline(in, line);) out << comment << line << '\n';
  }
  std::ofstream(folder / "job.toml") << replaced("kernels/wse/hello/layout.csl", "layout.csl");
  std::vector<topology::Assignment> overrides;
  if (!set.empty()) overrides.emplace_back(set);
  Job read = read_job((folder / "job.toml").string(), overrides);
  const auto& door = dynamic_cast<const CommandDoor&>(*read.door);
  const PreparedJob job(door, std::move(read));
  return job.plan(std::nullopt).hashed_config;
}

TEST(JobIdentity, FoldersAndCommentsOfAProgramDoNotEnter) {
  const fs::path folder = fs::path(testing::TempDir()) / ("identity-" + std::to_string(getpid()));
  const std::string one = hashed_config(folder / "one", "");
  EXPECT_EQ(hashed_config(folder / "two" / "deeper", "// a comment\n\n"), one);
  EXPECT_EQ(hashed_config(folder / "one", "",
                          "machine.topology='" + std::string(WEFT_SOURCE_DIR) +
                              "/topologies/cerebras-wse2.toml'"),
            one);
  EXPECT_NE(hashed_config(folder / "one", "", "machine.topology='cerebras-wse3'"), one);
  EXPECT_NE(
      hashed_config(folder / "one", "", "machine.constants=['host.command_latency_cycles=7']"),
      one);
  fs::remove_all(folder);
}

}  // namespace
}  // namespace weft::cli
