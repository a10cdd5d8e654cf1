// SPDX-License-Identifier: Apache-2.0
// Parts are gathered once a name; after that an array is copied run by run.
#include "engine/arrays.hpp"

#include <algorithm>
#include <cstring>

#include "base/error.hpp"
#include "engine/agreement.hpp"

namespace weft::engine {

namespace {

using machine::ArrayPart;

std::uint64_t bytes_of(const std::vector<ArrayPart>& parts) {
  std::uint64_t sum = 0;
  for (const ArrayPart& part : parts) sum += part.bytes;
  return sum;
}

PartsOfRanks gather(const comm::Communicator& communicator, const std::vector<ArrayPart>& mine) {
  PartsOfRanks all;
  for (const comm::Bytes& bytes : communicator.gather(std::as_bytes(std::span(mine)))) {
    auto& parts = all.emplace_back(bytes.size() / sizeof(ArrayPart));
    if (!parts.empty()) std::memcpy(parts.data(), bytes.data(), bytes.size());
  }
  return all;
}

void check_cover(const PartsOfRanks& all, const std::string& name, std::uint64_t bytes) {
  std::vector<ArrayPart> parts;
  for (const auto& own : all) parts.insert(parts.end(), own.begin(), own.end());
  std::sort(parts.begin(), parts.end(),
            [](const ArrayPart& a, const ArrayPart& b) { return a.offset < b.offset; });
  std::uint64_t covered = 0;
  const auto wrong = [&] {
    fail(Category::internal, "engine: the slices' parts of array '" + name + "' do not hold its " +
                                 std::to_string(bytes) + " bytes once each: look at byte " +
                                 std::to_string(covered));
  };
  for (const ArrayPart& part : parts) {
    if (part.bytes == 0) continue;
    if (part.offset != covered || part.bytes > bytes - covered) wrong();
    covered += part.bytes;
  }
  if (covered != bytes) wrong();
}

}  // namespace

bool is_whole(const std::vector<ArrayPart>& parts, std::uint64_t bytes) {
  std::uint64_t at = 0;
  for (const ArrayPart& part : parts) {
    if (part.offset != at && part.bytes > 0) return false;
    at += part.bytes;
  }
  return at == bytes;
}

std::vector<std::byte> take_parts(const std::vector<ArrayPart>& parts,
                                  std::span<const std::byte> data) {
  std::vector<std::byte> out(bytes_of(parts));
  std::size_t at = 0;
  for (const ArrayPart& part : parts) {
    if (part.bytes > 0) std::memcpy(out.data() + at, data.data() + part.offset, part.bytes);
    at += part.bytes;
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
    if (part.bytes > 0) std::memcpy(data.data() + part.offset, bytes.data() + at, part.bytes);
    at += part.bytes;
  }
}

const PartsOfRanks& Arrays::parts(const comm::Communicator& communicator, machine::Machine* machine,
                                  const std::string& name, std::uint64_t bytes) {
  const auto [entry, is_new] = known_.try_emplace(name);
  PartsOfRanks& parts = entry->second;
  if (!is_new) return parts;
  std::vector<ArrayPart> mine;
  together(communicator, [&] {
    const machine::ArrayPorts* ports = machine != nullptr ? machine->facets().array_ports : nullptr;
    if (ports != nullptr) mine = ports->array_parts(name);
  });
  parts = gather(communicator, mine);
  together(communicator, [&] {
    if (communicator.is_root()) check_cover(parts, name, bytes);
  });
  return parts;
}

}  // namespace weft::engine
