// SPDX-License-Identifier: Apache-2.0
// Windows by hand.
#include "contract/cluster.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/bytes.hpp"

namespace weft::test {

namespace {
Cycle later(Cycle cycle, Cycle by) { return cycle > never - by ? never : cycle + by; }

/// Where each byte of a slice's parts stands in the host's array, in the order of their data.
std::vector<std::uint64_t> offsets_of(const std::vector<machine::ArrayPart>& parts) {
  std::vector<std::uint64_t> offsets;
  for (const machine::ArrayPart& part : parts) {
    for (std::uint64_t time = 0; time < part.times; ++time) {
      const auto first = static_cast<std::int64_t>(part.offset) +
                         static_cast<std::int64_t>(time) * part.step_bytes;
      for (std::uint64_t b = 0; b < part.bytes; ++b) {
        offsets.push_back(static_cast<std::uint64_t>(first) + b);
      }
    }
  }
  return offsets;
}

/// Puts a slice's parts of an array in their places.
void place_array(machine::Machine& m, const machine::Export& e, std::vector<std::byte>& whole) {
  const machine::ArrayPorts* ports = m.facets().array_ports;
  ASSERT_NE(ports, nullptr) << "it exports an array";
  whole.resize(e.elements * e.element_bytes);
  const std::vector<std::byte> data = ports->read_array(e.name);
  std::size_t at = 0;
  for (const std::uint64_t offset : offsets_of(ports->array_parts(e.name))) {
    ASSERT_LT(offset, whole.size());
    ASSERT_LT(at, data.size());
    whole[offset] = data[at++];
  }
  EXPECT_EQ(at, data.size());
}
}  // namespace

Cluster::Cluster(const Fixture& fixture, int ranks, partition::Cut cut, Overlap overlap)
    : data_(fixture.data), region_(fixture.region), overlap_(overlap) {
  const machine::Family& family = machine::family(fixture.family);
  const partition::Partition parts = partition::cut_region(fixture.region, {}, ranks, cut);
  global_ = family.coupling == machine::Coupling::global;
  for (machine::Slice& slice : machine::make_slices(family, *fixture.topology, fixture.program,
                                                    fixture.region, parts.slices)) {
    if (slice.tiles.empty()) continue;
    One one;
    one.slice = std::move(slice);
    one.machine = family.make(*fixture.topology, fixture.program, one.slice);
    one.recorder = std::make_unique<Recorder>(TraceLevel::full, one.machine->streams());
    const std::size_t neighbours = one.slice.neighbours.size();
    one.promises.assign(neighbours, 0);
    one.given.assign(neighbours, 0);
    one.records.resize(neighbours);
    one.payloads.resize(neighbours);
    slices_.push_back(std::move(one));
  }
}

void Cluster::launch(const std::string& name, const std::vector<std::uint32_t>& arguments) {
  for (One& one : slices_) one.machine->launch(name, arguments);
}

void Cluster::stream_in(const std::string& name, std::uint32_t words, std::uint32_t first) {
  for (One& one : slices_) {
    std::vector<std::uint32_t> data;
    const Rectangle& part = one.slice.tiles;
    for (std::uint32_t y = part.y0; y < part.y1(); ++y) {
      for (std::uint32_t x = part.x0; x < part.x1(); ++x) {
        for (std::uint32_t w = 0; w < words; ++w) data.push_back(first + w + y * region_.width + x);
      }
    }
    one.machine->facets().tile_ports->stream_in(name, part, words, data);
  }
}

void Cluster::write_array(const std::string& name, std::uint32_t first) {
  for (One& one : slices_) {
    machine::ArrayPorts& ports = *one.machine->facets().array_ports;
    std::vector<std::byte> data;
    for (const std::uint64_t byte : offsets_of(ports.written_parts(name))) {
      const std::uint64_t word = first + byte / 4;
      data.push_back(static_cast<std::byte>(word >> (8 * (byte % 4))));
    }
    ports.write_array(name, data);
  }
}

Cycle Cluster::global_bound() const {
  Cycle bound = never;
  for (const One& one : slices_) {
    const std::vector<Cycle> none(one.promises.size(), never);
    for (std::size_t n = 0; n < one.promises.size(); ++n) {
      bound = std::min(bound, one.machine->departure_bound(n, none));
    }
  }
  return bound;
}

void Cluster::advance(One& one, Cycle most) {
  machine::Machine& m = *one.machine;
  if (m.error()) return;
  Cycle until = later(m.now(), most);
  for (std::size_t n = 0; n < one.promises.size(); ++n) {
    until = std::min(until, later(one.promises[n], one.slice.neighbours[n].latency_cycles));
  }
  if (until <= m.now()) return;
  m.advance(until, *one.recorder);
  if (m.error()) {
    EXPECT_GT(m.now(), m.error()->cycle) << "stopped at the end of the error's cycle";
  } else {
    EXPECT_EQ(m.now(), until) << "advance() stops early only at an error";
    EXPECT_GE(m.next_activity(), until);
    EXPECT_TRUE(m.last_activity() < until);
  }
}

std::size_t Cluster::place_among(const One& to, std::size_t from) {
  const auto& list = to.slice.neighbours;
  const auto back =
      std::find_if(list.begin(), list.end(), [&](const auto& n) { return n.slice == from; });
  EXPECT_NE(back, list.end());
  return static_cast<std::size_t>(back - list.begin());
}

void Cluster::deliver(One& one, std::size_t from, std::size_t n) {
  One& to = slices_[one.slice.neighbours[n].slice];
  const std::size_t there = place_among(to, from);
  const Cycle latency = to.slice.neighbours[there].latency_cycles;
  EXPECT_TRUE(latency < never || one.records[n].empty()) << "nothing was to come from there";
  Cycle before = one.given[n];
  for (const CutRecord& record : one.records[n]) {
    EXPECT_GE(record.cycle, before) << "left before a promise, or out of order";
    before = record.cycle;
    if (!to.machine->error()) {
      EXPECT_GE(later(record.cycle, latency), to.machine->now())
          << "due inside a window already run";
    }
  }
  records_between_[{from, one.slice.neighbours[n].slice}] += one.records[n].size();
  records_ += one.records[n].size();
  payload_bytes_ += one.payloads[n].size();
  if (!one.payloads[n].empty()) {
    to.machine->facets().payloads->accept_payload(there, one.payloads[n]);
  }
  to.machine->accept(there, one.records[n]);
  one.records[n].clear();
  one.payloads[n].clear();
}

void Cluster::move_messages() {
  for (One& one : slices_) {
    for (std::size_t n = 0; n < one.records.size(); ++n) {
      one.machine->take_departures(n, one.records[n]);
      machine::Payloads* payloads = one.machine->facets().payloads;
      if (payloads != nullptr) payloads->take_payload(n, one.payloads[n]);
    }
  }
  for (std::size_t s = 0; s < slices_.size(); ++s) {
    One& one = slices_[s];
    const bool chosen = overlap_ == Overlap::always ||
                        (overlap_ == Overlap::now_and_then && (windows_ + s) % 2 == 0);
    if (chosen && !one.records.empty() && !one.machine->error()) one.machine->overlap();
  }
  for (std::size_t s = 0; s < slices_.size(); ++s) {
    for (std::size_t n = 0; n < slices_[s].records.size(); ++n) deliver(slices_[s], s, n);
  }
}

void Cluster::window(Cycle most) {
  ++windows_;
  for (One& one : slices_) advance(one, most);
  std::vector<std::vector<Cycle>> promises;
  for (One& one : slices_) {
    auto& mine = promises.emplace_back();
    for (std::size_t n = 0; n < one.promises.size(); ++n) {
      mine.push_back(one.machine->error() ? one.machine->now()
                                          : one.machine->departure_bound(n, one.promises));
      EXPECT_GE(mine.back(), one.machine->now()) << "a promise about the past";
    }
  }
  move_messages();
  for (std::size_t s = 0; s < slices_.size(); ++s) {
    One& one = slices_[s];
    for (std::size_t n = 0; n < one.promises.size(); ++n) {
      one.given[n] = std::max(one.given[n], promises[s][n]);
      One& to = slices_[one.slice.neighbours[n].slice];
      Cycle& received = to.promises[place_among(to, s)];
      received = std::max(received, promises[s][n]);
    }
  }
  if (!global_) return;
  const Cycle bound = global_bound();
  for (One& one : slices_) {
    for (Cycle& promise : one.promises) promise = std::max(promise, bound);
  }
}

bool Cluster::quiet() const {
  return std::all_of(slices_.begin(), slices_.end(),
                     [](const One& one) { return one.machine->next_activity() == never; });
}

bool Cluster::failed() const {
  Cycle error = never;
  Cycle passed = never;
  for (const One& one : slices_) {
    if (one.machine->error()) {
      error = std::min(error, one.machine->error()->cycle);
    } else {
      passed = std::min(passed, one.machine->now());
    }
  }
  return error != never && passed > error;
}

bool Cluster::goes_on() {
  if (failed()) return false;
  return !quiet() || answer();
}

bool Cluster::answer() {
  if (slices_.front().machine->facets().requests == nullptr) return false;
  const auto request = slices_.front().machine->facets().requests->host_request();
  Cycle last = 0;
  for (const One& one : slices_) {
    EXPECT_EQ(one.machine->facets().requests->host_request(), request)
        << "every slice asks the same";
    EXPECT_TRUE(!request || one.machine->work_left()) << "a request is work left";
    last = std::max(last, one.machine->last_activity());
  }
  if (!request) return false;
  requests_.push_back(*request);
  for (One& one : slices_) {
    one.machine->set_now(last + 1);
    one.promises.assign(one.promises.size(), last + 1);
    one.given.assign(one.given.size(), 0);
    one.machine->facets().requests->answer();
  }
  return true;
}

void Cluster::run(Cycle most, Cycle limit) {
  while (goes_on()) {
    window(std::min(most, limit));
    ASSERT_LT(observe().last_activity, limit) << "neither quiet nor failed";
    if (testing::Test::HasFailure()) return;
  }
}

Observation Cluster::observe() const {
  Observation seen;
  machine::KernelError least;
  std::map<std::uint32_t, std::string> waiting;
  for (const One& one : slices_) {
    machine::Machine& m = *one.machine;
    seen.last_activity = std::max(seen.last_activity, m.last_activity());
    seen.work_left = seen.work_left || m.work_left();
    for (const auto& w : m.waiting(1000)) waiting[index(w.tile)] = w.reason;
    EXPECT_EQ(m.waiting(1000).size(), m.waiting_count());
    if (const auto e = m.error()) {
      if (std::pair(e->cycle, index(e->tile)) < std::pair(least.cycle, index(least.tile))) {
        least = *e;
        seen.error = m.describe(*e);
      }
    }
    const auto streams = static_cast<std::uint32_t>(one.recorder->streams().size());
    seen.digests.resize(streams);
    seen.rows.resize(streams);
    for (std::uint32_t s = 0; s < streams; ++s) {
      seen.digests[s].add(one.recorder->digest(s));
      seen.rows[s] += one.recorder->row_count(s);
    }
    const Rectangle& part = one.slice.tiles;
    const auto place = [&](auto& whole, const auto& values) {
      const std::size_t a_tile = values.size() / part.tiles();
      whole.resize(region_.tiles() * a_tile);
      for (std::uint32_t y = 0; y < part.height; ++y) {
        const std::size_t to = (std::size_t{part.y0 + y} * region_.width + part.x0) * a_tile;
        std::copy_n(values.begin() + static_cast<std::ptrdiff_t>(y * part.width * a_tile),
                    part.width * a_tile, whole.begin() + static_cast<std::ptrdiff_t>(to));
      }
    };
    for (const CounterArray& c : m.counters()) place(seen.counters[c.name], c.values);
    for (const machine::Export& e : m.exports()) {
      if (e.kind == machine::Export::Kind::array && data_) place_array(m, e, seen.arrays[e.name]);
      if (e.kind != machine::Export::Kind::variable) continue;
      place(seen.variables[e.name],
            m.facets().tile_ports->copy_out(e.name, part, static_cast<std::uint32_t>(e.elements)));
    }
  }
  // Slices other than the one that failed may have run past it: only the error is agreed on.
  if (!seen.error.empty()) {
    Observation failed;
    failed.error = seen.error;
    return failed;
  }
  seen.requests = requests_;
  for (const auto& [tile, reason] : waiting) {
    seen.waiting.push_back(std::to_string(tile) + " " + reason);
  }
  return seen;
}

std::vector<std::vector<std::byte>> Cluster::save() const {
  std::vector<std::vector<std::byte>> state;
  for (const One& one : slices_) {
    state.push_back(one.machine->save());
    state.push_back(one.recorder->save());
  }
  ByteWriter own;
  for (const machine::HostRequest& request : requests_) {
    own.value(request.number);
    own.value(request.argument);
  }
  state.push_back(own.take());
  return state;
}

void Cluster::load(const std::vector<std::vector<std::byte>>& state) {
  for (std::size_t s = 0; s < slices_.size(); ++s) {
    slices_[s].machine->load(state[2 * s]);
    slices_[s].recorder->load(state[2 * s + 1]);
  }
  ByteReader own(state.back(), "cluster");
  requests_.resize(state.back().size() / 12);
  for (machine::HostRequest& request : requests_) {
    request.number = own.value<std::uint32_t>();
    request.argument = own.value<std::uint64_t>();
  }
  // Everything sent was taken before the states were saved: what comes next, comes from here.
  Cycle bound = never;
  for (const One& one : slices_) bound = std::min(bound, one.machine->next_activity());
  for (One& one : slices_) one.promises.assign(one.promises.size(), bound);
}

}  // namespace weft::test
