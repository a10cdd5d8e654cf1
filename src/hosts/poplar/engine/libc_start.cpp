// SPDX-License-Identifier: Apache-2.0
// The start of a program that is linked with libpoplar.so: its main() on all ranks.
//
// For the shared library only: it stands before the C library, so that this is the function that
// starts the program. A program that brings up the ranks by itself says so with a symbol of its
// own.
#ifdef WEFT_POPLAR_SHARED
#include <dlfcn.h>

#include "hosts/poplar/engine/start.hpp"

namespace {

weft::hosts::poplar::Main user_main = nullptr;

int main_on_all_ranks(int argc, char** argv, char** environment) {
  if (dlsym(RTLD_DEFAULT, "weft_brings_up_ranks") != nullptr) {
    return user_main(argc, argv, environment);
  }
  return weft::hosts::poplar::run_main(user_main, argc, argv, environment);
}

}  // namespace

// NOLINTNEXTLINE
extern "C" __attribute__((visibility("default"))) int __libc_start_main(
    weft::hosts::poplar::Main main, int argc, char** argv, void (*init)(), void (*fini)(),
    void (*loader_fini)(), void* stack_end) {
  using Start =
      int (*)(weft::hosts::poplar::Main, int, char**, void (*)(), void (*)(), void (*)(), void*);
  user_main = main;
  const auto start = reinterpret_cast<Start>(dlsym(RTLD_NEXT, "__libc_start_main"));
  return start(main_on_all_ranks, argc, argv, init, fini, loader_fini, stack_end);
}

#endif
