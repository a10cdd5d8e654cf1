// SPDX-License-Identifier: Apache-2.0
// Kokkos loops over tiles and over pieces of memory.
#include "machine/ipu/step.hpp"

#include <cstring>
#include <mutex>

#include "base/counted.hpp"
#include "base/error.hpp"
#include "machine/ipu/codelet_math.hpp"
#include "machine/ipu/not_a_number.hpp"

namespace weft::machine::ipu {

namespace {

/// A well mixed word (the finaliser of splitmix64).
std::uint64_t mixed(std::uint64_t x) {
  x += 0x9e3779b97f4a7c15ULL;
  x = (x ^ (x >> 30U)) * 0xbf58476d1ce4e5b9ULL;
  x = (x ^ (x >> 27U)) * 0x94d049bb133111ebULL;
  return x ^ (x >> 31U);
}

/// The vertices of one tile, in the order added; `at` says how far they came.
struct TileRun {
  const LocalVertex* vertices;
  std::uint32_t count;
  program::ipu::CodeletContext context;
  Cycle begin;  ///< of the compute set
  std::atomic<std::uint64_t>* place;
  volatile std::uint32_t at;
};

void run_vertices(void* argument) {
  auto& run = *static_cast<TileRun*>(argument);
  static_cast<void>(made_not_a_number());  // what came before is not a vertex's
  const program::ipu::CodeletModule* module = nullptr;
  for (std::uint32_t i = 0; i < run.count; ++i) {
    run.at = i;
    const LocalVertex& vertex = run.vertices[i];
    run.place->store(vertex.number + std::uint64_t{1}, std::memory_order_relaxed);
    if (vertex.module != module) {
      module = vertex.module;
      if (module->set_context != nullptr) module->set_context(&run.context);
    }
    const auto* codelet = vertex.codelet;
    const auto set_clock = [&] {
      run.context.cycle = run.begin + vertex.begin;
      run.context.after = run.begin + vertex.end;
    };
    if (codelet->kind == program::ipu::VertexKind::multi) {
      for (std::uint32_t w = 0; w < run.context.workers; ++w) {
        run.context.worker = w;
        set_clock();
        codelet->compute(vertex.object, w);
      }
    } else {
      run.context.worker = vertex.worker;
      set_clock();
      codelet->compute(vertex.object, vertex.worker);
    }
    if (made_not_a_number()) settle_not_a_number(*codelet, vertex.object);
  }
}

}  // namespace

void run_compute_set(State& s, std::size_t set, const Slice& slice,
                     const Surroundings& surroundings, Running& running, Faults& faults) {
  const std::vector<TileVertices>& works = s.compute_sets[set];
  std::mutex lock;  // of faults
  weft::parallel_for("ipu_compute", works.size(), [&](std::size_t i) {
    const TileVertices& work = works[i];
    if (s.stopped(work.tile) != 0) return;
    const std::uint32_t tile = global_tile(slice, work.tile);
    TileRun run{};
    run.vertices = s.vertices.data() + work.first;
    run.count = work.count;
    run.place = &running.place();
    run.context.workers = s.constants.workers;
    run.context.tile = tile;
    run.begin = s.clock(work.tile);
    run.context.random = mixed(mixed(surroundings.step) + tile);
    run.context.math = &codelet_math;
    run.context.stochastic_rounding = surroundings.stochastic_rounding;
    Fault fault = guarded(run_vertices, &run);
    if (fault.code == IpuError::arithmetic && run.context.trap[0] != 0) {
      fault.what = run.context.trap;
    }
    run.place->store(0, std::memory_order_relaxed);
    if (fault) {
      const std::lock_guard hold(lock);
      faults[tile] = {fault, run.vertices[run.at].number, s.clock(work.tile)};
      s.stopped(work.tile) = 1;
      return;
    }
    s.clock(work.tile) += work.cycles;
    s.compute_cycles(work.tile) += work.cycles;
    s.vertices_run(work.tile) += work.count;
    for (std::size_t origin = 0; origin < program::ipu::cost_origins; ++origin) {
      const std::size_t at = program::ipu::cost_origins * work.tile + origin;
      s.vertex_cycles(at) += work.vertex_cycles[origin];
      s.compute_by_origin(at) += work.cycles_by_origin[origin];
    }
  });
}

namespace {

constexpr std::size_t moves_ahead = 8;

void copy_staged(std::byte* memory, const LocalMove* moves, std::uint64_t count,
                 std::vector<std::byte>& scratch) {
  std::uint64_t bytes = 0;
  for (std::uint64_t m = 0; m < count; ++m) bytes += moves[m].bytes;
  scratch.resize(bytes);
  std::byte* at = scratch.data();
  for (std::uint64_t m = 0; m < count; at += moves[m].bytes, ++m) {
    std::memcpy(at, memory + moves[m].from, moves[m].bytes);
  }
  at = scratch.data();
  for (std::uint64_t m = 0; m < count; at += moves[m].bytes, ++m) {
    std::memcpy(memory + moves[m].to, at, moves[m].bytes);
  }
}

}  // namespace

void run_rearrangement(State& s, std::size_t set) {
  const std::vector<TileCopies>& works = s.rearrangements[set];
  weft::parallel_for("ipu_rearrange", works.size(), [&](std::size_t i) {
    const TileCopies& work = works[i];
    if (s.stopped(work.tile) != 0) return;
    const LocalMove* moves = s.moves.data() + work.first;
    std::byte* memory = s.memory.data();
    if (work.staged != 0) {
      std::vector<std::byte> scratch;
      copy_staged(memory, moves, work.count, scratch);
    } else {
      for (std::uint64_t m = 0; m < work.count; ++m) {
        std::memcpy(memory + moves[m].to, memory + moves[m].from, moves[m].bytes);
      }
    }
    s.clock(work.tile) += work.cycles;
    s.copy_cycles(work.tile) += work.cycles;
  });
}

void move_inside(State& s, std::size_t exchange, std::vector<std::byte>& scratch) {
  const LocalExchange& plan = s.exchanges[exchange];
  const LocalMove* moves = s.moves.data() + plan.inside.first;
  std::byte* memory = s.memory.data();
  if (plan.staged) {
    copy_staged(memory, moves, plan.inside.count, scratch);
    return;
  }
  const std::uint64_t count = plan.inside.count;
  weft::parallel_for("ipu_exchange", count, [=](std::size_t m) {
    // Sources lie anywhere in memory: those of moves a few ahead are fetched meanwhile.
    if (m + moves_ahead < count) __builtin_prefetch(memory + moves[m + moves_ahead].from);
    std::memcpy(memory + moves[m].to, memory + moves[m].from, moves[m].bytes);
  });
}

void pack(const State& s, std::size_t exchange, std::size_t n, std::vector<std::byte>& out) {
  const NeighbourLists& lists = s.exchanges[exchange].neighbours[n];
  if (lists.send_bytes == 0) return;
  const std::size_t begin = out.size();
  out.resize(begin + lists.send_bytes);
  const Piece* pieces = s.sends.data() + lists.send.first;
  const std::byte* memory = s.memory.data();
  std::byte* message = out.data() + begin;
  weft::parallel_for("ipu_pack", lists.send.count, [=](std::size_t p) {
    std::memcpy(message + pieces[p].offset, memory + pieces[p].place, pieces[p].bytes);
  });
}

void unpack(State& s, std::size_t exchange, std::size_t n, const std::vector<std::byte>& in) {
  const NeighbourLists& lists = s.exchanges[exchange].neighbours[n];
  if (in.size() != lists.receive_bytes) {
    fail(Category::internal, "ipu: an exchange brought " + counted(in.size(), "byte") +
                                 " where its list says " + std::to_string(lists.receive_bytes));
  }
  const Piece* pieces = s.receives.data() + lists.receive.first;
  std::byte* memory = s.memory.data();
  const std::byte* message = in.data();
  weft::parallel_for("ipu_unpack", lists.receive.count, [=](std::size_t p) {
    std::memcpy(memory + pieces[p].place, message + pieces[p].offset, pieces[p].bytes);
  });
}

}  // namespace weft::machine::ipu
