// SPDX-License-Identifier: Apache-2.0
// Interned identifiers: see name.hpp.
#include "frontends/csl/parse/name.hpp"

namespace weft::csl {

NameTable::NameTable() { texts_.emplace_back(); }

Name NameTable::intern(std::string_view text) {
  if (const auto found = index_.find(text); found != index_.end()) return found->second;
  const auto name = static_cast<Name>(texts_.size());
  texts_.emplace_back(text);
  index_.emplace(texts_.back(), name);
  return name;
}

const std::string& NameTable::text(Name name) const {
  return texts_[static_cast<std::size_t>(name)];
}

}  // namespace weft::csl
