// SPDX-License-Identifier: Apache-2.0
// A list of what is passed on; the rest is dropped.
#include "frontends/poplar/codelet_flags.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "base/error.hpp"

namespace weft::frontends::poplar {
namespace {

bool starts(std::string_view text, std::string_view with) { return text.starts_with(with); }

/// Flags whose value may be the next word.
constexpr std::array<std::string_view, 6> preprocessor_flags = {"-D",       "-U",       "-I",
                                                                "-include", "-isystem", "-iquote"};
constexpr std::array<std::string_view, 6> kept = {
    "-fno-strict-aliasing", "-fwrapv", "-Wall", "-Wextra", "-Werror", "-w"};
constexpr std::array<std::string_view, 6> dropped_with_value = {
    "-target", "-mllvm", "-Xclang", "-Xassembler", "-Xlinker", "-x"};

/// The standards before C++17 are too old for the headers; strict modes lack vector types.
std::string standard_of(std::string_view name) {
  const std::string_view year = name.substr(std::min(name.find("++") + 2, name.size()));
  for (const std::string_view newer : {"20", "2a", "23", "2b", "26", "2c"}) {
    if (year == newer) return "-std=gnu++" + std::string(newer);
  }
  for (const std::string_view known : {"98", "03", "0x", "11", "1y", "14", "1z", "17"}) {
    if (year == known) return "-std=gnu++17";
  }
  fail(Category::input, "unknown language standard '" + std::string(name) + "' for codelets");
}

template <std::size_t n>
bool contains(const std::array<std::string_view, n>& list, std::string_view word) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

}  // namespace

std::vector<std::string> split_flags(const std::string& text) {
  std::vector<std::string> out;
  char quote = 0;
  bool open = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quote == 0 && (c == ' ' || c == '\t' || c == '\n')) {
      open = false;
      continue;
    }
    if (!open) out.emplace_back();
    open = true;
    if (quote != 0 ? c == quote : c == '"' || c == '\'') {
      quote = quote != 0 ? '\0' : c;
    } else if (c == '\\' && quote != '\'' && i + 1 < text.size()) {
      out.back() += text[++i];
    } else {
      out.back() += c;
    }
  }
  return out;
}

CompilerFlags host_flags(const std::vector<std::string>& flags) {
  CompilerFlags out;
  out.standard = "-std=gnu++17";
  for (std::size_t i = 0; i < flags.size(); ++i) {
    const std::string& flag = flags[i];
    const auto is_prefix = [&](std::string_view name) { return starts(flag, name); };
    if (contains(preprocessor_flags, flag)) {
      if (i + 1 == flags.size())
        fail(Category::input, "the codelet flag " + flag + " lacks a value");
      out.preprocess.insert(out.preprocess.end(), {flag, flags[++i]});
    } else if (contains(dropped_with_value, flag)) {
      ++i;
    } else if (std::any_of(preprocessor_flags.begin(), preprocessor_flags.end(), is_prefix)) {
      out.preprocess.push_back(flag);
    } else if (starts(flag, "-std=")) {
      out.standard = standard_of(flag.substr(5));
    } else if (contains(kept, flag) || starts(flag, "-O") || starts(flag, "-g") ||
               starts(flag, "-Wno-")) {
      out.compile.push_back(flag == "-Ofast" ? "-O3" : flag);
    } else if (!starts(flag, "-")) {
      fail(Category::input, "'" + flag + "' among the flags of codelets is no flag");
    }
  }
  return out;
}

}  // namespace weft::frontends::poplar
