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
  return state_.arrays[array_number(name)].parts;
}

namespace {

/// Calls body(place, number) for the pieces, `number` from 0 on.
template <typename Body>
void each_piece(const Pieces& pieces, const Body& body) {
  std::uint64_t place = pieces.place;
  for (std::uint64_t number = 0; number < pieces.times; ++number, place += pieces.step) {
    body(place, number);
  }
}

/// Copies the pieces from or to `array`; of a constant size where they are elements.
template <std::size_t size>
void scatter(std::byte* memory, const Pieces& pieces, const std::byte* array) {
  const std::size_t bytes = size != 0 ? size : pieces.bytes;
  each_piece(pieces, [&](std::uint64_t place, std::uint64_t number) {
    std::memcpy(memory + place, array + number * bytes, bytes);
  });
}
template <std::size_t size>
void gather(const std::byte* memory, const Pieces& pieces, std::byte* array) {
  const std::size_t bytes = size != 0 ? size : pieces.bytes;
  each_piece(pieces, [&](std::uint64_t place, std::uint64_t number) {
    std::memcpy(array + number * bytes, memory + place, bytes);
  });
}

}  // namespace

void Ipu::write_array(const std::string& name, std::span<const std::byte> data) {
  std::byte* memory = state_.memory.data();
  for (const Pieces& pieces : state_.arrays[array_number(name)].pieces) {
    const std::uint64_t bytes = pieces.times * pieces.bytes;
    if (data.size() < bytes) fail(Category::internal, "ipu: an array's data end too early");
    if (pieces.bytes == 4) {
      scatter<4>(memory, pieces, data.data());
    } else {
      scatter<0>(memory, pieces, data.data());
    }
    data = data.subspan(bytes);
  }
}

std::vector<std::byte> Ipu::read_array(const std::string& name) const {
  const LocalArray& array = state_.arrays[array_number(name)];
  std::uint64_t bytes = 0;
  for (const Pieces& pieces : array.pieces) bytes += pieces.times * pieces.bytes;
  std::vector<std::byte> data(bytes);
  std::byte* at = data.data();
  for (const Pieces& pieces : array.pieces) {
    if (pieces.bytes == 4) {
      gather<4>(state_.memory.data(), pieces, at);
    } else {
      gather<0>(state_.memory.data(), pieces, at);
    }
    at += pieces.times * pieces.bytes;
  }
  return data;
}

}  // namespace weft::machine::ipu
