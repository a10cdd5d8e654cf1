// SPDX-License-Identifier: Apache-2.0
// sigaltstack, a thread at a time.
#include "base/alternate_stack.hpp"

#include <pthread.h>
#include <signal.h>

#include <cstddef>
#include <cstdint>
#include <memory>

namespace weft {

namespace {

constexpr std::size_t stack_bytes = std::size_t{64} << 10U;
/// A single frame may jump over the guard page: arrays of a codelet are at most a tile's memory.
constexpr std::uintptr_t frame_bytes_most = std::uintptr_t{1} << 20U;
constexpr std::uintptr_t page_bytes = 4096;

class AlternateStack {
 public:
  AlternateStack() {
    pthread_attr_t attributes;
    if (pthread_getattr_np(pthread_self(), &attributes) == 0) {
      void* low = nullptr;
      std::size_t size = 0;
      if (pthread_attr_getstack(&attributes, &low, &size) == 0) {
        low_ = reinterpret_cast<std::uintptr_t>(low);
      }
      pthread_attr_destroy(&attributes);
    }
    stack_t present{};
    if (sigaltstack(nullptr, &present) != 0 || (present.ss_flags & SS_DISABLE) == 0) return;
    memory_ = std::make_unique<std::byte[]>(stack_bytes);
    stack_t stack{};
    stack.ss_sp = memory_.get();
    stack.ss_size = stack_bytes;
    if (sigaltstack(&stack, nullptr) != 0) memory_.reset();
  }
  ~AlternateStack() {
    stack_t present{};
    if (!memory_ || sigaltstack(nullptr, &present) != 0 || present.ss_sp != memory_.get()) return;
    present.ss_flags = SS_DISABLE;
    sigaltstack(&present, nullptr);
  }
  AlternateStack(const AlternateStack&) = delete;
  AlternateStack& operator=(const AlternateStack&) = delete;

  std::uintptr_t low() const { return low_; }

 private:
  std::unique_ptr<std::byte[]> memory_;
  std::uintptr_t low_ = 0;  ///< of the thread's own stack
};

const AlternateStack& of_this_thread() {
  thread_local const AlternateStack stack;
  return stack;
}

}  // namespace

void ensure_alternate_stack() { of_this_thread(); }

bool is_stack_overflow(const void* address) {
  const auto at = reinterpret_cast<std::uintptr_t>(address);
  const std::uintptr_t low = of_this_thread().low();
  return low != 0 && at < low + page_bytes && at + frame_bytes_most >= low;
}

}  // namespace weft
