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
  const std::vector<T> values = in.values<T>();
  if (values.size() != array.extent(0)) {
    fail(Category::input, "saved state: it is of another program or slice");
  }
  std::copy(values.begin(), values.end(), array.data());
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
    std::vector<std::uint64_t> values = in.values<std::uint64_t>();
    if (values.size() != list->size()) {
      fail(Category::input, "saved state: it is of another program or slice");
    }
    *list = std::move(values);
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
  for (const auto* counts : {&s.clock, &s.compute_cycles, &s.copy_cycles, &s.sync_cycles,
                             &s.vertices_run, &s.bytes_sent, &s.bytes_received, &s.vertex_cycles}) {
    write(out, *counts);
  }
  write(out, s.stopped);
  out.value(s.exchange_cycles);
  write_totals(out, s.totals);
  for (const Cycle cycle : {now_, ready_, last_activity_, asked_at_}) out.value(cycle);
  out.value(phase_);
  out.value(after_);
  out.value(pc_);
  out.value(request_);
  out.value(works_);
  out.value(surroundings_.step);
  out.value(surroundings_.stochastic_rounding);
  out.value(moved_inside_);
  out.value(host_row_due_);
  out.values(counters_);
  out.values(loop_step_);
  out.values(calls_);
  out.value(barrier_.end);
  for (const std::uint64_t value :
       {barrier_.begin, barrier_.done, barrier_.word, barrier_.sync_cycles,
        barrier_.exchange_cycles, std::uint64_t{barrier_.number}}) {
    out.value(value);
  }
  out.values(leaving_);
  for (std::size_t n = 0; n < arrivals_.size(); ++n) {
    out.values(outgoing_[n]);
    out.value(std::uint64_t{arrivals_[n].size()});
    for (const Arrival& arrival : arrivals_[n]) {
      out.value(arrival.done);
      out.value(arrival.word);
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
  const std::vector<std::byte> memory = in.values<std::byte>();
  if (memory.size() != s.memory_bytes) {
    fail(Category::input, "saved state: it is of another program or slice");
  }
  std::copy(memory.begin(), memory.end(), s.memory.data() + (s.tiles == 0 ? 0 : s.base(0)));
  const std::vector<std::byte> members = in.values<std::byte>();
  std::size_t at = 0;
  each_member(s, [&](std::byte* to, std::uint32_t bytes) {
    if (at + bytes > members.size()) fail(Category::input, "saved state: of other codelets");
    std::memcpy(to, members.data() + at, bytes);
    at += bytes;
  });
  for (const auto* counts : {&s.clock, &s.compute_cycles, &s.copy_cycles, &s.sync_cycles,
                             &s.vertices_run, &s.bytes_sent, &s.bytes_received, &s.vertex_cycles}) {
    read(in, *counts);
  }
  read(in, s.stopped);
  s.exchange_cycles = in.value<Cycle>();
  read_totals(in, s.totals);
  for (Cycle* cycle : {&now_, &ready_, &last_activity_, &asked_at_}) *cycle = in.value<Cycle>();
  phase_ = in.value<Phase>();
  after_ = in.value<Phase>();
  pc_ = in.value<std::uint32_t>();
  request_ = in.value<std::uint32_t>();
  works_ = in.value<std::uint32_t>();
  surroundings_.step = in.value<std::uint64_t>();
  surroundings_.stochastic_rounding = in.value<bool>();
  moved_inside_ = in.value<bool>();
  host_row_due_ = in.value<bool>();
  counters_ = in.values<std::uint64_t>();
  loop_step_ = in.values<std::uint64_t>();
  calls_ = in.values<std::uint32_t>();
  barrier_.end = in.value<End>();
  for (std::uint64_t* value : {&barrier_.begin, &barrier_.done, &barrier_.word,
                               &barrier_.sync_cycles, &barrier_.exchange_cycles}) {
    *value = in.value<std::uint64_t>();
  }
  barrier_.number = static_cast<std::uint32_t>(in.value<std::uint64_t>());
  leaving_ = in.values<std::uint8_t>();
  for (std::size_t n = 0; n < arrivals_.size(); ++n) {
    outgoing_[n] = in.values<std::byte>();
    arrivals_[n].clear();
    const auto count = in.value<std::uint64_t>();
    for (std::uint64_t i = 0; i < count; ++i) {
      Arrival arrival;
      arrival.done = in.value<Cycle>();
      arrival.word = in.value<std::uint64_t>();
      arrival.bytes = in.values<std::byte>();
      arrivals_[n].push_back(std::move(arrival));
    }
  }
  error_.reset();
  if (in.value<bool>()) error_ = in.value<KernelError>();
  error_text_ = in.text();
  in.finish();
}

}  // namespace weft::machine::ipu
