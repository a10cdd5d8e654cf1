// SPDX-License-Identifier: Apache-2.0
// The slice in time: supersteps computed when they begin, synchronised when all have arrived.
#include "machine/ipu/ipu.hpp"

#include <algorithm>
#include <utility>

#include "base/error.hpp"
#include "machine/ipu/build.hpp"
#include "machine/ipu/card.hpp"
#include "machine/ipu/words.hpp"

namespace weft::machine::ipu {

namespace form = program::ipu;

namespace {

constexpr std::uint16_t arrival_kind = 1;
constexpr std::uint16_t part_kind = 2;  ///< before the arrival: the end of a part of the superstep

form::Outline checked(form::Outline outline) {
  form::validate(outline);
  return outline;
}

template <typename T>
void drop(std::vector<T>& items) {
  items.clear();
  items.shrink_to_fit();
}

}  // namespace

Ipu::Ipu(const topology::Topology& topology, std::span<const std::byte> program, const Slice& slice)
    : Ipu(topology, checked(form::outline(program)), slice) {}

Ipu::Ipu(const topology::Topology& topology, form::Outline outline, const Slice& slice)
    : slice_(slice),
      state_(make_state(read_constants(topology, outline.program.ipus), outline, slice)),
      program_(std::move(outline.program)),
      counters_(program_.counters, 0),
      loop_step_(program_.counters, 0),
      layers_(has_layers(program_) ? program_.texts.size() : 0),
      neighbours_(slice.neighbours.size()) {
  // The state holds what this slice needs of these; the whole machine's would be kept by every
  // rank.
  drop(program_.field_words);
  drop(program_.state_bytes);
  drop(program_.initial);
  drop(program_.initial_bytes);
  for (auto& library : program_.modules) drop(library);
}

bool Ipu::all_arrived() const {
  return std::none_of(neighbours_.begin(), neighbours_.end(),
                      [](const Neighbour& n) { return n.arrivals.empty(); });
}

Cycle Ipu::sync_begin() const {
  Cycle last = superstep_.done;
  for (const Neighbour& n : neighbours_) {
    if (!n.arrivals.empty()) last = std::max(last, n.arrivals.front().done);
  }
  return last;
}

Cycle Ipu::next_ready() const {
  return sync_begin() + superstep_.sync_cycles + superstep_.exchange_cycles;
}

Cycle Ipu::next_activity() const {
  if (error_) return now_;
  switch (superstep_.phase) {
    case Phase::ready:
    case Phase::passing:
      return std::max(now_, superstep_.ready);
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
  if (neighbours_[n].record_leaving) return std::max(now_, superstep_.done);
  switch (superstep_.phase) {
    case Phase::ready:
    case Phase::passing:
      return std::max(now_, superstep_.ready);
    case Phase::syncing: {
      Cycle last = sync_begin();
      for (std::size_t k = 0; k < neighbours_.size(); ++k) {
        if (neighbours_[k].arrivals.empty()) last = std::max(last, departed_before[k]);
      }
      const Cycle after = superstep_.sync_cycles + superstep_.exchange_cycles;
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
    if (superstep_.phase == Phase::syncing) {
      finish_barrier(recorder);
    } else if (superstep_.phase == Phase::passing) {
      now_ = superstep_.ready;
      last_activity_ = superstep_.ready;
      superstep_.asked_at = superstep_.ready;
      superstep_.on(Event::passed);
    } else {
      run_superstep(recorder);
    }
  }
}

void Ipu::take_departures(std::size_t n, std::vector<CutRecord>& out) {
  if (!std::exchange(neighbours_[n].record_leaving, false)) return;
  const LinkId link{global_tile(slice_, 0)};
  for (const Part& part : parts_) out.push_back({superstep_.done, link, part_kind, 0, part.until});
  out.push_back({superstep_.done, link, arrival_kind, 0, superstep_.word});
}

void Ipu::take_payload(std::size_t n, std::vector<std::byte>& out) {
  std::vector<std::byte>& bytes = neighbours_[n].outgoing;
  out.insert(out.end(), bytes.begin(), bytes.end());
  bytes.clear();
}

void Ipu::accept_payload(std::size_t n, std::span<const std::byte> payload) {
  neighbours_[n].payload.assign(payload.begin(), payload.end());
}

void Ipu::accept(std::size_t n, std::span<const CutRecord> records) {
  for (const CutRecord& record : records) {
    Neighbour& from = neighbours_[n];
    if (record.kind == part_kind) {
      from.parts.push_back(record.word);
      continue;
    }
    if (record.kind != arrival_kind) fail(Category::internal, "ipu: an unknown record came");
    from.arrivals.push_back({record.cycle, record.word, std::exchange(from.parts, {}),
                             std::exchange(from.payload, {})});
  }
}

void Ipu::overlap() { move_inside_once(); }

std::vector<Waiting> Ipu::waiting(std::size_t most) const {
  if (most == 0 || superstep_.phase == Phase::idle) return {};
  if (!holds(slice_.tiles, slice_.region, 0)) return {};
  if (superstep_.phase != Phase::asking) return {{TileId{0}, "the program waits for a sync"}};
  const form::HostRequest& request = program_.requests[superstep_.number];
  return {{TileId{0}, "the program waits for its host: '" + request.name + "'"}};
}

Family family() {
  Family line;
  line.name = "ipu";
  line.coupling = Coupling::global;
  line.cut = Cut::chips;
  line.kernels = KernelSpace::host;  // codelets are host code
  // Whoever is done tells all others; the first that any can know of it is an internal sync later.
  line.relation = [](const topology::Topology& topology, std::span<const std::byte>,
                     const Rectangle&, std::span<const Rectangle> slices) {
    return all_pairs(slices, read_sync_internal_cycles(topology));
  };
  line.make = [](const topology::Topology& topology, std::span<const std::byte> program,
                 const Slice& slice) -> std::unique_ptr<Machine> {
    return std::make_unique<Ipu>(topology, program, slice);
  };
  line.footprints = [](const topology::Topology& topology, std::span<const std::byte> program,
                       std::span<const Slice> slices) {
    const form::Outline read = form::outline(program);
    read_constants(topology, read.program.ipus);  // what make() reads: `weft check` lists it
    std::vector<Footprint> list;
    for (const Slice& slice : slices) list.push_back(footprint_of(read, program.size(), slice));
    return list;
  };
  line.check_constants = check_constants;
  line.words = counter_words;
  line.card = card;
  line.chip = "IPU";
  return line;
}

}  // namespace weft::machine::ipu
