// SPDX-License-Identifier: Apache-2.0
// What a Table remembers; shared by its copies, private to this room.
#pragma once

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "topology/document.hpp"

namespace weft::topology {

struct Table::State {
  std::shared_ptr<const Value> value;  ///< shares the document's tree
  std::string path;
  std::set<std::string, std::less<>> asked;
  bool abandoned = false;
  std::vector<std::shared_ptr<State>> children;  ///< tables handed out, which finish() visits too
};

}  // namespace weft::topology
