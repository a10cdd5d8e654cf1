// SPDX-License-Identifier: Apache-2.0
// Bytes of a unit graph: whole, and what of it a hash covers.
#include <algorithm>

#include "base/bytes.hpp"
#include "program/rdu.hpp"

namespace weft::numerics {

template <typename Archive>
void visit(Archive& archive, WordType& type) {
  visit_all(archive, type.kind, type.is_signed, type.integer_bits, type.fraction_bits);
}

}  // namespace weft::numerics

namespace weft::program::rdu {

namespace {
constexpr std::uint64_t rdu_format = 0x3455445254464557;    // "WEFTRDU4"
constexpr std::uint64_t flow_format = 0x4655445254464557;   // "WEFTRDUF": the same, and flows
constexpr std::uint64_t table_format = 0x5455445254464557;  // "WEFTRDUT": flows, and tables
constexpr std::uint64_t layer_format = 0x4c55445254464557;  // "WEFTRDUL": both, and layers

bool has_tables(const Program& program) {
  return std::any_of(program.transfers.begin(), program.transfers.end(),
                     [](const Transfer& transfer) { return transfer.table.rows > 0; });
}
}  // namespace

template <typename Archive>
void visit(Archive& archive, Unit& unit) {
  visit_all(archive, unit.name, unit.kind, unit.chip, unit.section, unit.x, unit.y, unit.line);
}
template <typename Archive>
void visit(Archive& archive, Channel& channel) {
  visit_all(archive, channel.name, channel.kind, channel.latency_cycles, channel.capacity,
            channel.initial, channel.line);
}
template <typename Archive>
void visit(Archive& archive, Memory& memory) {
  visit_all(archive, memory.name, memory.unit, memory.words, memory.buffers, memory.banks,
            memory.bank_words, memory.initial, memory.line);
}
template <typename Archive>
void visit(Archive& archive, Bound& bound) {
  visit_all(archive, bound.value, bound.input);
}
template <typename Archive>
void visit(Archive& archive, Counter& counter) {
  visit_all(archive, counter.name, counter.first, counter.end, counter.step, counter.endless,
            counter.until);
}
template <typename Archive>
void visit(Archive& archive, Input& input) {
  visit_all(archive, input.channel, input.level, input.when, input.pop_when);
}
template <typename Archive>
void visit(Archive& archive, Node& node) {
  visit_all(archive, node.kind, node.operation, node.type, node.to, node.at, node.level, node.turn,
            node.word, node.operands[0], node.operands[1], node.operands[2], node.name, node.line);
}
template <typename Archive>
void visit(Archive& archive, Register& reg) {
  visit_all(archive, reg.name, reg.type, reg.start, reg.level, reg.next, reg.when, reg.line);
}
template <typename Archive>
void visit(Archive& archive, Store& store) {
  visit_all(archive, store.memory, store.address, store.value, store.when, store.turn, store.line);
}
template <typename Archive>
void visit(Archive& archive, Output& output) {
  visit_all(archive, output.channel, output.value, output.level, output.when);
}
template <typename Archive>
void visit(Archive& archive, Context& context) {
  visit_all(archive, context.name, context.unit, context.lanes, context.interval_cycles,
            context.stages, context.once, context.counters, context.inputs, context.registers,
            context.nodes, context.stores, context.outputs, context.line);
}
template <typename Archive>
void visit(Archive& archive, Transfer& transfer) {
  visit_all(archive, transfer.name, transfer.unit, transfer.kind, transfer.address, transfer.size,
            transfer.data, transfer.done, transfer.lanes, transfer.type, transfer.line);
}
template <typename Archive>
void visit(Archive& archive, Array& array) {
  visit_all(archive, array.name, array.role, array.type, array.shape, array.memory, array.unit,
            array.address_bytes, array.as_pairs, array.line);
}
template <typename Archive>
void visit(Archive& archive, Section& section) {
  visit_all(archive, section.name, section.line);
}
template <typename Archive>
void visit(Archive& archive, Flow& flow) {
  visit_all(archive, flow.in, flow.out, flow.from_x, flow.from_y, flow.to_x, flow.to_y);
}
template <typename Archive>
void visit(Archive& archive, Program& program) {
  visit_all(archive, program.units, program.channels, program.memories, program.contexts,
            program.transfers, program.arrays, program.sections, program.file);
}

/// Of all transfers, whose number is known.
template <typename Archive>
void visit_tables(Archive& archive, Program& program) {
  for (Transfer& transfer : program.transfers) {
    visit_all(archive, transfer.table.rows, transfer.table.row_bytes, transfer.table.address_bytes);
  }
}

template <typename Archive>
void visit_layers(Archive& archive, Program& program) {
  visit_all(archive, program.layers);
  for (Context& context : program.contexts) visit_all(archive, context.layer);
}

std::vector<std::byte> serialize(const Program& program) {
  ByteWriter out;
  const bool layers = !program.layers.empty();
  const bool tables = layers || has_tables(program);
  const bool flows = tables || !program.flows.empty();
  out.value(layers ? layer_format : tables ? table_format : flows ? flow_format : rdu_format);
  Program copy = program;
  visit(out, copy);
  if (flows) visit_all(out, copy.flows, copy.mesh_unit);
  if (tables) visit_tables(out, copy);
  if (layers) visit_layers(out, copy);
  return out.take();
}

Program deserialize(std::span<const std::byte> bytes) {
  ByteReader in(bytes, "RDU program");
  const auto format = in.value<std::uint64_t>();
  const bool layers = format == layer_format;
  const bool tables = layers || format == table_format;
  const bool flows = tables || format == flow_format;
  if (!flows && format != rdu_format) in.refuse("these bytes are none");
  Program out;
  visit(in, out);
  if (flows) visit_all(in, out.flows, out.mesh_unit);
  if (tables) visit_tables(in, out);
  if (layers) visit_layers(in, out);
  in.finish();
  return out;
}

std::vector<std::byte> content(const Program& program) {
  Program bare = program;
  bare.file.clear();
  bare.layers.clear();
  for (Unit& unit : bare.units) unit.line = 0;
  for (Channel& channel : bare.channels) channel.line = 0;
  for (Memory& memory : bare.memories) memory.line = 0;
  for (Transfer& transfer : bare.transfers) transfer.line = 0;
  for (Array& array : bare.arrays) array.line = 0;
  for (Section& section : bare.sections) section.line = 0;
  for (Context& context : bare.contexts) {
    context.line = 0;
    for (Register& reg : context.registers) reg.line = 0;
    for (Store& store : context.stores) store.line = 0;
    for (Node& node : context.nodes) {
      node.line = 0;
      node.name.clear();
    }
  }
  return serialize(bare);
}

}  // namespace weft::program::rdu
