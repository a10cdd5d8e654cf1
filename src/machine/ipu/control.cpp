// SPDX-License-Identifier: Apache-2.0
// The control program: what every slice does in step, superstep by superstep.
#include <algorithm>
#include <cstring>

#include "base/busy.hpp"
#include "base/error.hpp"
#include "machine/ipu/ipu.hpp"

namespace weft::machine::ipu {

namespace form = program::ipu;
using form::Operation;

void Ipu::run_superstep(Recorder& recorder) {
  if (superstep_.host_row_due) record_host(recorder);
  begin_superstep();
  while (superstep_.phase == Phase::ready && !error_) run_instruction(recorder);
}

void Ipu::begin_superstep() {
  ++surroundings_.step;
  superstep_.works = 0;
  parts_.clear();
  now_ = superstep_.ready;
  last_activity_ = superstep_.ready;
  const Cycle begin = superstep_.ready;
  Cycle* clock = state_.clock.data();
  weft::parallel_for("ipu_begin", state_.tiles, [=](std::size_t t) { clock[t] = begin; });
}

void Ipu::run_instruction(Recorder& recorder) {
  const form::Instruction i = program_.code[pc_];
  ++pc_;
  switch (i.operation) {
    case Operation::execute:
      return execute(i.a, recorder);
    case Operation::rearrange:
      return rearrange(i.a, recorder);
    case Operation::exchange:
      return end_superstep(End::exchange, i.a);
    case Operation::sync:
      return end_superstep(End::sync, i.a);
    case Operation::branch_true:
    case Operation::branch_false:
    case Operation::branch_equal:
      return end_superstep(End::branch, pc_ - 1);
    case Operation::request:
      return end_superstep(End::host, i.a);
    case Operation::halt:
      return end_superstep(End::halt, 0);
    case Operation::repeat:
      return repeat(i);
    case Operation::abort:
      abort_program(i.a);
      return end_superstep(End::halt, 0);
    default:
      return flow(i);
  }
}

void Ipu::execute(std::uint32_t set, Recorder& recorder) {
  Running running(program_);
  {
    const Busy busy(Running::describe, &running);
    run_compute_set(state_, set, slice_, surroundings_, running, faults_);
  }
  ++state_.totals.compute_sets[set];
  for (const TileVertices& work : state_.compute_sets[set]) {
    record_work(Kind::compute, set, work.tile, work.cycles, work.count, recorder);
  }
  ++superstep_.works;
}

void Ipu::rearrange(std::uint32_t set, Recorder& recorder) {
  run_rearrangement(state_, set);
  ++state_.totals.rearrangements[set];
  for (const TileCopies& work : state_.rearrangements[set]) {
    record_work(Kind::copy, set, work.tile, work.cycles, work.bytes, recorder);
  }
  ++superstep_.works;
}

void Ipu::repeat(const form::Instruction& i) {
  std::uint64_t& counter = counters_[i.a];
  if (counter > 0) --counter;
  if (counter == 0) return;
  pc_ = i.b;
  // A body without a sync would run for ever in no window: its tiles meet once an iteration.
  const bool synced = loop_step_[i.a] != surroundings_.step;
  loop_step_[i.a] = surroundings_.step + (synced ? 0 : 1);
  if (!synced) end_superstep(End::sync, 0);
}

void Ipu::flow(const form::Instruction& i) {
  switch (i.operation) {
    case Operation::set_counter:
      counters_[i.a] = program_.counts[i.b];
      loop_step_[i.a] = surroundings_.step;
      return;
    case Operation::skip_if_zero:
      if (counters_[i.a] == 0) pc_ = i.b;
      return;
    case Operation::jump:
      pc_ = i.b;
      return;
    case Operation::call:
      calls_.push_back(pc_);
      pc_ = i.b;
      return;
    case Operation::return_:
      if (calls_.empty()) fail(Category::internal, "ipu: a return without a call");
      pc_ = calls_.back();
      calls_.pop_back();
      return;
    case Operation::read_clock:
      return read_clock(i);
    case Operation::enter:
      return enter_layer(i.a);
    case Operation::leave:
      return leave_layer();
    case Operation::random_seed:
      surroundings_.stochastic_rounding = i.a != 0;
      return;
    default:
      fail(Category::internal, "ipu: an unknown instruction");
  }
}

void Ipu::read_clock(const form::Instruction& i) {
  const form::Place& place = program_.places[i.a];
  if (!holds(slice_.tiles, slice_.region, place.tile)) return;
  const std::uint32_t tile = local_tile(slice_, place.tile);
  std::byte* at = state_.memory.data() + state_.base(tile) + place.address;
  std::uint64_t value = state_.clock(tile);
  if (i.b != 0) {
    std::uint64_t before = 0;
    std::memcpy(&before, at, sizeof(before));
    value -= before;
  }
  std::memcpy(at, &value, sizeof(value));
}

std::uint64_t Ipu::place_value(std::uint32_t number) const {
  const form::Place& place = program_.places[number];
  if (!holds(slice_.tiles, slice_.region, place.tile)) return 0;
  const std::uint64_t base = state_.base(local_tile(slice_, place.tile));
  std::uint64_t value = 0;
  std::memcpy(&value, state_.memory.data() + base + place.address, form::bytes_of(place.type));
  return value;
}

void Ipu::abort_program(std::uint32_t text) {
  TileFault fault;
  fault.fault = {IpuError::aborted, program_.texts[text]};
  fault.clock = superstep_.ready;
  faults_.try_emplace(0, fault);
}

void Ipu::end_superstep(End end, std::uint32_t number) {
  take_faults();
  if (error_) return;
  Superstep& s = superstep_;
  s.end = end;
  s.number = number;
  s.begin = s.ready;
  s.done = s.ready;
  for (std::uint32_t t = 0; t < state_.tiles; ++t) s.done = std::max(s.done, state_.clock(t));
  s.word = end == End::branch ? place_value(program_.code[number].a) : 0;
  s.sync_cycles = sync_cycles(end, number);
  s.exchange_cycles = exchange_cycles(end, number);
  s.moved_inside = end != End::exchange;
  for (std::size_t n = 0; n < neighbours_.size(); ++n) {
    neighbours_[n].record_leaving = true;
    neighbours_[n].outgoing.clear();
    if (end == End::exchange) pack(state_, number, n, neighbours_[n].outgoing);
  }
  s.on(Event::ended);
}

Cycle Ipu::exchange_cycles(End end, std::uint32_t number) const {
  switch (end) {
    case End::exchange:
      return state_.exchanges[number].time.cycles();
    case End::branch:
      return state_.constants.exchange_fixed_cycles + 1;
    case End::host:
      return request_exchange_cycles(number);
    case End::sync:
    case End::halt:
      break;
  }
  return 0;
}

Cycle Ipu::request_exchange_cycles(std::uint32_t number) const {
  Cycle cycles = 0;
  for (const std::uint32_t array : program_.requests[number].arrays) {
    cycles += state_.arrays[array].exchange_cycles;
  }
  return cycles;
}

Cycle Ipu::sync_cycles(End end, std::uint32_t number) const {
  const Constants& c = state_.constants;
  switch (end) {
    case End::exchange:
      return state_.exchanges[number].time.between_ipus ? c.sync_external_cycles
                                                        : c.sync_internal_cycles;
    case End::sync:
      return number == 0 ? c.sync_internal_cycles : c.sync_external_cycles;
    case End::branch:
      return c.sync_external_cycles;
    case End::host:
    case End::halt:
      return c.sync_host_cycles;
  }
  return c.sync_host_cycles;
}

void Ipu::take_faults() {
  if (faults_.empty()) return;
  const auto& [tile, first] = *faults_.begin();
  KernelError error{
      superstep_.ready, TileId{tile}, static_cast<std::uint32_t>(first.fault.code), {}};
  error.detail[0] = first.vertex;
  error.detail[2] = first.clock;
  error_text_ = "cycle " + std::to_string(first.clock) + ", " + tile_words(program_, tile) + ": ";
  if (first.vertex != no_vertex) {
    error_text_ += vertex_words(program_, first.vertex, error.detail[1]) + ": ";
  }
  error_text_ += first.fault.what;
  error_ = error;
  now_ = superstep_.ready + 1;
}

void Ipu::move_inside_once() {
  if (superstep_.phase != Phase::syncing || superstep_.moved_inside) return;
  superstep_.moved_inside = true;
  move_inside(state_, superstep_.number, scratch_);
}

void Ipu::finish_barrier(Recorder& recorder) {
  const Cycle begin = sync_begin();
  const Cycle end = begin + superstep_.sync_cycles;
  superstep_.ready = next_ready();
  move_inside_once();
  count_layers(begin);
  std::uint64_t word = superstep_.word;
  for (std::size_t n = 0; n < neighbours_.size(); ++n) {
    std::deque<Arrival>& arrivals = neighbours_[n].arrivals;
    const Arrival& arrival = arrivals.front();
    word += arrival.word;
    if (superstep_.end == End::exchange) unpack(state_, superstep_.number, n, arrival.bytes);
    arrivals.pop_front();
  }
  Cycle* waited = state_.sync_cycles.data();
  const Cycle* clock = state_.clock.data();
  weft::parallel_for("ipu_sync", state_.tiles, [=](std::size_t t) { waited[t] += end - clock[t]; });
  state_.exchange_cycles += superstep_.exchange_cycles;
  count_barrier(begin);
  record_barrier(begin, end, recorder);
  now_ = begin;
  last_activity_ = begin;
  if (superstep_.end == End::branch) follow_branch(word);
  superstep_.on(Event::synced);
}

void Ipu::follow_branch(std::uint64_t word) {
  const form::Instruction& i = program_.code[superstep_.number];
  const bool taken = i.operation == Operation::branch_true    ? word != 0
                     : i.operation == Operation::branch_false ? word == 0
                                                              : word == program_.counts[i.c];
  if (taken) pc_ = i.b;
}

}  // namespace weft::machine::ipu
