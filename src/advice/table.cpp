// SPDX-License-Identifier: Apache-2.0
// Rows by operator.
#include "advice/table.hpp"

#include <algorithm>
#include <utility>

namespace weft::advice {
namespace {

std::string key_of(std::string_view domain, std::string_view operation) {
  return std::string(domain) + ' ' + std::string(operation);
}

}  // namespace

const Row* SupportTable::find(std::string_view domain, std::string_view operation) const {
  const auto found = by_name_.find(key_of(domain, operation));
  return found == by_name_.end() ? nullptr : &rows_[found->second];
}

bool SupportTable::add(Row row, const std::vector<std::string>& names) {
  for (const std::string& domain : row.domains) {
    for (const std::string& name : names) {
      if (!by_name_.emplace(key_of(domain, name), rows_.size()).second) return false;
    }
  }
  rows_.push_back(std::move(row));
  return true;
}

}  // namespace weft::advice
