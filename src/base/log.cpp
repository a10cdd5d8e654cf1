// SPDX-License-Identifier: Apache-2.0
// Output to people.
#include "base/log.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <iostream>
#include <string>
#include <utility>

#include "base/error.hpp"

namespace weft::log {

namespace {

using Clock = std::chrono::steady_clock;

struct State {
  bool speaks = true;
  bool quiet = false;
};

/// Of the one line of progress.
struct Shown {
  bool terminal = isatty(STDERR_FILENO) != 0;
  bool drawn = false;  ///< it stands on the terminal
  Clock::time_point next = Clock::now() + pace(terminal).first;
};

Shown& shown() {
  static Shown instance;
  return instance;
}

State& state() {
  static State instance;
  return instance;
}

/// The first failure to write to stdout.
int& lost() {
  static int reason = 0;
  return reason;
}

void put(std::FILE* stream, std::string_view text) {
  end_progress();
  errno = 0;
  const bool done =
      std::fwrite(text.data(), 1, text.size(), stream) == text.size() && std::fflush(stream) == 0;
  if (!done && stream == stdout && lost() == 0) lost() = errno != 0 ? errno : EIO;
}

void put_line(std::FILE* stream, std::string_view line) { put(stream, std::string(line) + "\n"); }

}  // namespace

void configure(bool speaks, bool quiet) {
  state() = State{speaks, quiet};
  shown();  // from now on
}

void print(std::string_view text) {
  if (state().speaks) put(stdout, text);
}

void require_printed() {
  errno = 0;
  std::cout.flush();
  const bool done = std::fflush(stdout) == 0 && std::ferror(stdout) == 0 && std::cout.good();
  if (!done && lost() == 0) lost() = errno != 0 ? errno : EIO;
  if (lost() == 0) return;
  fail(Category::system, std::string("cannot write standard output: ") + std::strerror(lost()));
}

void hold_standard_streams() {
  // The wrong direction, so that their use still fails.
  for (const auto& [descriptor, flags] :
       {std::pair(STDIN_FILENO, O_WRONLY), std::pair(STDOUT_FILENO, O_RDONLY),
        std::pair(STDERR_FILENO, O_RDONLY)}) {
    if (::fcntl(descriptor, F_GETFD) < 0 && errno == EBADF) ::open("/dev/null", flags);
  }
}

void say(std::string_view line) {
  if (state().speaks) put_line(stdout, line);
}

void note(std::string_view line) {
  if (state().speaks && !state().quiet) put_line(stderr, line);
}

Pace pace(bool terminal) {
  using std::chrono::milliseconds;
  return terminal ? Pace{milliseconds(2'000), milliseconds(200)}
                  : Pace{milliseconds(10'000), milliseconds(30'000)};
}

void end_progress() {
  if (!shown().drawn) return;
  std::fputs("\r\x1b[K", stderr);
  std::fflush(stderr);
  shown().drawn = false;
}

bool progress_due() { return state().speaks && !state().quiet && Clock::now() >= shown().next; }

void progress(std::string_view line) {
  if (!state().speaks || state().quiet) return;
  Shown& at = shown();
  at.next = Clock::now() + pace(at.terminal).period;
  if (!at.terminal) return put_line(stderr, line);
  std::fprintf(stderr, "\r\x1b[K%.*s", static_cast<int>(line.size()), line.data());
  std::fflush(stderr);
  at.drawn = true;
}

void step(std::string_view line) {
  if (progress_due()) progress(line);
}

}  // namespace weft::log
