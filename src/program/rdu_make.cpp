// SPDX-License-Identifier: Apache-2.0
// Pieces of unit graphs.
#include "program/rdu_make.hpp"

#include <algorithm>
#include <bit>

#include "base/error.hpp"

namespace weft::program::rdu {

namespace {

std::uint32_t count_of(const auto& list) { return static_cast<std::uint32_t>(list.size()); }

}  // namespace

std::uint32_t ContextMaker::add(Node node) {
  context().nodes.push_back(std::move(node));
  return count_of(context().nodes) - 1;
}

WordType ContextMaker::type_of(std::uint32_t node) const {
  const Node& of = p_->contexts[c_].nodes.at(node);
  switch (of.kind) {
    case Node::Kind::index:
    case Node::Kind::lane:
      return numerics::word_i32;
    case Node::Kind::first:
    case Node::Kind::last:
      return numerics::word_bit;
    case Node::Kind::operation:
      return numerics::result_of(of.operation, of.type, of.to);
    default:
      return of.type;
  }
}

std::uint32_t ContextMaker::counter(std::string name, Bound first, Bound end, Bound step) {
  context().counters.push_back({std::move(name), first, end, step, false});
  return count_of(context().counters) - 1;
}

std::uint32_t ContextMaker::input(std::uint32_t channel, std::uint32_t level, std::uint32_t when,
                                  std::uint32_t pop_when) {
  context().inputs.push_back({channel, level, when, pop_when});
  return count_of(context().inputs) - 1;
}

std::uint32_t ContextMaker::value_of(std::uint32_t input, WordType type) {
  Node node;
  node.kind = Node::Kind::input;
  node.type = type;
  node.at = input;
  return add(node);
}

std::uint32_t ContextMaker::constant(WordType type, std::uint32_t word) {
  Node node;
  node.type = type;
  node.word = word;
  return add(node);
}
std::uint32_t ContextMaker::integer(std::int32_t value) {
  return constant(numerics::word_i32, static_cast<std::uint32_t>(value));
}
std::uint32_t ContextMaker::real(float value) {
  return constant(numerics::word_f32, std::bit_cast<std::uint32_t>(value));
}

std::uint32_t ContextMaker::index(std::uint32_t counter) {
  Node node;
  node.kind = Node::Kind::index;
  node.at = counter;
  return add(node);
}
std::uint32_t ContextMaker::lane() {
  Node node;
  node.kind = Node::Kind::lane;
  return add(node);
}
std::uint32_t ContextMaker::first(std::uint32_t level) {
  Node node;
  node.kind = Node::Kind::first;
  node.level = level;
  return add(node);
}
std::uint32_t ContextMaker::last(std::uint32_t level) {
  Node node;
  node.kind = Node::Kind::last;
  node.level = level;
  return add(node);
}

std::uint32_t ContextMaker::operation(WordOperation operation, std::uint32_t a, std::uint32_t b,
                                      std::uint32_t c) {
  Node node;
  node.kind = Node::Kind::operation;
  node.operation = operation;
  node.type = type_of(operation == WordOperation::select ? b : a);
  node.operands[0] = a;
  node.operands[1] = b;
  node.operands[2] = c;
  return add(node);
}
std::uint32_t ContextMaker::convert(std::uint32_t a, WordType to) {
  const std::uint32_t made = operation(WordOperation::convert, a);
  context().nodes[made].to = to;
  return made;
}
std::uint32_t ContextMaker::pair(PairOperation operation, std::uint32_t a, std::uint32_t b,
                                 std::uint32_t c) {
  Node node;
  node.kind = Node::Kind::pair;
  node.at = static_cast<std::uint32_t>(operation);
  node.type = operation < PairOperation::pack ? numerics::word_f32 : numerics::word_u32;
  node.operands[0] = a;
  node.operands[1] = b;
  node.operands[2] = c;
  return add(node);
}
std::uint32_t ContextMaker::body(std::uint32_t rows, std::uint32_t columns, std::uint32_t level,
                                 std::uint32_t when) {
  Node node;
  node.kind = Node::Kind::body;
  node.type = numerics::word_f32;
  node.level = level;
  node.operands[0] = rows;
  node.operands[1] = columns;
  node.operands[2] = when;
  return add(node);
}
std::uint32_t ContextMaker::row(std::uint32_t body, std::uint32_t index, std::uint32_t half) {
  Node node;
  node.kind = Node::Kind::row;
  node.type = numerics::word_f32;
  node.at = half;
  node.operands[0] = body;
  node.operands[1] = index;
  return add(node);
}
std::uint32_t ContextMaker::reduce(WordOperation operation, std::uint32_t a) {
  Node node;
  node.kind = Node::Kind::reduce;
  node.operation = operation;
  node.type = type_of(a);
  node.operands[0] = a;
  return add(node);
}
std::uint32_t ContextMaker::accumulate(WordOperation operation, std::uint32_t a,
                                       std::uint32_t level, std::uint32_t start,
                                       std::uint32_t when) {
  Node node;
  node.kind = Node::Kind::accumulate;
  node.operation = operation;
  node.type = type_of(a);
  node.level = level;
  node.operands[0] = a;
  node.operands[1] = start;
  node.operands[2] = when;
  return add(node);
}

std::uint32_t ContextMaker::reg(std::string name, WordType type, std::uint32_t start,
                                std::uint32_t level) {
  context().registers.push_back({std::move(name), type, start, level, none, none, 0});
  return count_of(context().registers) - 1;
}
std::uint32_t ContextMaker::value_of_register(std::uint32_t reg) {
  Node node;
  node.kind = Node::Kind::reg;
  node.type = context().registers.at(reg).type;
  node.at = reg;
  return add(node);
}
void ContextMaker::leave(std::uint32_t reg, std::uint32_t next, std::uint32_t when) {
  context().registers.at(reg).next = next;
  context().registers.at(reg).when = when;
}

std::uint32_t ContextMaker::load(std::uint32_t memory, WordType type, std::uint32_t address,
                                 std::uint32_t turn) {
  Node node;
  node.kind = Node::Kind::load;
  node.type = type;
  node.at = memory;
  node.turn = turn;
  node.operands[0] = address;
  return add(node);
}
void ContextMaker::store(std::uint32_t memory, std::uint32_t address, std::uint32_t value,
                         std::uint32_t turn, std::uint32_t when) {
  context().stores.push_back({memory, address, value, when, turn, 0});
}
void ContextMaker::give(std::uint32_t channel, std::uint32_t value, std::uint32_t level,
                        std::uint32_t when) {
  context().outputs.push_back({channel, value, level, when});
}

std::uint32_t GraphMaker::unit(std::string name, Unit::Kind kind, std::uint32_t chip) {
  Unit& made = program_.units.emplace_back();
  made.name = std::move(name);
  made.kind = kind;
  made.chip = chip;
  made.section = section_;
  return count_of(program_.units) - 1;
}

void GraphMaker::begin_section(std::string name) {
  section_ = count_of(program_.sections);
  program_.sections.push_back({std::move(name), 0});
}

std::uint32_t GraphMaker::channel(std::string name, Channel::Kind kind, std::uint32_t capacity,
                                  std::uint32_t latency_cycles, std::uint32_t initial) {
  if (capacity == none) capacity = timing_.depth_of(kind);
  program_.channels.push_back({std::move(name), kind, latency_cycles, capacity, initial, 0});
  return count_of(program_.channels) - 1;
}

std::uint32_t GraphMaker::memory(std::string name, std::uint32_t unit, std::uint32_t words,
                                 std::uint32_t buffers) {
  Memory& made = program_.memories.emplace_back();
  made.name = std::move(name);
  made.unit = unit;
  made.words = words;
  made.buffers = buffers;
  return count_of(program_.memories) - 1;
}

ContextMaker GraphMaker::context(std::string name, std::uint32_t unit, std::uint32_t lanes,
                                 bool once) {
  Context& made = program_.contexts.emplace_back();
  made.name = std::move(name);
  made.unit = unit;
  made.lanes = lanes;
  made.once = once;
  return {program_, count_of(program_.contexts) - 1};
}

std::uint32_t GraphMaker::transfer(std::string name, std::uint32_t unit, Transfer::Kind kind,
                                   std::uint32_t address, std::uint32_t size, std::uint32_t data,
                                   std::uint32_t done) {
  program_.transfers.push_back(
      {std::move(name), unit, kind, address, size, data, done, lanes_most, {}, 0, {}});
  return count_of(program_.transfers) - 1;
}

std::uint32_t GraphMaker::array(std::string name, Array::Role role, WordType type,
                                std::vector<std::uint64_t> shape, std::uint32_t memory) {
  program_.arrays.push_back(
      {std::move(name), role, type, std::move(shape), memory, none, 0, false, 0});
  return count_of(program_.arrays) - 1;
}

std::uint32_t GraphMaker::dram_array(std::string name, Array::Role role, WordType type,
                                     std::vector<std::uint64_t> shape, std::uint32_t unit,
                                     bool as_pairs) {
  std::uint64_t end = 0;
  for (const Array& array : program_.arrays) {
    if (array.unit != unit) continue;
    end = std::max(end, array.address_bytes + array.words() * word_bytes);
  }
  const std::uint64_t begin = (end + burst_bytes - 1) / burst_bytes * burst_bytes;
  if (begin >= address_reach_bytes) {
    fail(Category::unsupported, "Unsupported: addresses reach 2^32 bytes of a memory, array '" +
                                    name + "' would begin behind them");
  }
  const auto address = static_cast<std::uint32_t>(begin);
  program_.arrays.push_back(
      {std::move(name), role, type, std::move(shape), none, unit, address, as_pairs, 0});
  return address;
}

void GraphMaker::argument(const std::string& name, WordType type, std::uint32_t host,
                          std::uint32_t channel) {
  const std::uint32_t word = memory(name, host, 1);
  array(name, Array::Role::input, type, {1}, word);
  ContextMaker sends = context(name + ".send", host, 1, true);
  sends.counter("once", 1);
  sends.give(channel, sends.load(word, type, sends.integer(0)));
}

void GraphMaker::result(const std::string& name, WordType type, std::uint32_t host,
                        std::uint32_t channel) {
  const std::uint32_t word = memory(name, host, 1);
  array(name, Array::Role::output, type, {1}, word);
  ContextMaker takes = context(name + ".take", host);
  const std::uint32_t value = takes.take(channel, type);
  takes.store(word, takes.integer(0), value);
}

void GraphMaker::hand_over(const std::string& name, ContextMaker& writer,
                           std::uint32_t writer_level, ContextMaker& reader,
                           std::uint32_t reader_level, std::uint32_t depth,
                           std::uint32_t latency_cycles) {
  const std::uint32_t token = channel(name + ".token", Channel::Kind::bit, depth, latency_cycles);
  const std::uint32_t credit =
      channel(name + ".credit", Channel::Kind::bit, depth, latency_cycles, depth);
  writer.give(token, none, writer_level);
  reader.input(token, reader_level);
  reader.give(credit, none, reader_level);
  writer.input(credit, writer_level);
}

}  // namespace weft::program::rdu
