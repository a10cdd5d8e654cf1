// SPDX-License-Identifier: Apache-2.0
// Sessions for programs that run by themselves, on one rank or under mpirun.
#include "hosts/poplar/engine/runtime.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <poplar/ProfileValue.hpp>
#include <utility>

#include "base/error.hpp"
#include "base/log.hpp"
#include "base/number_text.hpp"
#include "base/output_file.hpp"
#include "engine/signals.hpp"
#include "hosts/poplar/engine/host_marks.hpp"

namespace weft::hosts::poplar {
namespace {

Runtime* installed = nullptr;

/// What rank 0 tells the others between sessions.
enum class Order : std::int32_t { session, finish };
struct Message {
  Order order = Order::session;
  std::int32_t exit_code = 0;
};

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

TraceLevel trace_level(const std::string& name) {
  static constexpr const char* names[] = {"off", "summary", "phases", "runs", "full"};
  for (std::size_t i = 0; i < std::size(names); ++i) {
    if (name == names[i]) return static_cast<TraceLevel>(i);
  }
  fail(Category::input, "WEFT_TRACE_LEVEL: '" + name +
                            "' is no trace level; known are off, summary, phases, runs, full");
}

std::uint64_t read_cycles(const std::string& text) {
  const std::optional<std::uint64_t> cycles = weft::whole_of(text);
  if (!cycles) fail(Category::input, "WEFT_MAX_CYCLES: '" + text + "' is no number of cycles");
  return *cycles;
}

double read_seconds(const std::string& text) {
  const std::optional<double> value = weft::real_of(text);
  if (!value || !(*value > 0)) {
    fail(Category::input, "WEFT_WALL_SECONDS: '" + text + "' is no number of seconds");
  }
  return *value;
}

}  // namespace

std::string numbered(const std::string& path, unsigned number) {
  if (number < 2 || path.empty()) return path;
  const std::size_t name = path.find_last_of('/') + 1;  // npos + 1 is 0
  const std::size_t dot = path.find_last_of('.');
  const std::size_t at = dot == std::string::npos || dot <= name ? path.size() : dot;
  return path.substr(0, at) + "-" + std::to_string(number) + path.substr(at);
}

Runtime& runtime() {
  if (installed != nullptr) return *installed;
  fail(Category::system,
       "the ranks of this program were not brought up: it must be linked with -lpoplar as a shared "
       "library, or install a runtime");
}

void install(Runtime* given) { installed = given; }

StandaloneRuntime::~StandaloneRuntime() {
  try {
    finish(0);
  } catch (const std::exception&) {
    // Nobody is left to tell: finish() was the place to.
  }
}

void StandaloneRuntime::prepare(engine::Plan& plan, unsigned number) {
  plan.trace.path = numbered(environment("WEFT_TRACE"), number);
  if (!plan.trace.path.empty()) {
    const std::string level = environment("WEFT_TRACE_LEVEL");
    plan.trace.level = level.empty() ? TraceLevel::phases : trace_level(level);
  }
  const std::string cycles = environment("WEFT_MAX_CYCLES");
  if (!cycles.empty()) plan.limits.max_cycles = read_cycles(cycles);
  const std::string seconds = environment("WEFT_WALL_SECONDS");
  if (!seconds.empty()) {
    plan.limits.wall_seconds = read_seconds(seconds);
    plan.limits.wall_seconds_left =
        std::max(1e-6, plan.limits.wall_seconds - engine::seconds_since_start());
  }
}

void StandaloneRuntime::own(const std::string& path) {
  owned_.push_back(own_path(require_regular(path, "a trace")));
}

void StandaloneRuntime::own_outputs() {
  const std::string path = environment("WEFT_TRACE");
  if (!path.empty() && environment("WEFT_TRACE_LEVEL") != "off") own(path);
  const std::string summary = environment("WEFT_SUMMARY");
  if (!summary.empty()) require_writable(summary);
}

std::shared_ptr<OpenSession> StandaloneRuntime::open(engine::Plan plan) {
  if (finished_) fail(Category::input, "the program has ended: no device is left");
  if (engine::signalled()) fail(Category::interrupted, "interrupted by " + engine::signal_name());
  if (const auto current = current_.lock()) close(*current);
  prepare(plan, ++sessions_);
  if (plan.trace.level != TraceLevel::off) own(plan.trace.path);
  topology_ = plan.topology;
  world_.broadcast_value(Message{Order::session, 0});
  auto made = std::make_shared<OpenSession>();
  made->session.emplace(engine::Session::open(world_, std::move(plan)));
  current_ = made;
  return made;
}

void StandaloneRuntime::close(OpenSession& open) {
  if (!open.session) return;
  engine::Session session = std::move(*open.session);
  open.session.reset();
  closing(session);
  hand_over_marks(session);
  open.result = session.close();
  closed(*open.result);
}

void StandaloneRuntime::finish(int exit_code) {
  if (finished_) return;
  finished_ = true;
  std::exception_ptr failure;
  try {
    if (const auto current = current_.lock()) close(*current);
  } catch (...) {
    failure = std::current_exception();
  }
  if (failure && exit_code == 0) exit_code = 1;
  world_.broadcast_value(Message{Order::finish, exit_code});
  if (failure) std::rethrow_exception(failure);
}

int StandaloneRuntime::serve(const comm::Communicator& world) {
  log::configure(false, true);
  for (;;) {
    const Message message = world.broadcast_value(Message{});
    if (message.order == Order::finish) return message.exit_code;
    try {
      engine::serve(world);
    } catch (const Error&) {
      // Rank 0 has the same error, and the user's program decides what to do about it.
    }
  }
}

// --- summary ---

namespace {

using Value = ::poplar::ProfileValue;

double counter(const engine::Result& result, const std::string& name) {
  const auto found = result.counters.find(name);
  return found == result.counters.end() ? 0 : static_cast<double>(found->second);
}

/// The channels of a counter, by name.
Value channels_of(const engine::Result& result, const std::string& prefix) {
  Value::Map out;
  for (const auto& [name, value] : result.counters) {
    if (name.starts_with(prefix)) {
      out[name.substr(prefix.size())] = Value(static_cast<double>(value));
    }
  }
  return Value(std::move(out));
}

Value summary_of(const engine::Result& result, const topology::Topology& topology,
                 const std::string& job) {
  Value::Map out;
  out["job"] = Value(job);
  out["machine"] = Value(topology.name());
  out["cycles"] = Value(static_cast<double>(result.cycles));
  out["emulated_seconds"] = Value(topology.seconds(result.cycles));
  out["wall_seconds"] = Value(result.wall_seconds);
  out["ranks"] = Value(result.ranks);
  out["tiles"] = Value(static_cast<double>(result.tiles));
  out["active_tile_cycles"] = Value(counter(result, "tile_busy"));
  out["vector_cycles"] = Value(counter(result, "vector_cycles"));
  out["scalar_cycles"] = Value(counter(result, "scalar_cycles"));
  Value::Map counters;
  for (const auto& [name, value] : result.counters) {
    counters[name] = Value(static_cast<double>(value));
  }
  out["stalls"] = channels_of(result, "stalls.");
  out["compute_by_origin"] = channels_of(result, "compute_by_origin.");
  out["counters"] = Value(std::move(counters));
  out["trace_hash"] = Value(result.trace_hash);
  Value::Vector assumed;
  Value::Vector rests_on;
  for (const topology::Constant* constant : topology.rests_on()) {
    const bool choice = constant->origin == topology::Origin::assumed ||
                        constant->origin == topology::Origin::fitted;
    if (choice) assumed.emplace_back(constant->key);
    Value::Map one;
    one["key"] = Value(constant->key);
    one["value"] = Value(constant->value_text());
    one["unit"] = Value(constant->unit);
    one["origin"] = Value(std::string(name_of(constant->origin)));
    rests_on.emplace_back(std::move(one));
  }
  out["assumed"] = Value(std::move(assumed));
  out["rests_on"] = Value(std::move(rests_on));
  out["checks"] = Value(Value::Vector());
  return Value(std::move(out));
}

}  // namespace

void StandaloneRuntime::closed(const engine::Result& result) {
  const std::string path = numbered(environment("WEFT_SUMMARY"), sessions_);
  if (path.empty()) return;
  OutputFile file(path);
  ::poplar::serializeToJSON(file.stream(),
                            summary_of(result, *topology_, program_invocation_short_name), true);
  file.commit();
}

}  // namespace weft::hosts::poplar
