// SPDX-License-Identifier: Apache-2.0
// A table of flags: passed on, without effect, unsupported; others are refused.
#include "frontends/poplar/codelet_flags.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

#include "base/error.hpp"
#include "topology/suggest.hpp"

namespace weft::frontends::poplar {
namespace {

enum class Use {
  preprocess,      ///< passed on, with the word that follows where nothing is attached
  compile,         ///< passed on
  standard,        ///< -std=...
  without_effect,  ///< on what a codelet computes
  with_value,      ///< likewise, and so is the next word
  unsupported
};

// Flags by their names, with blanks between; "-D*": and what is attached to it.

constexpr std::string_view preprocessor = "-D* -U* -I* -include -isystem* -iquote*";
constexpr std::string_view standard = "-std=*";
constexpr std::string_view passed_on =
    "-O -O0 -O1 -O2 -O3 -Os -Og -Oz -Ofast -g -g0 -g1 -g2 -g3 -ggdb* -gdwarf* "
    "-fno-strict-aliasing -fwrapv -w -Wall -Wextra -Werror -Wno-*";
/// The IPU's compiler: its targets, its passes.
constexpr std::string_view vendors =
    "-target=* --target=* -mcpu=* -march=* -mtune=* -mworker -msupervisor -Wl,* -Wa,* "
    "-Rpass*";
constexpr std::string_view vendors_with_value =
    "-target --target -mllvm -Xclang -Xassembler -Xlinker -x -MF -MT -MQ";
/// Speed, and what would make results depend on the host.
constexpr std::string_view speed =
    "-ffast-math -fno-fast-math -ffinite-math-only -fno-signed-zeros "
    "-fassociative-math -freciprocal-math -funsafe-math-optimizations -fno-math-errno "
    "-fno-trapping-math -ffp-contract=* -funroll-loops -fno-unroll-loops "
    "-finline-functions -fno-inline -fno-inline-functions -fvectorize -fno-vectorize "
    "-fslp-vectorize -fno-slp-vectorize -ftree-vectorize -fno-tree-vectorize "
    "-fomit-frame-pointer -fno-omit-frame-pointer -ffunction-sections -fdata-sections "
    "-flto* -fstrict-aliasing -fno-builtin* -ffreestanding";
/// Forms of the code and of messages.
constexpr std::string_view forms =
    "-c -W* -pedantic* -gline-tables-only -fPIC -fpic -fPIE -fexceptions "
    "-fno-exceptions -frtti -fno-rtti -fno-common -fno-threadsafe-statics "
    "-fno-use-cxa-atexit -fvisibility=* -fstack-protector* -fno-stack-protector "
    "-fcolor-diagnostics -fno-color-diagnostics -fdiagnostics-* -ferror-limit=* "
    "-ftemplate-depth=* -fconstexpr-* -pipe -v -save-temps* -stdlib=* -nostdlib* "
    "-nostdinc* -MD -MMD -MP";
constexpr std::string_view code_to_show = "-S -E -emit-llvm --emit-llvm";
constexpr std::string_view threads = "-fopenmp";

struct Group {
  std::string_view names;
  Use use;
  std::string_view why = "";  ///< unsupported
};
constexpr std::array groups = {
    Group{preprocessor, Use::preprocess},
    Group{standard, Use::standard},
    Group{passed_on, Use::compile},
    Group{vendors, Use::without_effect},
    Group{vendors_with_value, Use::with_value},
    Group{speed, Use::without_effect},
    Group{forms, Use::without_effect},
    Group{code_to_show, Use::unsupported, "there is no code of an IPU to show"},
    Group{threads, Use::unsupported, "a codelet runs on the workers of its tile"}};

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

struct Flag {
  std::string_view name;
  Use use = Use::unsupported;
  std::string_view why;

  bool open_ended() const { return name.back() == '*'; }
  std::string_view stem() const { return name.substr(0, name.size() - (open_ended() ? 1 : 0)); }
};

std::vector<Flag> known_flags() {
  std::vector<Flag> out;
  for (const Group& group : groups) {
    std::string_view rest = group.names;
    while (!rest.empty()) {
      const std::size_t end = std::min(rest.find(' '), rest.size());
      out.push_back({rest.substr(0, end), group.use, group.why});
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
  }
  return out;
}

/// The flag that a word is: its own name, else the longest beginning.
std::optional<Flag> find_flag(std::string_view word) {
  std::optional<Flag> found;
  for (const Flag& flag : known_flags()) {
    if (word == flag.stem()) return flag;
    if (!flag.open_ended() || !word.starts_with(flag.stem())) continue;
    if (!found || flag.stem().size() > found->stem().size()) found = flag;
  }
  return found;
}

[[noreturn]] void refuse_unknown(const std::string& word) {
  std::vector<std::string> names;
  for (const Flag& flag : known_flags()) names.emplace_back(flag.stem());
  fail(Category::input,
       "codelets have no flag '" + word + "'" + topology::did_you_mean(word, names));
}

}  // namespace

bool takes_value(const std::string& word) {
  const std::optional<Flag> flag = find_flag(word);
  if (!flag || word != flag->stem()) return false;
  return flag->use == Use::preprocess || flag->use == Use::with_value;
}

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
    const std::string& word = flags[i];
    if (!word.starts_with("-")) {
      fail(Category::input, "'" + word + "' among the flags of codelets is no flag");
    }
    const std::optional<Flag> flag = find_flag(word);
    if (!flag) refuse_unknown(word);
    const bool more = takes_value(word);
    if (more && i + 1 == flags.size()) {
      fail(Category::input, "the codelet flag " + word + " lacks a value");
    }
    switch (flag->use) {
      case Use::preprocess:
        out.preprocess.push_back(word);
        if (more) out.preprocess.push_back(flags[i + 1]);
        break;
      case Use::compile:
        out.compile.push_back(word == "-Ofast" ? "-O3" : word);
        break;
      case Use::standard:
        out.standard = standard_of(word.substr(flag->stem().size()));
        break;
      case Use::unsupported:
        fail(Category::unsupported,
             "the codelet flag " + word + " is unsupported: " + std::string(flag->why));
      case Use::without_effect:
      case Use::with_value:
        break;
    }
    if (more) ++i;
  }
  return out;
}

}  // namespace weft::frontends::poplar
