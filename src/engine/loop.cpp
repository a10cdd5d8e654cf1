// SPDX-License-Identifier: Apache-2.0
// Between two agreements every rank runs the same number of windows, each with its neighbours only.
#include "engine/loop.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/number_text.hpp"
#include "engine/signals.hpp"

namespace weft::engine {

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::uint64_t rounds_most = 64;
constexpr std::uint64_t slow_microseconds = 50'000;
constexpr std::uint64_t fast_microseconds = 10'000;

std::uint64_t microseconds_since(Clock::time_point start) {
  return static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - start).count());
}

}  // namespace

Loop::Loop(const comm::Communicator& communicator, const Plan& plan, SliceRun& slice,
           MemoryLimit& memory, EpochEnd epoch_end, PartEnd part_end, Seal seal, BinEnd bin_end)
    : communicator_(communicator),
      plan_(plan),
      slice_(slice),
      memory_(memory),
      epoch_end_(std::move(epoch_end)),
      part_end_(std::move(part_end)),
      seal_(std::move(seal)),
      bin_end_(std::move(bin_end)),
      epoch_due_(plan.trace.epoch_cycles),
      global_(family_of(plan).coupling == machine::Coupling::global),
      opened_(Clock::now()),
      reported_(opened_),
      sealed_(opened_) {}

Outcome Loop::run_until_quiet(Cycle begin) {
  Cycle end_at = never;  ///< where a signal, the wall time or the memory ends the run
  std::string reason;    ///< of the latter two
  std::uint64_t busy = 0;
  if (bin_due_ == 0) bin_due_ = bin_end_(0);
  for (bool ran = false;; ran = true) {
    const Standing agreed = agree_now(busy);
    if (agreed.failed) throw_agreed(communicator_, slice_.failure());
    if (agreed.error_cycle != never && agreed.passed > agreed.error_cycle) {
      throw_least_error(communicator_, slice_.machine());
    }
    if (agreed.next_activity == never) return outcome_when_quiet(begin, ran, agreed);
    if (end_at == never && ends_early(agreed, reason)) end_at = std::max(agreed.now, begin);
    const Cycle stop_at = std::min(plan_.limits.max_cycles, end_at);
    if (agreed.passed >= stop_at) {
      if (end_at >= plan_.limits.max_cycles) return {Stop::limit, std::max(stop_at, begin), {}};
      return {reason.empty() ? Stop::signal : Stop::limit, std::max(stop_at, begin), reason};
    }
    if (agreed.passed >= bin_due_) bin_due_ = bin_end_(agreed.next_activity);
    finish_epochs(agreed);
    report(agreed);
    rounds_ = next_rounds(agreed);
    busy = run_windows(rounds_, std::min({stop_at, epoch_due_, seal_at_, bin_due_}));
  }
}

Standing Loop::agree_now(std::uint64_t busy_microseconds) {
  Standing mine = slice_.standing();
  mine.signalled = signalled();
  mine.out_of_time = out_of_time();
  mine.memory_due = memory_.is_due();
  mine.seal_due = seal_due();
  mine.busy_microseconds = busy_microseconds;
  const Standing agreed = agree(communicator_, mine);
  slice_.raise_promises(global_ ? agreed.departure_bound : agreed.next_activity);
  return agreed;
}

Outcome Loop::outcome_when_quiet(Cycle begin, bool ran, const Standing& agreed) {
  const Cycle cycle = quiet(begin, ran, agreed);
  if (agreed.signalled) return {Stop::signal, cycle, {}};
  if (agreed.out_of_time) return {Stop::limit, cycle, out_of_time_text()};
  return {Stop::host_wait, cycle, {}};
}

bool Loop::ends_early(const Standing& agreed, std::string& reason) {
  if (agreed.signalled || agreed.out_of_time) {
    looked_up();
    if (!agreed.signalled) reason = out_of_time_text();
    return true;
  }
  if (!agreed.memory_due) return false;
  std::optional<std::string> exceeded = memory_.exceeded();
  if (exceeded) reason = std::move(*exceeded);
  return exceeded.has_value();
}

std::string Loop::out_of_time_text() const {
  return "the " + general(plan_.limits.wall_seconds, 15) +
         " s of wall time (wall_seconds) were over";
}

Cycle Loop::quiet(Cycle begin, bool ran, const Standing& agreed) {
  const Cycle cycle = ran ? std::max(begin, agreed.last_activity + 1) : begin;
  slice_.restart(cycle);
  return cycle;
}

bool Loop::seal_due() const {
  const double seconds = plan_.trace.seal_seconds;
  return seconds > 0 && static_cast<double>(microseconds_since(sealed_)) >= seconds * 1e6;
}

void Loop::seal_in_time(const Standing& agreed) {
  if (agreed.passed >= seal_at_) {
    seal_(agreed.passed);
    part_written_ = agreed.passed;
    seal_at_ = never;
    sealed_ = Clock::now();
  } else if (seal_at_ == never && agreed.seal_due) {
    seal_at_ = std::max(agreed.now, agreed.passed + 1);
  }
}

void Loop::finish_epochs(const Standing& agreed) {
  if (agreed.passed < epoch_due_) {
    seal_in_time(agreed);
    if (agreed.crowded && agreed.passed > part_written_) {
      part_end_(agreed.passed);
      part_written_ = agreed.passed;
    }
    return;
  }
  // Nothing happens before next_activity, so all epochs up to there end together.
  const Cycle length = plan_.trace.epoch_cycles;
  const Cycle end = agreed.next_activity / length * length;
  epoch_end_(end);
  seal_at_ = never;
  sealed_ = Clock::now();
  epoch_due_ = end > never - length ? never : end + length;
}

std::uint64_t Loop::next_rounds(const Standing& agreed) const {
  // A global window needs an agreement each; so does a machine that jumps from event to event.
  if (global_ || agreed.next_activity > agreed.now) return 1;
  if (agreed.error_cycle != never || agreed.signalled || agreed.out_of_time) return 1;
  if (agreed.busy_microseconds > slow_microseconds) return std::max<std::uint64_t>(rounds_ / 2, 1);
  if (agreed.busy_microseconds > fast_microseconds) return rounds_;
  return std::min(2 * rounds_, rounds_most);
}

std::uint64_t Loop::run_windows(std::uint64_t rounds, Cycle limit) {
  const auto start = Clock::now();
  for (std::uint64_t round = 0; round < rounds; ++round) slice_.window(limit);
  return microseconds_since(start);
}

void Loop::report(const Standing& agreed) {
  if (!plan_.progress || microseconds_since(reported_) < 1'000'000) return;
  const double span = static_cast<double>(microseconds_since(reported_)) * 1e-6;
  const Cycle cycle = agreed.passed == never ? agreed.now : agreed.passed;
  const auto ran = static_cast<double>(cycle - std::min(cycle, reported_cycle_));
  Progress progress;
  progress.cycle = cycle;
  progress.max_cycles = plan_.limits.max_cycles;
  progress.emulated_seconds = plan_.topology->seconds(cycle);
  progress.wall_seconds = static_cast<double>(microseconds_since(opened_)) * 1e-6;
  progress.cycles_per_second = ran / span;
  plan_.progress(progress);
  reported_ = Clock::now();
  reported_cycle_ = cycle;
}

}  // namespace weft::engine
