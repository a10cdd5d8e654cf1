// SPDX-License-Identifier: Apache-2.0
// Small gathers at the end of a run.
#include "engine/report.hpp"

#include <algorithm>

#include "base/bytes.hpp"
#include "base/counted.hpp"
#include "base/error.hpp"
#include "base/wait_loop.hpp"
#include "topology/suggest.hpp"

namespace weft::engine {

namespace {

constexpr std::size_t listed_tiles = 10;

comm::Bytes pack(const std::vector<machine::Waiting>& list) {
  ByteWriter out;
  out.value(std::uint64_t{list.size()});
  for (const machine::Waiting& w : list) {
    out.value(index(w.tile));
    out.text(w.reason);
  }
  return out.take();
}

void unpack(const comm::Bytes& bytes, std::vector<machine::Waiting>& list) {
  ByteReader in(bytes, "waiting tiles");
  const auto count = in.value<std::uint64_t>();
  for (std::uint64_t i = 0; i < count; ++i) {
    const TileId tile{in.value<std::uint32_t>()};
    list.push_back({tile, in.text()});
  }
}

std::string tile_text(TileId tile, const Rectangle& region) {
  return "tile (" + std::to_string(index(tile) % region.width) + ", " +
         std::to_string(index(tile) / region.width) + ")";
}

comm::Bytes pack(const std::vector<machine::WaitFor>& list) {
  ByteWriter out;
  out.value(std::uint64_t{list.size()});
  for (const machine::WaitFor& w : list) {
    out.value(w.who);
    out.value(w.whom);
    out.value(std::uint8_t{w.has_work});
    out.text(w.what);
    out.value(w.fill);
    out.value(w.capacity);
  }
  return out.take();
}

/// How full something is.
std::string fill_bar(std::uint32_t fill, std::uint32_t capacity) {
  constexpr std::uint64_t wide = 8;
  if (capacity == 0) return "";
  const std::uint64_t full = (std::min(fill, capacity) * wide + capacity - 1) / capacity;
  return "[" + std::string(full, '#') + std::string(wide - full, '.') + "] ";
}

/// The loop that waits make on all ranks, a line each, drawn from the last back to the first;
/// collective, rank 0 gets it.
std::string loop_text(const comm::Communicator& communicator, const machine::Machine* machine) {
  const comm::Bytes mine =
      pack(machine != nullptr ? machine->waits_for() : std::vector<machine::WaitFor>{});
  std::vector<WaitEdge> edges;
  std::vector<std::string> what;
  for (const comm::Bytes& bytes : communicator.gather(mine)) {
    ByteReader in(bytes, "who waits for whom");
    for (auto left = in.value<std::uint64_t>(); left > 0; --left) {
      const auto who = in.value<std::uint64_t>();
      const auto whom = in.value<std::uint64_t>();
      edges.push_back({who, whom, in.value<std::uint8_t>() != 0});
      const std::string sentence = in.text();
      const auto fill = in.value<std::uint32_t>();
      what.push_back(fill_bar(fill, in.value<std::uint32_t>()) + sentence);
    }
  }
  const std::vector<std::size_t> loop = first_loop(edges);
  std::string text = loop.empty() ? "" : "\n  they wait in a loop:";
  for (std::size_t i = 0; i < loop.size(); ++i) {
    const bool last = i + 1 == loop.size();
    text += std::string("\n    ") + (last ? "+-- " : i == 0 ? "+-> " : "|   ") + what[loop[i]];
  }
  return text;
}

comm::Bytes pack(const std::vector<machine::Remark>& list) {
  ByteWriter out;
  out.value(std::uint64_t{list.size()});
  for (const machine::Remark& r : list) {
    out.text(r.what);
    out.value(r.count);
    out.value(r.cycle);
    out.value(index(r.tile));
    out.text(r.first);
  }
  return out.take();
}

/// Joins one rank's remarks to those by `what`.
void join(const comm::Bytes& bytes, std::map<std::string, machine::Remark>& all) {
  ByteReader in(bytes, "remarks");
  for (auto left = in.value<std::uint64_t>(); left > 0; --left) {
    machine::Remark one;
    one.what = in.text();
    one.count = in.value<std::uint64_t>();
    one.cycle = in.value<Cycle>();
    one.tile = TileId{in.value<std::uint32_t>()};
    one.first = in.text();
    machine::Remark& whole = all[one.what];
    const std::uint64_t count = whole.count + one.count;
    const auto when = [](const machine::Remark& r) { return std::pair(r.cycle, index(r.tile)); };
    if (whole.count == 0 || when(one) < when(whole)) whole = one;
    whole.count = count;
  }
}

}  // namespace

std::vector<Remark> share_remarks(const comm::Communicator& communicator, const Rectangle& region,
                                  const machine::Machine* machine) {
  const comm::Bytes mine =
      pack(machine != nullptr ? machine->remarks() : std::vector<machine::Remark>{});
  std::map<std::string, machine::Remark> all;
  for (const comm::Bytes& bytes : communicator.gather(mine)) join(bytes, all);
  std::vector<machine::Remark> list;
  for (const auto& [what, remark] : all) list.push_back(remark);
  comm::Bytes shared = pack(list);
  communicator.broadcast(shared);
  all.clear();
  join(shared, all);
  std::vector<Remark> remarks;
  for (const auto& [what, r] : all) {
    remarks.push_back({what, r.count,
                       what + ": " + std::to_string(r.count) + "; the first, in cycle " +
                           std::to_string(r.cycle) + " from " + tile_text(r.tile, region) + ", " +
                           r.first});
  }
  return remarks;
}

std::string waiting_report(const comm::Communicator& communicator, const Rectangle& region,
                           const machine::Machine* machine) {
  std::vector<machine::Waiting> mine;
  if (machine != nullptr) mine = machine->waiting(listed_tiles);
  const std::uint64_t all =
      communicator.sum(machine != nullptr ? machine->waiting_count() : std::uint64_t{0});
  std::vector<machine::Waiting> list;
  for (const comm::Bytes& bytes : communicator.gather(pack(mine))) unpack(bytes, list);
  std::sort(list.begin(), list.end(),
            [](const auto& a, const auto& b) { return index(a.tile) < index(b.tile); });
  if (list.size() > listed_tiles) list.resize(listed_tiles);
  comm::Bytes shared = pack(list);
  communicator.broadcast(shared);
  list.clear();
  unpack(shared, list);

  std::string text;
  for (const machine::Waiting& w : list) {
    text += "\n  " + tile_text(w.tile, region) + ": " + w.reason;
  }
  if (all > list.size()) {
    text += "\n  and " + counted(all - list.size(), "more tile");
  }
  const std::string loop = loop_text(communicator, machine);
  comm::Bytes same(reinterpret_cast<const std::byte*>(loop.data()),
                   reinterpret_cast<const std::byte*>(loop.data()) + loop.size());
  communicator.broadcast(same);
  return text + std::string(reinterpret_cast<const char*>(same.data()), same.size());
}

void require_counters(const std::vector<trace::WantedCounter>& wanted,
                      const std::vector<CounterArray>& counters) {
  std::vector<std::string> names;
  for (const CounterArray& counter : counters) names.push_back(counter.name);
  for (const trace::WantedCounter& one : wanted) {
    if (std::find(names.begin(), names.end(), one.name) != names.end()) continue;
    std::string known;
    for (const std::string& name : names) known += (known.empty() ? "" : ", ") + name;
    fail(Category::input, one.by + ": the machine has no counter '" + one.name + "'" +
                              topology::did_you_mean(one.name, names) + "; it has " + known);
  }
}

std::vector<CounterArray> share_counter_shapes(const comm::Communicator& communicator,
                                               const machine::Machine* machine) {
  comm::Bytes bytes;
  if (communicator.is_root()) {
    ByteWriter out;
    const auto counters = machine->counters();
    out.value(std::uint64_t{counters.size()});
    for (const CounterArray& c : counters) {
      out.text(c.name);
      out.text(c.unit);
      out.text(c.long_name);
      out.value(std::uint64_t{c.channels.size()});
      for (const std::string& channel : c.channels) out.text(channel);
    }
    bytes = out.take();
  }
  communicator.broadcast(bytes);
  ByteReader in(bytes, "counters");
  std::vector<CounterArray> shapes(in.count());
  for (CounterArray& c : shapes) {
    c.name = in.text();
    c.unit = in.text();
    c.long_name = in.text();
    c.channels.resize(in.count());
    for (std::string& channel : c.channels) channel = in.text();
  }
  return shapes;
}

std::map<std::string, std::uint64_t> sum_counters(const comm::Communicator& communicator,
                                                  const std::vector<CounterArray>& counters) {
  std::vector<std::string> names;
  std::vector<std::uint64_t> sums;
  for (const CounterArray& c : counters) {
    const std::size_t channels = std::max<std::size_t>(c.channels.size(), 1);
    const std::size_t first = sums.size();
    sums.resize(first + channels, 0);
    for (std::size_t i = 0; i < c.values.size(); ++i) sums[first + i % channels] += c.values[i];
    for (std::size_t i = 0; i < channels; ++i) {
      names.push_back(c.channels.empty() ? c.name : c.name + "." + c.channels[i]);
    }
  }
  communicator.sum(sums);
  std::map<std::string, std::uint64_t> result;
  for (std::size_t i = 0; i < sums.size(); ++i) result[names[i]] = sums[i];
  return result;
}

}  // namespace weft::engine
