// SPDX-License-Identifier: Apache-2.0
// Names as numbers: see symbol.hpp.
#include "frontends/spatial/symbol.hpp"

#include <deque>
#include <mutex>
#include <unordered_map>

namespace weft::spatial {
namespace {

struct SymbolTable {
  std::mutex mutex;
  std::deque<std::string> names = {""};
  std::unordered_map<std::string_view, Symbol> numbers;
};

SymbolTable& symbol_table() {
  static SymbolTable table;
  return table;
}

constexpr char type_mark = '\x01';

Symbol intern_whole(std::string name) {
  SymbolTable& table = symbol_table();
  const std::scoped_lock lock(table.mutex);
  const auto found = table.numbers.find(name);
  if (found != table.numbers.end()) return found->second;
  const auto symbol = static_cast<Symbol>(table.names.size());
  table.names.push_back(std::move(name));
  table.numbers.emplace(table.names.back(), symbol);
  return symbol;
}

}  // namespace

Symbol intern(std::string_view name) { return intern_whole(std::string(name)); }

Symbol intern_type(std::string_view name) { return intern_whole(type_mark + std::string(name)); }

std::string_view name_of(Symbol symbol) {
  SymbolTable& table = symbol_table();
  const std::scoped_lock lock(table.mutex);
  const std::string_view name = table.names[symbol];
  return !name.empty() && name.front() == type_mark ? name.substr(1) : name;
}

}  // namespace weft::spatial
