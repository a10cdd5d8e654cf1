// SPDX-License-Identifier: Apache-2.0
// Tiles between a DRAM and memories on the chip: a command a row.
#include <algorithm>

#include "program/rdu_map_mapper.hpp"
#include "program/rdu_map_number.hpp"

namespace weft::program::rdu {

using Op = WordOperation;

namespace {

/// Accesses of a DRAM stand beside those of the graph's memories.
constexpr std::uint32_t dram_place(std::uint32_t memory) { return 0x80000000U | memory; }

}  // namespace

InnerCounter Mapper::counter_of(std::uint32_t count, const std::string& name) const {
  const auto number = known_integer(count);
  if (!number) return {name, 0, count};
  return {name, static_cast<std::uint32_t>(*number), none};
}

Mapper::Tile Mapper::tile_of(const rdu_tree::Transfer& transfer) const {
  Tile tile;
  const auto counter = [&](std::size_t dimension, const std::string& name) {
    return counter_of(transfer.ranges[dimension].length, name);
  };
  const std::size_t last = transfer.ranges.size() - 1;
  for (std::uint32_t i = 0; i < last; ++i) {
    if (transfer.ranges[i].length == none) continue;
    tile.rows.push_back(counter(i, "row" + std::to_string(i)));
    tile.row_dimensions.push_back(i);
  }
  tile.has_words = transfer.ranges[last].length != none;
  if (transfer.ranges[last].step != none) {  // a command a word
    tile.rows.push_back(counter(last, "row" + std::to_string(last)));
    tile.row_dimensions.push_back(static_cast<std::uint32_t>(last));
    tile.has_words = false;
  }
  tile.words = tile.has_words ? counter(last, "word") : InnerCounter{"word", 1, none};
  return tile;
}

/// The context that sends an address and a size a row.
MappedContext& Mapper::commands(std::uint32_t controller, const Scope& scope, const Tile& tile,
                                std::uint32_t address, std::uint32_t size) {
  const rdu_tree::Controller& made = shape_.controller(controller);
  const rdu_tree::Transfer& transfer = made.transfer;
  const rdu_tree::Memory& dram = tree_.memories[transfer.dram];
  const std::string name = line_name(made.place, "commands");
  const std::uint32_t unit = graph_.unit(unique(name), Unit::Kind::address);
  graph_.program().units[unit].line = made.place.line;
  MappedContext& context = new_context(name, unit, scope, made.place, tile.rows);
  ContextMaker& maker = context.maker;
  std::uint32_t sum = none;
  std::int32_t stride = static_cast<std::int32_t>(word_bytes);
  for (std::size_t i = dram.sizes.size(); i-- > 0;) {
    std::uint32_t at = none;
    if (transfer.ranges[i].start != none) at = value(context, transfer.ranges[i].start, scope).node;
    const auto row = std::find(tile.row_dimensions.begin(), tile.row_dimensions.end(), i);
    if (row != tile.row_dimensions.end()) {
      std::uint32_t index = maker.index(
          context.inner + static_cast<std::uint32_t>(row - tile.row_dimensions.begin()));
      if (transfer.ranges[i].step != none) {
        const Operand step = value(context, transfer.ranges[i].step, scope);
        index = maker.operation(Op::multiply, index, step.node);
      }
      at = at == none ? index : maker.operation(Op::add, at, index);
    }
    if (at != none) {
      const std::uint32_t part = maker.operation(Op::multiply, at, maker.integer(stride));
      sum = sum == none ? part : maker.operation(Op::add, sum, part);
    }
    stride *= static_cast<std::int32_t>(dram.sizes[i]);
  }
  const std::uint32_t base =
      maker.integer(static_cast<std::int32_t>(dram_addresses_.at(transfer.dram)));
  const std::uint32_t from = sum == none ? base : maker.operation(Op::add, sum, base);
  std::uint32_t bytes = none;
  if (tile.words.end_node == none) {
    bytes = maker.integer(static_cast<std::int32_t>(tile.words.end * word_bytes));
  } else {
    const std::uint32_t words = value(context, tile.words.end_node, scope).node;
    bytes = maker.operation(Op::multiply, words, maker.integer(word_bytes));
  }
  const Operand exists = exists_in(context);
  std::uint32_t at = from;
  if (exists.node != none) {
    bytes = maker.operation(Op::select, exists.node, bytes, maker.integer(0));
    at = maker.operation(Op::select, exists.node, from, base);
  }
  maker.give(address, at);
  maker.give(size, bytes);
  return context;
}

/// Of the word that the inner counters stand at: the last of them is of a dimension of its own
/// where the tile `has_words`, else of a single word.
Operand Mapper::local_address(MappedContext& context, const MemoryCopy& copy, std::size_t inner,
                              bool has_words) {
  std::vector<Operand> indices;
  for (std::uint32_t i = 0; i < inner; ++i) {
    const bool is_last = i + 1 == inner;
    if (is_last && !has_words) break;
    indices.push_back({context.maker.index(context.inner + i), is_last && context.lanes > 1});
  }
  return flat_address(context, copy, indices);
}

Mapper::Stream Mapper::open_stream(std::uint32_t controller, Transfer::Kind kind) {
  const rdu_tree::Controller& made = shape_.controller(controller);
  const std::string name = name_of_memory(made.transfer.dram);
  const bool dense = kind == Transfer::Kind::load || kind == Transfer::Kind::store;
  const bool writes = kind == Transfer::Kind::store || kind == Transfer::Kind::scatter;
  Stream stream;
  stream.address = graph_.channel(unique(name + ".address"),
                                  dense ? Channel::Kind::word : Channel::Kind::vector);
  if (dense) stream.size = graph_.channel(unique(name + ".size"), Channel::Kind::word);
  stream.data = graph_.channel(unique(name + ".data"), Channel::Kind::vector);
  if (writes) stream.done = graph_.channel(unique(name + ".done"), Channel::Kind::bit);
  graph_.transfer(unique(name + "." + std::string(rdu::name_of(kind))), dram_unit_, kind,
                  stream.address, stream.size, stream.data, stream.done);
  stream.lanes = std::clamp(made.transfer.parallel, 1U, lanes_most);
  graph_.program().transfers.back().line = made.place.line;
  if (dense) graph_.program().transfers.back().lanes = stream.lanes;
  return stream;
}

void Mapper::load_tile(std::uint32_t controller, const Scope& scope) {
  const rdu_tree::Controller& made = shape_.controller(controller);
  const rdu_tree::Transfer& transfer = made.transfer;
  const Tile tile = tile_of(transfer);
  const Stream stream = open_stream(controller, Transfer::Kind::load);
  MappedContext& asks = commands(controller, scope, tile, stream.address, stream.size);

  std::vector<InnerCounter> inner = tile.rows;
  inner.push_back(tile.words);
  MappedContext& writes =
      take_data(controller, scope, stream.data, inner, stream.lanes, tile.has_words);
  access_dram(transfer.dram,
              {&asks, &writes, false, shape_.end_order_of(controller), controller, {}});
}

/// The context that puts what comes from a DRAM where it belongs: words of a memory or of a FIFO.
MappedContext& Mapper::take_data(std::uint32_t controller, const Scope& scope, std::uint32_t data,
                                 const std::vector<InnerCounter>& inner, std::uint32_t lanes,
                                 bool has_words) {
  const rdu_tree::Controller& made = shape_.controller(controller);
  const std::uint32_t memory = made.transfer.local;
  const std::string local = name_of_memory(memory);
  const bool queue = is_queue(memory);
  const std::uint32_t unit =
      queue ? graph_.unit(unique(local), Unit::Kind::memory) : copy_of(memory, scope).unit;
  MappedContext& writes = new_context(local + ".write", unit, scope, made.place, inner, lanes);
  if (!may_be_empty(scope)) writes.maker.context().stages = timing_.move_stages;
  const Operand exists = exists_in(writes);
  const WordType type = rdu_tree::word_type(tree_.memories[memory].type);
  const std::uint32_t input = writes.maker.input(data, every, exists.node);
  const std::uint32_t number = writes.maker.value_of(input, type);
  if (queue) {
    put_into_fifo(memory, {&writes, {number, lanes > 1}}, exists, shape_.end_order_of(controller),
                  made.place);
    return writes;
  }
  MemoryCopy& copy = copy_of(memory, scope);
  Operand place;
  if (inner.size() == 1) {
    place = local_address(writes, copy, inner.size(), has_words);
  } else {
    MappedContext& addresses =
        new_context(local + ".address", unit, scope, made.place, inner, lanes);
    place = connect({&addresses, local_address(addresses, copy, inner.size(), has_words)}, writes,
                    numerics::word_i32, local + ".at");
  }
  const auto stores = store_into(writes, copy, place, {number, lanes > 1}, exists, made.place.line);
  note_access(copy, {&writes, &writes, true, shape_.end_order_of(controller), controller, {}},
              stores);
  return writes;
}

void Mapper::access_dram(std::uint32_t memory, Access access) {
  accesses_[dram_place(memory)].push_back(std::move(access));
}

void Mapper::store_tile(std::uint32_t controller, const Scope& scope) {
  const rdu_tree::Controller& made = shape_.controller(controller);
  const rdu_tree::Transfer& transfer = made.transfer;
  const Tile tile = tile_of(transfer);
  const Stream stream = open_stream(controller, Transfer::Kind::store);
  MappedContext& asks = commands(controller, scope, tile, stream.address, stream.size);

  std::vector<InnerCounter> inner = tile.rows;
  inner.push_back(tile.words);
  const Source source = tile_words(controller, scope, inner, stream.lanes, tile.has_words);
  graph_.program().channels[stream.data].latency_cycles = source.latency_cycles;
  source.context->maker.give(stream.data, source.operand.node, every,
                             exists_in(*source.context).node);

  MappedContext& ends = new_context(line_name(made.place, "done"), asks.maker.context().unit, scope,
                                    made.place, tile.rows);
  ends.maker.input(stream.done);
  access_dram(transfer.dram, {&asks, &ends, true, shape_.end_order_of(controller), controller, {}});
}

/// Word after word of a tile, row by row.
Source Mapper::tile_words(std::uint32_t controller, const Scope& scope,
                          const std::vector<InnerCounter>& inner, std::uint32_t lanes,
                          bool has_words) {
  const rdu_tree::Controller& made = shape_.controller(controller);
  const std::uint32_t memory = made.transfer.local;
  if (is_queue(memory)) return elements_of_local(memory, controller, scope, inner, lanes);
  MemoryCopy& copy = copy_of(memory, scope);
  Port port = new_read_port(copy, scope, made.place, inner, lanes, inner.size() == 1);
  finish_port(port, copy, local_address(*port.addresses, copy, inner.size(), has_words));
  note_access(copy,
              {port.reads, port.reads, false, shape_.end_order_of(controller), controller, {}},
              port.parts);
  return out_of_banks(port, copy, lanes_of_last(memory, made.transfer.parallel), scope, made.place,
                      inner, lanes);
}

void Mapper::make_dram(std::uint32_t memory) {
  const rdu_tree::Memory& of = tree_.memories[memory];
  const WordType type = rdu_tree::word_type(of.type);
  std::vector<std::uint64_t> shape(of.sizes.begin(), of.sizes.end());
  const bool larger = memory < host_numbers_.size() && shape.size() == 1;
  if (larger) shape[0] = std::max(shape[0], host_numbers_[memory]);
  const std::uint32_t address =
      graph_.dram_array(input_array(tree_, memory), Array::Role::input, type, shape, dram_unit_);
  dram_addresses_[memory] = address;
  Array back = graph_.program().arrays.back();
  back.name = output_array(tree_, memory);
  back.role = Array::Role::output;
  graph_.program().arrays.push_back(back);
}

}  // namespace weft::program::rdu
