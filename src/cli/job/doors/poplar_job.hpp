// SPDX-License-Identifier: Apache-2.0
// A job whose program is C++ against Poplar: machine, data and an eye on what comes out, on rank 0.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "cli/job/doors/host_program.hpp"
#include "cli/job/job.hpp"
#include "cli/job/job_outcome.hpp"
#include "engine/plan.hpp"
#include "engine/result.hpp"
#include "engine/session.hpp"
#include "hosts/poplar/api/job_side.hpp"
#include "hosts/poplar/graph/executable.hpp"
#include "topology/topology.hpp"

namespace weft::cli {

/// Construction builds the program and reads all inputs; it throws the first fault found. A result
/// is a tensor that the program reads (its last value) or a stream that it fills (everything, in
/// order, with a leading axis that counts transfers).
class PoplarJob : public hosts::poplar::JobSide {
 public:
  explicit PoplarJob(Job job);
  ~PoplarJob() override;
  PoplarJob(const PoplarJob&) = delete;
  PoplarJob& operator=(const PoplarJob&) = delete;

  const Job& job() const { return job_; }
  const PoplarSources& sources() const;
  /// The machine of the last session, before one the job's.
  const topology::Topology& machine() const { return used_ ? *used_ : *topology_; }
  const JobOutcome& outcome() const { return outcome_; }
  const engine::Result& result() const { return result_; }
  /// Tiles of an IPU, and IPUs, of the first engine.
  const Rectangle& region() const { return region_; }

  /// Runs the program to its end, engines on the installed runtime. Throws what ended it early; a
  /// stop of the machine is in result() instead.
  void run();
  /// Runs the program up to its first engine, which is compiled and not loaded.
  const ::poplar::core::ExecutableImpl& compile();

  // What the runtime tells of session `number`, from 1.
  void prepare(engine::Plan& plan, unsigned number);
  /// Tells RunSettings::planned; what it throws ends main(), which can't catch it.
  void tell(const std::function<void(const std::string&)>& planned, const engine::Plan& plan);
  void closing(engine::Session& session);
  void closed(const engine::Result& result);

  std::string topology() const override { return job_.topology; }
  std::vector<topology::Assignment> constants() const override { return job_.constants; }
  std::string codelet_folder() const override;
  void compiled(const ::poplar::core::ExecutableImpl& executable) override;
  void loaded(::poplar::core::EngineImpl& engine) override;
  void tensor_read(const std::string& handle, std::span<const std::byte> data) override;
  void stream_brought(const std::string& handle, std::span<const std::byte> data) override;
  void failed(const Error& error) override;

 private:
  void call_main();
  void refuse_early_end() const;
  /// Ends main() from inside an engine: for that reason, or with what was wanted.
  [[noreturn]] void leave(std::optional<Error> reason);
  void require_machine(const ::poplar::core::ExecutableImpl& executable);
  void require_names(const ::poplar::core::ExecutableImpl& executable) const;
  trace::Tensor input_for(std::size_t index, trace::ElementType type) const;
  /// Faults put in on purpose fit the inputs that they are for.
  void require_flips(const ::poplar::core::ExecutableImpl& executable) const;
  /// The bits of what is written to `handle` that are turned.
  void flip(const std::string& handle, trace::Tensor& data) const;

  Job job_;
  std::shared_ptr<const topology::Topology> topology_;
  std::shared_ptr<const topology::Topology> used_;    ///< the last session's
  std::vector<std::optional<trace::Tensor>> inputs_;  ///< of files, by number
  HostProgram program_;
  bool only_compiles_ = false;
  std::optional<::poplar::core::ExecutableImpl> first_;  ///< compile()'s
  const ::poplar::core::ExecutableImpl* loaded_ = nullptr;
  std::vector<trace::Tensor> connected_;          ///< what streams read from
  std::map<std::string, trace::Tensor> results_;  ///< of the open session
  Rectangle region_;
  JobOutcome outcome_;
  engine::Result result_;
  unsigned sessions_ = 0;
  bool engine_made_ = false;
  bool returned_ = false;         ///< main() came to its end
  std::optional<Error> refusal_;  ///< ours
  std::optional<Error> failure_;  ///< the last one that the program saw as an exception
};

}  // namespace weft::cli
