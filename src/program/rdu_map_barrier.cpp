// SPDX-License-Identifier: Apache-2.0
// Sparse memories: elements by their addresses, and those that are changed where they are. What
// barriers ask for, the order of the program's accesses, is kept for all memories.
#include "program/rdu_map_mapper.hpp"
#include "program/rdu_map_number.hpp"

namespace weft::program::rdu {

using rdu_tree::MemoryKind;
using rdu_tree::Operation;
using Op = WordOperation;

namespace {

/// Where the address stands among a node's arguments.
std::uint32_t address_of(const rdu_tree::Node& node) {
  return node.arguments[node.operation == Operation::read ? 0 : 1];
}

}  // namespace

/// The words of a sparse memory off the chip: those of the DRAM that it is, or its own.
std::uint32_t Mapper::sparse_address(std::uint32_t memory) {
  const rdu_tree::Memory& of = tree_.memories[memory];
  if (of.alias != none) return dram_addresses_.at(of.alias);
  const auto found = dram_addresses_.find(memory);
  if (found != dram_addresses_.end()) return found->second;
  const std::uint32_t address = graph_.dram_array(
      "sparse." + std::to_string(memory), Array::Role::output, rdu_tree::word_type(of.type),
      {static_cast<std::uint64_t>(elements_of(of))}, dram_unit_);
  dram_addresses_[memory] = address;
  return address;
}

/// An access of a leaf to elements anywhere: what asks, and what has the answer.
Mapper::SparseAccess& Mapper::sparse_access(std::uint32_t of, const Scope& scope) {
  const std::uint32_t home = shape_.home_of(of);
  const Scope there = home == scope.last() ? scope : shape_.scope_of(home, scope);
  const auto [found, is_new] = sparse_.emplace(std::make_pair(of, there), SparseAccess{});
  SparseAccess& access = found->second;
  if (!is_new) return access;
  const rdu_tree::Node& made = node(of);
  const bool on_chip = tree_.memories[made.memory].kind != MemoryKind::sparse_dram;
  const std::string name = name_of_memory(made.memory);
  const std::uint32_t unit =
      graph_.unit(unique(name + ".ask"), on_chip ? Unit::Kind::compute : Unit::Kind::address);
  graph_.program().units[unit].line = made.place.line;
  access.asks = &new_context(name + ".ask", unit, there, made.place);
  access.takes = &new_context(name + ".take", unit, there, made.place);
  MappedContext& asks = *access.asks;
  asks.is_ahead = true;
  access.at = value(asks, address_of(made), there);
  if (!(rdu_tree::word_type(node(address_of(made)).type) == numerics::word_i32)) {
    access.at.node = asks.maker.convert(access.at.node, numerics::word_i32);
  }
  if (made.operation != Operation::read) access.number = value(asks, made.arguments[0], there);
  access.exists = exists_in(asks);
  if (enabled(of, there) != Enabled::always) {
    access.exists = both(asks, access.exists, value(asks, made.enable, there));
  }
  if (access.exists.is_vector) {
    unsupported(made.place, "a sparse memory that some lanes access and others do not");
  }
  Operand answers = exists_in(*access.takes);
  if (enabled(of, there) != Enabled::always) {
    answers = both(*access.takes, answers, value(*access.takes, made.enable, there));
  }
  if (on_chip) {
    change_in_place(access, of, answers);
  } else {
    ask_dram(access, of, answers);
  }
  return access;
}

/// A transfer of as many elements as the leaf has lanes.
void Mapper::ask_dram(SparseAccess& access, std::uint32_t of, Operand answers) {
  const rdu_tree::Node& made = node(of);
  const std::uint32_t memory = made.memory;
  const std::string name = name_of_memory(memory);
  const WordType type = rdu_tree::word_type(tree_.memories[memory].type);
  const bool reads = made.operation == Operation::read;
  const bool writes = made.operation == Operation::write;
  const auto kind = reads    ? Transfer::Kind::gather
                    : writes ? Transfer::Kind::scatter
                             : Transfer::Kind::add;
  const auto vector = [&](const char* what) {
    return graph_.channel(unique(name + what), Channel::Kind::vector);
  };
  const std::uint32_t addresses = vector(".address");
  const std::uint32_t data = vector(".data");
  std::uint32_t done = none;
  if (writes) done = graph_.channel(unique(name + ".done"), Channel::Kind::bit);
  if (!reads && !writes) done = vector(".sum");
  graph_.transfer(unique(name + "." + std::string(rdu::name_of(kind))), dram_unit_, kind, addresses,
                  none, data, done);
  graph_.program().transfers.back().line = made.place.line;
  graph_.program().transfers.back().type = type;

  ContextMaker& asks = access.asks->maker;
  const std::uint32_t bytes = asks.operation(Op::multiply, access.at.node,
                                             asks.integer(static_cast<std::int32_t>(word_bytes)));
  const auto base = static_cast<std::int32_t>(sparse_address(memory));
  asks.give(addresses, asks.operation(Op::add, bytes, asks.integer(base)), every,
            access.exists.node);
  if (!reads) asks.give(data, access.number.node, every, access.exists.node);
  ContextMaker& takes = access.takes->maker;
  const std::uint32_t input = takes.input(reads ? data : done, every, answers.node);
  if (!writes) access.answer = {takes.value_of(input, type), access.takes->lanes > 1};
  const std::uint32_t alias = tree_.memories[memory].alias;
  access_dram(alias != none ? alias : memory,
              {access.asks, access.takes, !reads, shape_.order_of(of), shape_.home_of(of), {}});
}

/// Words that are added to where they lie, one a cycle, so that each finds what the one before
/// left.
void Mapper::change_in_place(SparseAccess& access, std::uint32_t of, Operand answers) {
  const rdu_tree::Node& made = node(of);
  const std::uint32_t memory = made.memory;
  const WordType type = rdu_tree::word_type(tree_.memories[memory].type);
  MappedContext& asks = *access.asks;
  MemoryCopy& copy = copy_of(memory, asks.scope);
  if (copy.parts.size() > 1) unsupported(made.place, "a sparse memory larger than a memory unit");
  for (std::size_t depth = copy.owner_depth; depth < asks.scope.depth(); ++depth) {
    if (shape_.copies_of(asks.scope.path[depth]) == 1) continue;
    unsupported(made.place, "a memory to whose words parallel loops add");
  }
  const std::uint32_t at =
      words_from(memory, numerics::word_i32, {&asks, access.at}, access.exists, {});
  const std::uint32_t by = words_from(memory, type, {&asks, access.number}, access.exists, {});
  ContextMaker adds = graph_.context(unique(name_of_memory(memory) + ".add"), copy.unit);
  const std::uint32_t place = adds.take(at, numerics::word_i32);
  const std::uint32_t sum =
      adds.operation(Op::add, adds.load(copy.place, type, place), adds.take(by, type));
  adds.store(copy.place, place, sum);
  adds.context().stores.back().line = made.place.line;
  const std::uint32_t lanes = access.takes->lanes;
  const Channel::Kind kind = lanes > 1 ? Channel::Kind::vector : Channel::Kind::word;
  const std::uint32_t sums = graph_.channel(unique(name_of_memory(memory) + ".sum"), kind);
  if (lanes == 1) {
    adds.give(sums, sum);
  } else {
    const std::uint32_t words =
        graph_.channel(unique(name_of_memory(memory) + ".word"), Channel::Kind::word);
    adds.give(words, sum);
    side_by_side(memory, words, {access.takes, sums, {}, made.place, of});
  }
  const std::uint32_t input = access.takes->maker.input(sums, every, answers.node);
  access.answer = {access.takes->maker.value_of(input, type), lanes > 1};
  note_access(copy, {access.asks, access.takes, true, shape_.order_of(of), shape_.home_of(of), {}});
}

/// What an access of a sparse memory gives.
Operand Mapper::sparse_value(MappedContext& context, std::uint32_t of, const Scope& scope) {
  const SparseAccess& access = sparse_access(of, scope);
  return connect({access.takes, access.answer}, context, rdu_tree::word_type(node(of).type),
                 name_of_memory(node(of).memory) + ".word");
}

}  // namespace weft::program::rdu
