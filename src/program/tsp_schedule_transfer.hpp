// SPDX-License-Identifier: Apache-2.0
// Takes tensors from one chip's memory to another's over the cable between them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "program/tsp_schedule_state.hpp"

namespace weft::program::tsp {

/// The way from chip to chip: vectors leave in one order, and are received in it.
class ChipLink {
 public:
  /// Links of either chip; nothing goes before both clocks are `aligned`.
  ChipLink(SchedulerState& from, SchedulerState& to, std::uint32_t out, std::uint32_t in,
           Cycle aligned)
      : from_(from),
        to_(to),
        out_(out),
        in_(in),
        sent_(static_cast<Offset>(aligned)),
        received_(static_cast<Offset>(aligned)) {}

  /// Finds the tensor a place at the far end and sends it there, some rows at a time, each as soon
  /// as it is made. The receiver takes a vector before so many wait that the link could not hold
  /// them. Category::limit where there is no room; unsupported where clocks could drift too far.
  void carry(TensorId from, TensorId to);

 private:
  struct Rows {
    std::uint32_t tile = 0;
    std::uint64_t first = 0;
    std::uint64_t count = 0;
    Cycle ready = 0;  ///< all of them
  };
  std::vector<Rows> blocks(const Placed& source) const;
  void send(const Rows& rows, const Placed& source, Placed& target, const std::string& name);
  void send_run(const std::vector<AddressRun>& runs, const Segment& source,
                const std::vector<Segment*>& targets, std::uint64_t row, const std::string& name);
  Fragment sends(const AddressRun& run, const Store& store) const;
  Fragment receives(const std::vector<AddressRun>& runs,
                    const std::vector<Segment*>& targets) const;
  Offset written_after(const Store& store, std::uint32_t byte) const;

  SchedulerState& from_;
  SchedulerState& to_;
  std::uint32_t out_;
  std::uint32_t in_;
  Offset sent_;      ///< the link takes the next vector from then on
  Offset received_;  ///< the next vector is received from then on
  std::uint32_t label_out_ = none;
  std::uint32_t label_in_ = none;
};

}  // namespace weft::program::tsp
