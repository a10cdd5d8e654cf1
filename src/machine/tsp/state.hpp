// SPDX-License-Identifier: Apache-2.0
// The state of a slice of chips: memory, weights, accumulators, and results on their way from task
// to task.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "base/ids.hpp"
#include "base/kokkos.hpp"
#include "machine/machine.hpp"
#include "machine/tsp/flow.hpp"
#include "machine/tsp/memory.hpp"
#include "numerics/tsp_products.hpp"

namespace weft::machine::tsp {

/// Device memory that is used again and again: powers of two, so that few sizes are asked for.
class Buffers {
 public:
  DeviceArray<std::byte> take(std::size_t bytes);
  void give(DeviceArray<std::byte> buffer);
  std::uint64_t bytes() const { return bytes_; }

 private:
  std::map<std::size_t, std::vector<DeviceArray<std::byte>>> free_;  ///< by size
  std::uint64_t bytes_ = 0;                                          ///< of all, free or not
};

/// A bit of a result that is not what was written to the memory it was read from.
struct Flip {
  std::uint32_t element = 0;
  std::uint32_t byte = 0;
  std::uint32_t bit = 0;  ///< lane * 8 + bit
  friend bool operator==(const Flip&, const Flip&) = default;
};

/// What of a task's result is here: bytes [count][width][320] of its extent; rows of sums are
/// 32-bit values [count][320], an array of weights its rows.
struct Result {
  Extent extent;
  std::uint32_t uses = 0;  ///< left: it is dropped with the last
  DeviceArray<std::byte> bytes;
  std::vector<Flip> flips;

  std::byte* at(std::uint32_t element, std::uint32_t byte) const {
    const std::size_t vector =
        std::size_t{element - extent.element} * extent.width + byte - extent.byte;
    return bytes.data() + vector * vector_bytes;
  }
  std::size_t size() const { return std::size_t{extent.count} * extent.width * vector_bytes; }
};

/// Weights in an array, in the form that passes take them: of one type or the other.
struct Installed {
  std::optional<numerics::tsp::Int8Weights> int8;
  std::optional<numerics::tsp::Fp16Weights> fp16;
};

inline constexpr std::size_t array_bytes = vector_bytes * program::tsp::lanes;

/// A plane's state but its array, which is the result of an install.
struct Plane {
  DeviceArray<std::byte> buffer;        ///< rows of weights
  DeviceArray<std::byte> accumulators;  ///< [row][320] of 32 bits
};

/// A corrected bit of a word: when and where it was taken.
struct Correction {
  Cycle cycle = 0;         ///< absolute
  std::uint32_t tile = 0;  ///< region index
  friend auto operator<=>(const Correction&, const Correction&) = default;
};

/// Vectors that a task sends and one run of receives takes, in order.
struct Delivery {
  Cycle cycle = 0;  ///< from the start: dispatch of the first send
  std::uint32_t from_chip = 0;
  std::uint32_t to_chip = 0;
  std::uint32_t task = 0;             ///< of the sender
  std::uint32_t element = 0;          ///< first, of the send
  std::uint32_t receive = 0;          ///< instruction of the receiver
  std::uint32_t receive_element = 0;  ///< first
  std::uint32_t count = 0;
};

/// What came for a task of receives and was not received yet.
struct Inbox {
  std::vector<std::byte> bytes;       ///< [element][320]
  std::vector<std::uint8_t> is_here;  ///< [element]
};

/// Stops [plan->begin, plan->end) of one chip.
struct Part {
  std::uint32_t chip = 0;
  const Flow* flow = nullptr;  ///< null: the chip does nothing, and `plan` is empty
  std::shared_ptr<const Plan> plan;
  ChipMemory memory;
  std::map<std::uint32_t, Plane> planes;  ///< by stop
  DeviceArray<std::uint16_t> maps;        ///< of the schedule, one after the other
  std::vector<std::size_t> maps_from;

  std::size_t next = 0;                       ///< of plan->tasks
  std::size_t next_row = 0;                   ///< of plan->instructions
  std::map<std::uint32_t, Result> results;    ///< by task
  std::map<std::uint32_t, Installed> arrays;  ///< of results that are arrays
  std::map<std::uint32_t, Inbox> inboxes;     ///< by task
  /// By side: places in plan->leaving that were not given away yet; and those ready to be.
  std::array<std::size_t, 2> first_left{};
  std::array<std::vector<std::uint8_t>, 2> given;
  std::array<std::vector<std::uint32_t>, 2> ready;
};

}  // namespace weft::machine::tsp
