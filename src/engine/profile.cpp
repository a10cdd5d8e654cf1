// SPDX-License-Identifier: Apache-2.0
// One gather: numbers of every slice; names are rank 0's, which always holds tiles.
#include "engine/profile.hpp"

#include <algorithm>

#include "base/bytes.hpp"

namespace weft::engine {

namespace {

std::vector<machine::StageTotals> stages_of(machine::Machine& machine) {
  const machine::Stages* stages = machine.facets().stages;
  return stages != nullptr ? stages->stages() : std::vector<machine::StageTotals>{};
}

comm::Bytes pack(machine::Machine* machine) {
  ByteWriter out;
  if (machine == nullptr) return out.take();
  for (const CounterArray& counter : machine->counters()) out.values(counter.values);
  for (const machine::StageTotals& s : stages_of(*machine)) {
    for (const std::uint64_t value : {s.times, s.cycles, s.link_cycles, s.tile_cycles, s.bytes}) {
      out.value(value);
    }
  }
  return out.take();
}

/// Puts a slice's values where its tiles lie in the region.
void place(const std::vector<std::uint64_t>& from, const Rectangle& slice, const Rectangle& region,
           std::size_t channels, std::vector<std::uint64_t>& to) {
  if (from.size() != slice.tiles() * channels) {
    fail(Category::internal, "engine: a counter is not of its slice's size");
  }
  for (std::uint32_t row = 0; row < slice.height; ++row) {
    const std::size_t begin = std::size_t{row} * slice.width * channels;
    const std::size_t place = (std::size_t{slice.y0 + row} * region.width + slice.x0) * channels;
    std::copy_n(from.begin() + static_cast<std::ptrdiff_t>(begin), slice.width * channels,
                to.begin() + static_cast<std::ptrdiff_t>(place));
  }
}

void add(machine::StageTotals& all, ByteReader& in) {
  all.times = std::max(all.times, in.value<std::uint64_t>());
  all.cycles = std::max(all.cycles, in.value<std::uint64_t>());
  all.link_cycles = std::max(all.link_cycles, in.value<std::uint64_t>());
  all.tile_cycles += in.value<std::uint64_t>();
  all.bytes += in.value<std::uint64_t>();
}

}  // namespace

Profile gather_profile(const comm::Communicator& communicator,
                       const partition::Partition& partition, machine::Machine* machine) {
  const std::vector<comm::Bytes> parts = communicator.gather(pack(machine));
  Profile profile;
  if (!communicator.is_root()) return profile;
  profile.counters = machine->counters();
  for (CounterArray& counter : profile.counters) {
    counter.values.assign(
        partition.region.tiles() * std::max<std::size_t>(1, counter.channels.size()), 0);
  }
  for (const machine::StageTotals& stage : stages_of(*machine)) {
    profile.stages.push_back({stage.kind, stage.name, 0, 0, 0, 0, 0});
  }
  for (std::size_t rank = 0; rank < parts.size(); ++rank) {
    if (partition.slices[rank].tiles() == 0) continue;
    ByteReader in(parts[rank], "a slice's counters");
    for (CounterArray& counter : profile.counters) {
      place(in.values<std::uint64_t>(), partition.slices[rank], partition.region,
            std::max<std::size_t>(1, counter.channels.size()), counter.values);
    }
    for (machine::StageTotals& stage : profile.stages) add(stage, in);
    in.finish();
  }
  return profile;
}

}  // namespace weft::engine
