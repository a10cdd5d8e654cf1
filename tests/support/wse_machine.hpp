// SPDX-License-Identifier: Apache-2.0
// Runs a WSE program on slices inside one process, the way the engine's loop does.
#pragma once

#include <algorithm>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/recorder.hpp"
#include "machine/wse/constants.hpp"
#include "machine/wse/wse.hpp"
#include "program/wse_builder.hpp"
#include "topology/topology.hpp"

namespace weft::test {

namespace form = weft::program::wse;

/// A wafer cut into columns of slices; one slice by default.
class WseRun {
 public:
  explicit WseRun(const form::Program& program, unsigned slices = 1,
                  const std::vector<std::string>& overrides = {})
      : topology_(topology::load_topology(
            program.generation == form::Generation::wse2 ? "cerebras-wse2" : "cerebras-wse3",
            {overrides.begin(), overrides.end()})),
        region_{0, 0, program.width, program.height} {
    machine::wse::check_constants(topology_);
    std::vector<Rectangle> parts;
    for (unsigned k = 0; k < slices; ++k) {
      const std::uint32_t x0 = region_.width * k / slices;
      const std::uint32_t x1 = region_.width * (k + 1) / slices;
      parts.push_back({x0, 0, x1 - x0, region_.height});
    }
    for (unsigned k = 0; k < slices; ++k) {
      machine::Slice slice{region_, parts[k], {}};
      neighbours_.emplace_back();
      if (k > 0) add_neighbour(slice, parts, k - 1);
      if (k + 1 < slices) add_neighbour(slice, parts, k + 1);
      machines_.push_back(std::make_unique<machine::wse::Wse>(topology_, program, slice));
    }
    for (unsigned k = 0; k < slices; ++k) {
      recorders_.emplace_back(TraceLevel::runs, machines_[k]->streams());
    }
  }

  /// Runs until nothing can happen, an error, or `limit`. Cycle by cycle where slices meet.
  void run(Cycle limit = 10'000'000) {
    while (error().empty()) {
      Cycle next = never;
      for (const auto& machine : machines_) next = std::min(next, machine->next_activity());
      if (next >= limit) return;
      const Cycle until = machines_.size() == 1 ? limit : next + 1;
      for (std::size_t k = 0; k < machines_.size(); ++k) {
        machines_[k]->advance(until, recorders_[k]);
      }
      exchange();
    }
  }

  std::string error() const {
    const machine::wse::Wse* teller = nullptr;
    for (const auto& machine : machines_) {
      const auto e = machine->error();
      if (!e) continue;
      const auto least = teller == nullptr ? e : teller->error();
      const bool first = teller == nullptr || e->cycle < least->cycle ||
                         (e->cycle == least->cycle && e->tile < least->tile);
      if (first) teller = machine.get();
    }
    return teller == nullptr ? "" : teller->describe(*teller->error());
  }

  machine::wse::Wse& machine(unsigned slice = 0) { return *machines_[slice]; }
  std::size_t slices() const { return machines_.size(); }

  template <typename Value>
  std::vector<Value> read(const std::string& name, std::uint32_t x, std::uint32_t y,
                          std::uint32_t elements) {
    const auto bytes = owner(x).copy_out(name, {x, y, 1, 1}, elements);
    std::vector<Value> values(bytes.size() / sizeof(Value));
    std::memcpy(values.data(), bytes.data(), bytes.size());
    return values;
  }
  template <typename Value>
  void write(const std::string& name, std::uint32_t x, std::uint32_t y,
             const std::vector<Value>& values) {
    owner(x).copy_in(name, {x, y, 1, 1}, static_cast<std::uint32_t>(values.size()),
                     std::as_bytes(std::span(values)));
  }

  Cycle last_activity() const {
    Cycle last = 0;
    for (const auto& machine : machines_) last = std::max(last, machine->last_activity());
    return last;
  }
  /// Digests of all streams, summed over slices.
  std::vector<Digest> digests() const {
    std::vector<Digest> sums(recorders_[0].streams().size());
    for (const Recorder& recorder : recorders_) {
      for (std::uint32_t s = 0; s < sums.size(); ++s) sums[s].add(recorder.digest(s));
    }
    return sums;
  }
  Recorder& recorder(unsigned slice = 0) { return recorders_[slice]; }

 private:
  void add_neighbour(machine::Slice& slice, const std::vector<Rectangle>& parts, unsigned other) {
    slice.neighbours.push_back({other, parts[other], 1});
    neighbours_.back().push_back(other);
  }
  machine::wse::Wse& owner(std::uint32_t x) {
    for (unsigned k = 0; k < machines_.size(); ++k) {
      if (x < region_.width * (k + 1) / machines_.size()) return *machines_[k];
    }
    return *machines_.back();
  }
  void exchange() {
    for (std::size_t k = 0; k < machines_.size(); ++k) {
      for (std::size_t n = 0; n < neighbours_[k].size(); ++n) {
        std::vector<CutRecord> records;
        machines_[k]->take_departures(n, records);
        const unsigned other = neighbours_[k][n];
        const auto back = std::find(neighbours_[other].begin(), neighbours_[other].end(), k);
        machines_[other]->accept(static_cast<std::size_t>(back - neighbours_[other].begin()),
                                 records);
      }
    }
  }

  topology::Topology topology_;
  Rectangle region_;
  std::vector<std::unique_ptr<machine::wse::Wse>> machines_;
  std::vector<std::vector<unsigned>> neighbours_;
  std::vector<Recorder> recorders_;
};

}  // namespace weft::test
