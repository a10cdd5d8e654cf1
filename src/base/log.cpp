// SPDX-License-Identifier: Apache-2.0
// Output to people.
#include "base/log.hpp"

#include <unistd.h>

#include <cstdio>

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

void print(std::FILE* stream, std::string_view line) {
  std::fprintf(stream, "%.*s\n", static_cast<int>(line.size()), line.data());
  std::fflush(stream);
}

constexpr std::chrono::milliseconds redraw_period{200};
constexpr std::chrono::seconds line_period{5};

}  // namespace

void configure(bool speaks, bool quiet) { state() = State{speaks, quiet}; }

void say(std::string_view line) {
  if (state().speaks) print(stdout, line);
}

void note(std::string_view line) {
  if (state().speaks && !state().quiet) print(stderr, line);
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
    print(stderr, line);
    next_ = Clock::now() + line_period;
  }
  drawn_ = true;
}

}  // namespace weft::log
