// SPDX-License-Identifier: Apache-2.0
// Rank 0 keeps the queue of commands and tells the others each step.
#include "engine/session.hpp"

#include <algorithm>
#include <deque>
#include <limits>
#include <map>
#include <optional>
#include <utility>

#include "base/counted.hpp"
#include "base/floating_point.hpp"
#include "engine/check_command.hpp"
#include "engine/server.hpp"
#include "engine/signals.hpp"
#include "engine/wire.hpp"

namespace weft::engine {

namespace {

/// Key of the request's phase among those of commands, which are their numbers.
constexpr std::uint64_t request_phase = std::numeric_limits<std::uint64_t>::max();

/// The user's program has called: what it set for its own arithmetic is not the machine's.
struct Inside {
  Working working;
  IeeeFloatingPoint floating_point;
};

}  // namespace

struct Session::Impl {
  struct Queued {
    CommandId id = 0;
    HostCommand command;
    std::vector<std::byte> held;
    std::span<const std::byte> data;  ///< of `held`, or the caller's
    Cycle begin = 0;
  };

  Impl(const comm::Communicator& c, Plan plan) : communicator(c), server(c, std::move(plan)) {
    exports = server.slice().machine()->exports();
  }

  const comm::Communicator& communicator;
  Server server;
  std::vector<machine::Export> exports;
  CommandId next_id = 0;
  std::deque<Queued> queue;             ///< submitted, not started
  std::deque<Queued> open;              ///< stream_outs whose words are coming, oldest first
  std::optional<HostCommand> entering;  ///< the last stream_in, with all words since its turn began
  std::map<CommandId, Reply> done;
  bool live = true;                   ///< the others are listening
  std::optional<CommandId> launched;  ///< whose program waits for the host, or will again
  bool asked = false;                 ///< the phase of the program's request has begun
  bool settled = false;  ///< quiet since the last settle(): nothing that could wake it was done

  /// Runs one operation on all ranks; when it throws, all ranks have left the session.
  template <typename Body>
  auto operate(Operation operation, const HostCommand& command, std::uint64_t number,
               const Body& body) {
    if (!live) fail(Category::input, "session: it has ended");
    tell(communicator, operation, command, number);
    live = false;
    struct Alive {
      bool& flag;
      int exceptions = std::uncaught_exceptions();
      ~Alive() { flag = std::uncaught_exceptions() == exceptions; }
    } const alive{live};
    return body();
  }
  template <typename Body>
  auto operate(Operation operation, const HostCommand& command, const Body& body) {
    return operate(operation, command, 0, body);
  }

  void settle() {
    if (settled && !signalled() && !out_of_time()) return;
    operate(Operation::settle, {}, [&] { server.settle(); });
    settled = true;
    if (launched && !server.host_request()) server.end_phase(*std::exchange(launched, {}));
  }

  /// What the program has stopped for; its phase begins where the host first sees it.
  std::optional<machine::HostRequest> host_request() {
    settle();
    const std::optional<machine::HostRequest> request = server.host_request();
    if (request && !asked) {
      asked = true;
      server.begin_phase(request_phase, {"request " + name_of_request(request->number), "request",
                                         server.now(), server.now()});
    }
    return request;
  }

  /// By the plan's table of requests, where it has one.
  std::string name_of_request(std::uint64_t number) const {
    for (const trace::StringTable& table : server.plan().definitions) {
      if (table.name == "requests" && number < table.entries.size()) return table.entries[number];
    }
    return std::to_string(number);
  }

  bool is_array(const HostCommand& command) const {
    const machine::Export* target = find_export(command.kind, command.name, exports);
    return target != nullptr && target->kind == machine::Export::Kind::array;
  }

  void answer() {
    operate(Operation::answer, {}, [&] { server.answer(); });
    server.end_phase(request_phase);
    asked = false;
    settled = false;
  }

  /// Streams enter in the order asked for, one after the other. Words of one stream for the same
  /// tiles are in order by themselves.
  void take_turn(const HostCommand& command) {
    const bool another =
        entering && (entering->name != command.name || !(entering->where == command.where));
    if (another) {
      if (open.empty()) {
        settle();
      } else {
        drain(next_id);  // no command yet: words that leave may make room for words that enter
        settle();
      }
      operate(Operation::next_stream, *entering, [&] { server.next_stream(*entering); });
    }
    if (another || !entering) {
      entering.emplace();
      entering->elements = 0;
    }
    const std::uint64_t before = entering->elements;
    entering = command;
    entering->elements += before;
  }

