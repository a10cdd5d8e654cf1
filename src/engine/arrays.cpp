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

std::vector<std::vector<std::byte>> split(const PartsOfRanks& parts,
                                          std::span<const std::byte> data) {
  std::vector<std::vector<std::byte>> result;
  for (const auto& own : parts) {
    std::vector<std::byte>& out = result.emplace_back(bytes_of(own));
    std::size_t at = 0;
    for (const ArrayPart& part : own) {
      if (part.bytes > 0) std::memcpy(out.data() + at, data.data() + part.offset, part.bytes);
      at += part.bytes;
    }
  }
  return result;
}

std::vector<std::byte> join(const PartsOfRanks& parts, std::span<const std::vector<std::byte>> data,
                            std::uint64_t bytes) {
  std::vector<std::byte> result(bytes);
  for (std::size_t rank = 0; rank < parts.size(); ++rank) {
    if (data[rank].size() != bytes_of(parts[rank])) {
      fail(Category::internal, "engine: a slice gave another amount of bytes than its parts have");
    }
    std::size_t at = 0;
    for (const ArrayPart& part : parts[rank]) {
      if (part.bytes > 0) {
        std::memcpy(result.data() + part.offset, data[rank].data() + at, part.bytes);
      }
      at += part.bytes;
    }
  }
  return result;
}

const PartsOfRanks& Arrays::parts(const comm::Communicator& communicator,
                                  const machine::Machine* machine, const std::string& name,
                                  std::uint64_t bytes) {
  const auto [entry, is_new] = known_.try_emplace(name);
  if (!is_new) return entry->second;
  std::vector<ArrayPart> mine;
  together(communicator, [&] {
    if (machine != nullptr) mine = machine->array_parts(name);
  });
  entry->second = gather(communicator, mine);
  together(communicator, [&] {
    if (communicator.is_root()) check_cover(entry->second, name, bytes);
  });
  return entry->second;
}

}  // namespace weft::engine
