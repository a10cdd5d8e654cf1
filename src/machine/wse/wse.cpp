// SPDX-License-Identifier: Apache-2.0
// The slice in time.
#include "machine/wse/wse.hpp"

#include <algorithm>

#include "base/busy.hpp"
#include "base/error.hpp"
#include "machine/wse/build.hpp"
#include "machine/wse/pe.hpp"
#include "program/wse_limits.hpp"
#include "topology/topology.hpp"

namespace weft::machine::wse {
namespace {

RowBuffer make_rows() {
  RowBuffer buffer;
  buffer.rows = Array<Row>("rows", std::size_t{block_tiles} * row_stride);
  buffer.used = Array<RowCounts>("rows_used", block_tiles);
  return buffer;
}

void check_region(const form::Program& program, const Slice& slice) {
  const Rectangle& region = slice.region;
  if (region.x0 == 0 && region.y0 == 0 && region.width == program.width &&
      region.height == program.height) {
    return;
  }
  fail(Category::input, "the program is for " + std::to_string(program.width) + " x " +
                            std::to_string(program.height) + " tiles, the region has " +
                            std::to_string(region.width) + " x " + std::to_string(region.height));
}

form::Program checked(const topology::Topology& topology, form::Program program,
                      const Slice& slice) {
  form::validate(program);
  form::check_limits(program, form::read_limits(topology));
  check_region(program, slice);
  return program;
}

}  // namespace

Wse::Wse(const topology::Topology& topology, form::Program program, const Slice& slice)
    : program_(checked(topology, std::move(program), slice)),
      slice_(slice),
      state_(make_state(program_, decode(program_, read_constants(topology, program_)),
                        read_constants(topology, program_), slice)),
      fabric_(read_fabric_parameters(topology, program_), extent_of(slice),
              make_routes(program_, slice)),
      ports_(state_.constants),
      rows_(make_rows()) {
  bind_queues(program_, slice_, fabric_.ramp());
  const std::size_t flips = program_.wavelet_flips.size();
  if (flips > 64) fail(Category::input, "a program can have at most 64 wavelet flips");
  flips_left_ = flips == 0 ? 0 : ~std::uint64_t{0} >> (64 - flips);
  least_wake_ = *std::min_element(state_.wake.data(), state_.wake.data() + state_.tiles);
}

Cycle Wse::next_activity() const {
  const Cycle least = std::min({least_wake_, fabric_.next_activity(now_), ports_.next_activity()});
  return least == never ? never : std::max(least, now_);
}

Cycle Wse::departure_bound(std::size_t n, std::span<const Cycle> departed_before) const {
  const Cycle own = next_activity();
  // What a tile does in a cycle stands in its output queue in the next, at the earliest.
  const Cycle tiles = own == never ? never : own + 1;
  return std::max(now_, std::min(tiles, fabric_.departure_bound(n, now_, departed_before)));
}

void Wse::advance(Cycle until, Recorder& recorder) {
  state_.record_words = recorder.wants(static_cast<std::uint32_t>(RowStream::words));
  while (now_ < until && !error_) {
    const Cycle cycle = next_activity();
    if (cycle >= until) {
      now_ = until;
      return;
    }
    run_cycle(cycle, recorder);
    now_ = cycle + 1;
    if (attention_wanted.load(std::memory_order_relaxed)) return;
  }
}

void Wse::run_cycle(Cycle cycle, Recorder& recorder) {
  fabric_.step_streams(cycle);
  gather_awake(cycle);
  step_awake(cycle, recorder);
  const auto touched = fabric_.touched();
  ports_.run(cycle, fabric_.ramp(), touched.data(), touched.size());
  if (flips_left_ != 0) flip_wavelets(cycle);
  fabric_.move(cycle);
  for (const fabric::FlowRun& run : fabric_.runs()) {
    recorder.append(
        static_cast<std::uint32_t>(RowStream::flows),
        {run.end, TileId{run.tile}, run.port, run.port, run.color, run.length, 0, run.length});
  }
  if (!awake_.empty() || ports_.moved()) last_activity_ = cycle;
  collect_error(cycle);
}

void Wse::flip_wavelets(Cycle cycle) {
  for (std::size_t k = 0; k < program_.wavelet_flips.size(); ++k) {
    const form::WaveletFlip& flip = program_.wavelet_flips[k];
    if ((flips_left_ >> k & 1U) == 0 || cycle < flip.cycle) continue;
    if (!slice_.tiles.contains(flip.x, flip.y)) continue;
    if (fabric_.flip(local_tile(flip.x, flip.y), flip.color, flip.mask)) {
      flips_left_ &= ~(std::uint64_t{1} << k);
    }
  }
}

void Wse::gather_awake(Cycle cycle) {
  const auto touched = fabric_.touched();
  awake_.assign(touched.begin(), touched.end());
  if (least_wake_ > cycle) return;
  // Marks join both reasons to be run in one ascending list.
  Cycle* wake = state_.wake.data();
  for (const std::uint32_t tile : touched) wake[tile] = cycle;
  awake_.clear();
  least_wake_ = never;
  for (std::uint32_t tile = 0; tile < state_.tiles; ++tile) {
    if (wake[tile] <= cycle) {
      awake_.push_back(tile);
    } else {
      least_wake_ = std::min(least_wake_, wake[tile]);
    }
  }
}

void Wse::step_awake(Cycle cycle, Recorder& recorder) {
  const fabric::Ramp ramp = fabric_.ramp();
  error_tiles_.clear();
  for (std::size_t first = 0; first < awake_.size(); first += block_tiles) {
    const auto count =
        static_cast<std::uint32_t>(std::min<std::size_t>(block_tiles, awake_.size() - first));
    step_tiles(state_, ramp, cycle, awake_.data() + first, count, rows_);
    for (std::uint32_t i = 0; i < count; ++i) {
      const std::uint32_t tile = awake_[first + i];
      least_wake_ = std::min(least_wake_, state_.wake(tile));
      if (state_.tile(tile).refusal.code != 0) error_tiles_.push_back(tile);
      const Row* rows = &rows_.rows(i * row_stride);
      const RowCounts used = rows_.used(i);
      for (std::uint32_t k = 0; k < used.rows; ++k) recorder.append(rows[k].stream, rows[k].row);
      rows += rows_per_tile;
      for (std::uint32_t k = 0; k < used.words; ++k) recorder.append(rows[k].stream, rows[k].row);
    }
  }
}

void Wse::collect_error(Cycle cycle) {
  if (const auto fault = fabric_.fault()) {
    error_ = KernelError{fault->cycle,
                         fault->tile,
                         static_cast<std::uint32_t>(fault->code),
                         {fault->color, fault->port, 0}};
  }
  for (const std::uint32_t tile : error_tiles_) {
    const Tile& t = state_.tile(tile);
    const bool first = !error_ || t.global < weft::index(error_->tile) ||
                       (t.global == weft::index(error_->tile) && t.refusal.code < error_->code);
    if (!first) continue;
    error_ = KernelError{cycle,
                         TileId{t.global},
                         t.refusal.code,
                         {t.refusal.detail[0], t.refusal.detail[1], t.refusal.detail[2]}};
  }
}

void Wse::take_departures(std::size_t n, std::vector<CutRecord>& out) {
  fabric_.take_departures(n, out);
}

void Wse::accept(std::size_t n, std::span<const CutRecord> records) { fabric_.accept(n, records); }

Cycle Wse::last_activity() const { return std::max(last_activity_, fabric_.last_activity()); }

}  // namespace weft::machine::wse
