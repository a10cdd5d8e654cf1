// SPDX-License-Identifier: Apache-2.0
// Bytes of a TSP program: whole, and what of it a hash covers.
#include <algorithm>
#include <cstring>

#include "base/bytes.hpp"
#include "program/tsp.hpp"

namespace weft::program::tsp {
namespace {

constexpr std::uint64_t format = 0x3150535454464557;  // "WEFTTSP1"

void write(ByteWriter& out, const Schedule& schedule) {
  out.values(schedule.instructions);
  out.values(schedule.names);
  out.value(std::uint64_t{schedule.maps.size()});
  for (const LaneMap& map : schedule.maps) out.values(map);
}

Schedule read_schedule(ByteReader& in) {
  Schedule out;
  out.instructions = in.values<Instruction>();
  out.names = in.values<Name>();
  out.maps.resize(in.count(sizeof(std::uint64_t)));
  for (LaneMap& map : out.maps) map = in.values<std::uint16_t>();
  return out;
}

/// As places: of `slices` what the type has no bytes for says nothing.
std::vector<Piece> places(const Tensor& tensor) {
  std::vector<Piece> out = tensor.pieces;
  for (Piece& piece : out) {
    for (std::size_t b = numerics::width_of(tensor.type); b < piece.slices.size(); ++b) {
      piece.slices.at(b) = 0;
    }
  }
  return out;
}

/// What the hash covers of it.
void write(ByteWriter& out, const Tensor& tensor) {
  out.text(tensor.name);
  out.value(tensor.role);
  out.value(tensor.type);
  out.values(tensor.shape);
  out.values(places(tensor));
  out.value(tensor.bytes_first);
}

Tensor read_tensor(ByteReader& in) {
  Tensor out;
  out.name = in.text();
  out.role = in.enumerator(Tensor::Role::constant);
  out.type = in.enumerator(VectorType::f32);
  out.shape = in.values<std::uint64_t>();
  out.pieces = in.values<Piece>();
  out.bytes_first = in.value<std::uint64_t>();
  return out;
}

/// What the instruction does by itself: no label, no line, no names.
Instruction deed(Instruction instruction) {
  instruction.label = none;
  instruction.line = 0;
  for (Operand& operand : instruction.operands) {
    operand.names = 0;
    operand.name_count = 0;
    if (operand.kind == Operand::Kind::implied) operand = {};
  }
  return instruction;
}

/// The same schedule in one order, whatever order it was written in.
Schedule ordered(const Schedule& schedule) {
  Schedule out;
  for (const Instruction& instruction : schedule.instructions) {
    if (instruction.map < schedule.maps.size()) out.maps.push_back(schedule.maps[instruction.map]);
  }
  std::sort(out.maps.begin(), out.maps.end());
  out.maps.erase(std::unique(out.maps.begin(), out.maps.end()), out.maps.end());
  for (const Instruction& instruction : schedule.instructions) {
    Instruction& added = out.instructions.emplace_back(deed(instruction));
    if (added.map >= schedule.maps.size()) continue;
    const LaneMap& map = schedule.maps[added.map];
    const auto at = std::lower_bound(out.maps.begin(), out.maps.end(), map);
    added.map = static_cast<std::uint32_t>(at - out.maps.begin());
  }
  std::sort(out.instructions.begin(), out.instructions.end(),
            [](const Instruction& a, const Instruction& b) {
              if (a.queue != b.queue) return a.queue < b.queue;
              if (a.cycle != b.cycle) return a.cycle < b.cycle;
              return std::memcmp(&a, &b, sizeof(Instruction)) < 0;
            });
  return out;
}

}  // namespace

std::uint64_t Tensor::elements() const {
  std::uint64_t out = 1;
  for (const std::uint64_t extent : shape) out *= extent;
  return out;
}

std::vector<std::byte> serialize(const Program& program) {
  ByteWriter out;
  out.value(format);
  out.value(std::uint64_t{program.schedules.size()});
  for (const Schedule& schedule : program.schedules) write(out, schedule);
  out.values(program.schedule_of_chip);
  out.value(std::uint64_t{program.tensors.size()});
  for (const Tensor& tensor : program.tensors) {
    write(out, tensor);
    out.values(tensor.over);
    out.value(tensor.line);
  }
  out.values(program.bytes);
  out.value(std::uint64_t{program.texts.size()});
  for (const std::string& text : program.texts) out.text(text);
  out.value(std::uint64_t{program.layers.size()});
  for (const std::string& layer : program.layers) out.text(layer);
  out.values(program.layer_of_text);
  out.text(program.file);
  out.value(program.timing_only);
  out.value(program.link_seed);
  return out.take();
}

Program deserialize(std::span<const std::byte> bytes) {
  ByteReader in(bytes, "TSP program");
  if (in.value<std::uint64_t>() != format) in.refuse("these bytes are none");
  Program out;
  out.schedules.resize(in.count(3 * sizeof(std::uint64_t)));
  for (Schedule& schedule : out.schedules) schedule = read_schedule(in);
  out.schedule_of_chip = in.values<std::uint32_t>();
  out.tensors.resize(in.count(4 * sizeof(std::uint64_t)));
  for (Tensor& tensor : out.tensors) {
    tensor = read_tensor(in);
    tensor.over = in.values<std::uint32_t>();
    tensor.line = in.value<std::uint32_t>();
  }
  out.bytes = in.values<std::byte>();
  out.texts.resize(in.count(sizeof(std::uint64_t)));
  for (std::string& text : out.texts) text = in.text();
  out.layers.resize(in.count(sizeof(std::uint64_t)));
  for (std::string& layer : out.layers) layer = in.text();
  out.layer_of_text = in.values<std::uint32_t>();
  out.file = in.text();
  out.timing_only = in.value<bool>();
  out.link_seed = in.value<std::uint64_t>();
  in.finish();
  return out;
}

std::vector<std::byte> content(const Program& program) {
  ByteWriter out;
  out.value(format);
  out.value(std::uint64_t{program.schedules.size()});
  for (const Schedule& schedule : program.schedules) {
    const Schedule deeds = ordered(schedule);
    out.values(deeds.instructions);
    out.value(std::uint64_t{deeds.maps.size()});
    for (const LaneMap& map : deeds.maps) out.values(map);
  }
  out.values(program.schedule_of_chip);
  out.value(std::uint64_t{program.tensors.size()});
  for (const Tensor& tensor : program.tensors) write(out, tensor);
  return out.take();
}

}  // namespace weft::program::tsp
