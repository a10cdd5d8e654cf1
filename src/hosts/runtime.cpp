// SPDX-License-Identifier: Apache-2.0
// Sessions for programs that run by themselves, on one rank or under mpirun.
#include "hosts/runtime.hpp"

#include <algorithm>
#include <cerrno>
#include <utility>

#include "base/environment.hpp"
#include "base/error.hpp"
#include "base/log.hpp"
#include "base/number_text.hpp"
#include "base/output_file.hpp"
#include "engine/signals.hpp"
#include "hosts/summary.hpp"
#include "trace/replaceable.hpp"

namespace weft::hosts {
namespace {

/// What rank 0 tells the others between sessions.
enum class Order : std::int32_t { session, finish };
struct Message {
  Order order = Order::session;
  std::int32_t exit_code = 0;
};

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
  if (!cycles || *cycles == 0) {
    fail(Category::input, "WEFT_MAX_CYCLES: '" + text + "' is no number of cycles");
  }
  return *cycles;
}

double read_seconds(const std::string& text) {
  const std::optional<double> value = weft::real_of(text);
  if (!value || !(*value > 0)) {
    fail(Category::input, "WEFT_WALL_SECONDS: '" + text + "' is no number of seconds");
  }
  return *value;
}

/// What the environment says of trace and limits.
struct Wishes {
  std::string trace;  ///< path; empty: none
  TraceLevel level = TraceLevel::off;
  std::optional<std::uint64_t> max_cycles;
  std::optional<double> wall_seconds;
};

/// Every variable is read, whether it has an effect or not: a wrong one is a mistake in any case.
Wishes read_wishes() {
  Wishes out;
  out.trace = environment("WEFT_TRACE");
  const std::string level = environment("WEFT_TRACE_LEVEL");
  const TraceLevel wanted = level.empty() ? TraceLevel::phases : trace_level(level);
  if (!out.trace.empty()) out.level = wanted;
  const std::string cycles = environment("WEFT_MAX_CYCLES");
  if (!cycles.empty()) out.max_cycles = read_cycles(cycles);
  const std::string seconds = environment("WEFT_WALL_SECONDS");
  if (!seconds.empty()) out.wall_seconds = read_seconds(seconds);
  return out;
}

}  // namespace

std::string numbered(const std::string& path, unsigned number) {
  if (number < 2 || path.empty()) return path;
  const std::size_t name = path.find_last_of('/') + 1;  // npos + 1 is 0
  const std::size_t dot = path.find_last_of('.');
  const std::size_t at = dot == std::string::npos || dot <= name ? path.size() : dot;
  return path.substr(0, at) + "-" + std::to_string(number) + path.substr(at);
}

StandaloneRuntime::~StandaloneRuntime() {
  try {
    finish(0);
  } catch (const std::exception&) {
    // Nobody is left to tell: finish() was the place to.
  }
}

void StandaloneRuntime::prepare(engine::Plan& plan, unsigned number) {
  const Wishes wishes = read_wishes();
  plan.trace.path = numbered(wishes.trace, number);
  if (!plan.trace.path.empty()) plan.trace.level = wishes.level;
  if (wishes.max_cycles) plan.limits.max_cycles = *wishes.max_cycles;
  if (wishes.wall_seconds) {
    plan.limits.wall_seconds = *wishes.wall_seconds;
    plan.limits.wall_seconds_left =
        std::max(1e-6, plan.limits.wall_seconds - engine::seconds_since_start());
  }
}

void StandaloneRuntime::own(const std::string& path) {
  const std::string file = require_regular(path, "a trace");
  trace::require_replaceable(file);
  owned_.push_back(own_path(file));
}

void StandaloneRuntime::own_outputs() {
  const Wishes wishes = read_wishes();
  if (wishes.level != TraceLevel::off) own(wishes.trace);
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
  add_host_phases(session);
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

std::string StandaloneRuntime::job() const { return program_invocation_short_name; }

void StandaloneRuntime::closed(const engine::Result& result) {
  const std::string path = numbered(environment("WEFT_SUMMARY"), sessions_);
  if (!path.empty()) write_summary(path, result, *topology_, job());
}

}  // namespace weft::hosts