  void finish(const Queued& item, std::vector<std::byte> data) {
    // A program that has stopped for the host goes on once it is answered: so does its launch.
    const bool goes_on = item.command.kind == CommandKind::launch && !item.command.nonblocking &&
                         server.host_request();
    if (goes_on) {
      launched = item.id;
    } else if (!item.command.timeless) {
      server.end_phase(item.id);
    }
    done[item.id] = {item.id, item.begin, server.now(), std::move(data)};
  }

  void start(Queued item) {
    const HostCommand& command = item.command;
    const bool stream =
        command.kind == CommandKind::stream_in || command.kind == CommandKind::stream_out;
    if (!stream) settle();
    if (command.kind == CommandKind::stream_in) take_turn(command);
    item.begin = server.now();
    const std::string kind = name_of(command.kind);
    if (!command.timeless) {
      server.begin_phase(item.id, {kind + " " + command.name, kind, item.begin, item.begin});
    }
    std::vector<std::byte> data;
    switch (command.kind) {
      case CommandKind::copy_in:
        operate(Operation::copy_in, command, [&] { server.copy_in(command, item.data); });
        break;
      case CommandKind::copy_out:
        data = operate(Operation::copy_out, command, [&] { return server.copy_out(command); });
        break;
      case CommandKind::launch:
        operate(Operation::launch, command, [&] { server.launch(command); });
        settled = false;
        if (!command.nonblocking) settle();
        break;
      case CommandKind::flip_bit:
        operate(Operation::flip_bit, command, [&] { server.flip_bit(command); });
        break;
      case CommandKind::stream_in:
        operate(Operation::stream_in, command, [&] { server.stream_in(command, item.data); });
        settled = false;
        break;
      case CommandKind::stream_out:
        operate(Operation::open_stream, command, [&] { server.open_stream(command); });
        open.push_back(std::move(item));
        if (!open.back().command.nonblocking) drain(open.back().id);
        return;
    }
    finish(item, std::move(data));
  }

  /// Runs until quiet, then gives each open stream_out what has left, the oldest first.
  void drain(CommandId id) {
    settle();
    std::uint64_t missing_of_id = 0;
    for (std::uint64_t number = 0; number < open.size();) {
      const std::uint64_t missing =
          operate(Operation::collect, {}, number, [&] { return server.collect(number); });
      settled = false;  // words taken make room for others
      if (open[number].id == id) missing_of_id = missing;
      if (missing > 0) {
        ++number;
        continue;
      }
      auto data =
          operate(Operation::close_stream, {}, number, [&] { return server.close_stream(number); });
      finish(open[number], std::move(data));
      open.erase(open.begin() + static_cast<std::ptrdiff_t>(number));
    }
    if (missing_of_id > 0) no_more_words(id, missing_of_id);
  }

  [[noreturn]] void no_more_words(CommandId id, std::uint64_t missing) {
    const auto item = std::find_if(open.begin(), open.end(),
                                   [id](const Queued& queued) { return queued.id == id; });
    const HostCommand& command = item->command;
    const std::string detail = "the host waits for " + std::to_string(missing) + " of " +
                               counted(command.where.tiles() * command.elements, "word") +
                               " of stream '" + command.name + "'";
    operate(Operation::deadlock, {}, [&] { server.deadlock(detail); });
    fail(Category::internal, "session: a deadlock went on");
  }

  /// Starts all commands; stream_outs that do not block may stay open.
  void start_all() {
    while (!queue.empty()) {
      Queued item = std::move(queue.front());
      queue.pop_front();
      start(std::move(item));
    }
  }

