// SPDX-License-Identifier: Apache-2.0
// A slice's state as bytes: memories, the plain members of vertices, clocks, control, what is on
// its way. Pointers are built anew.
#include <algorithm>
#include <cstring>

#include "base/bytes.hpp"
#include "base/error.hpp"
#include "machine/ipu/ipu.hpp"

namespace weft::machine::ipu {

namespace {

template <typename T>
void write(ByteWriter& out, const Array<T>& array) {
  out.values(std::span<const T>(array.data(), array.extent(0)));
}

template <typename T>
void read(ByteReader& in, const Array<T>& array) {
  in.values_into(std::span<T>(array.data(), array.extent(0)));
}

/// Calls each(address, bytes) for the plain members of every vertex.
template <typename Each>
void each_member(const State& s, const Each& each) {
  for (const auto& works : s.compute_sets) {
    for (const TileVertices& work : works) {
      for (std::uint64_t v = work.first; v < work.first + work.count; ++v) {
        const LocalVertex& vertex = s.vertices(v);
        for (std::uint32_t f = 0; f < vertex.codelet->field_count; ++f) {
          const auto& field = vertex.codelet->fields[f];
          if (field.shape != program::ipu::FieldShape::state) continue;
          each(static_cast<std::byte*>(vertex.object) + field.offset, field.bytes);
        }
      }
    }
  }
}

template <typename Archive>
void visit_superstep(Archive& a, Superstep& s) {
  visit_all(a, s.phase, s.ready, s.works, s.end, s.number, s.begin, s.done, s.word, s.sync_cycles,
            s.exchange_cycles, s.moved_inside, s.asked_at, s.host_row_due);
}

void write_totals(ByteWriter& out, const Totals& t) {
  for (const auto* list :
       {&t.compute_sets, &t.rearrangements, &t.exchanges, &t.requests, &t.host_cycles}) {
    out.values(*list);
  }
  for (const std::uint64_t value : {t.branches, t.branch_cycles, t.supersteps, t.compute_cycles}) {
    out.value(value);
  }
  for (std::size_t zone = 0; zone < 3; ++zone) {
    out.value(t.syncs[zone]);
    out.value(t.sync_cycles[zone]);
  }
}

void read_totals(ByteReader& in, Totals& t) {
  for (auto* list :
       {&t.compute_sets, &t.rearrangements, &t.exchanges, &t.requests, &t.host_cycles}) {
    in.values_into(std::span(*list));
  }
  for (std::uint64_t* value : {&t.branches, &t.branch_cycles, &t.supersteps, &t.compute_cycles}) {
    *value = in.value<std::uint64_t>();
  }
  for (std::size_t zone = 0; zone < 3; ++zone) {
    t.syncs[zone] = in.value<std::uint64_t>();
    t.sync_cycles[zone] = in.value<Cycle>();
  }
}

}  // namespace

std::vector<std::byte> Ipu::save() const {
  ByteWriter out;
  const State& s = state_;
  // From the aligned begin: what precedes it depends on the address, not on the program.
  const std::uint64_t first = s.tiles == 0 ? 0 : s.base(0);
  out.values(std::span<const std::byte>(s.memory.data() + first, s.memory_bytes));
  std::vector<std::byte> members;
  each_member(s, [&](const std::byte* at, std::uint32_t bytes) {
    members.insert(members.end(), at, at + bytes);
  });
  out.values(members);
  for (const auto* counts :
       {&s.clock, &s.compute_cycles, &s.copy_cycles, &s.sync_cycles, &s.vertices_run, &s.bytes_sent,
        &s.bytes_received, &s.vertex_cycles, &s.compute_by_origin}) {
    write(out, *counts);
  }
  write(out, s.stopped);
  out.value(s.exchange_cycles);
  write_totals(out, s.totals);
  for (const Cycle cycle : {now_, last_activity_}) out.value(cycle);
  Superstep superstep = superstep_;
  visit_superstep(out, superstep);
  out.value(pc_);
  out.value(surroundings_.step);
  out.value(surroundings_.stochastic_rounding);
  out.values(counters_);
  out.values(loop_step_);
  out.values(calls_);
  out.values(layers_);
  out.values(inside_);
  out.values(parts_);
  for (const Neighbour& n : neighbours_) {
    out.value(n.record_leaving);
    out.values(n.outgoing);
    out.values(n.parts);
    out.value(std::uint64_t{n.arrivals.size()});
    for (const Arrival& arrival : n.arrivals) {
      out.value(arrival.done);
      out.value(arrival.word);
      out.values(arrival.parts);
      out.values(arrival.bytes);
    }
  }
  out.value(error_.has_value());
  if (error_) out.value(*error_);
  out.text(error_text_);
  return out.take();
}

void Ipu::load(std::span<const std::byte> state) {
  ByteReader in(state, "saved state");
  State& s = state_;
  const std::uint64_t first = s.tiles == 0 ? 0 : s.base(0);
  in.values_into(std::span<std::byte>(s.memory.data() + first, s.memory_bytes));
  const std::vector<std::byte> members = in.values<std::byte>();
  std::size_t at = 0;
  each_member(s, [&](std::byte* to, std::uint32_t bytes) {
    if (at + bytes > members.size()) fail(Category::input, "saved state: of other codelets");
    std::memcpy(to, members.data() + at, bytes);
    at += bytes;
  });
  for (const auto* counts :
       {&s.clock, &s.compute_cycles, &s.copy_cycles, &s.sync_cycles, &s.vertices_run, &s.bytes_sent,
        &s.bytes_received, &s.vertex_cycles, &s.compute_by_origin}) {
    read(in, *counts);
  }
  read(in, s.stopped);
  s.exchange_cycles = in.value<Cycle>();
  read_totals(in, s.totals);
  for (Cycle* cycle : {&now_, &last_activity_}) *cycle = in.value<Cycle>();
  visit_superstep(in, superstep_);
  if (superstep_.phase > Phase::asking || superstep_.end > End::halt) {
    in.refuse("holds a superstep that is none");
  }
  pc_ = in.value<std::uint32_t>();
  surroundings_.step = in.value<std::uint64_t>();
  surroundings_.stochastic_rounding = in.value<bool>();
  in.values_into(std::span(counters_));
  in.values_into(std::span(loop_step_));
  calls_ = in.values<std::uint32_t>();
  in.values_into(std::span(layers_));
  inside_ = in.values<std::uint32_t>();
  parts_ = in.values<Part>();
  for (Neighbour& n : neighbours_) {
    n.record_leaving = in.value<bool>();
    n.outgoing = in.values<std::byte>();
    n.parts = in.values<Cycle>();
    n.arrivals.clear();
    for (std::uint64_t left = in.count(); left > 0; --left) {
      Arrival arrival;
      arrival.done = in.value<Cycle>();
      arrival.word = in.value<std::uint64_t>();
      arrival.parts = in.values<Cycle>();
      arrival.bytes = in.values<std::byte>();
      n.arrivals.push_back(std::move(arrival));
    }
  }
  error_.reset();
  if (in.value<bool>()) error_ = in.value<KernelError>();
  error_text_ = in.text();
  in.finish();
}

}  // namespace weft::machine::ipu
