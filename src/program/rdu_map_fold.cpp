// SPDX-License-Identifier: Apache-2.0
// Look-up tables at addresses that are known before the run: constants, which no unit holds.
#include "program/rdu_map_mapper.hpp"
#include "program/rdu_map_number.hpp"

namespace weft::program::rdu {

using Op = WordOperation;

/// What a table has where a read of it goes; nothing where that is not known.
std::optional<rdu_tree::Raw> Mapper::entry_of(std::uint32_t of, const Scope& scope,
                                              const Indices& indices) const {
  const rdu_tree::Memory& table = tree_.memories[node(of).memory];
  std::size_t place = 0;
  for (std::size_t i = 0; i < table.sizes.size(); ++i) {
    const std::uint32_t argument = node(of).arguments[i];
    const auto number = number_where(argument, scope, indices);
    if (!number) return std::nullopt;
    const std::int64_t index = rdu_tree::to_integer(*number, node(argument).type);
    if (index < 0 || index >= table.sizes[i]) return std::nullopt;
    place = place * static_cast<std::size_t>(table.sizes[i]) + static_cast<std::size_t>(index);
  }
  return table.contents[place];
}

/// The read as a constant, or as one for each lane where the loop around is over in one vector.
std::optional<Operand> Mapper::folded(MappedContext& context, std::uint32_t of,
                                      const Scope& scope) {
  if (enabled(of, scope) != Enabled::always) return std::nullopt;
  const WordType type = rdu_tree::word_type(node(of).type);
  const auto constant = [&](rdu_tree::Raw number) {
    return context.maker.constant(type, rdu_tree::word_of(number));
  };
  if (const auto entry = entry_of(of, scope, {})) return Operand{constant(*entry), false};
  const std::uint32_t leaf = scope.last();
  const auto& counters = shape_.controller(leaf).counters;
  const bool lanes = context.lanes > 1 && context.scope.last() == leaf &&
                     context.lanes == shape_.vector_lanes(leaf);
  if (!lanes || counters.back().iterator == none) return std::nullopt;
  const std::uint32_t iterator = counters.back().iterator;
  const std::vector<std::int64_t> numbers = indices_of(iterator, scope);
  if (numbers.empty() || numbers.size() > context.lanes) return std::nullopt;
  std::vector<rdu_tree::Raw> entries;
  for (const std::int64_t number : numbers) {
    const auto entry = entry_of(of, scope, {{iterator, number}});
    if (!entry) return std::nullopt;
    entries.push_back(*entry);
  }
  ContextMaker& maker = context.maker;
  std::uint32_t made = constant(entries.front());
  for (std::size_t l = 1; l < entries.size(); ++l) {
    const std::uint32_t here =
        maker.operation(Op::equal, maker.lane(), maker.integer(static_cast<std::int32_t>(l)));
    made = maker.operation(Op::select, here, constant(entries[l]), made);
  }
  return Operand{made, entries.size() > 1};
}

}  // namespace weft::program::rdu
