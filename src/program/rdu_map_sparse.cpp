// SPDX-License-Identifier: Apache-2.0
// Elements of a DRAM by their addresses: a vector of addresses a step.
#include <algorithm>

#include "program/rdu_map_mapper.hpp"
#include "program/rdu_map_number.hpp"

namespace weft::program::rdu {

using Op = WordOperation;

Source Mapper::elements_of_local(std::uint32_t memory, std::uint32_t controller, const Scope& scope,
                                 const std::vector<InnerCounter>& elements, std::uint32_t lanes) {
  const rdu_tree::Controller& made = shape_.controller(controller);
  if (is_queue(memory)) {
    const std::string name = name_of_memory(memory) + ".take";
    MappedContext& takes = new_context(name, graph_.unit(unique(name), Unit::Kind::memory), scope,
                                       made.place, elements, lanes);
    return {&takes, take_from_fifo(takes, memory, exists_in(takes), elements,
                                   controller + static_cast<std::uint32_t>(tree_.nodes.size()))};
  }
  MemoryCopy& copy = copy_of(memory, scope);
  Port port = new_read_port(copy, scope, made.place, elements, lanes, true);
  finish_port(port, copy, {port.reads->maker.index(port.reads->inner), lanes > 1});
  note_access(copy,
              {port.reads, port.reads, false, shape_.end_order_of(controller), controller, {}},
              port.parts);
  return {port.reads, port.data, port.latency_cycles};
}

/// The context that makes bytes' addresses of elements' numbers.
Access Mapper::send_addresses(std::uint32_t controller, const Scope& scope, std::uint32_t channel,
                              const InnerCounter& elements, std::uint32_t lanes) {
  const rdu_tree::Controller& made = shape_.controller(controller);
  const rdu_tree::Transfer& transfer = made.transfer;
  const std::string name = line_name(made.place, "addresses");
  const std::uint32_t unit = graph_.unit(unique(name), Unit::Kind::address);
  graph_.program().units[unit].line = made.place.line;
  MappedContext& asks = new_context(name, unit, scope, made.place, {elements}, lanes);
  const WordType type = rdu_tree::word_type(tree_.memories[transfer.addresses].type);
  Operand at = connect(elements_of_local(transfer.addresses, controller, scope, {elements}, lanes),
                       asks, type, name_of_memory(transfer.addresses) + ".data");
  if (!(type == numerics::word_i32)) at.node = asks.maker.convert(at.node, numerics::word_i32);
  const Operand bytes{asks.maker.integer(static_cast<std::int32_t>(word_bytes)), false};
  const Operand base{
      asks.maker.integer(static_cast<std::int32_t>(dram_addresses_.at(transfer.dram))), false};
  at = binary(asks, Op::add, binary(asks, Op::multiply, at, bytes), base);
  asks.maker.give(channel, at.node, every, exists_in(asks).node);
  Access access;
  access.waits = &asks;
  access.order = shape_.end_order_of(controller);
  access.controller = controller;
  return access;
}

void Mapper::gather(std::uint32_t controller, const Scope& scope) {
  const rdu_tree::Transfer& transfer = shape_.controller(controller).transfer;
  const Stream stream = open_stream(controller, Transfer::Kind::gather);
  const std::uint32_t lanes = stream.lanes;
  const InnerCounter elements = counter_of(transfer.count, "element");
  Access access = send_addresses(controller, scope, stream.address, elements, lanes);
  access.signals = &take_data(controller, scope, stream.data, {elements}, lanes, true);
  access_dram(transfer.dram, access);
}

void Mapper::scatter(std::uint32_t controller, const Scope& scope) {
  const rdu_tree::Controller& made = shape_.controller(controller);
  const rdu_tree::Transfer& transfer = made.transfer;
  const Stream stream = open_stream(controller, Transfer::Kind::scatter);
  const std::uint32_t lanes = stream.lanes;
  const InnerCounter elements = counter_of(transfer.count, "element");
  Access access = send_addresses(controller, scope, stream.address, elements, lanes);
  const Source source = elements_of_local(transfer.local, controller, scope, {elements}, lanes);
  graph_.program().channels[stream.data].latency_cycles = source.latency_cycles;
  source.context->maker.give(stream.data, source.operand.node, every,
                             exists_in(*source.context).node);
  MappedContext& ends =
      new_context(line_name(made.place, "done"), access.waits->maker.context().unit, scope,
                  made.place, {elements}, lanes);
  ends.maker.input(stream.done, every, exists_in(ends).node);
  access.signals = &ends;
  access.is_write = true;
  access_dram(transfer.dram, access);
}

}  // namespace weft::program::rdu
