// SPDX-License-Identifier: Apache-2.0
// From a job file to a program that has run: what can fail before, and how it ends.
#include "cli/job/doors/poplar_job.hpp"

#include <algorithm>
#include <any>
#include <filesystem>
#include <poplar/exceptions.hpp>
#include <utility>

#include "base/error.hpp"
#include "cli/job/door.hpp"
#include "cli/job/job_run.hpp"
#include "engine/signals.hpp"
#include "hosts/joined_result.hpp"
#include "hosts/poplar/engine/runtime.hpp"

namespace weft::cli {

namespace {

/// Ends main() from inside an engine. Of no type that a program would catch.
struct Leave {};

std::vector<std::optional<trace::Tensor>> read_inputs(const Job& job) {
  std::vector<std::optional<trace::Tensor>> out;
  for (const JobInput& input : job.inputs) {
    out.emplace_back();
    if (input.data.kind != DataSource::Kind::file) continue;
    out.back() = items_of(input.where, input.first_item, input.most_items, read_source(input.data));
  }
  return out;
}

}  // namespace

PoplarJob::PoplarJob(Job job)
    : job_(std::move(job)),
      topology_(load_machine(job_)),
      inputs_(read_inputs(job_)),
      program_(sources()) {
  outcome_.multiply_add = {false, false};  // codelets round products and keep subnormals
  require_outputs(job_);
}

PoplarJob::~PoplarJob() = default;

const PoplarSources& PoplarJob::sources() const {
  return std::any_cast<const PoplarSources&>(job_.program);
}

std::string PoplarJob::codelet_folder() const {
  const std::string folder = std::filesystem::path(sources().paths.front()).parent_path().string();
  return folder.empty() ? "." : folder;
}

// --- main() ---

void PoplarJob::leave(std::optional<Error> reason) {
  refusal_ = std::move(reason);
  throw Leave();
}

void PoplarJob::failed(const Error& error) {
  if (const auto* stopped = dynamic_cast<const engine::Stopped*>(&error)) {
    closed(stopped->result());
  }
  failure_ = error;
}

void PoplarJob::call_main() {
  hosts::poplar::set_job_side(this);
  struct Aside {
    ~Aside() { hosts::poplar::set_job_side(nullptr); }
  } const aside;
  const engine::HostProgram running;
  const std::string source = sources().paths.front();
  try {
    outcome_.exit_code = program_.run();
    returned_ = true;
  } catch (const Leave&) {
  } catch (const Error&) {
    throw;
  } catch (const ::poplar::poplar_error& error) {
    const bool ours = failure_ && std::string(failure_->what()) == error.what();
    fail(ours ? failure_->category() : Category::input,
         source + ": " + error.type + ": " + error.what());
  } catch (const std::exception& error) {
    fail(Category::input, source + ": the program ended with an exception: " + error.what());
  } catch (...) {
    fail(Category::input, source + ": the program ended with an exception that has no message");
  }
}

void PoplarJob::run() {
  std::optional<Error> thrown;
  try {
    call_main();
  } catch (const Error& error) {
    thrown = error;
  }
  if (refusal_) throw Error(*refusal_);
  if (result_.stop != engine::Stop::done && result_.stop != engine::Stop::host_wait) return;
  if (thrown) throw Error(*thrown);
  refuse_early_end();
}

void PoplarJob::refuse_early_end() const {
  const auto checks_code = [](const JobCheck& check) {
    return check.kind == JobCheck::Kind::exit_code;
  };
  const bool checked = std::any_of(job_.checks.begin(), job_.checks.end(), checks_code);
  const std::string source = sources().paths.front();
  if (outcome_.exit_code != 0 && !checked) {
    const std::string last =
        failure_ ? "; the last failure was: " + std::string(failure_->what()) : "";
    fail(failure_ ? failure_->category() : Category::program,
         source + ": the program returned " + std::to_string(outcome_.exit_code) + last);
  }
  if (sessions_ == 0) {
    fail(Category::input, source + ": the program ended without loading an engine");
  }
}

const ::poplar::core::ExecutableImpl& PoplarJob::compile() {
  only_compiles_ = true;
  call_main();
  if (refusal_) throw Error(*refusal_);
  if (!first_) {
    fail(Category::input, sources().paths.front() + ": the program ended without an engine");
  }
  return *first_;
}

// --- sessions ---

void PoplarJob::prepare(engine::Plan& plan, unsigned number) {
  const std::string program = plan.hashed_config;
  apply_settings(job_, plan);
  plan.trace.path = hosts::poplar::numbered(job_.trace.path, number);
  plan.hashed_config = job_identity(job_) + program;
  used_ = plan.topology;  // it knows what compiling read of it
  sessions_ = number;
  results_.clear();
}

void PoplarJob::tell(const std::function<void(const std::string&)>& planned,
                     const engine::Plan& plan) {
  try {
    planned(plan.hashed_config);
  } catch (const Error& error) {
    leave(error);
  }
}

void PoplarJob::closing(engine::Session& session) {
  for (auto& [name, tensor] : results_) {
    outcome_.results[name] = std::make_shared<const trace::Tensor>(std::move(tensor));
    session.add_result({name, outcome_.results[name]});
  }
  results_.clear();
}

void PoplarJob::closed(const engine::Result& result) { result_ = hosts::joined(result_, result); }

}  // namespace weft::cli