  /// Starts commands in order until `id` is done.
  void run_to(CommandId id) {
    while (!done.contains(id)) {
      if (queue.empty()) {
        drain(id);
        return;
      }
      Queued item = std::move(queue.front());
      queue.pop_front();
      start(std::move(item));
    }
  }
};

Session::Session(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Session::Session(Session&&) noexcept = default;
Session& Session::operator=(Session&&) noexcept = default;

Session Session::open(const comm::Communicator& communicator, Plan plan) {
  const Inside inside;
  throw_agreed(communicator, std::nullopt);
  return Session(std::make_unique<Impl>(communicator, broadcast(communicator, std::move(plan))));
}

Session::~Session() {
  if (impl_ && impl_->live) abandon(Error(Category::internal, "the host program ended early"));
}

CommandId Session::submit(HostCommand command, std::span<const std::byte> data) {
  check_command(command, data.size(), impl_->exports, impl_->server.plan().region);
  const CommandId id = impl_->next_id++;
  Impl::Queued& item = impl_->queue.emplace_back();
  item.id = id;
  item.command = std::move(command);
  item.command.is_array = impl_->is_array(item.command);
  item.held.assign(data.begin(), data.end());
  item.data = item.held;
  return id;
}

Reply Session::run(HostCommand command, std::span<const std::byte> data) {
  check_command(command, data.size(), impl_->exports, impl_->server.plan().region);
  const CommandId id = impl_->next_id++;
  Impl::Queued& item = impl_->queue.emplace_back();
  item.id = id;
  item.command = std::move(command);
  item.command.is_array = impl_->is_array(item.command);
  item.command.nonblocking = false;
  item.data = data;
  return wait(id);
}

Reply Session::wait(CommandId id) {
  const Inside inside;
  if (id >= impl_->next_id) fail(Category::input, "session: no such command");
  impl_->run_to(id);
  Reply reply = std::move(impl_->done.at(id));
  impl_->done.erase(id);
  return reply;
}

bool Session::is_done(CommandId id) {
  const Inside inside;
  const bool streams = std::any_of(impl_->open.begin(), impl_->open.end(),
                                   [id](const Impl::Queued& item) { return item.id == id; });
  if (streams) impl_->drain(impl_->next_id);  // no command yet: none is waited for
  return impl_->done.contains(id);
}

std::optional<machine::HostRequest> Session::host_request() {
  const Inside inside;
  impl_->start_all();
  return impl_->host_request();
}

void Session::answer() {
  const Inside inside;
  if (!host_request()) fail(Category::input, "session: the program has asked nothing of the host");
  impl_->answer();
}

Result Session::close() {
  const Inside inside;
  while (!impl_->queue.empty()) impl_->run_to(impl_->queue.back().id);
  while (!impl_->open.empty()) impl_->drain(impl_->open.front().id);
  impl_->settle();
  tell(impl_->communicator, Operation::close);
  impl_->live = false;
  return impl_->server.close();
}

void Session::note_phase(trace::Phase phase) { impl_->server.note_phase(std::move(phase)); }

void Session::add_result(trace::NamedTensor result) { impl_->server.add_result(std::move(result)); }

Cycle Session::now() const { return impl_->server.now(); }
const std::vector<machine::Export>& Session::exports() const { return impl_->exports; }
const Plan& Session::plan() const { return impl_->server.plan(); }
const partition::Partition& Session::partition() const { return impl_->server.partition(); }

Profile Session::profile() {
  const Inside inside;
  if (!impl_->queue.empty()) fail(Category::input, "session: commands wait to be started");
  return impl_->operate(Operation::profile, {}, [&] { return impl_->server.profile(); });
}

std::vector<std::byte> Session::save() {
  const Inside inside;
  if (!impl_->queue.empty()) fail(Category::input, "session: commands wait to be started");
  return impl_->operate(Operation::save, {}, [&] { return impl_->server.save(); });
}

void Session::load(std::span<const std::byte> state) {
  const Inside inside;
  if (impl_->next_id != 0) fail(Category::input, "session: load() comes before any command");
  impl_->operate(Operation::load, {}, [&] { impl_->server.load(state); });
  impl_->settled = false;
}

void Session::abandon(const Error& reason) noexcept {
  const Inside inside;
  if (!impl_ || !impl_->live) return;
  impl_->live = false;
  try {
    tell(impl_->communicator, Operation::abandon, {}, 0, {reason.category(), reason.what()});
  } catch (...) {
    // The other ranks cannot be reached: the caller's own error says more.
  }
}

Result run_session(const comm::Communicator& communicator, const std::function<Plan()>& make_plan,
                   const std::function<void(Session&)>& body) {
  if (!communicator.is_root()) return serve(communicator);
  std::optional<Plan> plan;
  std::optional<Failure> failure;
  try {
    plan = make_plan();
  } catch (...) {
    failure = current_failure();
  }
  if (failure) throw_agreed(communicator, failure);
  Session session = Session::open(communicator, std::move(*plan));
  try {
    body(session);
    return session.close();
  } catch (const Stopped& stopped) {
    return stopped.result();
  } catch (...) {
    const Failure reason = current_failure();
    const Error error(reason.category, reason.message);
    session.abandon(error);
    throw error;
  }
}

}  // namespace weft::engine
