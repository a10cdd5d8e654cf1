// SPDX-License-Identifier: Apache-2.0
// Rank 0 runs the program over a runtime of its own; what it cost is asked before a session closes.
#include "cli/validation/poplar_run.hpp"

#include <algorithm>
#include <exception>
#include <optional>

#include "base/bytes.hpp"
#include "base/error.hpp"
#include "comm/communicator.hpp"
#include "engine/agreement.hpp"
#include "hosts/poplar/engine/runtime.hpp"

namespace weft::cli::validation {

namespace {

class ValidationRuntime : public hosts::poplar::StandaloneRuntime {
 public:
  ValidationRuntime(const comm::Communicator& world, Costs& costs)
      : StandaloneRuntime(world), costs_(costs) {
    hosts::poplar::install(this);
  }
  ~ValidationRuntime() override { hosts::poplar::install(nullptr); }

 protected:
  void prepare(engine::Plan&, unsigned) override {}
  void closing(engine::Session& session) override {
    costs_.set(session.profile());
    const std::vector<Ground> more = grounds_of(*session.plan().topology);
    costs_.grounds.insert(costs_.grounds.end(), more.begin(), more.end());
  }
  void closed(const engine::Result&) override {}

 private:
  Costs& costs_;
};

/// Failures of Poplar are no Error: they become one.
std::vector<double> run_at_root(const Context& context, Costs& costs,
                                const std::function<std::vector<double>(Costs&)>& body) {
  ValidationRuntime runtime(context.world, costs);
  std::vector<double> figures;
  try {
    figures = body(costs);
  } catch (const Error&) {
    runtime.finish(1);
    throw;
  } catch (const std::exception& error) {
    runtime.finish(1);
    fail(Category::check, std::string("a validation program failed: ") + error.what());
  }
  runtime.finish(0);
  return figures;
}

}  // namespace

double Costs::compute_cycles(const std::string& name) const {
  for (const auto& stage : profile_.stages) {
    if (stage.kind != "compute set" || stage.name != name || stage.times == 0) continue;
    return static_cast<double>(stage.cycles) / static_cast<double>(stage.times);
  }
  fail(Category::internal, "validate: no compute set '" + name + "' ran");
}

double Costs::cycles_of_kind(const std::string& kind) const {
  double sum = 0;
  for (const auto& stage : profile_.stages) {
    if (stage.kind == kind) sum += static_cast<double>(stage.cycles);
  }
  return sum;
}

double Costs::tile_mean(const std::string& counter) const {
  for (const CounterArray& array : profile_.counters) {
    if (array.name != counter || array.values.empty()) continue;
    double sum = 0;
    for (const std::uint64_t value : array.values) sum += static_cast<double>(value);
    return sum / static_cast<double>(array.values.size());
  }
  fail(Category::internal, "validate: no counter '" + counter + "'");
}

std::vector<double> run_poplar(Context& context,
                               const std::function<std::vector<double>(Costs&)>& body) {
  std::vector<double> figures;
  Costs costs;
  engine::together(context.world, [&] {
    if (context.world.is_root()) {
      figures = run_at_root(context, costs, body);
    } else {
      hosts::poplar::StandaloneRuntime::serve(context.world);
    }
  });
  rest_on(context, costs.grounds);
  comm::Bytes bytes;
  if (context.world.is_root()) {
    ByteWriter out;
    out.values(figures);
    bytes = out.take();
  }
  context.world.broadcast(bytes);
  return ByteReader(bytes, "figures").values<double>();
}

}  // namespace weft::cli::validation
