// SPDX-License-Identifier: Apache-2.0
// Sample sort: splitters from regular samples, buckets to ranks, runs merged; then whole chunks are
// dealt.
#include "trace/global_order.hpp"

#include <algorithm>
#include <string>
#include <tuple>
#include <utility>

#include "base/error.hpp"
#include "base/release.hpp"
#include "trace/agree.hpp"
#include "trace/all_to_all.hpp"

namespace weft::trace {
namespace {

struct Key {
  Cycle cycle;
  std::uint32_t tile;
  std::uint32_t sequence;
  friend auto operator<=>(const Key&, const Key&) = default;
};

Key key_of(const EventRow& row) { return {row.cycle, index(row.tile), row.sequence}; }
bool before(const EventRow& a, const EventRow& b) { return key_of(a) < key_of(b); }

/// size() - 1 keys that cut all ranks' rows into nearly equal buckets.
std::vector<Key> choose_splitters(const comm::Communicator& communicator,
                                  const std::vector<EventRow>& rows) {
  const auto size = static_cast<std::size_t>(communicator.size());
  // Sampling every `step`-th row on every rank weighs ranks by their rows.
  const std::uint64_t total = communicator.sum(rows.size());
  const std::uint64_t step = std::max<std::uint64_t>(1, total / (size * 64));
  std::vector<Key> samples;
  for (std::uint64_t i = step / 2; i < rows.size(); i += step) samples.push_back(key_of(rows[i]));
  const auto gathered = communicator.gather(to_bytes(std::span<const Key>(samples)));
  comm::Bytes chosen;
  if (communicator.is_root()) {
    std::vector<Key> all;
    for (const auto& part : gathered) append_values(all, std::span<const std::byte>(part));
    std::sort(all.begin(), all.end());
    std::vector<Key> splitters;
    for (std::size_t r = 1; r < size && !all.empty(); ++r) {
      splitters.push_back(all[r * all.size() / size]);
    }
    chosen = to_bytes(std::span<const Key>(splitters));
  }
  communicator.broadcast(chosen);
  std::vector<Key> splitters;
  append_values(splitters, std::span<const std::byte>(chosen));
  return splitters;
}

/// Rows between neighbouring splitters; sorted runs from every rank merged into one.
std::vector<EventRow> bucket(const comm::Communicator& communicator, std::vector<EventRow> rows) {
  const std::vector<Key> splitters = choose_splitters(communicator, rows);
  std::vector<std::vector<EventRow>> parts(static_cast<std::size_t>(communicator.size()));
  auto from = rows.begin();
  for (std::size_t r = 0; r < parts.size(); ++r) {
    auto to = rows.end();
    if (r < splitters.size()) {
      to = std::partition_point(from, rows.end(),
                                [&](const EventRow& row) { return key_of(row) < splitters[r]; });
    }
    parts[r].assign(from, to);
    from = to;
  }
  release(rows);
  std::vector<EventRow> merged;
  for (auto& run : all_to_all(communicator, std::move(parts))) {
    const auto middle = static_cast<std::ptrdiff_t>(merged.size());
    merged.insert(merged.end(), run.begin(), run.end());
    release(run);
    std::inplace_merge(merged.begin(), merged.begin() + middle, merged.end(), before);
  }
  return merged;
}

void check_unique(const std::vector<EventRow>& rows) {
  const auto twin = std::adjacent_find(rows.begin(), rows.end(), [](const auto& a, const auto& b) {
    return key_of(a) == key_of(b);
  });
  if (twin == rows.end()) return;
  fail(Category::internal, "trace: two rows of one stream have the key cycle " +
                               std::to_string(twin->cycle) + ", tile " +
                               std::to_string(index(twin->tile)) + ", sequence " +
                               std::to_string(twin->sequence));
}

/// Moves rows so that every chunk of the file, but for one begun in an earlier epoch, is written by
/// one rank.
Slab deal(const comm::Communicator& communicator, std::vector<EventRow> rows,
          std::uint64_t rows_before, std::uint64_t chunk_rows) {
  const auto size = static_cast<std::uint64_t>(communicator.size());
  const std::uint64_t first = rows_before + communicator.exclusive_sum(rows.size());
  const std::uint64_t total = rows_before + communicator.sum(rows.size());
  Slab slab;
  slab.before = rows_before;
  slab.total = total;
  slab.first = total;
  if (total == rows_before) return slab;
  const std::uint64_t chunk0 = rows_before / chunk_rows;
  const std::uint64_t chunks = (total - 1) / chunk_rows - chunk0 + 1;
  const auto start_of = [&](std::uint64_t rank) {
    const std::uint64_t chunk = chunk0 + (rank * chunks + size - 1) / size;
    return std::clamp(chunk * chunk_rows, rows_before, total);
  };
  std::vector<std::vector<EventRow>> parts(size);
  for (std::uint64_t r = 0; r < size; ++r) {
    const std::uint64_t from = std::clamp(start_of(r), first, first + rows.size()) - first;
    const std::uint64_t to = std::clamp(start_of(r + 1), first, first + rows.size()) - first;
    parts[r].assign(rows.begin() + static_cast<std::ptrdiff_t>(from),
                    rows.begin() + static_cast<std::ptrdiff_t>(to));
  }
  release(rows);
  slab.first = start_of(static_cast<std::uint64_t>(communicator.rank()));
  for (const auto& run : all_to_all(communicator, std::move(parts))) {
    slab.rows.insert(slab.rows.end(), run.begin(), run.end());
  }
  return slab;
}

}  // namespace

Slab order_globally(const comm::Communicator& communicator, std::vector<EventRow> mine,
                    std::uint64_t rows_before, std::uint64_t chunk_rows) {
  std::vector<EventRow> rows =
      communicator.size() == 1 ? std::move(mine) : bucket(communicator, std::move(mine));
  agree(communicator, [&] { check_unique(rows); });
  if (communicator.size() == 1) {
    const std::uint64_t total = rows_before + rows.size();
    return {rows_before, rows_before, total, std::move(rows)};
  }
  return deal(communicator, std::move(rows), rows_before, chunk_rows);
}

}  // namespace weft::trace
