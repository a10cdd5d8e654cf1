// SPDX-License-Identifier: Apache-2.0
// An IPU program as bytes, for the other ranks and for executables on disk.
#include "program/ipu.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include "base/bytes.hpp"
#include "base/error.hpp"
#include "program/ipu_outline.hpp"

namespace weft::program::ipu {

namespace {

constexpr std::uint32_t format = 1;
constexpr const char* program_name = "IPU program";

void write(ByteWriter& out, const MoveSet& set) {
  out.text(set.name);
  out.value(set.first);
  out.value(set.count);
  out.value(set.element_bytes);
}

void write(ByteWriter& out, const ComputeSet& set) {
  out.text(set.name);
  out.value(set.first);
  out.value(set.count);
}

void write(ByteWriter& out, const Codelet& codelet) {
  out.text(codelet.name);
  out.value(codelet.module);
}

void write(ByteWriter& out, const HostArray& array) {
  out.text(array.name);
  out.value(array.type);
  out.values(array.shape);
  out.value(array.first);
  out.value(array.count);
  out.value(array.bytes);
}

void write(ByteWriter& out, const HostRequest& request) {
  out.value(request.kind);
  out.text(request.name);
  out.values(request.arrays);
  out.value(request.inputs);
}

void write(ByteWriter& out, const std::string& text) { out.text(text); }
void write(ByteWriter& out, const std::vector<std::byte>& bytes) { out.values(bytes); }

template <typename T>
void write_all(ByteWriter& out, const std::vector<T>& items) {
  out.value(std::uint64_t{items.size()});
  for (const T& item : items) write(out, item);
}

void read(ByteReader& in, MoveSet& set) {
  set.name = in.text();
  set.first = in.value<std::uint64_t>();
  set.count = in.value<std::uint64_t>();
  set.element_bytes = in.value<std::uint32_t>();
}

void read(ByteReader& in, ComputeSet& set) {
  set.name = in.text();
  set.first = in.value<std::uint64_t>();
  set.count = in.value<std::uint64_t>();
}

void read(ByteReader& in, Codelet& codelet) {
  codelet.name = in.text();
  codelet.module = in.value<std::uint32_t>();
}

void read(ByteReader& in, HostArray& array) {
  array.name = in.text();
  array.type = in.value<ElementType>();
  array.shape = in.values<std::uint64_t>();
  array.first = in.value<std::uint64_t>();
  array.count = in.value<std::uint64_t>();
  array.bytes = in.value<std::uint64_t>();
}

void read(ByteReader& in, HostRequest& request) {
  request.kind = in.value<RequestKind>();
  request.name = in.text();
  request.arrays = in.values<std::uint32_t>();
  request.inputs = in.value<std::uint32_t>();
}

void read(ByteReader& in, std::string& text) { text = in.text(); }
void read(ByteReader& in, std::vector<std::byte>& bytes) { bytes = in.values<std::byte>(); }

template <typename T>
void read_all(ByteReader& in, std::vector<T>& items) {
  items.resize(in.count());
  for (T& item : items) read(in, item);
}

}  // namespace

std::string_view name_of(CostOrigin origin) {
  switch (origin) {
    case CostOrigin::user:
      return "user estimate";
    case CostOrigin::library:
      return "library formula";
    case CostOrigin::default_mix:
      return "default mix";
  }
  fail(Category::internal, "name_of: no origin of a cost");
}

std::string_view name_of(MemoryUse use) {
  switch (use) {
    case MemoryUse::variables:
      return "variables";
    case MemoryUse::constants:
      return "constants";
    case MemoryUse::exchange_buffers:
      return "exchange buffers";
    case MemoryUse::vertex_state:
      return "vertex state";
    case MemoryUse::vertex_code:
      return "vertex code";
    case MemoryUse::exchange_code:
      return "exchange code";
    case MemoryUse::control_code:
      return "control code";
    case MemoryUse::host_exchange:
      return "host exchange";
    case MemoryUse::stacks:
      return "stacks";
    case MemoryUse::count:
      break;
  }
  return "unknown";
}

bool has_layers(const Program& program) {
  return std::any_of(program.code.begin(), program.code.end(), [](const Instruction& instruction) {
    return instruction.operation == Operation::enter;
  });
}

std::vector<std::byte> serialize(const Program& program) {
  ByteWriter out;
  out.text("weft ipu program");
  out.value(format);
  out.value(program.tiles_per_ipu);
  out.value(program.ipus);
  write_all(out, program.modules);
  write_all(out, program.codelets);
  out.values(program.vertices);
  out.values(program.field_words);
  out.values(program.state_bytes);
  write_all(out, program.compute_sets);
  out.values(program.moves);
  write_all(out, program.rearrangements);
  write_all(out, program.exchanges);
  out.values(program.runs);
  write_all(out, program.arrays);
  write_all(out, program.requests);
  out.values(program.places);
  out.values(program.counts);
  write_all(out, program.texts);
  out.values(program.code);
  out.values(program.entries);
  out.value(program.counters);
  out.values(program.initial);
  out.values(program.initial_bytes);
  out.values(program.memory_bytes);
  out.values(program.memory_use);
  return out.take();
}

namespace {

/// The items that come next, left where they are.
template <typename T>
StoredItems<T> stored(ByteReader& in, std::span<const std::byte> bytes) {
  const std::uint64_t count = in.count(sizeof(T));
  const auto items = bytes.subspan(bytes.size() - in.left(), count * sizeof(T));
  in = ByteReader(bytes.last(in.left() - items.size()), program_name);
  return StoredItems<T>(items);
}

}  // namespace

Program deserialize(std::span<const std::byte> bytes) {
  Outline read = outline(bytes);
  read.moves.copy(0, read.moves.size(), read.program.moves);
  read.runs.copy(0, read.runs.size(), read.program.runs);
  return std::move(read.program);
}

Outline outline(std::span<const std::byte> bytes) {
  ByteReader in(bytes, program_name);
  Outline out;
  Program& program = out.program;
  if (in.text() != "weft ipu program" || in.value<std::uint32_t>() != format) {
    fail(Category::input, "IPU program: these bytes are none, or of another version of weft");
  }
  program.tiles_per_ipu = in.value<std::uint32_t>();
  program.ipus = in.value<std::uint32_t>();
  read_all(in, program.modules);
  read_all(in, program.codelets);
  program.vertices = in.values<Vertex>();
  program.field_words = in.values<std::uint32_t>();
  program.state_bytes = in.values<std::byte>();
  read_all(in, program.compute_sets);
  out.moves = stored<Move>(in, bytes);
  read_all(in, program.rearrangements);
  read_all(in, program.exchanges);
  out.runs = stored<ArrayRun>(in, bytes);
  read_all(in, program.arrays);
  read_all(in, program.requests);
  program.places = in.values<Place>();
  program.counts = in.values<std::uint64_t>();
  read_all(in, program.texts);
  program.code = in.values<Instruction>();
  program.entries = in.values<std::uint32_t>();
  program.counters = in.value<std::uint32_t>();
  program.initial = in.values<InitialData>();
  program.initial_bytes = in.values<std::byte>();
  program.memory_bytes = in.values<std::uint32_t>();
  program.memory_use = in.values<std::uint32_t>();
  in.finish();
  return out;
}

}  // namespace weft::program::ipu
