// SPDX-License-Identifier: Apache-2.0
// Canonical bytes of a program: every field in the order of wse.hpp, counts before lists.
#include "base/bytes.hpp"
#include "program/wse.hpp"

namespace weft::program::wse {

// The visits below are found by their argument's namespace, so they cannot be anonymous.

constexpr std::uint64_t format = 0x3145535754464557;        // "WEFTWSE1"
constexpr std::uint64_t layer_format = 0x4c45535754464557;  // "WEFTWSEL": the same, and layers

template <typename Archive>
void visit(Archive& a, RoutePosition& p) {
  visit_all(a, p.receive, p.transmit);
}

template <typename Archive>
void visit(Archive& a, ColorRoute& r) {
  // One byte for three flags: a program whose routes stay has the bytes it always had.
  auto flags = static_cast<std::uint8_t>((r.ring ? 1U : 0U) | (r.teardown ? 2U : 0U) |
                                         (r.reconfigurable ? 4U : 0U));
  visit_all(a, r.color, r.position_count, r.initial_position, flags, r.pop);
  r.ring = (flags & 1U) != 0;
  r.teardown = (flags & 2U) != 0;
  r.reconfigurable = (flags & 4U) != 0;
  for (RoutePosition& position : r.positions) visit(a, position);
  Filter& f = r.filter;
  visit_all(a, f.kind, f.count_data, f.count_control, f.filter_control, f.minimum, f.maximum,
            f.limit_1, f.limit_2, f.initial_counter);
}

template <typename Archive>
void visit(Archive& a, Descriptor& d) {
  // One byte for two flags and a DSR's settings: a program without them has the bytes it always
  // had.
  auto flags = static_cast<std::uint8_t>((d.control ? 1U : 0U) | (d.save_address ? 2U : 0U) |
                                         unsigned{d.settings} << 2U);
  visit_all(a, d.kind, d.element_bytes, d.color, d.queue, flags, d.advance_switch,
            d.has_wavelet_index, d.dimensions, d.base, d.wavelet_index, d.length, d.stride);
  d.control = (flags & 1U) != 0;
  d.save_address = (flags & 2U) != 0;
  d.settings = static_cast<std::uint8_t>(flags >> 2U);
  for (auto& extent : d.extents) visit_all(a, extent);
  for (auto& stride : d.strides) visit_all(a, stride);
}

template <typename Archive>
void visit(Archive& a, Operand& o) {
  visit_all(a, o.kind, o.index);
}

template <typename Archive>
void visit(Archive& a, VectorInstruction& v) {
  visit_all(a, v.operation, v.asynchronous, v.priority);
  visit(a, v.destination);
  for (Operand& source : v.sources) visit(a, source);
  visit_all(a, v.activate, v.unblock, v.microthread, v.wavelet_index, v.line);
}

template <typename Archive>
void visit(Archive& a, StreamSettings& s) {
  visit_all(a, s.priority, s.activate, s.unblock, s.microthread);
}

template <typename Archive>
void visit(Archive& a, Instruction& i) {
  visit_all(a, i.operation, i.type, i.d, i.a, i.b, i.immediate);
}

template <typename Archive>
void visit(Archive& a, Function& f) {
  visit_all(a, f.name, f.entry, f.frame_base, f.frame_registers, f.parameters);
}

template <typename Archive>
void visit(Archive& a, Fifo& f) {
  visit_all(a, f.base, f.capacity, f.element_bytes, f.activate_push, f.activate_pop);
}

template <typename Archive>
void visit(Archive& a, Task& t) {
  visit_all(a, t.kind, t.id, t.bound, t.activated, t.blocked, t.priority, t.function);
}

template <typename Archive>
void visit(Archive& a, QueueBinding& q) {
  visit_all(a, q.queue, q.color);
}

template <typename Archive>
void visit(Archive& a, Symbol& s) {
  // The highest bit of the count is a flag, so that programs without one keep their bytes.
  constexpr std::uint32_t by_pointer = std::uint32_t{1} << 31U;
  std::uint32_t elements = s.elements | (s.by_pointer ? by_pointer : 0U);
  visit_all(a, s.name, s.exported, s.type, s.address, elements);
  s.elements = elements & ~by_pointer;
  s.by_pointer = (elements & by_pointer) != 0;
}

template <typename Archive>
void visit(Archive& a, EntryPoint& e) {
  visit_all(a, e.name, e.function);
}

template <typename Archive>
void visit(Archive& a, ByteRange& r) {
  visit_all(a, r.begin, r.end);
}

template <typename Archive>
void visit(Archive& a, DataPatch& p) {
  visit_all(a, p.address, p.type, p.constant);
}

template <typename Archive>
void visit(Archive& a, HostStream& s) {
  visit_all(a, s.name, s.into_machine, s.color);
}

template <typename Archive>
void visit(Archive& a, TileCode& c) {
  visit_all(a, c.name);
  visit(a, c.instructions);
  visit_all(a, c.lines);
  visit(a, c.functions);
  visit_all(a, c.wide_constants);
  visit(a, c.vector_instructions);
  visit(a, c.descriptors);
  visit(a, c.fifos);
  visit(a, c.tasks);
  visit(a, c.input_queues);
  visit(a, c.output_queues);
  visit(a, c.symbols);
  visit(a, c.entry_points);
  visit_all(a, c.messages, c.data);
  visit(a, c.initialised);
  visit(a, c.patches);
  // The highest bit of the count says that settings follow: a program without has its old bytes.
  constexpr std::uint32_t has_settings = std::uint32_t{1} << 31U;
  std::uint32_t registers = c.register_count | (c.stream_settings.empty() ? 0 : has_settings);
  visit_all(a, registers, c.tile_constant_count);
  c.register_count = registers & ~has_settings;
  if ((registers & has_settings) != 0) visit(a, c.stream_settings);
}

template <typename Archive>
void visit(Archive& a, WaveletFlip& f) {
  visit_all(a, f.x, f.y, f.color, f.mask, f.cycle);
}

template <typename Archive>
void visit(Archive& a, Program& p) {
  visit_all(a, p.generation, p.width, p.height);
  visit(a, p.codes);
  visit_all(a, p.code_of_tile);
  visit(a, p.route_sets);
  visit_all(a, p.route_set_of_tile, p.tile_constants, p.tile_constants_begin);
  visit(a, p.host_streams);
  visit(a, p.wavelet_flips);
}

std::vector<std::byte> serialize(const Program& program) {
  ByteWriter writer;
  // Programs without layers keep the bytes they always had.
  const bool layers = !program.layers.empty();
  writer.value(layers ? layer_format : format);
  // The writer only reads through the reference that it shares with the reader.
  auto& all = const_cast<Program&>(program);
  visit(writer, all);
  if (layers) visit_all(writer, all.layers, all.layer_of_tile);
  return writer.take();
}

Program deserialize(std::span<const std::byte> bytes) {
  ByteReader reader(bytes, "WSE program");
  const auto given = reader.value<std::uint64_t>();
  if (given != format && given != layer_format) reader.refuse("these bytes are none");
  Program program;
  visit(reader, program);
  if (given == layer_format) visit_all(reader, program.layers, program.layer_of_tile);
  reader.finish();
  return program;
}

}  // namespace weft::program::wse
