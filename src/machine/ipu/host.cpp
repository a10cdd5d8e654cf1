// SPDX-License-Identifier: Apache-2.0
// What the host does with a slice: starts programs, answers them, reads and writes arrays.
#include <algorithm>
#include <cstring>

#include "base/error.hpp"
#include "machine/ipu/ipu.hpp"

namespace weft::machine::ipu {

std::vector<Export> Ipu::exports() const {
  std::vector<Export> list;
  list.push_back({Export::Kind::function, "program", 0, 0, "u32"});
  for (const auto& array : program_.arrays) {
    const std::uint32_t bytes = program::ipu::bytes_of(array.type);
    list.push_back({Export::Kind::array, array.name, bytes, array.bytes / bytes,
                    std::string(program::ipu::name_of(array.type))});
  }
  return list;
}

void Ipu::set_now(Cycle cycle) { now_ = cycle; }

void Ipu::launch(const std::string& name, std::span<const std::uint32_t> arguments) {
  if (name != "program" || arguments.size() != 1) {
    fail(Category::input, "ipu: function 'program' with the number of an entry can be launched");
  }
  if (arguments[0] >= program_.entries.size()) {
    fail(Category::input, "ipu: there is no program " + std::to_string(arguments[0]) +
                              ": the engine has " + std::to_string(program_.entries.size()));
  }
  if (superstep_.phase != Phase::idle) fail(Category::input, "ipu: a program runs already");
  pc_ = program_.entries[arguments[0]];
  calls_.clear();
  inside_.clear();
  superstep_.on(Event::launched);
  superstep_.ready = now_;
}

std::optional<HostRequest> Ipu::host_request() const {
  if (superstep_.phase != Phase::asking) return std::nullopt;
  return HostRequest{superstep_.number, 0};
}

void Ipu::answer() {
  if (superstep_.phase != Phase::asking) {
    fail(Category::internal, "ipu: nothing was asked of the host");
  }
  superstep_.on(Event::answered);
  superstep_.ready = now_;
  superstep_.host_row_due = true;
}

std::uint32_t Ipu::array_number(const std::string& name) const {
  const auto at = std::find_if(program_.arrays.begin(), program_.arrays.end(),
                               [&](const auto& array) { return array.name == name; });
  if (at == program_.arrays.end()) fail(Category::internal, "ipu: no array '" + name + "'");
  return static_cast<std::uint32_t>(at - program_.arrays.begin());
}

std::vector<ArrayPart> Ipu::array_parts(const std::string& name) const {
  std::vector<ArrayPart> parts;
  for (const Piece& piece : state_.arrays[array_number(name)].pieces) {
    parts.push_back({piece.offset, piece.bytes});
  }
  return parts;
}

void Ipu::write_array(const std::string& name, std::span<const std::byte> data) {
  for (const Piece& piece : state_.arrays[array_number(name)].pieces) {
    if (data.size() < piece.bytes) fail(Category::internal, "ipu: an array's data end too early");
    std::memcpy(state_.memory.data() + piece.place, data.data(), piece.bytes);
    data = data.subspan(piece.bytes);
  }
}

std::vector<std::byte> Ipu::read_array(const std::string& name) const {
  std::vector<std::byte> data;
  std::uint64_t bytes = 0;
  for (const Piece& piece : state_.arrays[array_number(name)].pieces) bytes += piece.bytes;
  data.reserve(bytes);
  for (const Piece& piece : state_.arrays[array_number(name)].pieces) {
    const std::byte* from = state_.memory.data() + piece.place;
    data.insert(data.end(), from, from + piece.bytes);
  }
  return data;
}

}  // namespace weft::machine::ipu
