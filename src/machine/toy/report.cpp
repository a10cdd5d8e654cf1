// SPDX-License-Identifier: Apache-2.0
// What the toy machine tells: who waits, what it counts, what it records, its whole state.
#include <cstring>

#include "base/bytes.hpp"
#include "base/counted.hpp"
#include "machine/toy/toy.hpp"

namespace weft::machine::toy {

bool Toy::work_left() const {
  for (std::uint32_t t = 0; t < state_.tiles; ++t) {
    if (state_.tile(t).await_left > 0) return true;
  }
  return bulk_ && bulk_->work_left();
}

std::vector<Waiting> Toy::waiting(std::size_t most) const {
  std::vector<Waiting> list;
  for (std::uint32_t t = 0; t < state_.tiles && list.size() < most; ++t) {
    const Tile& tile = state_.tile(t);
    if (tile.await_left == 0) continue;
    list.push_back({TileId{state_.global_tile(t)}, "waits for " + std::to_string(tile.await_left) +
                                                       " of " + counted(tile.await_total, "word") +
                                                       " of stream 'in'"});
  }
  return list;
}

std::vector<StreamInfo> Toy::streams() const {
  std::vector<StreamInfo> list = {
      {"tokens",
       "ends of tokens",
       "port",
       "word",
       {"absorbed", "dropped", "left"},
       TraceLevel::runs},
      {"hops", "tokens sent on", "port", "word", {"hop"}, TraceLevel::full}};
  if (bulk_) {
    list.push_back({"rounds", "a tile's rounds", "tile read", "value", {"read"}, TraceLevel::runs});
  }
  return list;
}

std::vector<CounterArray> Toy::counters() const {
  CounterArray busy{"tile_busy", "cycle", "cycles in which the tile did something", {}, {}};
  CounterArray links{"link_tokens",
                     "1",
                     "tokens sent on each link",
                     {"west", "east", "north", "south", "far"},
                     {}};
  const bool with_laid = state_.used_ports == ports;
  for (std::uint32_t n = 0; n < links_a_tile && with_laid; ++n) {
    links.channels.push_back("laid " + std::to_string(n));
  }
  CounterArray ends{"tokens", "1", "tokens that ended here", {"absorbed", "dropped"}, {}};
  for (std::uint32_t t = 0; t < state_.tiles; ++t) {
    const Tile& tile = state_.tile(t);
    busy.values.push_back(tile.busy_cycles);
    links.values.insert(links.values.end(), tile.sent, tile.sent + own);
    if (with_laid) links.values.insert(links.values.end(), tile.sent + laid, tile.sent + ports);
    ends.values.push_back(tile.absorbed);
    ends.values.push_back(tile.dropped);
  }
  return {busy, links, ends};
}

std::uint64_t Toy::bytes() const {
  return state_bytes(program_, slice_, wiring_) + state_.host_in.size() * sizeof(std::uint32_t) +
         (bulk_ ? bulk_->bytes() : 0);
}

namespace {

/// The arrays that outlive a cycle.
template <typename Visit>
void visit_arrays(State& s, const Visit& visit) {
  visit(s.tile);
  visit(s.arriving);
  visit(s.queue);
  visit(s.head);
  visit(s.count);
}

}  // namespace

std::vector<std::byte> Toy::save() const {
  ByteWriter out;
  out.value(now_);
  out.value(last_activity_);
  out.value(error_.value_or(KernelError{}));
  State copy = state_;
  visit_arrays(copy, [&](auto& array) {
    using Item = std::remove_reference_t<decltype(*array.data())>;
    out.values(std::span<const Item>(array.data(), array.size()));
  });
  out.value(state_.in_capacity);
  out.values(std::span<const std::uint32_t>(state_.host_in.data(), state_.host_in.size()));
  for (const auto& records : departures_) out.values(records);
  std::vector<CutRecord> arriving;
  for (const auto& [acts, record] : arrivals_) arriving.push_back(record);
  out.values(arriving);
  for (const auto& queue : host_out_) {
    out.values(std::vector<std::uint32_t>(queue.begin(), queue.end()));
  }
  if (bulk_) bulk_->save(out);
  return out.take();
}

void Toy::load(std::span<const std::byte> state) {
  ByteReader in(state, "saved toy state");
  now_ = in.value<Cycle>();
  last_activity_ = in.value<Cycle>();
  const auto error = in.value<KernelError>();
  error_.reset();
  if (error.cycle != never) error_ = error;
  visit_arrays(state_, [&](auto& array) {
    using Item = std::remove_reference_t<decltype(*array.data())>;
    const auto items = in.values<Item>();
    if (items.size() != array.size()) {
      fail(Category::input, "saved toy state: is of another slice");
    }
    if (!items.empty()) std::memcpy(array.data(), items.data(), items.size() * sizeof(Item));
  });
  state_.in_capacity = in.value<std::uint32_t>();
  const auto words = in.values<std::uint32_t>();
  state_.host_in = Array<std::uint32_t>("toy_host_in", words.size());
  for (std::size_t i = 0; i < words.size(); ++i) state_.host_in(i) = words[i];
  for (auto& records : departures_) records = in.values<CutRecord>();
  arrivals_.clear();
  for (const CutRecord& record : in.values<CutRecord>()) {
    arrivals_.emplace(record.cycle + wire_of(record).latency_cycles, record);
  }
  for (auto& queue : host_out_) {
    const auto left = in.values<std::uint32_t>();
    queue.assign(left.begin(), left.end());
  }
  if (bulk_) bulk_->load(in);
  in.finish();
  find_due();
}

}  // namespace weft::machine::toy
