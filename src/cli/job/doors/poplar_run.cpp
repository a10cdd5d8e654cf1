// SPDX-License-Identifier: Apache-2.0
// A job in C++ on its runtime.
#include "cli/job/doors/poplar_run.hpp"

#include <utility>

#include "hosts/poplar/engine/runtime.hpp"

namespace weft::cli {

namespace {

/// Sessions as the job wants them.
class JobRuntime : public hosts::poplar::StandaloneRuntime {
 public:
  JobRuntime(const comm::Communicator& world, const RunSettings& settings)
      : StandaloneRuntime(world), settings_(settings) {
    hosts::poplar::install(this);
  }
  ~JobRuntime() override { hosts::poplar::install(nullptr); }

  void serve_for(PoplarJob* job) { job_ = job; }

 private:
  void prepare(engine::Plan& plan, unsigned number) override {
    job_->prepare(plan, number);
    plan.cut = settings_.cut;
    plan.progress = settings_.progress;
    if (settings_.planned) job_->tell(settings_.planned, plan);
  }
  void closing(engine::Session& session) override { job_->closing(session); }
  void closed(const engine::Result& result) override { job_->closed(result); }

  const RunSettings& settings_;
  PoplarJob* job_ = nullptr;
};

}  // namespace

std::unique_ptr<PoplarJob> run_poplar_job(const comm::Communicator& world, Job job,
                                          const RunSettings& settings) {
  JobRuntime runtime(world, settings);  // its end sends the others home, if nothing else does
  auto out = std::make_unique<PoplarJob>(std::move(job));
  runtime.serve_for(out.get());
  out->run();
  runtime.finish(0);
  return out;
}

void serve_poplar_job(const comm::Communicator& world) {
  hosts::poplar::StandaloneRuntime::serve(world);
}

}  // namespace weft::cli
