// SPDX-License-Identifier: Apache-2.0
// The names the language itself defines: see builtin.hpp.
#include "frontends/csl/parse/builtin.hpp"

#include <string>
#include <unordered_map>

namespace weft::csl {
namespace {

using Numbers = std::unordered_map<std::string_view, int>;

int find(const Numbers& numbers, std::string_view name) {
  const auto found = numbers.find(name);
  return found == numbers.end() ? -1 : found->second;
}

}  // namespace

int builtin_number(std::string_view name) {
  static const Numbers numbers = {
#define WEFT_CSL_ENTRY(word) {#word, static_cast<int>(Builtin::word##_)},
      WEFT_CSL_BUILTINS(WEFT_CSL_ENTRY)
#undef WEFT_CSL_ENTRY
  };
  return find(numbers, name);
}

int universe_number(std::string_view name) {
  static const Numbers numbers = {
#define WEFT_CSL_ENTRY(word) {#word, static_cast<int>(Universe::word##_)},
      WEFT_CSL_UNIVERSE(WEFT_CSL_ENTRY)
#undef WEFT_CSL_ENTRY
  };
  return find(numbers, name);
}

const std::vector<std::string>& builtin_names() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> all = {
#define WEFT_CSL_ENTRY(word) #word,
        WEFT_CSL_BUILTINS(WEFT_CSL_ENTRY)
#undef WEFT_CSL_ENTRY
    };
    all.resize(static_cast<std::size_t>(Builtin::weft_math_));
    return all;
  }();
  return names;
}

const std::vector<std::string>& universe_names() {
  static const std::vector<std::string> names = {
#define WEFT_CSL_ENTRY(word) #word,
      WEFT_CSL_UNIVERSE(WEFT_CSL_ENTRY)
#undef WEFT_CSL_ENTRY
  };
  return names;
}

}  // namespace weft::csl
