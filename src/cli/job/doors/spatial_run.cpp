// SPDX-License-Identifier: Apache-2.0
// A Spatial program on its runtime.
#include "cli/job/doors/spatial_run.hpp"

#include <utility>

#include "base/number_text.hpp"
#include "cli/job/doors/rdu_units.hpp"
#include "cli/job/job_rests_on.hpp"
#include "cli/job/job_run.hpp"
#include "program/rdu_map.hpp"
#include "program/rdu_shape.hpp"
#include "program/rdu_tree_unmapped.hpp"

namespace weft::cli {

namespace {

/// Sessions as the job wants them.
class SpatialRuntime : public hosts::StandaloneRuntime {
 public:
  SpatialRuntime(const comm::Communicator& world, const RunSettings& settings)
      : StandaloneRuntime(world), settings_(settings) {}

  void serve_for(SpatialJob* job) { job_ = job; }

 private:
  void prepare(engine::Plan& plan, unsigned number) override {
    job_->prepare(plan, number);
    plan.cut = settings_.cut;
    plan.progress = settings_.progress;
    if (settings_.planned) settings_.planned(plan.hashed_config);
  }
  void closing(engine::Session& session) override { job_->closing(session); }
  void closed(const engine::Result& result) override { job_->closed(result); }

  const RunSettings& settings_;
  SpatialJob* job_ = nullptr;
};

program::rdu::Program map_units(const program::rdu_tree::Tree& tree,
                                const program::rdu::Timing& timing,
                                const program::rdu::HostNumbers& host_numbers) {
  program::rdu_tree::require_mapped(tree);
  return program::rdu::map(tree, timing, host_numbers);
}

}  // namespace

std::unique_ptr<SpatialJob> run_spatial_job(const comm::Communicator& world, std::optional<Job> job,
                                            const RunSettings& settings) {
  if (!world.is_root()) {
    hosts::StandaloneRuntime::serve(world);
    return nullptr;
  }
  SpatialRuntime runtime(world, settings);  // its end sends the others home, if nothing else does
  auto out = std::make_unique<SpatialJob>(std::move(*job));
  runtime.serve_for(out.get());
  out->run(runtime, map_units);
  runtime.finish(0);
  return out;
}

std::string describe_spatial_job(Job job, std::optional<partition::Cut> cut, int ranks) {
  SpatialJob checked(std::move(job));
  const program::rdu::Networked networked = checked.compile(map_units);
  const program::rdu::Program& program = networked.program;
  engine::Plan plan = hosts::spatial::plan_of(program, networked.placed, checked.shared_machine());
  apply_settings(checked.job(), plan);
  plan.cut = cut;
  const std::string placed = engine::describe(plan, ranks);  // reads constants of the machine
  return checked.job().name + ": " + std::to_string(plan.region.width) + " x " +
         std::to_string(plan.region.height) + " tiles of " + checked.machine().name() + ", " +
         describe_units(program, program::rdu::read_timing(checked.machine())) +
         describe_network(program, networked.use) +
         (checked.left_out().empty() ? "" : "\n" + checked.left_out()) + "\n" +
         describe_rests_on(checked.machine()) + "\n" + placed;
}

}  // namespace weft::cli
