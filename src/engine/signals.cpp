// SPDX-License-Identifier: Apache-2.0
// Handlers only set flags and wake the watch, a thread that says what does not come back.
#include "engine/signals.hpp"

#include <semaphore.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <optional>
#include <thread>

#include "base/alternate_stack.hpp"
#include "base/busy.hpp"
#include "base/error.hpp"
#include "comm/environment.hpp"

namespace weft::engine {

namespace {

using Nanoseconds = std::int64_t;
constexpr Nanoseconds second = 1'000'000'000;
constexpr Nanoseconds tick = second / 20;
/// A launcher may pass on what the terminal has sent already: that is no second signal.
constexpr Nanoseconds same_signal = second / 5;
constexpr Nanoseconds patience = 10 * second;
constexpr Nanoseconds never_ends = INT64_MAX;

/// Of CLOCK_MONOTONIC, which a handler may ask.
Nanoseconds now() {
  timespec time{};
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * second + time.tv_nsec;
}

const Nanoseconds process_start = now();

struct Handled {
  int number;
  const char* name;
  /// Also where the program has a handler of its own, which is called too; and after any other
  /// signal it is a second one. SIGUSR1 and SIGUSR2 are so after themselves alone: batch scripts
  /// pass them on beside the SIGTERM that every process gets.
  bool insists;
};
constexpr std::array<Handled, 4> handled = {{{SIGINT, "SIGINT", true},
                                             {SIGTERM, "SIGTERM", true},
                                             {SIGUSR1, "SIGUSR1", false},
                                             {SIGUSR2, "SIGUSR2", false}}};
std::array<struct sigaction, handled.size()> former;
std::array<bool, handled.size()> installed;

std::atomic<int> came{0};  ///< the first signal
std::atomic<Nanoseconds> came_at{0};
std::atomic<unsigned> kinds{0};         ///< bits of the entries of `handled` that came
std::atomic<int> ends_asked{0};         ///< signals after the first
std::atomic<bool> programs_own{false};  ///< the program has a handler for what came
std::atomic<Nanoseconds> deadline{never_ends};
std::atomic<bool> begun{false};
std::atomic<int> ranks{1};
std::atomic<bool> root{true};
std::atomic<int> host_programs{0};
std::atomic<int> working{0};
std::atomic<std::uint64_t> host_turns{0};  ///< how often the program has gone on by itself
int guards = 0;
sem_t wake;
std::atomic<bool> watch_ends{false};
std::thread watch;

bool in_host_program() { return host_programs > 0 && working == 0; }

std::size_t index_of(int number) {
  std::size_t which = 0;
  while (handled[which].number != number) ++which;
  return which;
}

const char* name_of(int number) { return handled[index_of(number)].name; }

void write_text(const char* text) {
  const auto written = write(STDERR_FILENO, text, std::strlen(text));
  static_cast<void>(written);
}

// --- the handler ---

void take(int number) {
  const unsigned kind = 1U << index_of(number);
  const bool again = (kinds.fetch_or(kind) & kind) != 0;
  Nanoseconds never_came = 0;
  if (came_at.compare_exchange_strong(never_came, now())) {
    came = number;
    attention_wanted = true;
    if (begun) return;
    if (root) {
      write_text("weft: error: interrupted by ");
      write_text(name_of(number));
      write_text(" before the run began\n");
    }
    _exit(exit_code(Category::interrupted));
  }
  if (now() - came_at < same_signal) return;
  if (!again && !handled[index_of(number)].insists) return;
  if (programs_own && in_host_program()) return;
  // Others must be ended too, for which a handler has no means: the watch does, if it still can.
  if (++ends_asked == 1 && ranks > 1) return;
  write_text("weft: error: ended by a second signal, ");
  write_text(name_of(number));
  write_text("\n");
  _exit(exit_code(Category::interrupted));
}

extern "C" void weft_note_signal(int number, siginfo_t* info, void* context) {
  const int error = errno;
  const struct sigaction& before = former[index_of(number)];
  const bool with_info = (before.sa_flags & SA_SIGINFO) != 0;
  const bool own = with_info || (before.sa_handler != SIG_DFL && before.sa_handler != SIG_IGN);
  if (own) programs_own = true;
  take(number);
  sem_post(&wake);
  if (with_info) {
    before.sa_sigaction(number, info, context);
  } else if (own) {
    before.sa_handler(number);
  }
  errno = error;
}

// --- the watch ---

/// What may not come back: the user's program, or the innermost scope of foreign code.
std::optional<BusyNow> not_ours() {
  if (in_host_program()) return BusyNow{host_turns, "the program's main()"};
  return busy_now();
}

[[noreturn]] void end_process(const std::string& why) {
  const bool by_signal = came != 0;
  const int code = exit_code(by_signal ? Category::interrupted : Category::limit);
  if (!why.empty()) std::fprintf(stderr, "weft: error: %s\n", why.c_str());
  std::fflush(stderr);
  if (ranks > 1) comm::abort_job(code);
  _exit(code);
}

/// All ranks are asked: the first one tells of it and ends the others.
[[noreturn]] void end_as_asked() {
  if (root) end_process("ended by a second signal");
  std::this_thread::sleep_for(std::chrono::milliseconds(500));
  end_process("");
}

std::string reason() {
  return came != 0 ? std::string(name_of(came)) : std::string("the end of the wall time");
}

/// Looks every tick, from the first flag on.
class Watch {
 public:
  void look() {
    const auto found = not_ours();
    if (!found || found != seen_) {
      seen_ = found;
      since_ = now();
      told_ = false;
      return;
    }
    if (programs_own && in_host_program() && came != 0) return;
    const Nanoseconds waited = now() - since_;
    if (waited >= second && !told_) tell();
    if (waited >= second + patience) {
      end_process(found->what + " has not come back after " + reason() + ": ended without it");
    }
  }

