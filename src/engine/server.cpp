// SPDX-License-Identifier: Apache-2.0
// A session's life on one rank: opened, settled between commands, finished with a trace.
#include "engine/server.hpp"

#include <algorithm>

#include "base/archive.hpp"
#include "base/bytes.hpp"
#include "base/error.hpp"
#include "base/number_text.hpp"
#include "base/process_memory.hpp"
#include "base/release.hpp"
#include "engine/latency.hpp"
#include "engine/report.hpp"

namespace weft::engine {

namespace {

constexpr StoredForm saved_form{"saved session", 2};

Plan checked(Plan plan) {
  if (plan.trace.epoch_cycles == 0) {
    fail(Category::input, "trace: epoch_cycles must be at least 1");
  }
  machine::check_constants(*plan.topology);
  return plan;
}

trace::MachineInfo machine_info(const Plan& plan, const machine::Slice& slice) {
  trace::MachineInfo info;
  info.family = family_of(plan).name;
  info.name = plan.topology->name();
  info.clock_hz = static_cast<std::uint64_t>(plan.topology->clock_hz());
  info.region = plan.region;
  info.slice = slice.tiles;
  info.link_directions = plan.link_directions;
  info.definitions = plan.definitions;
  return info;
}

/// Those that are wanted are among them.
std::vector<CounterArray> shapes_of_counters(const comm::Communicator& communicator,
                                             const Plan& plan, const machine::Machine* machine) {
  std::vector<CounterArray> shapes = share_counter_shapes(communicator, machine);
  require_counters(plan.trace.wanted_counters, shapes);
  return shapes;
}

/// From the trace's first file on there is something to end in good order.
const comm::Communicator& begun(const comm::Communicator& communicator) {
  session_begins(communicator.size(), communicator.is_root());
  return communicator;
}

/// The program's text is not needed twice.
trace::Settings take_trace(Plan& plan) {
  std::string program;
  program.swap(plan.trace.program);
  trace::Settings settings = plan.trace;
  settings.program = std::move(program);
  return settings;
}

}  // namespace

Server::Server(const comm::Communicator& communicator, Plan plan)
    : communicator_(communicator),
      plan_(checked(std::move(plan))),
      wall_time_(plan_.limits.wall_seconds_left),
      partition_(cut_plan(communicator, plan_)),
      slices_(slices_of(plan_, partition_)),
      memory_(communicator, plan_, partition_, slices_),
      run_(communicator, plan_, slices_[static_cast<std::size_t>(communicator.rank())]),
      loop_(
          communicator, plan_, run_, memory_, [this](Cycle end) { write_epoch(end); },
          [this](Cycle end) { writer_.write_part(run_.recorder(), end); },
          [this](Cycle end) { seal_trace(end); }, [this](Cycle next) { return write_bin(next); }),
      counter_shapes_(shapes_of_counters(communicator, plan_, run_.machine())),
      writer_(begun(communicator), take_trace(plan_), machine_info(plan_, run_.slice()),
              run_.recorder().streams()),
      opened_(std::chrono::steady_clock::now()) {
  release(plan_.program);  // the machine has its own form
  release(slices_);
  release_freed_memory();  // of what built the machine
  command_latency_cycles_ = command_latency_cycles(*plan_.topology);
  launch_latency_cycles_ = launch_latency_cycles(*plan_.topology);
}

std::vector<CounterArray> Server::counters() const {
  return run_.machine() != nullptr ? run_.machine()->counters() : counter_shapes_;
}

Profile Server::profile() { return gather_profile(communicator_, partition_, run_.machine()); }

void Server::write_epoch(Cycle end) { writer_.write_epoch(run_.recorder(), end, counters()); }

Cycle Server::write_bin(Cycle next) {
  if (next > 0) writer_.write_bin(next, counters());
  return writer_.bin_due();
}

void Server::seal_trace(Cycle end) { writer_.seal(run_.recorder(), end, counters()); }

void Server::settle() {
  const Outcome outcome = loop_.run_until_quiet(now_);
  now_ = outcome.cycle;
  if (outcome.stop == Stop::host_wait) return;
  throw Stopped(finish(outcome.stop, early_end(outcome)));
}

std::string Server::early_end(const Outcome& outcome) const {
  const std::string cycle = std::to_string(outcome.cycle);
  if (outcome.stop == Stop::signal) return "interrupted by a signal at cycle " + cycle;
  if (!outcome.reason.empty()) return "stopped at cycle " + cycle + ": " + outcome.reason;
  return "stopped at cycle " + cycle + " (max_cycles): the program was not quiet by then";
}

void Server::end_phase(std::uint64_t key) {
  auto node = open_phases_.extract(key);
  if (node.empty()) return;
  node.mapped().end = now_;
  phases_.push_back(std::move(node.mapped()));
}

Result Server::finish(Stop stop, const std::string& message) {
  const std::vector<CounterArray> totals = counters();
  trace::Summary summary;
  summary.cycles = now_;
  summary.stop = name_of(stop);
  summary.whole = stop == Stop::done || stop == Stop::deadlock;
  if (summary.whole && run_.machine() != nullptr) {
    run_.machine()->conclude(now_, run_.recorder());
  }
  summary.hashed_config = plan_.hashed_config;
  while (!open_phases_.empty()) end_phase(open_phases_.rbegin()->first);  // the inner ones first
  summary.phases = std::move(phases_);
  summary.results = std::move(results_);

  Result result;
  result.trace_hash = writer_.close(run_.recorder(), summary, totals);
  result.stop = stop;
  result.message = message;
  result.cycles = now_;
  result.ranks = communicator_.size();
  result.tiles = plan_.region.tiles();
  result.counters = sum_counters(communicator_, totals);
  result.remarks = share_remarks(communicator_, plan_.region, run_.machine());
  result.memory_forecast_bytes = memory_.forecast_bytes();
  result.memory_peak_bytes = memory_.peak_bytes();
  result.cut_records = communicator_.sum(run_.halo().records_sent());
  result.cut_payload_bytes = communicator_.sum(run_.halo().payload_bytes_sent());
  const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - opened_;
  result.wall_seconds = wall.count();
  return result;
}

Result Server::close() {
  const bool mine = run_.machine() != nullptr && run_.machine()->work_left();
  if (communicator_.max(mine ? 1U : 0U) != 0) deadlock(unanswered());
  return finish(Stop::done, "");
}

std::string Server::unanswered() {
  if (!communicator_.is_root()) return "";
  const auto request = host_request();
  if (!request) return "";
  return "the program waits for the host to answer its request " + std::to_string(request->number) +
         " (argument " + std::to_string(request->argument) + ")";
}

void Server::deadlock(const std::string& detail) {
  const machine::Machine* machine = run_.machine();
  const Cycle last = communicator_.max(machine != nullptr ? machine->last_activity() : 0);
  comm::Bytes bytes;
  ByteWriter out;
  out.text(detail);
  if (communicator_.is_root()) bytes = out.take();
  communicator_.broadcast(bytes);
  const std::string host = ByteReader(bytes, "deadlock").text();
  throw Stopped(finish(Stop::deadlock, "deadlock: nothing has moved since cycle " +
                                           std::to_string(last) +
                                           (host.empty() ? "" : "; " + host) +
                                           waiting_report(communicator_, plan_.region, machine)));
}

std::vector<std::byte> Server::save() {
  ByteWriter mine;
  mine.values(run_.machine() != nullptr ? run_.machine()->save() : std::vector<std::byte>{});
  mine.values(run_.recorder().save());
  mine.value(std::uint64_t{open_streams_.size()});
  for (const OpenStream& open : open_streams_) {
    mine.values(to_bytes(open.command));
    mine.values(open.taken);
    mine.values(open.words);
  }
  ByteWriter out;
  out.value(now_);
  out.value(std::uint64_t{partition_.slices.size()});
  for (const Rectangle& slice : partition_.slices) out.value(slice);
  for (const comm::Bytes& bytes : communicator_.gather(mine.bytes())) out.values(bytes);
  return communicator_.is_root() ? seal(saved_form, out.bytes()) : std::vector<std::byte>{};
}

void Server::load(std::span<const std::byte> state) {
  std::vector<comm::Bytes> parts;
  Cycle cycle = 0;
  together(communicator_, [&] {
    if (!communicator_.is_root()) return;
    ByteReader in(unseal(saved_form, state, "saved session"), "saved session");
    cycle = in.value<Cycle>();
    std::vector<Rectangle> slices(in.count(sizeof(Rectangle)));
    if (slices.size() != partition_.slices.size()) {
      fail(Category::input, "saved session: is of another number of ranks");
    }
    for (Rectangle& slice : slices) slice = in.value<Rectangle>();
    if (slices != partition_.slices) fail(Category::input, "saved session: is of another cut");
    for (std::size_t r = 0; r < slices.size(); ++r) parts.push_back(in.values<std::byte>());
    in.finish();
  });
  const comm::Bytes bytes = communicator_.scatter(parts);
  now_ = communicator_.broadcast_value(cycle);
  together(communicator_, [&] {
    ByteReader in(bytes, "saved session");
    const auto machine = in.values<std::byte>();
    if (run_.machine() != nullptr) run_.machine()->load(machine);
    run_.recorder().load(in.values<std::byte>());
    open_streams_.clear();
    const auto open = in.value<std::uint64_t>();
    for (std::uint64_t i = 0; i < open; ++i) {
      OpenStream& stream = open_streams_.emplace_back();
      stream.command = command_from_bytes(in.values<std::byte>());
      stream.taken = in.values<std::uint32_t>();
      stream.words = in.values<std::uint32_t>();
    }
  });
  run_.restart(now_);
}

}  // namespace weft::engine
