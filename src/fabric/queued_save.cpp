// SPDX-License-Identifier: Apache-2.0
// State of the queued engine as bytes, and back.
#include <span>

#include "base/bytes.hpp"
#include "fabric/queued_impl.hpp"

namespace weft::fabric {

using namespace queued;

namespace {

/// Calls visit(elements) for every part of the state whose size the build decides.
template <typename Impl, typename Visit>
void for_each_array(Impl& m, const Visit& visit) {
  const auto part = [&visit](auto& array) { visit(std::span(array.data(), array.extent(0))); };
  part(m.routers);
  part(m.ends);
  part(m.streams);
  part(m.pool);
  part(m.output_words);
  part(m.wavelets);
  part(m.shared);
  part(m.router_flags.tile);
  part(m.router_flags.block);
  part(m.stream_flags.tile);
  part(m.stream_flags.block);
  part(m.attention.tile);
  part(m.attention.block);
}

}  // namespace

std::vector<std::byte> QueuedFabric::save() const {
  Impl& m = *impl_;
  ByteWriter out;
  for_each_array(m,
                 [&out]<typename T>(std::span<T> part) { out.values(std::span<const T>(part)); });
  out.value(m.fault_cycle);
  for (const auto* boxes : {&m.outbox, &m.inbox}) {
    for (const std::vector<CutRecord>& box : *boxes) out.values(box);
  }
  return out.take();
}

void QueuedFabric::load(std::span<const std::byte> state) {
  Impl& m = *impl_;
  ByteReader in(state, "saved fabric");
  for_each_array(m, [&in](auto part) { in.values_into(part); });
  m.fault_cycle = in.value<Cycle>();
  for (auto* boxes : {&m.outbox, &m.inbox}) {
    for (std::vector<CutRecord>& box : *boxes) box = in.values<CutRecord>();
  }
  in.finish();
  m.ended_runs.clear();
  m.touched_count = 0;
}

}  // namespace weft::fabric
