// SPDX-License-Identifier: Apache-2.0
// The job's side of its program: what engines are given, and what they give.
#include <algorithm>
#include <cstring>

#include "base/counted.hpp"
#include "base/error.hpp"
#include "cli/job/doors/poplar_job.hpp"
#include "cli/job/job_element.hpp"
#include "cli/job/job_run.hpp"
#include "hosts/poplar/api/elements.hpp"
#include "hosts/poplar/engine/engine_impl.hpp"
#include "hosts/poplar/target/target_impl.hpp"
#include "topology/suggest.hpp"

namespace weft::cli {

using ::poplar::core::ExecutableImpl;
using trace::ElementType;
using trace::Tensor;

namespace {

ElementType element_type(program::ipu::ElementType type) {
  using Tile = program::ipu::ElementType;
  switch (type) {
    case Tile::boolean:
    case Tile::unsigned_char:
      return ElementType::u8;
    case Tile::signed_char:
      return ElementType::i8;
    case Tile::signed_short:
      return ElementType::i16;
    case Tile::unsigned_short:
      return ElementType::u16;
    case Tile::signed_int:
      return ElementType::i32;
    case Tile::unsigned_int:
      return ElementType::u32;
    case Tile::signed_long_long:
      return ElementType::i64;
    case Tile::unsigned_long_long:
      return ElementType::u64;
    case Tile::half:
      return ElementType::f16;
    case Tile::single:
      return ElementType::f32;
  }
  return ElementType::u8;
}

ElementType element_type(const ::poplar::Type& type) {
  return element_type(::poplar::core::element_type(type));
}

/// A handle as the name of an array in the trace, where a '/' begins a group.
std::string result_name(const std::string& handle) {
  std::string out = handle;
  for (char& letter : out) letter = letter == '/' ? '.' : letter;
  return out;
}

/// What a handle takes at once.
struct Room {
  ElementType type = ElementType::f32;
  std::uint64_t elements = 0;
};

std::map<std::string, Room> rooms(const ExecutableImpl& executable, JobInput::Kind kind) {
  std::map<std::string, Room> out;
  if (kind == JobInput::Kind::stream) {
    for (const auto& [name, stream] : executable.streams) {
      if (stream.to_device) out[name] = {element_type(stream.type), stream.elements};
    }
    return out;
  }
  for (const auto& [name, handle] : executable.writes) {
    const auto& array = executable.program.arrays.at(handle.array);
    out[name] = {element_type(array.type), array.bytes / program::ipu::bytes_of(array.type)};
  }
  return out;
}

/// Numbers of a job file as elements.
Tensor from_values(const JobInput& input, ElementType type) {
  const std::size_t size = trace::size_bytes(type);
  Tensor out{type, {input.data.values.size()}, {}};
  out.bytes.resize(input.data.values.size() * size);
  for (std::size_t i = 0; i < input.data.values.size(); ++i) {
    if (store_number(input.data.values[i], type, out.bytes.data() + i * size)) continue;
    input.where.fail("values", "gives " + not_a_number_of(input.data.values[i], type));
  }
  return out;
}

void require_fit(const JobInput& input, const Tensor& data, const Room& room) {
  const bool stream = input.kind == JobInput::Kind::stream;
  const char* key = input.data.kind == DataSource::Kind::file ? "data" : "values";
  const std::uint64_t elements = data.elements();
  const bool fits = stream ? elements != 0 && room.elements != 0 && elements % room.elements == 0
                           : elements == room.elements;
  if (fits && same_bits(data.type, room.type)) {
    const std::string other = other_values(data, room.type);
    if (other.empty()) return;
    input.where.fail(key, "is " + trace::describe(data) + ": " + other);
  }
  input.where.fail(key, "is " + trace::describe(data) + "; '" + input.handle + "' takes " +
                            std::string(trace::name_of(room.type)) + ", " +
                            counted(room.elements, "element") + (stream ? " a transfer" : ""));
}

}  // namespace

Tensor PoplarJob::input_for(std::size_t index, ElementType type) const {
  return inputs_[index] ? *inputs_[index] : from_values(job_.inputs[index], type);
}

void PoplarJob::require_machine(const ExecutableImpl& executable) {
  const auto& target = executable.target.getImpl();
  const Rectangle most = topology_->max_region();
  const std::string source = sources().paths.front();
  region_ = {0, 0, target.tiles_per_ipu, target.ipus};
  if (target.topology->name() != topology_->name()) {
    fail(Category::input, source + ": the program wants machine '" + target.topology->name() +
                              "'; the job's is '" + topology_->name() + "'");
  }
  if (region_.width > most.width || region_.height > most.height) {
    fail(Category::input, source + ": the program wants " + counted(region_.height, "IPU") +
                              " of " + counted(region_.width, "tile") + "; " + topology_->name() +
                              " has " + std::to_string(most.height) + " of " +
                              std::to_string(most.width));
  }
  if (job_.region &&
      (job_.region->width != region_.width || job_.region->height != region_.height)) {
    fail(Category::input,
         job_.file + ": key 'machine.region' is " + std::to_string(job_.region->width) + " x " +
             std::to_string(job_.region->height) + "; the program's target has " +
             counted(region_.width, "tile") + " an IPU and " + counted(region_.height, "IPU"));
  }
  require_trace_region(job_, region_);
}

void PoplarJob::require_names(const ExecutableImpl& executable) const {
  std::vector<std::string> results;
  for (const auto& [name, handle] : executable.reads) results.push_back(result_name(name));
  for (const auto& [name, stream] : executable.streams) {
    if (!stream.to_device) results.push_back(result_name(name));
  }
  check_result_names(job_, results);
  for (std::size_t index = 0; index < job_.inputs.size(); ++index) {
    const JobInput& input = job_.inputs[index];
    const bool stream = input.kind == JobInput::Kind::stream;
    const auto known = rooms(executable, input.kind);
    const auto found = known.find(input.handle);
    if (found != known.end()) {
      require_fit(input, input_for(index, found->second.type), found->second);
      continue;
    }
    std::vector<std::string> names;
    for (const auto& [name, room] : known) names.push_back(name);
    input.where.fail(stream ? "stream" : "tensor",
                     "names '" + input.handle + "', which is no " +
                         (stream ? "stream to the device" : "tensor that the host writes") +
                         topology::did_you_mean(input.handle, names));
  }
}

void PoplarJob::require_flips(const ExecutableImpl& executable) const {
  const auto known = rooms(executable, JobInput::Kind::tensor);
  for (const MemoryFlip& flip : job_.memory_flips) {
    const auto given = std::find_if(job_.inputs.begin(), job_.inputs.end(), [&](const auto& input) {
      return input.kind == JobInput::Kind::tensor && input.handle == flip.symbol;
    });
    if (given == job_.inputs.end()) {
      flip.where.fail("symbol", "names '" + flip.symbol + "', which is no tensor of an [[input]]");
    }
    const Room& room = known.at(flip.symbol);
    if (flip.element >= room.elements) {
      flip.where.fail("element", "is " + std::to_string(flip.element) + "; '" + flip.symbol +
                                     "' has " + counted(room.elements, "element"));
    }
    if (flip.bit >= 8 * trace::size_bytes(room.type)) {
      flip.where.fail("bit", "is " + std::to_string(flip.bit) + "; an element is " +
                                 std::string(trace::name_of(room.type)));
    }
  }
}

void PoplarJob::flip(const std::string& handle, Tensor& data) const {
  for (const MemoryFlip& flip : job_.memory_flips) {
    if (flip.symbol != handle) continue;
    const std::size_t byte = flip.element * trace::size_bytes(data.type) + flip.bit / 8;
    data.bytes[byte] ^= std::byte{1} << (flip.bit % 8);
  }
}

void PoplarJob::compiled(const ExecutableImpl& executable) {
  if (engine_made_) return;
  engine_made_ = true;
  try {
    require_machine(executable);
    require_names(executable);
    require_flips(executable);
  } catch (const Error& error) {
    leave(error);
  }
  if (!only_compiles_) return;
  first_ = executable;
  leave(std::nullopt);
}

void PoplarJob::loaded(::poplar::core::EngineImpl& engine) {
  loaded_ = &engine.executable();
  for (std::size_t index = 0; index < job_.inputs.size(); ++index) {
    const JobInput& input = job_.inputs[index];
    const auto known = rooms(*loaded_, input.kind);
    const auto found = known.find(input.handle);
    if (found == known.end()) continue;  // another engine's
    Tensor data = input_for(index, found->second.type);
    if (input.kind == JobInput::Kind::tensor) {
      flip(input.handle, data);
      engine.write_tensor(input.handle, data.bytes.data(), data.bytes.size());
      continue;
    }
    connected_.push_back(std::move(data));
    std::vector<std::byte>& bytes = connected_.back().bytes;
    engine.connect_stream(input.handle, bytes.data(), bytes.data() + bytes.size());
  }
}

void PoplarJob::tensor_read(const std::string& handle, std::span<const std::byte> data) {
  const auto& array = loaded_->program.arrays.at(loaded_->reads.at(handle).array);
  results_[result_name(handle)] = {
      element_type(array.type), array.shape, {data.begin(), data.end()}};
}

void PoplarJob::stream_brought(const std::string& handle, std::span<const std::byte> data) {
  const auto& stream = loaded_->streams.at(handle);
  Tensor& result = results_[result_name(handle)];
  if (result.shape.empty()) result = {element_type(stream.type), {0, stream.elements}, {}};
  ++result.shape[0];
  result.bytes.insert(result.bytes.end(), data.begin(), data.end());
}

}  // namespace weft::cli
