// SPDX-License-Identifier: Apache-2.0
// A session as Python holds it.
#include "hosts/python/module/host_session.hpp"

#include <cstdlib>
#include <cstring>
#include <thread>

#include "base/environment.hpp"
#include "base/error.hpp"
#include "engine/latency.hpp"
#include "engine/signals.hpp"
#include "hosts/ranks.hpp"
#include "machine/machine.hpp"

namespace weft::hosts::python {
namespace {

/// Sessions of a program in Python.
class PythonRuntime : public StandaloneRuntime {
 public:
  explicit PythonRuntime(const comm::Communicator& world) : StandaloneRuntime(world) {
    present = this;
  }
  ~PythonRuntime() override { present = nullptr; }

  /// A session whose object Python has dropped still ends in order, at the next one's begin or the
  /// program's end.
  std::shared_ptr<OpenSession> open(engine::Plan plan) override {
    kept_ = StandaloneRuntime::open(std::move(plan));
    return kept_;
  }

  static PythonRuntime* present;
  std::string program = "python";

 private:
  std::string job() const override { return program; }

  std::shared_ptr<OpenSession> kept_;
};
PythonRuntime* PythonRuntime::present = nullptr;

std::thread::id communicating;

PythonRuntime& present_runtime() {
  if (PythonRuntime::present == nullptr) {
    fail(Category::input, "the program has ended: no device is left");
  }
  if (std::this_thread::get_id() != communicating) {
    fail(Category::input,
         "devices are used by the thread that imported the package: MPI was brought up for that "
         "one alone");
  }
  return *PythonRuntime::present;
}

/// Rank 0 goes on with the user's script, this being foreign code to a watch on signals.
void script_runs() {
  communicating = std::this_thread::get_id();
  static const auto* running = new engine::HostProgram;  // as long as the process
  static_cast<void>(running);
}

/// A rank that has served: what its copy of the script has printed into buffers is not wanted.
[[noreturn]] void leave_script(int code) {
  std::fflush(nullptr);
  _exit(code);
}

}  // namespace

void start_ranks() {
  if (PythonRuntime::present != nullptr) return;
  static int argc = 1;
  static char name[] = "python";
  static char* arguments[] = {name, nullptr};
  static char** argv = arguments;
  std::optional<int> code;
  try {
    code = bring_up_ranks("weft", argc, argv, [](const comm::Communicator& world) {
      return std::make_unique<PythonRuntime>(world);
    });
  } catch (const Error& error) {
    std::fprintf(stderr, "weft: error: %s\n", error.what());
    std::exit(end_ranks(error.code()));
  }
  if (code) leave_script(*code);
  script_runs();
}

void interpreter_ends(bool interrupted) {
  if (PythonRuntime::present == nullptr || !interrupted) return;
  // The interpreter would end this process by the signal itself, and the others would not hear.
  std::exit(end_ranks(exit_code(Category::interrupted)));
}

Runtime& runtime() { return present_runtime(); }

void name_program(const std::string& name) { present_runtime().program = name; }

std::shared_ptr<const topology::Topology> find_machine(const std::string& family,
                                                       const std::string& otherwise) {
  const std::string given = environment("WEFT_TOPOLOGY");
  const bool named = !given.empty();
  const std::string& name = named ? given : otherwise;
  try {
    auto found = std::make_shared<const topology::Topology>(machine::load_topology(name));
    if (found->family() == family) return found;
  } catch (const Error& error) {
    fail(error.category(), (named ? "WEFT_TOPOLOGY: " : "") + std::string(error.what()));
  }
  fail(Category::input, "WEFT_TOPOLOGY: '" + name + "' describes no machine of family " + family);
}

// --- sessions ---

engine::Session& HostSession::session() {
  present_runtime();
  if (!open_->session) {
    fail(Category::input,
         "the session is over: another program was loaded, its run failed, or it was closed");
  }
  return *open_->session;
}

template <typename Action>
auto HostSession::attempt(const Action& action) {
  engine::Session& open = session();
  try {
    return action(open);
  } catch (const Error& error) {
    if (error.category() != Category::input) open_->session.reset();
    throw;
  }
}

engine::Reply HostSession::run(engine::HostCommand command, std::span<const std::byte> bytes) {
  return attempt([&](engine::Session& open) { return open.run(std::move(command), bytes); });
}

engine::CommandId HostSession::submit(engine::HostCommand command,
                                      std::span<const std::byte> bytes) {
  return attempt([&](engine::Session& open) { return open.submit(std::move(command), bytes); });
}

bool HostSession::is_done(engine::CommandId command) {
  return attempt([&](engine::Session& open) { return open.is_done(command); });
}

engine::Reply HostSession::wait(engine::CommandId command) {
  return attempt([&](engine::Session& open) { return open.wait(command); });
}

void HostSession::copy_in(const std::string& name, std::span<const std::byte> bytes,
                          std::uint32_t element_bytes) {
  run(engine::array_copy(engine::CommandKind::copy_in, name, bytes.size() / element_bytes,
                         element_bytes),
      bytes);
}

std::vector<std::byte> HostSession::copy_out(const std::string& name, std::uint64_t elements,
                                             std::uint32_t element_bytes) {
  return run(engine::array_copy(engine::CommandKind::copy_out, name, elements, element_bytes)).data;
}

std::pair<Cycle, Cycle> HostSession::launch(const std::string& name,
                                            std::vector<std::uint32_t> arguments) {
  engine::HostCommand command;
  command.kind = engine::CommandKind::launch;
  command.name = name;
  command.arguments = std::move(arguments);
  const engine::Reply reply = run(std::move(command));
  return {reply.begin + engine::launch_latency_cycles(*session().plan().topology), reply.end};
}

Cycle HostSession::now() { return session().now(); }

void HostSession::close() {
  if (is_open()) present_runtime().close(*open_);
}

}  // namespace weft::hosts::python
