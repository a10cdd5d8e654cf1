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

struct State {
  bool speaks = true;
  bool quiet = false;
};

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
  errno = 0;
  const bool done =
      std::fwrite(text.data(), 1, text.size(), stream) == text.size() && std::fflush(stream) == 0;
  if (!done && stream == stdout && lost() == 0) lost() = errno != 0 ? errno : EIO;
}

void put_line(std::FILE* stream, std::string_view line) { put(stream, std::string(line) + "\n"); }

constexpr std::chrono::milliseconds redraw_period{200};
constexpr std::chrono::seconds line_period{5};

}  // namespace

void configure(bool speaks, bool quiet) { state() = State{speaks, quiet}; }

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

Progress::Progress() : terminal_(isatty(STDERR_FILENO) != 0), next_(Clock::now()) {
  next_ += terminal_ ? Clock::duration(redraw_period) : Clock::duration(line_period);
}

Progress::~Progress() {
  if (drawn_ && terminal_) std::fputc('\n', stderr);
}

bool Progress::due() const { return state().speaks && !state().quiet && Clock::now() >= next_; }

void Progress::show(std::string_view line) {
  if (!state().speaks || state().quiet) return;
  if (terminal_) {
    std::fprintf(stderr, "\r\x1b[K%.*s", static_cast<int>(line.size()), line.data());
    std::fflush(stderr);
    next_ = Clock::now() + redraw_period;
  } else {
    put_line(stderr, line);
    next_ = Clock::now() + line_period;
  }
  drawn_ = true;
}

}  // namespace weft::log
