// SPDX-License-Identifier: Apache-2.0
// Signals of the running thread come back as a return value.
#include "machine/ipu/guard.hpp"

#include <array>
#include <csetjmp>
#include <csignal>
#include <exception>
#include <mutex>

#include "base/alternate_stack.hpp"
#include "program/ipu_codelet.hpp"

namespace weft::machine::ipu {

namespace {

// SIGILL and SIGTRAP: the divisions that codelets check themselves, as not every processor does.
constexpr std::array<int, 5> guarded_signals = {SIGFPE, SIGILL, SIGTRAP, SIGSEGV, SIGBUS};
std::array<struct sigaction, guarded_signals.size()> former;
/// What run() returns for a stack that is used up.
constexpr int overflow = -1;

thread_local sigjmp_buf* back = nullptr;

void on_signal(int number, siginfo_t* info, void* /*context*/) {
  if (back != nullptr) {
    const bool of_address = number == SIGSEGV || number == SIGBUS;
    const bool used_up = of_address && is_stack_overflow(info->si_addr);
    siglongjmp(*back, used_up ? overflow : number);
  }
  // Not a codelet's: whoever handled it before does so now, when the instruction is run again.
  for (std::size_t i = 0; i < former.size(); ++i) {
    if (guarded_signals[i] == number) sigaction(number, &former[i], nullptr);
  }
  if (info->si_code <= 0) std::raise(number);  // sent, by nobody's instruction
}

void install_handlers() {
  struct sigaction action = {};
  action.sa_sigaction = on_signal;
  // Left by a jump: it must not stay blocked. On a stack of its own: the codelet's may be used up.
  action.sa_flags = SA_NODEFER | SA_ONSTACK | SA_SIGINFO;
  sigemptyset(&action.sa_mask);
  for (std::size_t i = 0; i < former.size(); ++i) {
    sigaction(guarded_signals[i], &action, &former[i]);
  }
}

Fault of_signal(int number) {
  if (number == overflow) return {IpuError::memory, "its calls used up the stack"};
  if (number == SIGSEGV || number == SIGBUS) {
    return {IpuError::memory, "an access outside all memory"};
  }
  return {IpuError::arithmetic, "an integer division by zero or overflow, or a trap"};
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
  ensure_alternate_stack();
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
