// SPDX-License-Identifier: Apache-2.0
// A table in words: a kind, its operands, its options.
#include "frontends/rdu/pattern_words.hpp"

#include <algorithm>

namespace weft::rdu {

using PatternKind = program::rdu::Pattern::Kind;

std::string_view options_of(PatternKind kind) {
  switch (kind) {
    case PatternKind::product:
      return "add transposed groups par then";
    case PatternKind::convolution:
      return "add !image !window stride dilation padding behind par then";
    case PatternKind::depthwise:
      return "!image !window stride dilation padding behind then";
    case PatternKind::largest:
    case PatternKind::smallest:
    case PatternKind::times:
      return "!image !window stride dilation padding behind";
    case PatternKind::mean:
      return "!image !window stride dilation padding behind inside";
    case PatternKind::map:
    case PatternKind::add:
    case PatternKind::multiply:
    case PatternKind::subtract:
    case PatternKind::divide:
    case PatternKind::maximum:
    case PatternKind::minimum:
    case PatternKind::power:
    case PatternKind::equal:
    case PatternKind::less:
    case PatternKind::less_equal:
      return "then";
    case PatternKind::softmax:
      return "causal";
    case PatternKind::normalise:
      return "!epsilon uncentred";
    case PatternKind::columns:
      return "from !count";
    case PatternKind::view:
      return "!columns from !axis";
    case PatternKind::pick:
      return "!columns from !axis first !number";
    case PatternKind::lstm:
      return "!steps par";
    case PatternKind::gru:
      return "!steps reset_first par";
    default:
      return "";
  }
}

bool has_word(std::string_view list, std::string_view word) {
  for (std::size_t at = 0; at < list.size();) {
    const std::size_t end = std::min(list.find(' ', at), list.size());
    std::string_view one = list.substr(at, end - at);
    if (one.starts_with('!')) one.remove_prefix(1);
    if (one == word) return true;
    at = end + 1;
  }
  return false;
}

std::pair<std::size_t, std::size_t> operands_of(PatternKind kind) {
  switch (kind) {
    case PatternKind::product:
    case PatternKind::convolution:
    case PatternKind::depthwise:
      return {2, 3};
    case PatternKind::add:
    case PatternKind::multiply:
    case PatternKind::subtract:
    case PatternKind::divide:
    case PatternKind::maximum:
    case PatternKind::minimum:
    case PatternKind::power:
    case PatternKind::equal:
    case PatternKind::less:
    case PatternKind::less_equal:
    case PatternKind::gather:
    case PatternKind::pick:
      return {2, 2};
    case PatternKind::lstm:
      return {5, 5};
    case PatternKind::gru:
      return {4, 4};
    case PatternKind::normalise:
    case PatternKind::select:
      return {3, 3};
    case PatternKind::join:
    case PatternKind::stack:
      return {1, patterns_most};
    default:
      return {1, 1};
  }
}

}  // namespace weft::rdu
