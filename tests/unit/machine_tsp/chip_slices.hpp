// SPDX-License-Identifier: Apache-2.0
// A chip in one or several slices that exchange what crosses their cuts by hand.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "machine/tsp/build.hpp"
#include "machine/tsp/tsp.hpp"

namespace weft::machine::tsp {

class ChipSlices {
 public:
  /// Cut before each of `cuts`, which ascend.
  ChipSlices(const Constants& constants, const program::tsp::Program& program,
             std::vector<std::uint32_t> cuts,
             std::uint64_t task_bytes = program::tsp::most_task_bytes) {
    const program::tsp::Checked checked = check(program, constants.timing, {}, task_bytes);
    const Rectangle region{0, 0, program::tsp::stops, 1};
    std::vector<Rectangle> tiles;
    cuts.push_back(program::tsp::stops);
    for (std::uint32_t begin = 0; const std::uint32_t end : cuts) {
      tiles.push_back({begin, 0, end - begin, 1});
      begin = end;
    }
    Relation relation = relation_of(constants, program, region, tiles);
    for (std::size_t s = 0; s < tiles.size(); ++s) {
      One one;
      one.slice = {region, tiles[s], relation[s]};
      one.machine = std::make_unique<Tsp>(constants, program, checked, one.slice);
      one.recorder = std::make_unique<Recorder>(TraceLevel::full, one.machine->streams());
      one.promises.assign(one.slice.neighbours.size(), 0);
      slices_.push_back(std::move(one));
    }
  }

  Tsp& machine(std::size_t slice) { return *slices_[slice].machine; }
  std::size_t size() const { return slices_.size(); }

  void write(const std::string& name, std::span<const std::byte> data) {
    for (One& one : slices_) {
      std::vector<std::byte> mine;
      each_byte(one.machine->written_parts(name),
                [&](std::size_t at) { mine.push_back(data[at]); });
      one.machine->write_array(name, mine);
    }
  }
  std::vector<std::byte> read(const std::string& name, std::size_t bytes) {
    std::vector<std::byte> all(bytes);
    for (One& one : slices_) {
      const std::vector<std::byte> mine = one.machine->read_array(name);
      std::size_t from = 0;
      each_byte(one.machine->array_parts(name), [&](std::size_t at) { all[at] = mine[from++]; });
      EXPECT_EQ(from, mine.size());
    }
    return all;
  }

  void launch() {
    for (One& one : slices_) {
      one.machine->launch("run", {});
      one.promises.assign(one.promises.size(), one.machine->now());
    }
  }
  /// Windows until all are quiet or one has refused something.
  void run(Cycle most = 1000) {
    const auto busy = [](const One& one) { return one.machine->next_activity() != never; };
    const auto failed = [](const One& one) { return one.machine->error().has_value(); };
    while (std::any_of(slices_.begin(), slices_.end(), busy) &&
           std::none_of(slices_.begin(), slices_.end(), failed)) {
      window(most);
      ASSERT_LT(++windows_, 100000U);
    }
  }
  void set_now(Cycle cycle) {
    for (One& one : slices_) one.machine->set_now(cycle);
  }

  std::string error() const {
    for (const One& one : slices_) {
      if (const auto error = one.machine->error()) return one.machine->describe(*error);
    }
    return "";
  }
  std::uint64_t payload_bytes() const { return payload_bytes_; }
  std::uint64_t windows() const { return windows_; }
  /// Sum over all stops of a counter's channel.
  std::uint64_t sum(const std::string& name, std::size_t channel = 0) const {
    std::uint64_t all = 0;
    for (const One& one : slices_) {
      for (const CounterArray& counter : one.machine->counters()) {
        if (counter.name != name) continue;
        const std::size_t width = std::max<std::size_t>(1, counter.channels.size());
        for (std::size_t at = channel; at < counter.values.size(); at += width) {
          all += counter.values[at];
        }
      }
    }
    return all;
  }
  Digest digest() const {
    Digest all;
    for (const One& one : slices_) all.add(one.recorder->digest(0));
    return all;
  }

 private:
  struct One {
    Slice slice;
    std::unique_ptr<Tsp> machine;
    std::unique_ptr<Recorder> recorder;
    std::vector<Cycle> promises;
  };
  template <typename Body>
  static void each_byte(const std::vector<ArrayPart>& parts, const Body& body) {
    for (const ArrayPart& part : parts) {
      for (std::uint64_t time = 0; time < part.times; ++time) {
        const std::int64_t first = static_cast<std::int64_t>(part.offset) +
                                   static_cast<std::int64_t>(time) * part.step_bytes;
        for (std::uint64_t b = 0; b < part.bytes; ++b) body(static_cast<std::size_t>(first) + b);
      }
    }
  }
  static std::size_t place_among(const One& to, std::size_t from) {
    std::size_t n = 0;
    while (to.slice.neighbours[n].slice != from) ++n;
    return n;
  }

  void window(Cycle most) {
    for (One& one : slices_) {
      Cycle until = one.machine->now() + most;
      for (const Cycle promise : one.promises) {
        if (promise != never) until = std::min(until, promise + 1);
      }
      if (until > one.machine->now()) one.machine->advance(until, *one.recorder);
    }
    for (std::size_t s = 0; s < slices_.size(); ++s) exchange(s);
  }
  void exchange(std::size_t s) {
    One& one = slices_[s];
    for (std::size_t n = 0; n < one.slice.neighbours.size(); ++n) {
      std::vector<CutRecord> records;
      std::vector<std::byte> payload;
      one.machine->take_departures(n, records);
      one.machine->take_payload(n, payload);
      const Cycle promise = one.machine->departure_bound(n, one.promises);
      payload_bytes_ += payload.size();
      One& to = slices_[one.slice.neighbours[n].slice];
      const std::size_t there = place_among(to, s);
      for (const CutRecord& record : records) {
        EXPECT_GE(record.cycle, to.promises[there]);
        EXPECT_GE(record.cycle + 1, to.machine->now());
      }
      if (!payload.empty()) to.machine->accept_payload(there, payload);
      to.machine->accept(there, records);
      to.promises[there] = std::max(to.promises[there], promise);
    }
  }

  std::vector<One> slices_;
  std::uint64_t payload_bytes_ = 0;
  std::uint64_t windows_ = 0;
};

}  // namespace weft::machine::tsp
