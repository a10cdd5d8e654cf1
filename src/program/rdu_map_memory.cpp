// SPDX-License-Identifier: Apache-2.0
// Memories on the chip: where their words lie, and what reads and writes them.
#include <algorithm>
#include <utility>

#include "program/rdu_map_mapper.hpp"
#include "program/rdu_map_number.hpp"

namespace weft::program::rdu {

using rdu_tree::MemoryKind;
using Op = WordOperation;

MemoryCopy& Mapper::copy_of(std::uint32_t memory, const Scope& scope) {
  const rdu_tree::Memory& of = tree_.memories[memory];
  const Scope owner = of.owner == none ? Scope{} : shape_.scope_of(of.owner, scope);
  const auto key = std::make_pair(memory, owner);
  const auto found = copies_.find(key);
  if (found != copies_.end()) return found->second;
  MemoryCopy made;
  made.memory = memory;
  made.owner_depth = owner.depth();
  made.strides.resize(of.sizes.size());
  std::uint64_t words = 1;
  for (std::size_t i = of.sizes.size(); i-- > 0;) {
    made.strides[i] = static_cast<std::uint32_t>(words);
    const auto size = static_cast<std::uint64_t>(of.sizes[i]);
    words *= padded_[memory] && i > 0 ? size | 1U : size;
  }
  const std::string name = unique(name_of_memory(memory));
  if (words > capacity_most * 64ULL) unsupported(of.place, "a memory of 2^26 words");
  place_copy(made, name, static_cast<std::uint32_t>(words),
             of.kind == MemoryKind::lut || carried_[memory] ? 1 : of.copies);
  if (of.kind == MemoryKind::lut) {
    std::vector<std::uint32_t> initial(words, 0);
    std::vector<std::int64_t> at(of.sizes.size(), 0);
    for (const rdu_tree::Raw number : of.contents) {
      std::uint64_t word = 0;
      for (std::size_t i = 0; i < at.size(); ++i) {
        word += static_cast<std::uint64_t>(at[i]) * made.strides[i];
      }
      initial[word] = rdu_tree::word_of(number);
      for (std::size_t i = at.size(); i-- > 0;) {
        if (++at[i] < of.sizes[i]) break;
        at[i] = 0;
      }
    }
    for (const MemoryPart& part : made.parts) {
      Memory& there = graph_.program().memories[part.place];
      const auto first = initial.begin() + part.first;
      there.initial.assign(first, first + there.words);
    }
  }
  if (of.kind == MemoryKind::register_file) {
    // Registers: as many words at once as are asked for
    for (const MemoryPart& part : made.parts) {
      Memory& there = graph_.program().memories[part.place];
      there.banks = there.words;
    }
  }
  for (const MemoryPart& part : made.parts) copy_of_place_[part.place] = made;
  return copies_.emplace(key, std::move(made)).first->second;
}

std::uint32_t Mapper::turn_level(const MappedContext& context, const MemoryCopy& copy) {
  if (graph_.program().memories[copy.place].buffers == 1) return no_level;
  return context.iteration(copy.owner_depth - 1);
}

Operand Mapper::flat_address(MappedContext& context, const MemoryCopy& copy,
                             const std::vector<Operand>& indices) {
  Operand sum;
  for (std::size_t i = 0; i < indices.size(); ++i) {
    Operand part = indices[i];
    if (copy.strides[i] != 1) {
      const Operand stride{context.maker.integer(static_cast<std::int32_t>(copy.strides[i])),
                           false};
      part = binary(context, Op::multiply, part, stride);
    }
    sum = sum.node == none ? part : binary(context, Op::add, sum, part);
  }
  if (sum.node == none) sum.node = context.maker.integer(0);
  return sum;
}

Operand Mapper::address(MappedContext& context, const MemoryCopy& copy,
                        const std::vector<std::uint32_t>& nodes, const Scope& scope) {
  std::vector<Operand> indices;
  for (const std::uint32_t each : nodes) {
    Operand index = value(context, each, scope);
    if (!(rdu_tree::word_type(node(each).type) == numerics::word_i32)) {
      index.node = context.maker.convert(index.node, numerics::word_i32);
    }
    indices.push_back(index);
  }
  return flat_address(context, copy, indices);
}

Mapper::Port Mapper::new_read_port(MemoryCopy& copy, const Scope& scope,
                                   rdu_tree::SourcePlace place,
                                   const std::vector<InnerCounter>& inner, std::uint32_t lanes,
                                   bool plain) {
  const std::string name = name_of_memory(copy.memory);
  // What is read is on its way for the pipe's time, and the address's before it; that it has been
  // read, and the word may be written anew, is known at once.
  Port port;
  const bool split = copy.parts.size() > 1;
  const std::uint32_t unit =
      split ? graph_.unit(unique(name + ".join"), Unit::Kind::compute) : copy.unit;
  port.reads = &new_context(name + (split ? ".join" : ".read"), unit, scope, place, inner, lanes);
  if (!split && !may_be_empty(scope)) port.reads->maker.context().stages = timing_.move_stages;
  plain = plain && !split;
  port.addresses =
      plain ? port.reads : &new_context(name + ".address", copy.unit, scope, place, inner, lanes);
  const bool written = tree_.memories[copy.memory].kind != MemoryKind::lut;
  port.latency_cycles = timing_.compute_stages + (written ? 1 : 0);
  return port;
}

void Mapper::finish_port(Port& port, MemoryCopy& copy, Operand at) {
  if (copy.parts.size() > 1) return load_parts(port, copy, at);
  const Operand there = port.addresses == port.reads
                            ? at
                            : connect({port.addresses, at}, *port.reads, numerics::word_i32,
                                      name_of_memory(copy.memory) + ".at");
  const WordType type = rdu_tree::word_type(tree_.memories[copy.memory].type);
  port.data = {port.reads->maker.load(copy.place, type, there.node, turn_level(*port.reads, copy)),
               there.is_vector};
}

/// What a port reads where it leaves the memory's unit: a lane that is not always of one bank finds
/// its word in another context's pipe.
Source Mapper::out_of_banks(const Port& port, const MemoryCopy& copy,
                            const std::vector<std::uint32_t>& lanes, const Scope& scope,
                            rdu_tree::SourcePlace place, const std::vector<InnerCounter>& inner,
                            std::uint32_t inner_lanes) {
  const Source read{port.reads, port.data, port.latency_cycles};
  if (lanes == banks_[copy.memory]) return read;
  const std::string name = name_of_memory(copy.memory);
  MappedContext& banks = new_context(name + ".banks", copy.unit, scope, place, inner, inner_lanes);
  banks.maker.context().stages = timing_.compute_stages;
  const WordType type = rdu_tree::word_type(tree_.memories[copy.memory].type);
  return {&banks, connect(read, banks, type, name + ".data"), 1};
}

bool Mapper::is_plain(const std::vector<std::uint32_t>& indices) const {
  return indices.empty() || (indices.size() == 1 && is_bare(indices[0]) &&
                             rdu_tree::word_type(node(indices[0]).type) == numerics::word_i32);
}

/// Whether the leaf of a read writes the same word.
bool Mapper::is_written_back(std::uint32_t read) const {
  const rdu_tree::Node& made = node(read);
  for (const rdu_tree::Step& step : shape_.controller(shape_.home_of(read)).steps) {
    if (step.is_controller || node(step.index).memory != made.memory) continue;
    const rdu_tree::Node& other = node(step.index);
    if (other.operation == rdu_tree::Operation::write &&
        std::equal(made.arguments.begin(), made.arguments.end(), other.arguments.begin() + 1,
                   other.arguments.end())) {
      return true;
    }
  }
  return false;
}

Source Mapper::read_port(std::uint32_t of, const Scope& scope) {
  const std::uint32_t home = shape_.home_of(of);
  const Scope there = home == scope.last() ? scope : shape_.scope_of(home, scope);
  const auto key = std::make_pair(of, there);
  const auto found = ports_.find(key);
  if (found != ports_.end()) return found->second;
  const rdu_tree::Node& made = node(of);
  MemoryCopy& copy = copy_of(made.memory, there);
  const bool asks = enabled(of, there) == Enabled::sometimes;
  const bool strays = may_stray(made.arguments, there);
  const bool plain = is_plain(made.arguments) && !asks && !strays;
  Port port = new_read_port(copy, there, made.place, {}, 1, plain);
  MappedContext& from = *port.addresses;
  from.is_ahead = true;
  Operand at = address(from, copy, made.arguments, there);
  Operand exists = strays ? mask_of(from) : Operand{};
  if (asks) exists = both(from, exists, value(from, made.enable, there));
  if (exists.node != none) {
    at = {from.maker.operation(Op::select, exists.node, at.node, from.maker.integer(0)),
          at.is_vector || exists.is_vector};
  }
  finish_port(port, copy, at);
  if (tree_.memories[made.memory].kind != MemoryKind::lut) {
    note_access(copy, {port.reads, port.reads, false, shape_.order_of(of), home, made.arguments},
                port.parts);
  }
  const auto lanes = is_written_back(of) ? banks_[made.memory] : lanes_of_access(of);
  const Source source = out_of_banks(port, copy, lanes, there, made.place, {}, 1);
  ports_.emplace(key, source);
  return source;
}

void Mapper::write_memory(std::uint32_t of, const Scope& scope) {
  const rdu_tree::Node& made = node(of);
  if (enabled(of, scope) == Enabled::never) return;
  const bool asks = enabled(of, scope) == Enabled::sometimes;
  MemoryCopy& copy = copy_of(made.memory, scope);
  const std::string name = name_of_memory(made.memory);
  MappedContext& writes = new_context(name + ".write", copy.unit, scope, made.place);
  writes.is_ahead = is_read_behind(of);
  const std::vector<std::uint32_t> indices(made.arguments.begin() + 1, made.arguments.end());
  Operand at;
  if (is_plain(indices)) {
    at = address(writes, copy, indices, scope);
  } else {
    MappedContext& addresses = new_context(name + ".address", copy.unit, scope, made.place);
    addresses.is_ahead = writes.is_ahead;
    at = connect({&addresses, address(addresses, copy, indices, scope)}, writes, numerics::word_i32,
                 name + ".at");
  }
  MappedContext& source = computes_for(of, scope);
  const WordType type = rdu_tree::word_type(node(made.arguments[0]).type);
  const Operand number =
      is_read_behind(of)
          ? connect({&source, value(source, made.arguments[0], scope), timing_.store_cycles},
                    writes, type, line_name(made.place, "value"))
          : moved(writes, made.arguments[0], scope, timing_.store_cycles);
  if (number.is_vector && !at.is_vector) {
    const std::uint32_t line = shape_.controller(scope.last()).place.line;
    refuse_two_writers(made.memory, of,
                       "parallel iterations of the loop in line " + std::to_string(line),
                       "the same word");
  }
  Operand when;
  if (asks || may_lack(scope)) {
    Operand exists = mask_of(source);
    if (asks) exists = both(source, exists, value(source, made.enable, scope));
    when = connect({&source, exists}, writes, numerics::word_bit, name + ".when");
  }
  const auto stores = store_into(writes, copy, at, number, when, made.place.line);
  note_access(copy, {&writes, &writes, true, shape_.order_of(of), scope.last(), indices}, stores);
}

}  // namespace weft::program::rdu
