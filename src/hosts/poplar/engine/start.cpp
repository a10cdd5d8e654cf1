// SPDX-License-Identifier: Apache-2.0
// main() of a program that knows nothing of ranks, on all of them.
#include "hosts/poplar/engine/start.hpp"

#include <cstdio>
#include <iostream>
#include <memory>

#include "base/error.hpp"
#include "engine/signals.hpp"
#include "hosts/poplar/engine/runtime.hpp"
#include "hosts/poplar/target/target_impl.hpp"
#include "hosts/ranks.hpp"

namespace weft::hosts::poplar {
namespace {

/// The one that engines use while it lives.
class ProgramRuntime : public StandaloneRuntime {
 public:
  explicit ProgramRuntime(const comm::Communicator& world) : StandaloneRuntime(world) {
    install(this);
  }
  ~ProgramRuntime() override { install(nullptr); }
};

int guarded(Main main, int argc, char** argv, char** environment) {
  try {
    const engine::HostProgram running;
    return main(argc, argv, environment);
  } catch (...) {
    std::cout.flush();
    std::fprintf(stderr, "terminate called after throwing: %s\n", current_message().c_str());
    return failure_code();
  }
}

}  // namespace

int run_main(Main main, int argc, char** argv, char** environment) {
  try {
    const auto code = bring_up_ranks("poplar", argc, argv, [](const comm::Communicator& world) {
      return std::make_unique<ProgramRuntime>(world);
    });
    if (code) return *code;
    ::poplar::core::check_named_machine();
  } catch (const Error& error) {
    std::fprintf(stderr, "poplar: %s\n", error.what());
    return error.code();
  }
  return guarded(main, argc, argv, environment);
}

}  // namespace weft::hosts::poplar
