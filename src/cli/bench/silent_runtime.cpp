// SPDX-License-Identifier: Apache-2.0
// A runtime that says nothing.
#include "cli/bench/silent_runtime.hpp"

#include "comm/communicator.hpp"
#include "engine/result.hpp"
#include "hosts/poplar/runtime.hpp"

namespace weft::cli::bench {

namespace {

class SilentRuntime : public hosts::poplar::StandaloneRuntime {
 public:
  explicit SilentRuntime(const comm::Communicator& world) : StandaloneRuntime(world) {
    hosts::poplar::install(this);
  }
  ~SilentRuntime() override { hosts::poplar::install(nullptr); }

 protected:
  void prepare(engine::Plan&, unsigned) override {}
  void closed(const engine::Result&) override {}
};

}  // namespace

double with_runtime(const comm::Communicator& world, const std::function<double()>& body) {
  if (!world.is_root()) {
    hosts::poplar::StandaloneRuntime::serve(world);
    return 0;
  }
  SilentRuntime runtime(world);
  const double figure = body();
  runtime.finish(0);
  return figure;
}

}  // namespace weft::cli::bench
