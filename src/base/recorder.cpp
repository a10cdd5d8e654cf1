// SPDX-License-Identifier: Apache-2.0
// Rows are hashed as they come and kept only when the level asks for them.
#include "base/recorder.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

#include "base/bytes.hpp"
#include "base/mix.hpp"

namespace weft {
namespace {

constexpr std::uint64_t chain(std::uint64_t seed, std::uint32_t stream, const EventRow& row) {
  std::uint64_t h = mix(seed ^ stream);
  h = mix(h ^ row.cycle);
  h = mix(h ^ ((std::uint64_t{index(row.tile)} << 32U) | row.sequence));
  h = mix(h ^ ((std::uint64_t{row.kind} << 32U) | row.id));
  h = mix(h ^ row.duration_cycles);
  return mix(h ^ row.argument);
}

auto order(const EventRow& row) { return std::tuple(row.cycle, index(row.tile), row.sequence); }

}  // namespace

void Digest::add(const Digest& other) {
  low += other.low;
  high += other.high + (low < other.low ? 1U : 0U);
}

Digest hash_row(std::uint32_t stream, const EventRow& row) {
  return {chain(0x77656674ULL, stream, row), chain(0x74726163ULL, stream, row)};
}

Recorder::Recorder(TraceLevel level, std::vector<StreamInfo> streams)
    : Recorder(level, std::move(streams), {}, 0) {}

Recorder::Recorder(TraceLevel level, std::vector<StreamInfo> streams, const TraceWindow& window,
                   std::uint32_t region_width)
    : level_(level),
      streams_(std::move(streams)),
      window_(window),
      region_width_(region_width),
      rows_(streams_.size()),
      digests_(streams_.size()),
      counts_(streams_.size()) {}

bool Recorder::keeps(std::uint32_t stream) const {
  return level_ != TraceLevel::off && streams_.at(stream).level <= level_;
}

bool Recorder::wants(std::uint32_t stream) const {
  return streams_.at(stream).level <= TraceLevel::runs || keeps(stream);
}

void Recorder::append(std::uint32_t stream, const EventRow& row) {
  if (!wants(stream)) return;
  if (streams_[stream].level == TraceLevel::full && !in_window(row)) return;
  digests_[stream].add(hash_row(stream, row));
  ++counts_[stream];
  if (keeps(stream)) rows_[stream].push_back(row);
}

bool Recorder::in_window(const EventRow& row) const {
  if (row.cycle < window_.begin || row.cycle >= window_.end) return false;
  if (window_.tiles.empty()) return true;
  const std::uint32_t tile = index(row.tile);
  return window_.tiles.contains(tile % region_width_, tile / region_width_);
}

std::uint64_t Recorder::pending_rows() const {
  std::uint64_t sum = 0;
  for (const auto& rows : rows_) sum += rows.size();
  return sum;
}

std::vector<EventRow> Recorder::drain(std::uint32_t stream, Cycle end) {
  auto& rows = rows_.at(stream);
  const auto keep =
      std::partition(rows.begin(), rows.end(), [end](const EventRow& r) { return r.cycle < end; });
  std::vector<EventRow> out;
  if (keep == rows.end()) {
    out.swap(rows);  // mostly: no second copy of an epoch
  } else {
    out.assign(rows.begin(), keep);
    rows.erase(rows.begin(), keep);
  }
  std::sort(out.begin(), out.end(),
            [](const EventRow& a, const EventRow& b) { return order(a) < order(b); });
  return out;
}

std::vector<std::byte> Recorder::save() const {
  ByteWriter out;
  out.value(std::uint64_t{streams_.size()});
  for (std::size_t s = 0; s < streams_.size(); ++s) {
    out.value(digests_[s]);
    out.value(counts_[s]);
    out.values(rows_[s]);
  }
  return out.take();
}

void Recorder::load(std::span<const std::byte> state) {
  ByteReader in(state, "saved recorder");
  if (in.value<std::uint64_t>() != streams_.size()) {
    fail(Category::input, "saved recorder: has another number of streams");
  }
  for (std::size_t s = 0; s < streams_.size(); ++s) {
    digests_[s] = in.value<Digest>();
    counts_[s] = in.value<std::uint64_t>();
    rows_[s] = in.values<EventRow>();
  }
  in.finish();
}

}  // namespace weft
