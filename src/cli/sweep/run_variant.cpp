// SPDX-License-Identifier: Apache-2.0
// A job through its door, and what came of it as a row.
#include "cli/sweep/run_variant.hpp"

#include <exception>

#include "base/build_info.hpp"
#include "base/error.hpp"
#include "base/log.hpp"
#include "cli/job/job_run.hpp"
#include "cli/job/job_start.hpp"
#include "cli/silence.hpp"
#include "engine/agreement.hpp"
#include "engine/signals.hpp"
#include "trace/hash.hpp"

namespace weft::cli::sweep {

namespace {

/// What makes two runs the same row; texts of one length each, so that no two run together.
std::string identity_of(const Job& job, const std::string& planned) {
  trace::ContentHash hash;
  hash.text(weft::version());
  hash.text(planned);
  hash.text(expectation_identity(job));
  return trace::to_hex(hash.value());
}

bool ended(const engine::Result& result) {
  return result.stop == engine::Stop::done || result.stop == engine::Stop::host_wait;
}

/// The host's clock or memory ended it: another time it may be otherwise.
bool rests_on_host(const Job& job, const engine::Result& result) {
  const Cycle most = job.max_cycles.value_or(never);
  return result.stop == engine::Stop::limit && result.cycles < most;
}

bool rests_on_host(Category category) {
  return category == Category::limit || category == Category::system ||
         category == Category::internal;
}

void judge(const FinishedJob& done, Row& row) {
  const RunFacts facts = done.facts();
  const engine::Result& result = done.result();
  row.end = engine::name_of(result.stop);
  row.cycles = result.cycles;
  row.emulated_seconds = facts.topology.seconds(result.cycles);
  row.trace_hash = result.trace_hash;
  row.counters = result.counters;
  row.constants = changed_constants(facts.job, facts.topology);
  if (!ended(result)) {
    row.exit_status = exit_code(engine::category_of(result.stop));
    row.reason = result.message;
    if (rests_on_host(facts.job, result)) row.identity.clear();
    return;
  }
  for (const CheckResult& check : evaluate_checks(facts.job, facts.outcome)) {
    if (check.passed) continue;
    row.exit_status = exit_code(Category::check);
    row.reason = "check '" + check.name + "' did not hold: " + check.text;
    return;
  }
}

/// Job and identity of one run, on rank 0, as far as it came.
class Watched {
 public:
  explicit Watched(const Variant& variant) : variant_(variant) {}

  Job read() {
    Job job = variant_.read();
    job.outputs.clear();
    job.trace.heat_maps.clear();
    job.began_seconds = engine::seconds_since_start();
    expectation_ = job;
    return job;
  }
  /// Called with what the trace hash is to cover; of a program with several engines the first.
  void planned(const std::string& hashed_config) {
    if (!row.identity.empty()) return;
    row.identity = identity_of(*expectation_, hashed_config);
    if (!variant_.is_done(row.identity)) return;
    is_done = true;
    fail(Category::input, "this variant is done");  // is shown to nobody
  }

  Row row;
  bool is_done = false;

 private:
  const Variant& variant_;
  std::optional<Job> expectation_;
};

}  // namespace

std::optional<Row> run_variant(const comm::Communicator& world, const Variant& variant) {
  const Silence silence;  // programs print what they like
  Watched watched(variant);
  RunSettings settings;
  settings.cut = variant.cut;
  settings.progress = [&variant](const engine::Progress& now) {
    if (log::progress_due()) log::progress(variant.what + ": " + text_of(now));
  };
  settings.planned = [&watched](const std::string& config) { watched.planned(config); };
  try {
    engine::together(world, [&] {
      const auto done = run_through_door(
          world, [&watched] { return watched.read(); }, settings);
      if (!done) return;
      if (done->result().stop == engine::Stop::signal) {
        fail(Category::interrupted, done->result().message);
      }
      judge(*done, watched.row);
    });
  } catch (const Error& error) {  // the same on every rank
    if (error.category() == Category::interrupted) throw;
    Row& row = watched.row;
    row.exit_status = error.code();
    row.end = "error";
    row.reason = error.what();
    if (rests_on_host(error.category())) row.identity.clear();
  }
  if (!world.is_root() || watched.is_done) return std::nullopt;
  return std::move(watched.row);
}

}  // namespace weft::cli::sweep
