// SPDX-License-Identifier: Apache-2.0
// Which rank holds which bytes of a program's arrays.
#pragma once

#include <cstddef>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "comm/communicator.hpp"
#include "machine/machine.hpp"

namespace weft::engine {

/// Parts of an array by rank, in each rank's own order.
using PartsOfRanks = std::vector<std::vector<machine::ArrayPart>>;

/// Each rank's bytes of the host's `data`, its parts one after the other.
std::vector<std::vector<std::byte>> split(const PartsOfRanks& parts,
                                          std::span<const std::byte> data);
/// The inverse: `bytes` in all, put together from each rank's.
std::vector<std::byte> join(const PartsOfRanks& parts, std::span<const std::vector<std::byte>> data,
                            std::uint64_t bytes);

/// Asks the machines once for the parts of each array.
class Arrays {
 public:
  /// Parts of array `name` of `bytes` bytes: of all ranks on rank 0, unspecified elsewhere.
  /// Collective, at every call. Category::internal when the parts of all ranks do not hold each
  /// byte once.
  const PartsOfRanks& parts(const comm::Communicator& communicator, const machine::Machine* machine,
                            const std::string& name, std::uint64_t bytes);

 private:
  std::map<std::string, PartsOfRanks> known_;
};

}  // namespace weft::engine
