// SPDX-License-Identifier: Apache-2.0
// The slice in time: supersteps computed when they begin, synchronised when all have arrived.
#include "machine/ipu/ipu.hpp"

#include <algorithm>
#include <utility>

#include "base/error.hpp"
#include "machine/ipu/build.hpp"

namespace weft::machine::ipu {

namespace form = program::ipu;

namespace {

constexpr std::uint16_t arrival_kind = 1;

form::Program checked(form::Program program) {
  form::validate(program);
  return program;
}

template <typename T>
void drop(std::vector<T>& items) {
  items.clear();
  items.shrink_to_fit();
}

}  // namespace

Ipu::Ipu(const topology::Topology& topology, form::Program program, const Slice& slice)
    : program_(checked(std::move(program))),
      slice_(slice),
      state_(make_state(read_constants(topology, program_.ipus), program_, slice)),
      counters_(program_.counters, 0),
      loop_step_(program_.counters, 0),
      leaving_(slice.neighbours.size(), 0),
      outgoing_(slice.neighbours.size()),
      payloads_(slice.neighbours.size()),
      arrivals_(slice.neighbours.size()) {
  // The state holds what this slice needs of these; the whole machine's would be kept by every
  // rank.
  drop(program_.moves);
  drop(program_.runs);
  drop(program_.field_words);
  drop(program_.state_bytes);
  drop(program_.initial);
  drop(program_.initial_bytes);
  for (auto& library : program_.modules) drop(library);
}

bool Ipu::all_arrived() const {
  return std::none_of(arrivals_.begin(), arrivals_.end(),
                      [](const auto& queue) { return queue.empty(); });
}

Cycle Ipu::sync_begin() const {
  Cycle last = barrier_.done;
  for (const auto& queue : arrivals_) {
    if (!queue.empty()) last = std::max(last, queue.front().done);
  }
  return last;
}

Cycle Ipu::next_ready() const {
  return sync_begin() + barrier_.sync_cycles + barrier_.exchange_cycles;
}

Cycle Ipu::next_activity() const {
  if (error_) return now_;
  switch (phase_) {
    case Phase::ready:
      return std::max(now_, ready_);
    case Phase::syncing:
      // Without all arrivals only a neighbour can make this slice go on.
      return all_arrived() ? std::max(now_, sync_begin()) : never;
    case Phase::idle:
    case Phase::asking:
      return never;
  }
  return never;
}

Cycle Ipu::departure_bound(std::size_t n, std::span<const Cycle> departed_before) const {
  if (leaving_[n] != 0) return std::max(now_, barrier_.done);
  switch (phase_) {
    case Phase::ready:
      return std::max(now_, ready_);
    case Phase::syncing: {
      Cycle last = sync_begin();
      for (std::size_t k = 0; k < arrivals_.size(); ++k) {
        if (arrivals_[k].empty()) last = std::max(last, departed_before[k]);
      }
      const Cycle after = barrier_.sync_cycles + barrier_.exchange_cycles;
      return last > never - after ? never : std::max(now_, last + after);
    }
    case Phase::idle:
    case Phase::asking:
      return never;
  }
  return never;
}

void Ipu::advance(Cycle until, Recorder& recorder) {
  while (now_ < until && !error_) {
    const Cycle cycle = next_activity();
    if (cycle >= until) {
      now_ = until;
      return;
    }
    if (phase_ == Phase::syncing) {
      finish_barrier(recorder);
    } else if (after_ != Phase::ready) {
      // The barrier led to the program's end or to the host.
      now_ = ready_;
      last_activity_ = ready_;
      asked_at_ = ready_;
      phase_ = std::exchange(after_, Phase::ready);
    } else {
      run_superstep(recorder);
    }
  }
}

void Ipu::take_departures(std::size_t n, std::vector<CutRecord>& out) {
  if (leaving_[n] == 0) return;
  leaving_[n] = 0;
  const LinkId link{global_tile(slice_, 0)};
  out.push_back({barrier_.done, link, arrival_kind, 0, barrier_.word});
}

void Ipu::take_payload(std::size_t n, std::vector<std::byte>& out) {
  out.insert(out.end(), outgoing_[n].begin(), outgoing_[n].end());
  outgoing_[n].clear();
}

void Ipu::accept_payload(std::size_t n, std::span<const std::byte> payload) {
  payloads_[n].assign(payload.begin(), payload.end());
}

void Ipu::accept(std::size_t n, std::span<const CutRecord> records) {
  for (const CutRecord& record : records) {
    if (record.kind != arrival_kind) fail(Category::internal, "ipu: an unknown record came");
    arrivals_[n].push_back({record.cycle, record.word, std::exchange(payloads_[n], {})});
  }
}

void Ipu::overlap() { move_inside_once(); }

std::vector<Waiting> Ipu::waiting(std::size_t most) const {
  if (most == 0 || phase_ == Phase::idle) return {};
  if (!holds(slice_.tiles, slice_.region, 0)) return {};
  if (phase_ != Phase::asking) return {{TileId{0}, "the program waits for a sync"}};
  const form::HostRequest& request = program_.requests[request_];
  return {{TileId{0}, "the program waits for its host: '" + request.name + "'"}};
}

Family family() {
  Family line;
  line.name = "ipu";
  line.coupling = Coupling::global;
  line.cut = Cut::chips;
  line.make = [](const topology::Topology& topology, std::span<const std::byte> program,
                 const Slice& slice) -> std::unique_ptr<Machine> {
    return std::make_unique<Ipu>(topology, form::deserialize(program), slice);
  };
  line.estimate_bytes = [](const topology::Topology&, std::span<const std::byte> program,
                           const Slice& slice) {
    return state_bytes(form::deserialize(program), slice);
  };
  return line;
}

}  // namespace weft::machine::ipu
