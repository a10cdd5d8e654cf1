// SPDX-License-Identifier: Apache-2.0
// Fuzzes the reader of CSL: lexer and parser.
#include "frontends/csl/parser.hpp"
#include "fuzz/target.hpp"

namespace weft::fuzz {

namespace {

void read(const std::string& input) {
  csl::Sources sources;
  csl::NameTable names;
  (void)csl::parse(sources, sources.add("fuzz.csl", input), names);
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
                    "\xff"},
          .longest_bytes = 100'000,
          .read = read};
}

}  // namespace weft::fuzz
