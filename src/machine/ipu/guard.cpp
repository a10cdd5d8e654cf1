// SPDX-License-Identifier: Apache-2.0
// Signals of the running thread come back as a return value.
#include "machine/ipu/guard.hpp"

#include <csetjmp>
#include <csignal>
#include <exception>
#include <mutex>

#include "program/ipu_codelet.hpp"

namespace weft::machine::ipu {

namespace {

thread_local sigjmp_buf* back = nullptr;

void on_signal(int number) {
  if (back != nullptr) siglongjmp(*back, number);
  std::signal(number, SIG_DFL);
  std::raise(number);
}

void install_handlers() {
  struct sigaction action = {};
  action.sa_handler = on_signal;
  action.sa_flags = SA_NODEFER;  // left by a jump: it must not stay blocked
  sigemptyset(&action.sa_mask);
  for (const int number : {SIGFPE, SIGSEGV, SIGBUS}) sigaction(number, &action, nullptr);
}

Fault of_signal(int number) {
  if (number == SIGFPE) return {IpuError::arithmetic, "an integer division by zero or overflow"};
  return {IpuError::memory, "an access outside all memory"};
}

/// Runs the body; the signal that ended it, or 0. Holds nothing that a jump would leak.
int run(void (*body)(void*), void* argument) {
  sigjmp_buf here;
  const int number = sigsetjmp(here, 0);
  if (number != 0) return number;
  back = &here;
  body(argument);
  return 0;
}

}  // namespace

Fault guarded(void (*body)(void*), void* argument) {
  static std::once_flag once;
  std::call_once(once, install_handlers);
  struct Clear {
    ~Clear() { back = nullptr; }
  } const clear;
  try {
    const int number = run(body, argument);
    if (number != 0) return of_signal(number);
  } catch (const program::ipu::CodeletFault& fault) {
    return {IpuError::fault, fault.what};
  } catch (const std::exception& error) {
    return {IpuError::fault, error.what()};
  } catch (...) {
    return {IpuError::fault, "an exception"};
  }
  return {};
}

}  // namespace weft::machine::ipu
