// SPDX-License-Identifier: Apache-2.0
// Sessions of programs that come in through a host API, one after the other, on all ranks.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/path_owner.hpp"
#include "comm/communicator.hpp"
#include "engine/plan.hpp"
#include "engine/result.hpp"
#include "engine/session.hpp"

namespace weft::hosts {

/// A session that a host API holds until the runtime takes it away.
struct OpenSession {
  std::optional<engine::Session> session;  ///< none once it is over
  std::optional<engine::Result> result;    ///< of a session that was closed in order
};

/// Gives host APIs their sessions; one is open at a time. Lives on rank 0.
class Runtime {
 public:
  virtual ~Runtime() = default;
  /// Closes the open session and opens another. The plan has topology, program, region and names;
  /// trace, limits and progress are the runtime's.
  virtual std::shared_ptr<OpenSession> open(engine::Plan plan) = 0;
  /// Ends a session in order, if it is still open. Throws what close() of the session throws.
  virtual void close(OpenSession& open) = 0;
};

/// "trace.h5" for the first session, "trace-2.h5" for the second.
std::string numbered(const std::string& path, unsigned number);

/// Sessions on all ranks of a communicator, told by rank 0 one after the other. What to trace is
/// read from the environment: WEFT_TRACE (file), WEFT_TRACE_LEVEL, WEFT_SUMMARY (JSON file),
/// WEFT_MAX_CYCLES, WEFT_WALL_SECONDS; a job has its own way. The second session's files get "-2"
/// before their extension, and so on.
class StandaloneRuntime : public Runtime {
 public:
  /// Rank 0; the other ranks are in serve(), and `world` outlives this.
  explicit StandaloneRuntime(const comm::Communicator& world) : world_(world) {}
  ~StandaloneRuntime() override;
  std::shared_ptr<OpenSession> open(engine::Plan plan) override;
  void close(OpenSession& open) override;
  /// Before the user's program: the trace's path is this run's, or the run is refused; the summary
  /// can be written.
  void own_outputs();
  /// Closes what is open and sends the other ranks home with an exit code. Errors of the close are
  /// thrown after that.
  void finish(int exit_code);
  /// Ranks other than 0: serves sessions until finish(); its exit code.
  static int serve(const comm::Communicator& world);

 protected:
  /// Trace, limits and progress of session `number` (from 1); here from the environment.
  virtual void prepare(engine::Plan& plan, unsigned number);
  /// A session is about to be closed, and was closed.
  virtual void closing(engine::Session& /*session*/) {}
  virtual void closed(const engine::Result& result);
  /// What the host API itself has for a session's trace, after closing().
  virtual void add_host_phases(engine::Session& /*session*/) {}
  /// What summaries call the program.
  virtual std::string job() const;
  unsigned sessions() const { return sessions_; }

 private:
  /// Until the last session's end: the traces of one program belong together.
  void own(const std::string& path);

  const comm::Communicator& world_;
  std::vector<std::shared_ptr<const PathOwner>> owned_;
  std::weak_ptr<OpenSession> current_;
  std::shared_ptr<const topology::Topology> topology_;
  unsigned sessions_ = 0;
  bool finished_ = false;
};

}  // namespace weft::hosts
