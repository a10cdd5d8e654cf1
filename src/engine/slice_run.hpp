// SPDX-License-Identifier: Apache-2.0
// One rank's slice in time: windows that end where neighbours' promises do.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "base/recorder.hpp"
#include "comm/communicator.hpp"
#include "engine/agreement.hpp"
#include "engine/plan.hpp"
#include "exchange/halo.hpp"
#include "machine/machine.hpp"

namespace weft::engine {

/// Owns the machine's slice, its recorder and its halo. A rank whose slice is empty has no machine
/// and stands aside.
class SliceRun {
 public:
  /// Collective: what the machine records is told by rank 0, whose slice always holds tiles.
  SliceRun(const comm::Communicator& communicator, const Plan& plan, machine::Slice slice);

  machine::Machine* machine() { return machine_.get(); }
  const machine::Machine* machine() const { return machine_.get(); }
  const machine::Slice& slice() const { return slice_; }
  Recorder& recorder() { return *recorder_; }
  const std::optional<Failure>& failure() const { return failure_; }
  const exchange::Halo& halo() const { return halo_; }

  /// Advances as far as promises and `limit` allow, then exchanges one message a neighbour.
  /// Exceptions are held back as failure(): the neighbours count on this rank's messages.
  void window(Cycle limit);

  Standing standing() const;
  /// No departure anywhere before `bound`: known from an agreement.
  void raise_promises(Cycle bound);
  /// All slices continue at `cycle`, quiet or just built; earlier promises are void.
  void restart(Cycle cycle);

 private:
  /// Where a window's length is counted from.
  Cycle busy_from() const;
  Cycle horizon(Cycle busy_from, Cycle limit) const;
  bool stopped() const { return failure_ || (machine_ && machine_->error()); }
  /// Runs `body`; what it throws is held back.
  template <typename Body>
  void guard(const Body& body);
  void advance(Cycle limit);
  void offer();
  void take();

  machine::Slice slice_;
  bool global_;  ///< all slices agree on every window
  std::unique_ptr<machine::Machine> machine_;
  std::optional<Recorder> recorder_;
  exchange::Halo halo_;
  std::vector<Cycle> promises_;  ///< of each neighbour: nothing more departs before
  std::optional<Failure> failure_;
  std::uint64_t windows_ = 0;
  std::uint64_t rows_bytes_max_;
  /// Longest window, so that signals and progress are looked at in time. Follows wall time, which
  /// no result can see: results do not depend on where windows end.
  Cycle window_cycles_max_;
};

}  // namespace weft::engine
