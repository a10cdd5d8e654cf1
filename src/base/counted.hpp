// SPDX-License-Identifier: Apache-2.0
// Numbers of things: one of them has no plural.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/number_text.hpp"

namespace weft {

/// `number` and the word for so many; `plural` where it is not the word and an s.
inline std::string with_noun(std::string number, bool is_one, std::string_view one,
                             std::string_view plural) {
  number += ' ';
  if (is_one) return number.append(one);
  return plural.empty() ? number.append(one) + "s" : number.append(plural);
}
/// "1 node", "1234 nodes".
template <typename Integer>
std::string counted(Integer count, std::string_view one, std::string_view plural = {}) {
  return with_noun(std::to_string(count), count == Integer{1}, one, plural);
}
/// "1 node", "1,234 nodes".
inline std::string grouped(std::uint64_t count, std::string_view one,
                           std::string_view plural = {}) {
  return with_noun(grouped(count), count == 1, one, plural);
}

}  // namespace weft
