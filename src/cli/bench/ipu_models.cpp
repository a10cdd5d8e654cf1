// SPDX-License-Identifier: Apache-2.0
// A model compiled for an IPU and run, beside a bare loop over its multiplications. Its host time
// is the processor's from the opening of the machine's session to its close: memory and vertices
// made, weights written, every superstep emulated, results read. Compilers and the comparison of
// the results with what they must be come before and after.
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "cli/bench/bare_loop.hpp"
#include "cli/bench/groups.hpp"
#include "cli/bench/onnx_resnet.hpp"
#include "cli/compile/compiled_model.hpp"
#include "cli/job/doors/poplar_job.hpp"
#include "cli/job/job.hpp"
#include "cli/silence.hpp"
#include "comm/communicator.hpp"
#include "engine/result.hpp"
#include "hosts/poplar/engine/runtime.hpp"

namespace weft::cli::bench {
namespace {

namespace fs = std::filesystem;

constexpr const char* target = "graphcore-gc200";

/// The runtime of a job, with an eye on the processor.
class TimedRuntime : public hosts::poplar::StandaloneRuntime {
 public:
  explicit TimedRuntime(const comm::Communicator& alone) : StandaloneRuntime(alone) {
    hosts::poplar::install(this);
  }
  ~TimedRuntime() override { hosts::poplar::install(nullptr); }

  void serve_for(PoplarJob* job) { job_ = job; }
  double seconds() const { return seconds_; }

 private:
  void prepare(engine::Plan& plan, unsigned number) override {
    job_->prepare(plan, number);
    opened_ = cpu_seconds();
  }
  void closing(engine::Session& session) override { job_->closing(session); }
  void closed(const engine::Result& result) override {
    seconds_ += cpu_seconds() - opened_;
    job_->closed(result);
  }

  PoplarJob* job_ = nullptr;
  double opened_ = 0, seconds_ = 0;
};

/// Seconds that the job takes, all of whose checks must hold.
double run_seconds(const comm::Communicator& alone, Job description) {
  const Silence silence;
  TimedRuntime runtime(alone);
  PoplarJob job(std::move(description));
  runtime.serve_for(&job);
  job.run();
  runtime.finish(0);
  if (job.result().stop != engine::Stop::done) fail(Category::check, job.result().message);
  for (const CheckResult& check : evaluate_checks(job.job(), job.outcome())) {
    if (!check.passed) {
      fail(Category::check, job.job().file + ": check '" + check.name + "': " + check.text);
    }
  }
  return runtime.seconds();
}

Row running(const comm::Communicator& alone, const std::string& path) {
  ModelOptions options;
  options.model = path;
  const auto model = read_model(options);
  const CompiledModel compiled = compile_model(options, model, target);
  const ModelInputs inputs = inputs_of(options, compiled.lowered, *model);
  const TemporaryFolder folder((fs::temp_directory_path() / "weft-bench-model").string());
  write_model(options, compiled, inputs, expected_values(compiled, inputs), folder);
  const double ours = run_seconds(alone, read_job(folder.file("job.toml"), {}));
  BareLoop loop;
  for (std::uint64_t run = 0; run < inputs.runs; ++run) {
    const BareLoop one = bare_loop(*model);
    loop.seconds += one.seconds;
    loop.products += one.products;
  }
  return {fs::path(path).stem().string() + " on an IPU", loop.products / ours / 1e6,
          "M multiply-adds/s", "the time of a bare loop (at most 3 is wanted)",
          ours / loop.seconds};
}

}  // namespace

std::vector<Row> ipu_models(Context& context) {
  std::vector<Row> rows;
  on_root_alone(context.world, [&](const comm::Communicator& alone) {
    std::vector<std::string> paths = context.models;
    std::optional<TemporaryFolder> folder;
    if (paths.empty()) {
      folder.emplace((fs::temp_directory_path() / "weft-bench-resnet").string());
      const fs::path own = folder->file("resnet18.onnx");
      paths.push_back(write_resnet18(own.parent_path().string(), context.quick));
    }
    for (const std::string& path : paths) rows.push_back(running(alone, path));
  });
  return rows;
}

}  // namespace weft::cli::bench