 private:
  void tell() {
    told_ = true;
    std::fprintf(stderr,
                 "weft: %s: %s has not come back for a second; the run ends when it does, in %lld "
                 "seconds, or at a second signal\n",
                 reason().c_str(), seen_->what.c_str(), static_cast<long long>(patience / second));
    std::fflush(stderr);
  }

  std::optional<BusyNow> seen_;
  Nanoseconds since_ = 0;
  bool told_ = false;
};

void wait_until(Nanoseconds time) {
  if (time == never_ends) {
    sem_wait(&wake);
    return;
  }
  const timespec until{time / second, time % second};
  sem_clockwait(&wake, CLOCK_MONOTONIC, &until);
}

void run_watch() {
  Watch seen;
  bool was_over = false;
  while (!watch_ends) {
    if (ends_asked > 0) end_as_asked();
    const bool over = out_of_time();
    if (over && !was_over) attention_wanted = true;
    was_over = over;
    if (came != 0 || over) {
      seen.look();
      wait_until(now() + tick);
    } else {
      wait_until(deadline);
    }
  }
}

void start_watch() {
  sem_init(&wake, 0, 0);
  watch_ends = false;
  // The handlers belong to the other threads, whose stacks they know.
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  watch = std::thread(run_watch);
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

void install() {
  struct sigaction action {};
  action.sa_sigaction = weft_note_signal;
  sigemptyset(&action.sa_mask);
  action.sa_flags = SA_RESTART | SA_ONSTACK | SA_SIGINFO;
  for (std::size_t i = 0; i < handled.size(); ++i) {
    sigaction(handled[i].number, nullptr, &former[i]);
    installed[i] = handled[i].insists || former[i].sa_handler == SIG_DFL;
    if (installed[i]) sigaction(handled[i].number, &action, nullptr);
  }
}

void restore() {
  for (std::size_t i = 0; i < handled.size(); ++i) {
    struct sigaction present {};
    sigaction(handled[i].number, nullptr, &present);
    // The program may have taken a signal over meanwhile.
    const bool ours =
        (present.sa_flags & SA_SIGINFO) != 0 && present.sa_sigaction == weft_note_signal;
    if (installed[i] && ours) sigaction(handled[i].number, &former[i], nullptr);
  }
}

}  // namespace

SignalGuard::SignalGuard() {
  if (guards++ > 0) return;
  came = 0;
  came_at = 0;
  kinds = 0;
  ends_asked = 0;
  programs_own = false;
  attention_wanted = false;
  ensure_alternate_stack();
  start_watch();
  install();
}

SignalGuard::~SignalGuard() {
  if (--guards > 0) return;
  restore();
  watch_ends = true;
  sem_post(&wake);
  watch.join();
}

bool signalled() { return came != 0; }

std::string signal_name() { return came == 0 ? "" : name_of(came); }

void session_begins(int count, bool is_root) {
  know_ranks(count, is_root);
  begun = true;
}

void know_ranks(int count, bool is_root) {
  ranks = count;
  root = is_root;
}

WallTime::WallTime(double seconds) : before_(deadline) {
  if (seconds <= 0) return;
  constexpr double century = 3.2e9;
  const auto length = static_cast<Nanoseconds>(std::min(seconds, century) * double{second});
  deadline = std::min(before_, now() + length);
  if (guards > 0) sem_post(&wake);
}

WallTime::~WallTime() { deadline = before_; }

bool out_of_time() { return deadline != never_ends && now() >= deadline; }

double seconds_since_start() { return static_cast<double>(now() - process_start) / double{second}; }

HostProgram::HostProgram() { ++host_programs; }
HostProgram::~HostProgram() { --host_programs; }

Working::Working() { ++working; }
Working::~Working() {
  ++host_turns;
  --working;
}

void looked_up() { attention_wanted = false; }

}  // namespace weft::engine
