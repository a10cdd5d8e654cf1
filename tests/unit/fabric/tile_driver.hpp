// SPDX-License-Identifier: Apache-2.0
// Plays a script on one tile of any fabric model that offers the ramp's calls.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "scenario.hpp"

namespace weft::fabric::test {

/// Where a tile is in its script.
struct Progress {
  std::array<std::size_t, slot_count> next_job{};
  std::vector<std::size_t> host_sent;
  std::vector<Rewrite> due;  ///< rewrites that a teardown has called for
};

inline std::uint32_t send_word(std::uint32_t tile, unsigned slot, std::uint32_t step) {
  return (step % 7U) << 16U | ((tile * 131U + slot * 17U + step * 3U) & 0xffffU);
}

template <typename Port>
class TileDriver {
 public:
  TileDriver(Port port, std::uint32_t local, std::uint32_t global, const Script& script,
             Progress& progress, std::vector<Event>& events)
      : port_(port),
        tile_(local),
        global_(global),
        script_(script),
        progress_(progress),
        events_(events) {}

  /// Before cycle 0: bindings, first jobs.
  void start() {
    progress_.host_sent.resize(script_.host_words.size());
    for (const auto& [queue, color] : script_.bindings) port_.bind(tile_, queue, color);
    for (unsigned slot = 0; slot < slot_count; ++slot) post_next(slot, 0);
  }

  /// The tile's part of cycle `now`.
  void run(Cycle now) {
    if (port_.span_count(tile_) != 0) take_span(now);
    for (const Drain& drain : script_.drains) {
      if (now % drain.period == drain.phase && port_.head_available(tile_, drain.queue)) {
        const Wavelet w = port_.head(tile_, drain.queue);
        events_.push_back({now, global_, Event::Kind::pop, w.color, w.control, 0, {w.payload, 0}});
        port_.pop(tile_, drain.queue);
      }
    }
    for (const MainIssue& issue : script_.main_issues) {
      if (issue.cycle == now) port_.set_main_issue(tile_, issue.until);
    }
    for (std::size_t k = 0; k < script_.host_words.size(); ++k) inject(now, k);
    see_teardown(now);
    for (const Rewrite& rewrite : script_.rewrites) apply(now, rewrite);
    for (const Rewrite& rewrite : progress_.due) apply(now, rewrite);
    Wavelet word;
    if (now % script_.collect_period == 0 && port_.collect(tile_, word)) {
      events_.push_back(
          {now, global_, Event::Kind::host, word.color, word.control, 0, {word.payload, 0}});
    }
  }

  /// True when the script may act in cycle `now` without the fabric's asking.
  bool acts(Cycle now) const {
    for (const MainIssue& issue : script_.main_issues) {
      if (issue.cycle == now) return true;
    }
    if (next_rewrite(now) == now) return true;
    for (std::size_t k = 0; k < script_.host_words.size(); ++k) {
      if (progress_.host_sent[k] < script_.host_words[k].words.size()) return true;
    }
    for (const Drain& drain : script_.drains) {
      if (port_.head_available(tile_, drain.queue)) return true;
    }
    return script_.collect_period > 1;
  }

  /// Cycle, from `now` on, of the next rewrite that is known; never: none.
  Cycle next_rewrite(Cycle now) const {
    Cycle next = never;
    const auto look_at = [&](const std::vector<Rewrite>& rewrites) {
      for (const Rewrite& rewrite : rewrites) {
        if (rewrite.cycle >= now) next = std::min(next, rewrite.cycle);
      }
    };
    look_at(script_.rewrites);
    look_at(progress_.due);
    return next;
  }

 private:
  void post_next(unsigned slot, Cycle now) {
    const auto& jobs = script_.jobs[slot];
    if (progress_.next_job[slot] >= jobs.size()) return;
    const Job& job = jobs[progress_.next_job[slot]++];
    StreamPost post = job.post;
    post.tile = tile_;
    post.slot = static_cast<std::uint8_t>(slot);
    post.ready = now + job.delay_cycles;
    port_.post(post);
  }

  void take_span(Cycle now) {
    const Span span = port_.span(tile_, 0);
    const Job& job = script_.jobs[span.slot][progress_.next_job[span.slot] - 1];
    Event event{now, global_, Event::Kind::step, span.slot, job.post.control, span.first_step, {}};
    for (unsigned k = 0; k < 2; ++k) {
      if (job.post.input_queue[k] != no_queue) event.words[k] = port_.word(tile_, span.words[k]);
    }
    events_.push_back(event);
    if (job.post.output_queue != no_queue) {
      port_.provide(tile_, span.slot, output(job, span, event.words));
    }
    if (span.last) post_next(span.slot, now);
  }

  std::uint32_t output(const Job& job, const Span& span,
                       const std::array<std::uint32_t, 2>& words) const {
    if (!job.words.empty()) return job.words[span.first_step % job.words.size()];
    if (job.post.input_queue[0] != no_queue) return words[0] * 3U + words[1] + 1U;
    return send_word(global_, span.slot, span.first_step);
  }

  void see_teardown(Cycle now) {
    const std::uint32_t torn = port_.take_torn(tile_);
    if (torn == 0) return;
    events_.push_back({now, global_, Event::Kind::torn, 0, false, 0, {torn, 0}});
    for (const Rewrite& rewrite : script_.after_teardown) {
      if ((torn >> rewrite.color & 1U) == 0) continue;
      progress_.due.push_back({now + rewrite.cycle, rewrite.color, rewrite.registers});
    }
  }

  void apply(Cycle now, const Rewrite& rewrite) {
    if (rewrite.cycle != now) return;
    RouteRegisters before;
    if (!port_.read_registers(tile_, rewrite.color, before)) return;
    events_.push_back({now,
                       global_,
                       Event::Kind::registers,
                       rewrite.color,
                       false,
                       0,
                       {before.color, before.switches}});
    port_.write_registers(tile_, rewrite.color, rewrite.registers);
  }

  void inject(Cycle now, std::size_t k) {
    const HostWords& host = script_.host_words[k];
    std::size_t& sent = progress_.host_sent[k];
    if (sent >= host.words.size() || now % host.period != 0) return;
    if (!port_.injectable(tile_, host.color)) return;
    port_.inject(tile_, Wavelet{host.words[sent++], host.color, false});
  }

  Port port_;
  std::uint32_t tile_;
  std::uint32_t global_;
  const Script& script_;
  Progress& progress_;
  std::vector<Event>& events_;
};

}  // namespace weft::fabric::test
