// SPDX-License-Identifier: Apache-2.0
// Fuzzes the CSL front end: the input is a layout file, and the program of its own tiles.
#include "frontends/csl/csl.hpp"

#include <optional>
#include <string>

#include "fuzz/target.hpp"

namespace weft::fuzz {

namespace {

/// Compiles `input`, which may import and place itself alone, within small limits.
void read(const std::string& input) {
  csl::Options options;
  options.step_limit = 100'000;
  options.tile_limit = 64;
  options.generation = input.size() % 2 == 0 ? program::wse::Generation::wse2
                                             : program::wse::Generation::wse3;
  for (const char* name : {"width", "height", "side", "length", "size", "M", "N"}) {
    if (input.find(std::string("param ") + name + ":") != std::string::npos) {
      options.parameters[name] = std::int64_t{2};
    }
  }
  options.read_file = [&](const std::string&) { return std::optional<std::string>(input); };
  (void)csl::compile("fuzz.csl", options);
}

}  // namespace

Target target() {
  return {.corpus = files_below("kernels", ".csl"),
          .words = {"(",        ")",         "{",          "}",
                    "[",        "]",         ".{",         "|",
                    "*",        "&",         "-",          "!",
                    "~",        "@",         "\"",         "fn f() void {",
                    "if (a) ",  "else ",     "while (",    "for (@range(i16, 3)) |i| ",
                    "switch (", "comptime ", "const a = ", "struct {",
                    "task ",    "layout {",  "//",         "param ",
                    ".* ",      "1e",        "0x",         "0b",
                    "'",        ":",         "=>",         "\n",
                    "\xff",     "@set_rectangle(2, 2);",
                    "@set_tile_code(0, 0, \"fuzz.csl\", .{ .a = 1 });",
                    "@get_dsd(mem1d_dsd, .{ .tensor_access = |i|{4} -> b[i] })",
                    "var b = @zeros([4]f32);",
                    "@export_symbol(f);",
                    "@as(u16, ",
                    "@concat_structs(",
                    "9223372036854775807",
                    "-1",
                    "while (true) {",
                    "inline fn g(x: anytype) @type_of(x) { return g(x); }"},
          .longest_bytes = 100'000,
          .read = read};
}

}  // namespace weft::fuzz
