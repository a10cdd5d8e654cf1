// SPDX-License-Identifier: Apache-2.0
// Tiles of DRAMs and what moves them: load, store, gather, scatter: see stager.hpp.
#include <algorithm>
#include <initializer_list>
#include <string>
#include <utility>

#include "base/counted.hpp"
#include "frontends/spatial/stager.hpp"

namespace weft::spatial {
namespace {

bool is_memory(Interpreter& interpreter, const Value& value,
               std::initializer_list<tree::MemoryKind> kinds) {
  if (value.kind != ValueKind::memory) return false;
  for (const tree::MemoryKind kind : kinds) {
    if (interpreter.stager().memory(value).kind == kind) return true;
  }
  return false;
}

/// max - min; of `a until a + n` that is n itself.
std::uint32_t length_node(Interpreter& interpreter, const RangeObject& range, const Node* at) {
  Stager& stager = interpreter.stager();
  const Value min = interpreter.to_number(range.min, tree::int_type, at);
  const Value max = interpreter.to_number(stager.end_of(range, at), tree::int_type, at);
  Value length = stager.difference(max, min, at);
  if (range.has_step) {
    const Value step = interpreter.to_number(range.step, tree::int_type, at);
    const Value one_less = interpreter.arithmetic(Arithmetic::subtract, step, integer_value(1), at);
    length = interpreter.arithmetic(Arithmetic::add, length, one_less, at);
    length = interpreter.arithmetic(Arithmetic::divide, length, step, at);
  }
  return stager.number_node(length, tree::int_type, at);
}

/// How far apart the elements of a tile are; none: one behind the other.
std::uint32_t step_node(Interpreter& interpreter, const RangeObject& range, const Node* at) {
  if (!range.has_step) return tree::none;
  const Value step = interpreter.to_number(range.step, tree::int_type, at);
  const bool known = step.kind != ValueKind::node;
  if (known && step.bits < 1) {
    interpreter.fail(at, "the step of a tile is " + std::to_string(step.bits));
  }
  if (known && step.bits == 1) return tree::none;
  return interpreter.stager().number_node(step, tree::int_type, at);
}

std::uint32_t parallel_of(Interpreter& interpreter, const RangeObject& range, const Node* at) {
  if (!range.has_parallel) return 1;
  const std::int64_t factor = interpreter.integer_of(range.parallel, at, "a parallel factor");
  if (factor < 1) interpreter.fail(at, "a parallel factor below 1");
  return static_cast<std::uint32_t>(factor);
}

void add_range(Interpreter& interpreter, tree::Transfer& transfer, const Value& place,
               const Node* at) {
  Stager& stager = interpreter.stager();
  tree::TileRange made;
  if (place.kind != ValueKind::range) {
    made.start = stager.number_node(place, tree::int_type, at);
  } else {
    const auto& range = static_cast<RangeObject&>(*place.object);
    made.step = step_node(interpreter, range, at);
    made.start = stager.number_node(range.min, tree::int_type, at);
    made.length = length_node(interpreter, range, at);
    made.parallel = parallel_of(interpreter, range, at);
    transfer.parallel = std::max(transfer.parallel, made.parallel);
  }
  transfer.ranges.push_back(made);
}

void dense(Interpreter& interpreter, tree::Transfer& transfer, const TileObject& tile,
           const Node* at) {
  const tree::Memory& dram = interpreter.stager().memory([&] {
    Value value;
    value.bits = tile.dram;
    return value;
  }());
  if (dram.sizes.size() != tile.places.size()) {
    interpreter.fail(at, "dram " + dram.name + " has " + counted(dram.sizes.size(), "dimension") +
                             ", the tile " + std::to_string(tile.places.size()));
  }
  for (const Value& place : tile.places) add_range(interpreter, transfer, place, at);
}

/// The addresses of a gather or scatter: dram(addresses par p, count).
void sparse(Interpreter& interpreter, tree::Transfer& transfer, const TileObject& tile,
            const Node* at) {
  Stager& stager = interpreter.stager();
  Value addresses = tile.places.empty() ? unit_value() : tile.places[0];
  if (addresses.kind == ValueKind::range) {
    const Ref<HeapObject> kept = addresses.object;
    transfer.parallel = parallel_of(interpreter, static_cast<RangeObject&>(*kept), at);
    addresses = static_cast<RangeObject&>(*kept).max;
  }
  if (!is_memory(interpreter, addresses, {tree::MemoryKind::sram, tree::MemoryKind::fifo})) {
    interpreter.fail(at, "the addresses must lie in an SRAM or a FIFO");
  }
  transfer.addresses = static_cast<std::uint32_t>(addresses.bits);
  const tree::Memory& memory = stager.memory(addresses);
  if (tile.places.size() > 1) {
    transfer.count = stager.number_node(tile.places[1], tree::int_type, at);
  } else if (memory.kind == tree::MemoryKind::sram) {
    transfer.count = stager.constant(tree::int_type, memory.sizes[0]);
  } else {
    interpreter.fail(at, "addresses in a FIFO need a count");
  }
}

std::vector<Value> whole_dram(Interpreter& interpreter, const Value& dram) {
  std::vector<Value> places;
  for (const std::int64_t size : interpreter.stager().memory(dram).sizes) {
    places.push_back(interpreter.stager().make_range(integer_value(0), integer_value(size), true));
  }
  return places;
}

void check_local(Interpreter& interpreter, const tree::Transfer& transfer, const Value& local,
                 const Node* at) {
  const tree::Memory& memory = interpreter.stager().memory(local);
  Value dram;
  dram.bits = transfer.dram;
  if (!(memory.type == interpreter.stager().memory(dram).type)) {
    interpreter.fail(at, std::string(tree::to_text(memory.kind)) + " " + memory.name + " holds " +
                             tree::to_text(memory.type) + ", the dram " +
                             tree::to_text(interpreter.stager().memory(dram).type));
  }
  if (memory.kind == tree::MemoryKind::fifo) return;
  if (memory.kind == tree::MemoryKind::line_buffer) {
    const bool lines = !transfer.ranges.empty() && transfer.ranges.back().length != tree::none;
    if (!lines) interpreter.fail(at, "a LineBuffer is loaded with lines of a DRAM");
    return;
  }
  std::size_t dimensions = transfer.addresses != tree::none ? 1 : 0;
  for (const tree::TileRange& range : transfer.ranges) {
    dimensions += range.length != tree::none ? 1 : 0;
  }
  if (dimensions != memory.sizes.size()) {
    interpreter.fail(at, "the tile has " + counted(dimensions, "dimension") + ", " +
                             std::string(tree::to_text(memory.kind)) + " " + memory.name + " " +
                             std::to_string(memory.sizes.size()));
  }
}

}  // namespace

Value make_tile(Interpreter& interpreter, const Value& dram, const Arguments& places,
                const Node* at) {
  (void)interpreter;
  (void)at;
  auto* made = new TileObject;
  made->dram = static_cast<std::uint32_t>(dram.bits);
  made->places = places.values;
  Value value;
  value.kind = ValueKind::tile;
  value.object = made;
  return value;
}

Value stage_transfer(Interpreter& interpreter, const Value& self, const Value& other,
                     std::string_view name, const Node* at) {
  Stager& stager = interpreter.stager();
  stager.require_staging(at, "a transfer");
  const bool into = name == "load" || name == "gather" || name == "alignload";
  const bool by_address = name == "gather" || name == "scatter";
  const Value& local = into ? self : other;
  const Value& far = into ? other : self;
  const bool lines =
      name == "load" && is_memory(interpreter, local, {tree::MemoryKind::line_buffer});
  if (!lines && !is_memory(interpreter, local,
                           {tree::MemoryKind::sram, tree::MemoryKind::fifo,
                            tree::MemoryKind::register_file, tree::MemoryKind::lock_sram})) {
    interpreter.fail(at, std::string(name) + " needs an SRAM or a FIFO on the chip");
  }
  TileObject tile;
  if (far.kind == ValueKind::tile) {
    tile.dram = static_cast<TileObject&>(*far.object).dram;
    tile.places = static_cast<TileObject&>(*far.object).places;
  } else if (is_memory(interpreter, far, {tree::MemoryKind::dram, tree::MemoryKind::lock_dram})) {
    tile.dram = static_cast<std::uint32_t>(far.bits);
    tile.places = whole_dram(interpreter, far);
  } else {
    interpreter.fail(at, std::string(name) + " needs a part of a DRAM");
  }
  tree::Transfer transfer;
  transfer.dram = tile.dram;
  transfer.local = static_cast<std::uint32_t>(local.bits);
  transfer.aligned = name == "alignload" || name == "alignstore";
  if (by_address) {
    sparse(interpreter, transfer, tile, at);
  } else {
    dense(interpreter, transfer, tile, at);
  }
  check_local(interpreter, transfer, local, at);
  const tree::ControllerKind kind =
      by_address ? (into ? tree::ControllerKind::gather : tree::ControllerKind::scatter)
                 : (into ? tree::ControllerKind::load : tree::ControllerKind::store);
  const std::uint32_t index = stager.open(kind, at);
  stager.controller(index).transfer = transfer;
  stager.close();
  return unit_value();
}

}  // namespace weft::spatial
