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

Mapper::Tile Mapper::tile_of(const rdu_tree::Transfer& transfer) const {
  Tile tile;
  const auto counter = [&](std::size_t dimension, const std::string& name) {
    const std::uint32_t length = transfer.ranges[dimension].length;
    if (!is_constant(length)) return InnerCounter{name, 0, length};
    return InnerCounter{
        name,
        static_cast<std::uint32_t>(rdu_tree::to_integer(node(length).value, node(length).type)),
        none};
  };
  const std::size_t last = transfer.ranges.size() - 1;
  for (std::uint32_t i = 0; i < last; ++i) {
    if (transfer.ranges[i].length == none) continue;
    tile.rows.push_back(counter(i, "row" + std::to_string(i)));
    tile.row_dimensions.push_back(i);
  }
  tile.has_words = transfer.ranges[last].length != none;
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
      const std::uint32_t index = maker.index(
          context.inner + static_cast<std::uint32_t>(row - tile.row_dimensions.begin()));
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
  const Operand exists = mask_of(context);
  std::uint32_t at = from;
  if (exists.node != none) {
    bytes = maker.operation(Op::select, exists.node, bytes, maker.integer(0));
    at = maker.operation(Op::select, exists.node, from, base);
  }
  maker.give(address, at);
  maker.give(size, bytes);
  return context;
}

/// Of the word that the rows' and words' counters stand at.
Operand Mapper::local_address(MappedContext& context, const MemoryCopy& copy, const Tile& tile) {
  std::vector<Operand> indices;
  for (std::uint32_t r = 0; r < tile.rows.size(); ++r) {
    indices.push_back({context.maker.index(context.inner + r), false});
  }
  if (tile.has_words) {
    const auto word = static_cast<std::uint32_t>(tile.rows.size());
    indices.push_back({context.maker.index(context.inner + word), context.lanes > 1});
  }
  return flat_address(context, copy, indices);
}

void Mapper::load_tile(std::uint32_t controller, const Scope& scope) {
  const rdu_tree::Controller& made = shape_.controller(controller);
  const rdu_tree::Transfer& transfer = made.transfer;
  const Tile tile = tile_of(transfer);
  const std::string name = name_of_memory(transfer.dram);
  const std::uint32_t at = graph_.channel(unique(name + ".address"), Channel::Kind::word);
  const std::uint32_t size = graph_.channel(unique(name + ".size"), Channel::Kind::word);
  const std::uint32_t data = graph_.channel(unique(name + ".data"), Channel::Kind::vector);
  graph_.transfer(unique(name + ".load"), dram_unit_, Transfer::Kind::load, at, size, data);
  graph_.program().transfers.back().line = made.place.line;
  const std::uint32_t lanes = std::clamp(transfer.parallel, 1U, lanes_most);
  graph_.program().transfers.back().lanes = lanes;
  MappedContext& asks = commands(controller, scope, tile, at, size);

  MemoryCopy& copy = copy_of(transfer.local, scope);
  std::vector<InnerCounter> inner = tile.rows;
  inner.push_back(tile.words);
  const std::string local = name_of_memory(transfer.local);
  MappedContext& writes = new_context(local + ".write", copy.unit, scope, made.place, inner, lanes);
  Operand exists = mask_of(writes);
  if (tile.words.end_node != none) {
    const Counter& words = writes.maker.context().counters.back();
    const std::uint32_t count = writes.maker.value_of(words.end.input, numerics::word_i32);
    const Operand some{writes.maker.operation(Op::less, writes.maker.integer(0), count), false};
    exists = both(writes, exists, some);
  }
  const WordType type = rdu_tree::word_type(tree_.memories[transfer.local].type);
  const std::uint32_t input = writes.maker.input(data, every, exists.node);
  const std::uint32_t number = writes.maker.value_of(input, type);
  Operand place;
  if (inner.size() == 1) {
    place = local_address(writes, copy, tile);
  } else {
    MappedContext& addresses =
        new_context(local + ".address", copy.unit, scope, made.place, inner, lanes);
    place = connect({&addresses, local_address(addresses, copy, tile)}, writes, numerics::word_i32,
                    local + ".at");
  }
  writes.maker.store(copy.place, place.node, number, turn_level(writes, copy), exists.node);
  const std::uint32_t order = shape_.end_order_of(controller);
  note_access(copy, {&writes, &writes, true, order, controller, {}});
  accesses_[dram_place(transfer.dram)].push_back({&asks, &writes, false, order, controller, {}});
}

void Mapper::store_tile(std::uint32_t controller, const Scope& scope) {
  const rdu_tree::Controller& made = shape_.controller(controller);
  const rdu_tree::Transfer& transfer = made.transfer;
  const Tile tile = tile_of(transfer);
  const std::string name = name_of_memory(transfer.dram);
  const std::uint32_t at = graph_.channel(unique(name + ".address"), Channel::Kind::word);
  const std::uint32_t size = graph_.channel(unique(name + ".size"), Channel::Kind::word);
  const bool plain = tile.rows.empty();
  const std::uint32_t data = graph_.channel(unique(name + ".data"), Channel::Kind::vector, none,
                                            timing_.compute_stages + (plain ? 1 : 0));
  const std::uint32_t done = graph_.channel(unique(name + ".done"), Channel::Kind::bit);
  graph_.transfer(unique(name + ".store"), dram_unit_, Transfer::Kind::store, at, size, data, done);
  graph_.program().transfers.back().line = made.place.line;
  const std::uint32_t lanes = std::clamp(transfer.parallel, 1U, lanes_most);
  graph_.program().transfers.back().lanes = lanes;
  MappedContext& asks = commands(controller, scope, tile, at, size);

  MemoryCopy& copy = copy_of(transfer.local, scope);
  std::vector<InnerCounter> inner = tile.rows;
  inner.push_back(tile.words);
  Port port = new_read_port(copy, scope, made.place, inner, lanes, plain);
  finish_port(port, copy, local_address(*port.addresses, copy, tile));
  MappedContext& reads = *port.reads;
  Operand exists = mask_of(reads);
  if (tile.words.end_node != none) {
    const Counter& words = reads.maker.context().counters.back();
    const std::uint32_t count = reads.maker.value_of(words.end.input, numerics::word_i32);
    exists = both(reads, exists,
                  {reads.maker.operation(Op::less, reads.maker.integer(0), count), false});
  }
  reads.maker.give(data, port.data.node, every, exists.node);

  MappedContext& ends = new_context(line_name(made.place, "done"), asks.maker.context().unit, scope,
                                    made.place, tile.rows);
  ends.maker.input(done);
  const std::uint32_t order = shape_.end_order_of(controller);
  note_access(copy, {port.addresses, port.reads, false, order, controller, {}});
  accesses_[dram_place(transfer.dram)].push_back({&asks, &ends, true, order, controller, {}});
}

void Mapper::make_dram(std::uint32_t memory) {
  const rdu_tree::Memory& of = tree_.memories[memory];
  const WordType type = rdu_tree::word_type(of.type);
  std::vector<std::uint64_t> shape(of.sizes.begin(), of.sizes.end());
  const std::uint32_t address =
      graph_.dram_array(input_array(tree_, memory), Array::Role::input, type, shape, dram_unit_);
  dram_addresses_[memory] = address;
  Array back = graph_.program().arrays.back();
  back.name = output_array(tree_, memory);
  back.role = Array::Role::output;
  graph_.program().arrays.push_back(back);
}

}  // namespace weft::program::rdu
