// SPDX-License-Identifier: Apache-2.0
// What is said of a model as a whole, line by line; private to this room.
#pragma once

#include <string>
#include <vector>

#include "advice/profile.hpp"

namespace weft::advice {

struct Fact {
  std::string title;  ///< "inputs"
  std::string text;
};

std::vector<Fact> facts_of(const Profile& profile);
/// "a, b"; "none" for none.
std::string listed(const std::vector<std::string>& words);

}  // namespace weft::advice
