// SPDX-License-Identifier: Apache-2.0
// The handler does nothing but set the flag.
#include "engine/signals.hpp"

#include <csignal>

namespace weft::engine {

namespace {

volatile std::sig_atomic_t came = 0;
struct sigaction old_interrupt;
struct sigaction old_terminate;
int guards = 0;

extern "C" void weft_note_signal(int) { came = 1; }

}  // namespace

SignalGuard::SignalGuard() {
  if (guards++ > 0) return;
  came = 0;
  struct sigaction action {};
  action.sa_handler = weft_note_signal;
  sigemptyset(&action.sa_mask);
  action.sa_flags = SA_RESTART;
  sigaction(SIGINT, &action, &old_interrupt);
  sigaction(SIGTERM, &action, &old_terminate);
}

SignalGuard::~SignalGuard() {
  if (--guards > 0) return;
  sigaction(SIGINT, &old_interrupt, nullptr);
  sigaction(SIGTERM, &old_terminate, nullptr);
}

bool signalled() { return came != 0; }

}  // namespace weft::engine
