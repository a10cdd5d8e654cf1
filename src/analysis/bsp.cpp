// SPDX-License-Identifier: Apache-2.0
// Rows of stream "supersteps" put together to supersteps.
#include "analysis/bsp.hpp"

#include <algorithm>
#include <numeric>

#include "analysis/bsp_rows.hpp"
#include "base/error.hpp"

namespace weft::analysis {
namespace {

/// Rows that a superstep has at most.
constexpr std::uint64_t rows_of_step = bsp_phases;
constexpr std::array<std::string_view, bsp_phases> bsp_names{"compute", "sync", "exchange", "host"};

/// Puts rows, in order of time, together to supersteps.
class StepBuilder {
 public:
  explicit StepBuilder(Bsp& bsp) : bsp_(bsp) {}

  /// Whether a row of this phase begins a superstep: computing, or a sync without computing.
  bool begins(BspPhase phase) const {
    return bsp_.steps.empty() || phase == BspPhase::compute || (phase == BspPhase::sync && synced_);
  }

  void add(const EventRow& row, BspPhase phase) {
    if (begins(phase)) {
      bsp_.steps.push_back({begin_of(row), row.cycle, {}});
      synced_ = false;
    }
    if (phase == BspPhase::sync) synced_ = true;
    Superstep& step = bsp_.steps.back();
    step.cycles[static_cast<std::size_t>(phase)] += row.cycle - begin_of(row);
    step.end = row.cycle;
    bsp_.spans.push_back({begin_of(row), row.cycle, phase});
  }

 private:
  Bsp& bsp_;
  bool synced_ = false;
};

void drop_before(Bsp& bsp, Cycle begin) {
  const auto step = std::find_if(bsp.steps.begin(), bsp.steps.end(),
                                 [&](const Superstep& s) { return s.end > begin; });
  bsp.first += static_cast<std::uint64_t>(step - bsp.steps.begin());
  bsp.steps.erase(bsp.steps.begin(), step);
  const Cycle kept = bsp.steps.empty() ? begin : bsp.steps.front().begin;
  std::erase_if(bsp.spans, [&](const BspSpan& span) { return span.end <= kept; });
}

/// How many supersteps' syncs stand before row `end`.
std::uint64_t syncs_before(const trace::Reader& reader, const std::vector<std::size_t>& kinds,
                           std::uint64_t end) {
  std::uint64_t syncs = 0;
  for (std::uint64_t at = 0; at < end;) {
    const auto rows = reader.rows("supersteps", at, std::min(rows_at_once, end - at));
    for (const EventRow& row : rows) {
      if (kind_of(kinds, row) == static_cast<std::size_t>(BspPhase::sync)) ++syncs;
    }
    at += rows.size();
    if (rows.empty()) break;
  }
  return syncs;
}

/// Stretches of the host's commands, in order and without overlap. Not what the program marked.
std::vector<BspSpan> host_commands(const trace::Reader& reader) {
  std::vector<BspSpan> spans;
  for (const trace::Phase& phase : reader.phases()) {
    if (phase.kind.rfind("host: ", 0) == 0 || phase.begin >= phase.end) continue;
    spans.push_back({phase.begin, phase.end, BspPhase::host});
  }
  std::sort(spans.begin(), spans.end(),
            [](const BspSpan& a, const BspSpan& b) { return a.begin < b.begin; });
  std::vector<BspSpan> merged;
  for (const BspSpan& span : spans) {
    if (merged.empty() || span.begin > merged.back().end) {
      merged.push_back(span);
    } else {
      merged.back().end = std::max(merged.back().end, span.end);
    }
  }
  return merged;
}

/// Between supersteps, before and after them the host works where one of its commands runs. Only
/// inside the range: of what lies outside not all supersteps were read.
void add_host_between(const trace::Reader& reader, Bsp& bsp) {
  std::vector<BspSpan> between;
  auto span = bsp.spans.cbegin();
  for (const BspSpan& command : host_commands(reader)) {
    const Cycle end = std::min(command.end, bsp.range.end);
    Cycle at = std::max(command.begin, bsp.range.begin);
    while (at < end) {
      while (span != bsp.spans.cend() && span->end <= at) ++span;
      const bool free = span == bsp.spans.cend() || span->begin > at;
      const Cycle next = span == bsp.spans.cend() ? end : std::min(end, span->begin);
      if (free) between.push_back({at, next, BspPhase::host});
      at = free ? next : span->end;
    }
  }
  for (const BspSpan& one : between) bsp.host_between += one.end - one.begin;
  const auto middle = static_cast<std::ptrdiff_t>(bsp.spans.size());
  bsp.spans.insert(bsp.spans.end(), between.begin(), between.end());
  std::inplace_merge(bsp.spans.begin(), bsp.spans.begin() + middle, bsp.spans.end(),
                     [](const BspSpan& a, const BspSpan& b) { return a.begin < b.begin; });
}

}  // namespace

std::string_view name_of(BspPhase phase) { return bsp_names[static_cast<std::size_t>(phase)]; }

Cycle Superstep::total() const { return std::accumulate(cycles.begin(), cycles.end(), Cycle{0}); }

Bsp read_bsp(const trace::Reader& reader, const CycleRange& range) {
  const trace::StreamRecord& stream = kept_stream(
      reader, "supersteps", "phases", "a " + reader.header().family + " has no supersteps");
  const std::vector<std::size_t> kinds = kinds_of(stream, bsp_names);
  Bsp bsp;
  const std::uint64_t sought = reader.seek("supersteps", range.begin);
  std::uint64_t at = sought - std::min(sought, rows_of_step);
  bsp.first = syncs_before(reader, kinds, at);
  StepBuilder builder(bsp);
  for (bool past = false; at < stream.rows && !past;) {
    const auto rows = reader.rows("supersteps", at, rows_at_once);
    for (const EventRow& row : rows) {
      const auto phase = static_cast<BspPhase>(kind_of(kinds, row));
      past = past || (begin_of(row) >= range.end && builder.begins(phase));
      if (!past) builder.add(row, phase);
    }
    at += rows.size();
    if (rows.empty()) break;
  }
  drop_before(bsp, range.begin);
  if (bsp.steps.empty()) {
    fail(Category::input,
         "'" + reader.path() + "': no superstep " +
             (range.begin == 0 && range.end == never ? "in it" : "in those cycles"));
  }
  const Cycle run_end = std::max(bsp.steps.back().end, reader.header().cycles);
  bsp.range = {range.begin, range.end == never ? run_end : range.end};
  add_host_between(reader, bsp);
  return bsp;
}

std::string bsp_csv(const Bsp& bsp) {
  std::string text = "superstep,begin,compute,sync,exchange,host\n";
  for (std::size_t i = 0; i < bsp.steps.size(); ++i) {
    const Superstep& step = bsp.steps[i];
    text += std::to_string(bsp.first + i) + "," + std::to_string(step.begin);
    for (const Cycle cycles : step.cycles) text += "," + std::to_string(cycles);
    text += "\n";
  }
  return text;
}

}  // namespace weft::analysis
