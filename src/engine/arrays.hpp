// SPDX-License-Identifier: Apache-2.0
// Which rank holds which bytes of a program's arrays.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "comm/communicator.hpp"
#include "machine/machine.hpp"

namespace weft::engine {

/// Parts of an array by rank, in each rank's own order.
using PartsOfRanks = std::vector<std::vector<machine::ArrayPart>>;

/// Whether a rank's parts, one after the other, are the whole array of `bytes` bytes.
bool is_whole(const std::vector<machine::ArrayPart>& parts, std::uint64_t bytes);

/// A rank's bytes of the host's `data`, its parts one after the other.
std::vector<std::byte> take_parts(const std::vector<machine::ArrayPart>& parts,
                                  std::span<const std::byte> data);
/// The inverse: puts a rank's bytes where they belong in `data`.
void put_parts(const std::vector<machine::ArrayPart>& parts, std::span<const std::byte> bytes,
               std::span<std::byte> data);

/// Asks the machines once for the parts of each array.
class Arrays {
 public:
  enum class Way : std::uint8_t { read, written };
  /// Parts of array `name` of `bytes` bytes: of all ranks on rank 0, unspecified elsewhere.
  /// Collective, at every call. Category::internal when the parts of all ranks do not hold each
  /// byte: to be read once, to be written at least once.
  const PartsOfRanks& parts(const comm::Communicator& communicator, machine::Machine* machine,
                            const std::string& name, std::uint64_t bytes, Way way);

 private:
  std::map<std::pair<std::string, Way>, PartsOfRanks> known_;
};

}  // namespace weft::engine
