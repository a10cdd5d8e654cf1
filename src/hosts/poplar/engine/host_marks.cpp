// SPDX-License-Identifier: Apache-2.0
// A list of marks behind a lock; libpvti's functions on it.
#include "hosts/poplar/engine/host_marks.hpp"

#include <algorithm>
#include <iterator>
#include <mutex>
#include <pvti/pvti.hpp>
#include <vector>

#include "base/number_text.hpp"

namespace weft::hosts::poplar {
namespace {

struct Marks {
  std::mutex lock;
  Cycle clock = 0;
  std::vector<trace::Phase> open;
  std::vector<trace::Phase> ended;
};

Marks& marks() {
  static Marks all;
  return all;
}

trace::Phase phase(const std::string& channel, const std::string& label, Cycle at) {
  return {label, "host: " + channel, at, at};
}

}  // namespace

void begin_mark(const std::string& channel, const std::string& label) {
  Marks& all = marks();
  const std::lock_guard hold(all.lock);
  all.open.push_back(phase(channel, label, all.clock));
}

void end_mark(const std::string& channel, const std::string& label) {
  Marks& all = marks();
  const std::lock_guard hold(all.lock);
  const trace::Phase wanted = phase(channel, label, 0);
  const auto found = std::find_if(all.open.rbegin(), all.open.rend(), [&](const trace::Phase& one) {
    return one.name == wanted.name && one.kind == wanted.kind;
  });
  if (found == all.open.rend()) return;
  found->end = all.clock;
  all.ended.push_back(std::move(*found));
  all.open.erase(std::next(found).base());
}

void point_mark(const std::string& channel, const std::string& label) {
  Marks& all = marks();
  const std::lock_guard hold(all.lock);
  all.ended.push_back(phase(channel, label, all.clock));
}

void set_mark_clock(Cycle now) {
  Marks& all = marks();
  const std::lock_guard hold(all.lock);
  all.clock = now;
}

void hand_over_marks(engine::Session& session) {
  Marks& all = marks();
  const std::lock_guard hold(all.lock);
  for (trace::Phase& one : all.ended) session.note_phase(std::move(one));
  all.ended.clear();
  // What is still open ends with this trace, and goes on in the next one.
  for (trace::Phase& one : all.open) {
    trace::Phase part = one;
    part.end = all.clock;
    session.note_phase(std::move(part));
    one.begin = 0;
  }
  all.clock = 0;
}

}  // namespace weft::hosts::poplar

namespace pvti {

namespace marks = weft::hosts::poplar;

Tracepoint::Tracepoint(TraceChannel* channel, std::string traceLabel)
    : channel_(channel->name()), label_(std::move(traceLabel)) {
  marks::begin_mark(channel_, label_);
}
Tracepoint::~Tracepoint() { marks::end_mark(channel_, label_); }

void Tracepoint::begin(TraceChannel* channel, const std::string& traceLabel) {
  marks::begin_mark(channel->name(), traceLabel);
}
void Tracepoint::end(TraceChannel* channel, const std::string& traceLabel) {
  marks::end_mark(channel->name(), traceLabel);
}
void Tracepoint::event(TraceChannel* channel, const std::string& traceLabel) {
  marks::point_mark(channel->name(), traceLabel);
}

void Series::add(double value) {
  marks::point_mark("graph",
                    name_ + " = " + weft::shortest(value) + (unit_.empty() ? "" : " " + unit_));
}

}  // namespace pvti
