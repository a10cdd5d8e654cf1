// SPDX-License-Identifier: Apache-2.0
// What a slice tells: rows of its phases, counts of its tiles, errors in words.
#include <algorithm>
#include <cstddef>
#include <numeric>

#include "machine/ipu/ipu.hpp"

namespace weft::machine::ipu {

namespace {

enum Stream : std::uint32_t { phases, supersteps };

StreamInfo told_of_layers() {
  return {"layers",
          "layers run one after the other: cycles are all those of the machine in a layer",
          "name",
          "entered: how often; begin, end: first cycle, first behind the last; else cycles",
          {"entered", "begin", "end", "compute", "sync", "exchange", "host"},
          TraceLevel::phases};
}
enum Step : std::uint32_t { step_compute, step_sync, step_exchange, step_host };

std::uint32_t short_duration(Cycle cycles) {
  return static_cast<std::uint32_t>(std::min<Cycle>(cycles, 0xffffffffU));
}

CounterArray counter(std::string name, std::string unit, std::string long_name,
                     const Array<std::uint64_t>& values, std::uint32_t tiles) {
  CounterArray array{std::move(name), std::move(unit), std::move(long_name), {}, {}};
  array.values.assign(values.data(), values.data() + tiles);
  return array;
}

CounterArray by_origin(std::string name, std::string long_name, const Array<std::uint64_t>& values,
                       std::uint32_t tiles) {
  CounterArray array{std::move(name), "cycle", std::move(long_name), {}, {}};
  for (std::size_t origin = 0; origin < program::ipu::cost_origins; ++origin) {
    array.channels.emplace_back(name_of(static_cast<program::ipu::CostOrigin>(origin)));
  }
  array.values.assign(values.data(), values.data() + program::ipu::cost_origins * tiles);
  return array;
}

}  // namespace

std::vector<StreamInfo> Ipu::streams() const {
  std::vector<StreamInfo> list = {
      {"phases",
       "what a tile did in a superstep, by its own clock",
       "compute set, rearrangement or exchange, in order of the compiled program",
       "compute: vertices run; copy: bytes; exchange: bytes received",
       {"compute", "copy", "exchange"},
       TraceLevel::runs},
      {"supersteps",
       "phases of the whole machine, on tile 0: of its slowest tile",
       "compute, sync: superstep; exchange: exchange; host: request",
       "exchange: bytes received by all tiles, or that a request moves; host: bytes; else 0",
       {"compute", "sync", "exchange", "host"},
       TraceLevel::phases}};
  if (!layers_.empty()) list.push_back(told_of_layers());
  return list;
}

void Ipu::record_work(Kind kind, std::uint32_t id, std::uint32_t tile, Cycle duration,
                      std::uint64_t argument, Recorder& recorder) const {
  if (duration == 0 || state_.stopped(tile) != 0) return;
  recorder.append(phases,
                  {state_.clock(tile), TileId{global_tile(slice_, tile)}, superstep_.works,
                   static_cast<std::uint32_t>(kind), id, short_duration(duration), 0, argument});
}

void Ipu::record_barrier(Cycle sync_begin, Cycle sync_end, Recorder& recorder) const {
  const auto step = static_cast<std::uint32_t>(surroundings_.step);
  const bool exchange = superstep_.end == End::exchange;
  if (exchange) {
    const LocalExchange& plan = state_.exchanges[superstep_.number];
    const std::uint32_t duration = short_duration(superstep_.exchange_cycles);
    for (const TileTraffic& t : plan.traffic) {
      recorder.append(phases, {superstep_.ready, TileId{global_tile(slice_, t.tile)}, 0,
                               static_cast<std::uint32_t>(Kind::exchange), superstep_.number,
                               duration, 0, t.received_bytes});
      state_.bytes_sent(t.tile) += t.sent_bytes;
      state_.bytes_received(t.tile) += t.received_bytes;
    }
  }
  if (!holds(slice_.tiles, slice_.region, 0)) return;
  const TileId first{0};
  if (sync_begin > superstep_.begin) {
    recorder.append(supersteps, {sync_begin, first, step_compute, step_compute, step,
                                 short_duration(sync_begin - superstep_.begin), 0, 0});
  }
  recorder.append(supersteps, {sync_end, first, step_sync, step_sync, step,
                               short_duration(superstep_.sync_cycles), 0, 0});
  if (superstep_.exchange_cycles > 0) {
    recorder.append(supersteps,
                    {superstep_.ready, first, step_exchange, step_exchange, exchange_id(),
                     short_duration(superstep_.exchange_cycles), 0, exchange_bytes()});
  }
}

std::uint32_t Ipu::exchange_id() const {
  const auto exchanges = static_cast<std::uint32_t>(state_.exchanges.size());
  if (superstep_.end == End::exchange) return superstep_.number;
  if (superstep_.end == End::host) return exchanges + superstep_.number;
  return exchanges + static_cast<std::uint32_t>(program_.requests.size());
}

std::uint64_t Ipu::exchange_bytes() const {
  if (superstep_.end == End::exchange) return state_.exchanges[superstep_.number].received_bytes;
  return superstep_.end == End::host ? request_bytes(superstep_.number) : sizeof(std::uint32_t);
}

std::uint64_t Ipu::request_bytes(std::uint32_t number) const {
  std::uint64_t bytes = 0;
  for (const std::uint32_t array : program_.requests[number].arrays) {
    bytes += program_.arrays[array].bytes;
  }
  return bytes;
}

void Ipu::record_host(Recorder& recorder) {
  superstep_.host_row_due = false;
  state_.totals.host_cycles[superstep_.number] += superstep_.ready - superstep_.asked_at;
  if (!inside_.empty()) {
    tell(inside_.back(), &LayerTotals::host, superstep_.asked_at, superstep_.ready);
  }
  if (!holds(slice_.tiles, slice_.region, 0) || superstep_.ready == superstep_.asked_at) return;
  recorder.append(supersteps, {superstep_.ready, TileId{0}, step_host, step_host, superstep_.number,
                               short_duration(superstep_.ready - superstep_.asked_at), 0,
                               request_bytes(superstep_.number)});
}

std::vector<CounterArray> Ipu::counters() const {
  const State& s = state_;
  std::vector<CounterArray> list = {
      counter("tile_busy", "cycle", "cycles in compute sets and on-tile copies", s.compute_cycles,
              s.tiles),
      counter("compute_cycles", "cycle", "cycles in compute sets", s.compute_cycles, s.tiles),
      counter("copy_cycles", "cycle", "cycles in on-tile copies", s.copy_cycles, s.tiles),
      counter("sync_cycles", "cycle", "cycles from the end of a tile's work to the sync's",
              s.sync_cycles, s.tiles),
      counter("bytes_sent", "B", "bytes put on the tile's exchange bus", s.bytes_sent, s.tiles),
      counter("bytes_received", "B", "bytes taken from other tiles", s.bytes_received, s.tiles),
      counter("vertices_run", "1", "vertices run", s.vertices_run, s.tiles)};
  for (std::uint32_t t = 0; t < s.tiles; ++t) list[0].values[t] += s.copy_cycles(t);
  CounterArray exchange{"exchange_cycles", "cycle", "cycles of exchange phases", {}, {}};
  exchange.values.assign(s.tiles, s.exchange_cycles);
  list.push_back(std::move(exchange));
  list.push_back(by_origin("vertex_cycles", "cycles of vertices by where their cost comes from",
                           s.vertex_cycles, s.tiles));
  list.push_back(by_origin("compute_by_origin",
                           "cycles in compute sets by where the costs of what took them come from",
                           s.compute_by_origin, s.tiles));
  CounterArray memory{"memory_bytes", "B", "tile memory by use", {}, {}};
  for (std::size_t use = 0; use < program::ipu::memory_uses; ++use) {
    memory.channels.emplace_back(name_of(static_cast<program::ipu::MemoryUse>(use)));
  }
  for (std::uint32_t t = 0; t < s.tiles; ++t) {
    const std::size_t first = global_tile(slice_, t) * program::ipu::memory_uses;
    for (std::size_t use = 0; use < program::ipu::memory_uses; ++use) {
      memory.values.push_back(program_.memory_use[first + use]);
    }
  }
  CounterArray free{"memory_free", "B", "tile memory left; 0 where more is used", {}, {}};
  const std::uint64_t whole = s.constants.tile_memory_bytes;
  for (std::uint32_t t = 0; t < s.tiles; ++t) {
    const std::uint64_t* first = memory.values.data() + t * std::size_t{program::ipu::memory_uses};
    const std::uint64_t used =
        std::accumulate(first, first + program::ipu::memory_uses, std::uint64_t{0});
    free.values.push_back(whole - std::min(whole, used));
  }
  list.push_back(std::move(memory));
  list.push_back(std::move(free));
  return list;
}

std::uint64_t Ipu::bytes() const {
  const State& s = state_;
  return s.memory.extent(0) + s.objects.extent(0) + s.vertices.extent(0) * sizeof(LocalVertex) +
         s.moves.extent(0) * sizeof(LocalMove) +
         (s.sends.extent(0) + s.receives.extent(0)) * sizeof(Piece) +
         std::uint64_t{s.tiles} * 15 * sizeof(std::uint64_t);
}

std::string Ipu::describe(const KernelError& error) const {
  if (error_ && error_->cycle == error.cycle && error_->tile == error.tile) return error_text_;
  return "tile " + std::to_string(index(error.tile)) + ": error " + std::to_string(error.code);
}

}  // namespace weft::machine::ipu
