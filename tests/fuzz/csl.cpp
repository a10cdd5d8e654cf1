// SPDX-License-Identifier: Apache-2.0
// Fuzzes the CSL front end, from text to program: one input is all files of a kernel, marked apart.
#include "frontends/csl/csl.hpp"

#include <algorithm>
#include <filesystem>
#include <map>
#include <optional>
#include <string>

#include "fuzz/target.hpp"
#include "topology/topology.hpp"

namespace weft::fuzz {

namespace {

const std::string marker = "//// ";
const std::string layout_name = "layout.csl";

/// Small values for every parameter that our kernels' layouts have.
const std::map<std::string, csl::ParameterValue> parameters = {
    {"width", 4L},        {"height", 4L},   {"steps", 2L},     {"rows", 8L},      {"columns", 8L},
    {"side", 4L},         {"inputs_1", 2L}, {"outputs_1", 4L}, {"outputs_2", 4L}, {"outputs_3", 2L},
    {"score_rows", 4L},   {"stamps", 8L},   {"length", 8L},    {"row_group", 2L}, {"keep", 0.5},
    {"column_group", 2L}, {"share", 0.125}, {"tile", 3L}};

/// The files of an input by name; what comes before the first marker is dropped.
std::map<std::string, std::string> unbundle(const std::string& input) {
  std::map<std::string, std::string> files;
  std::size_t at = input.find(marker);
  while (at != std::string::npos) {
    const std::size_t name_at = at + marker.size();
    const std::size_t line_end = std::min(input.find('\n', name_at), input.size());
    at = input.find(marker, line_end);
    const std::size_t text_at = std::min(line_end + 1, input.size());
    const std::size_t text_end = std::min(at, input.size());
    if (text_end >= text_at) {
      files[input.substr(name_at, line_end - name_at)] = input.substr(text_at, text_end - text_at);
    }
  }
  return files;
}

void read(const std::string& input) {
  const auto files = unbundle(input);
  csl::Options options;
  static const auto two = program::wse::read_limits(topology::load_topology("cerebras-wse2"));
  static const auto three = program::wse::read_limits(topology::load_topology("cerebras-wse3"));
  options.limits = input.size() % 2 == 0 ? two : three;
  options.step_limit = 200'000;
  options.tile_limit = 256;
  options.read_file = [&](const std::string& path) -> std::optional<std::string> {
    const auto found = files.find(std::filesystem::path(path).filename().string());
    return found == files.end() ? std::nullopt : std::optional(found->second);
  };
  if (const auto layout = files.find(layout_name); layout != files.end()) {
    for (const auto& [name, value] : parameters) {
      if (layout->second.find("param " + name + ":") != std::string::npos) {
        options.parameters[name] = value;
      }
    }
  }
  (void)csl::compile(layout_name, options);
}

}  // namespace

Target target() {
  Target fuzzed;
  fuzzed.corpus = bundles_below("kernels", ".csl", marker);
  fuzzed.words = {"(",
                  ")",
                  "{",
                  "}",
                  "[",
                  "]",
                  ".{",
                  "|",
                  "*",
                  "&",
                  "-",
                  "!",
                  "~",
                  "@",
                  "\"",
                  "fn f() void {",
                  "if (a) ",
                  "else ",
                  "while (",
                  "for (@range(i16, 3)) |i| ",
                  "switch (",
                  "struct {",
                  "task ",
                  "layout {",
                  "comptime ",
                  "//",
                  "param ",
                  ".* ",
                  "1e",
                  "0x",
                  "0b",
                  "'",
                  ":",
                  "=>",
                  "\n",
                  "\xff",
                  "undefined",
                  "inline ",
                  "const a = ",
                  "@as(f16, ",
                  "[65536]u16",
                  "comptime_int",
                  "@zeros([4]f32)",
                  "f(f(",
                  "while (true) {}",
                  "fn f() void { f(); }"};
  fuzzed.longest_bytes = 100'000;
  fuzzed.read = read;
  return fuzzed;
}

}  // namespace weft::fuzz
