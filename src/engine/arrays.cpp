// SPDX-License-Identifier: Apache-2.0
// Parts are gathered once a name; after that an array is copied run by run.
#include "engine/arrays.hpp"

#include <algorithm>
#include <cstring>

#include "base/counted.hpp"
#include "base/error.hpp"
#include "engine/agreement.hpp"

namespace weft::engine {

namespace {

using machine::ArrayPart;

std::uint64_t bytes_of(const std::vector<ArrayPart>& parts) {
  std::uint64_t sum = 0;
  for (const ArrayPart& part : parts) sum += part.times * part.bytes;
  return sum;
}

/// Offsets of a part's runs, in order.
template <typename Body>
void each_run(const ArrayPart& part, const Body& body) {
  std::uint64_t offset = part.offset;
  for (std::uint64_t time = 0; time < part.times; ++time) {
    body(static_cast<std::size_t>(offset));
    offset += static_cast<std::uint64_t>(part.step_bytes);  // modulo 2^64, as a step back wants it
  }
}

PartsOfRanks gather(const comm::Communicator& communicator, const std::vector<ArrayPart>& mine) {
  PartsOfRanks all;
  for (const comm::Bytes& bytes : communicator.gather(std::as_bytes(std::span(mine)))) {
    auto& parts = all.emplace_back(bytes.size() / sizeof(ArrayPart));
    if (!parts.empty()) std::memcpy(parts.data(), bytes.data(), bytes.size());
  }
  return all;
}

/// Refuses parts that leave the array, miss a byte of it, or (`once`) hold one twice.
void check_cover(const PartsOfRanks& all, const std::string& name, std::uint64_t bytes, bool once) {
  const auto wrong = [&](std::uint64_t byte) {
    fail(Category::internal, "engine: the slices' parts of array '" + name + "' do not hold its " +
                                 counted(bytes, "byte") + " once each: look at byte " +
                                 std::to_string(byte));
  };
  std::vector<bool> held(bytes);
  for (const auto& own : all) {
    for (const ArrayPart& part : own) {
      if (part.bytes == 0) continue;
      each_run(part, [&](std::size_t offset) {
        if (offset > bytes || part.bytes > bytes - offset) wrong(bytes);
        const auto first = held.begin() + static_cast<std::ptrdiff_t>(offset);
        const auto end = first + static_cast<std::ptrdiff_t>(part.bytes);
        const auto twice = once ? std::find(first, end, true) : end;
        if (twice != end) wrong(static_cast<std::uint64_t>(twice - held.begin()));
        std::fill(first, end, true);
      });
    }
  }
  const auto missing = std::find(held.begin(), held.end(), false);
  if (missing != held.end()) wrong(static_cast<std::uint64_t>(missing - held.begin()));
}

}  // namespace

bool is_whole(const std::vector<ArrayPart>& parts, std::uint64_t bytes) {
  std::uint64_t at = 0;
  for (const ArrayPart& part : parts) {
    if (part.bytes == 0) continue;
    const bool dense = part.times == 1 || part.step_bytes == static_cast<std::int64_t>(part.bytes);
    if (part.offset != at || !dense) return false;
    at += part.times * part.bytes;
  }
  return at == bytes;
}

std::vector<std::byte> take_parts(const std::vector<ArrayPart>& parts,
                                  std::span<const std::byte> data) {
  std::vector<std::byte> out(bytes_of(parts));
  std::size_t at = 0;
  for (const ArrayPart& part : parts) {
    if (part.bytes == 0) continue;
    each_run(part, [&](std::size_t offset) {
      std::memcpy(out.data() + at, data.data() + offset, part.bytes);
      at += part.bytes;
    });
  }
  return out;
}

void put_parts(const std::vector<ArrayPart>& parts, std::span<const std::byte> bytes,
               std::span<std::byte> data) {
  if (bytes.size() != bytes_of(parts)) {
    fail(Category::internal, "engine: a slice gave another amount of bytes than its parts have");
  }
  std::size_t at = 0;
  for (const ArrayPart& part : parts) {
    if (part.bytes == 0) continue;
    each_run(part, [&](std::size_t offset) {
      std::memcpy(data.data() + offset, bytes.data() + at, part.bytes);
      at += part.bytes;
    });
  }
}

const PartsOfRanks& Arrays::parts(const comm::Communicator& communicator, machine::Machine* machine,
                                  const std::string& name, std::uint64_t bytes, Way way) {
  const auto [entry, is_new] = known_.try_emplace({name, way});
  PartsOfRanks& parts = entry->second;
  if (!is_new) return parts;
  const bool read = way == Way::read;
  std::vector<ArrayPart> mine;
  together(communicator, [&] {
    const machine::ArrayPorts* ports = machine != nullptr ? machine->facets().array_ports : nullptr;
    if (ports != nullptr) mine = read ? ports->array_parts(name) : ports->written_parts(name);
  });
  parts = gather(communicator, mine);
  together(communicator, [&] {
    if (communicator.is_root()) check_cover(parts, name, bytes, read);
  });
  return parts;
}

}  // namespace weft::engine
