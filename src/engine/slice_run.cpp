// SPDX-License-Identifier: Apache-2.0
// advance, offer, exchange, take: a window of one rank.
#include "engine/slice_run.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include "base/bytes.hpp"

namespace weft::engine {

namespace {

constexpr Cycle window_cycles_start = 64;
constexpr Cycle window_cycles_most = Cycle{1} << 40U;

Cycle later(Cycle cycle, Cycle by) { return cycle > never - by ? never : cycle + by; }

/// Rank 0's list of streams on every rank.
std::vector<StreamInfo> share_streams(const comm::Communicator& communicator,
                                      const machine::Machine* machine) {
  comm::Bytes bytes;
  if (communicator.is_root()) {
    ByteWriter out;
    const auto streams = machine->streams();
    out.value(std::uint64_t{streams.size()});
    for (const StreamInfo& s : streams) {
      for (const auto& text : {s.name, s.description, s.id_meaning, s.argument_meaning}) {
        out.text(text);
      }
      out.value(std::uint64_t{s.kinds.size()});
      for (const std::string& kind : s.kinds) out.text(kind);
      out.value(s.level);
    }
    bytes = out.take();
  }
  communicator.broadcast(bytes);
  ByteReader in(bytes, "streams");
  std::vector<StreamInfo> streams(in.count());
  for (StreamInfo& s : streams) {
    for (auto* text : {&s.name, &s.description, &s.id_meaning, &s.argument_meaning}) {
      *text = in.text();
    }
    s.kinds.resize(in.count());
    for (std::string& kind : s.kinds) kind = in.text();
    s.level = in.value<TraceLevel>();
  }
  return streams;
}

}  // namespace

SliceRun::SliceRun(const comm::Communicator& communicator, const Plan& plan, machine::Slice slice)
    : slice_(std::move(slice)),
      global_(family_of(plan).coupling == machine::Coupling::global),
      halo_(communicator, neighbour_ranks(slice_)),
      promises_(halo_.size(), 0),
      rows_bytes_max_(plan.trace.rank_bytes_max),
      window_cycles_max_(window_cycles_start) {
  together(communicator, [&] {
    if (!slice_.tiles.empty()) {
      machine_ = family_of(plan).make(*plan.topology, plan.program, slice_);
    }
  });
  recorder_.emplace(plan.trace.level, share_streams(communicator, machine_.get()),
                    plan.trace.window, plan.region.width);
}

Cycle SliceRun::busy_from() const {
  // Nothing happens before next_activity(), and where a window costs an agreement it must reach
  // that far: the next superstep may be a long way off.
  if (!global_) return machine_->now();
  const Cycle next = machine_->next_activity();
  return next == never ? machine_->now() : next;
}

Cycle SliceRun::horizon(Cycle busy_from, Cycle limit) const {
  // A record that departs at p acts no earlier than p + latency: cycles before that know all they
  // need.
  Cycle until = std::min(limit, later(busy_from, window_cycles_max_));
  for (std::size_t n = 0; n < promises_.size(); ++n) {
    until = std::min(until, later(promises_[n], slice_.neighbours[n].latency_cycles));
  }
  return until;
}

void SliceRun::window(Cycle limit) {
  if (!machine_) return;
  try {
    advance(limit);
    offer();
  } catch (...) {
    if (!failure_) failure_ = current_failure();
    for (std::size_t n = 0; n < halo_.size(); ++n) {
      halo_.outgoing(n).records.clear();
      halo_.outgoing(n).payload.clear();
    }
  }
  if (halo_.size() == 0) return;
  ++windows_;
  for (std::size_t n = 0; n < halo_.size(); ++n) halo_.outgoing(n).window = windows_;
  guard([&] {
    halo_.begin_exchange();
    // What overlap() throws must not keep this rank from taking the neighbours' messages.
    if (!stopped()) guard([&] { machine_->overlap(); });
    halo_.finish_exchange();
    if (!failure_) take();
  });
}

template <typename Body>
void SliceRun::guard(const Body& body) {
  try {
    body();
  } catch (...) {
    if (!failure_) failure_ = current_failure();
  }
}

void SliceRun::advance(Cycle limit) {
  using Clock = std::chrono::steady_clock;
  using std::chrono::milliseconds;
  if (stopped()) return;
  const Cycle from = busy_from();
  const Cycle until = horizon(from, limit);
  if (until <= machine_->now()) return;
  if (until < later(from, window_cycles_max_)) {
    machine_->advance(until, *recorder_);
    return;
  }
  const auto start = Clock::now();
  machine_->advance(until, *recorder_);
  const auto took = Clock::now() - start;
  if (took < milliseconds(20)) {
    window_cycles_max_ = std::min(2 * window_cycles_max_, window_cycles_most);
  } else if (took > milliseconds(80)) {
    window_cycles_max_ = std::max<Cycle>(window_cycles_max_ / 2, 1);
  }
}

void SliceRun::offer() {
  machine::Payloads* payloads = machine_->facets().payloads;
  for (std::size_t n = 0; n < halo_.size(); ++n) {
    exchange::Message& message = halo_.outgoing(n);
    message.records.clear();
    message.payload.clear();
    machine_->take_departures(n, message.records);
    if (payloads != nullptr) payloads->take_payload(n, message.payload);
    // What a stopped slice would have sent later matters to nobody: the run ends at its error.
    message.promise = stopped() ? machine_->now() : machine_->departure_bound(n, promises_);
  }
}

void SliceRun::take() {
  machine::Payloads* payloads = machine_->facets().payloads;
  for (std::size_t n = 0; n < halo_.size(); ++n) {
    const exchange::Message& message = halo_.incoming(n);
    if (!message.payload.empty()) {
      if (payloads == nullptr) fail(Category::internal, "engine: a payload that nobody takes came");
      payloads->accept_payload(n, message.payload);
    }
    machine_->accept(n, message.records);
    promises_[n] = std::max(promises_[n], message.promise);
  }
}

Standing SliceRun::standing() const {
  Standing mine;
  mine.failed = failure_.has_value();
  if (!machine_) return mine;
  mine.crowded = recorder_->pending_rows() * sizeof(EventRow) > rows_bytes_max_;
  mine.now = machine_->now();
  mine.passed = mine.now;
  mine.last_activity = machine_->last_activity();
  mine.next_activity = machine_->next_activity();
  if (const auto error = machine_->error()) {
    mine.error_cycle = error->cycle;
    mine.passed = never;
    mine.next_activity = mine.now;
  }
  mine.departure_bound = mine.next_activity;
  if (global_ && !stopped()) {
    const std::vector<Cycle> none(halo_.size(), never);
    mine.departure_bound = never;
    for (std::size_t n = 0; n < halo_.size(); ++n) {
      mine.departure_bound = std::min(mine.departure_bound, machine_->departure_bound(n, none));
    }
  }
  return mine;
}

void SliceRun::raise_promises(Cycle bound) {
  for (Cycle& promise : promises_) promise = std::max(promise, bound);
}

void SliceRun::restart(Cycle cycle) {
  if (!machine_) return;
  if (machine_->now() != cycle) machine_->set_now(cycle);
  std::fill(promises_.begin(), promises_.end(), cycle);
  halo_.restart();
}

}  // namespace weft::engine
