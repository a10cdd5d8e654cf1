// SPDX-License-Identifier: Apache-2.0
// Moves fragments of a TSP's schedule to the first cycle at which nothing that they use is taken.
#include "program/tsp_schedule_core.hpp"

#include <algorithm>
#include <limits>
#include <optional>

#include "base/error.hpp"

namespace weft::program::tsp {
namespace {

// Keys of the tables: of each queue its dispatches (MEM: reads) and MEM's writes, the banks, and
// of each stream its two zones.
constexpr std::uint32_t first_write_key = queues;
constexpr std::uint32_t first_bank_key = 2 * queues;
constexpr std::uint32_t first_stream_key = first_bank_key + queues * banks_a_slice;
constexpr std::uint32_t keys = first_stream_key + 2 * streams_a_direction * 2;
constexpr std::uint32_t no_label = none;

std::uint32_t stream_key(Direction direction, std::uint32_t stream, bool east) {
  const std::uint32_t side = direction == Direction::east ? 1 : 0;
  return first_stream_key + (side * streams_a_direction + stream) * 2 + (east ? 1 : 0);
}

constexpr const char* nowhere = "a fragment of a schedule fits nowhere";

bool writes_memory(Opcode opcode) { return opcode == Opcode::write || opcode == Opcode::scatter; }

bool is_memory(Opcode opcode) {
  return writes_memory(opcode) || opcode == Opcode::read || opcode == Opcode::gather;
}

}  // namespace

std::uint8_t zones_between(std::uint32_t from_stop, std::uint32_t to_stop) {
  std::uint8_t zones = 0;
  if (std::min(from_stop, to_stop) < vxm_stop) zones |= zone_west;
  if (std::max(from_stop, to_stop) > vxm_stop) zones |= zone_east;
  return zones;
}

Offset stream_phase(Direction direction, std::uint32_t stop, Offset cycle) {
  return direction == Direction::east ? cycle - Offset{stop} : cycle + Offset{stop};
}

Offset hops_between(std::uint32_t a, std::uint32_t b) {
  return a > b ? Offset{a} - Offset{b} : Offset{b} - Offset{a};
}

Direction direction_to(std::uint32_t from_stop, std::uint32_t to_stop) {
  return to_stop > from_stop ? Direction::east : Direction::west;
}

std::int32_t Fragment::streams(const Streams& request) {
  stream_requests.push_back(request);
  return static_cast<std::int32_t>(stream_requests.size() - 1);
}

std::int32_t Fragment::streams(const Streams& request, std::int32_t& shared) {
  if (shared >= 0) {
    Streams& old = stream_requests.at(static_cast<std::size_t>(shared));
    if (old.interval == 1 && request.interval == 1 && old.direction == request.direction &&
        old.width == request.width && old.low == request.low && old.high == request.high &&
        old.phase <= request.phase) {
      const Offset behind = request.phase + Offset{request.count};
      old.count = std::max(old.count, static_cast<std::uint32_t>(behind - old.phase));
      old.zones |= request.zones;
      return shared;
    }
  }
  shared = streams(request);
  return shared;
}

std::int32_t Fragment::alu(const Alu& request) {
  alu_requests.push_back(request);
  return static_cast<std::int32_t>(alu_requests.size() - 1);
}

void Fragment::ask(std::uint32_t key, Offset cycle, const Instruction& run) {
  if (run.interval_cycles == 1) return ports.push_back({key, cycle, run.count});
  for (std::uint32_t k = 0; k < run.count; ++k) {
    ports.push_back({key, cycle + Offset{k} * run.interval_cycles, 1});
  }
}

std::uint32_t Fragment::add(Item item) {
  const Instruction& run = item.instruction;
  first_ports_.push_back(ports.size());
  if (item.alu < 0) {
    const std::uint32_t key = run.queue + (writes_memory(run.opcode) ? first_write_key : 0);
    ask(key, item.cycle, run);
  }
  if (is_memory(run.opcode)) {
    ask(first_bank_key + run.queue * banks_a_slice + run.bank, item.cycle, run);
  }
  items.push_back(std::move(item));
  return static_cast<std::uint32_t>(items.size() - 1);
}

void Fragment::prolong(std::uint32_t item, std::uint32_t count) {
  Instruction& run = items.at(item).instruction;
  if (count <= run.count) return;
  run.count = count;
  const std::size_t own = is_memory(run.opcode) ? 2 : 1;
  for (std::size_t n = first_ports_.at(item); n < first_ports_.at(item) + own; ++n) {
    ports.at(n).span = std::uint64_t{count - 1} * run.interval_cycles + 1;
  }
}

void Fragment::prolong_streams(std::int32_t request, std::uint32_t count) {
  Streams& streams = stream_requests.at(static_cast<std::size_t>(request));
  streams.count = std::max(streams.count, count);
}

Offset Fragment::first_cycle() const {
  Offset first = std::numeric_limits<Offset>::max();
  for (const Item& item : items) first = std::min(first, item.cycle);
  return first;
}

Offset Fragment::first_request() const {
  Offset first = std::numeric_limits<Offset>::max();
  for (const Port& port : ports) first = std::min(first, port.cycle);
  for (const Alu& alu : alu_requests) first = std::min(first, alu.cycle);
  for (const Streams& streams : stream_requests) first = std::min(first, streams.phase);
  return first;
}

bool Fragment::clashes_with_itself() const {
  std::vector<Port> sorted = ports;
  std::sort(sorted.begin(), sorted.end(), [](const Port& a, const Port& b) {
    return a.key != b.key ? a.key < b.key : a.cycle < b.cycle;
  });
  for (std::size_t i = 1; i < sorted.size(); ++i) {
    if (sorted[i].key == sorted[i - 1].key &&
        sorted[i].cycle < sorted[i - 1].cycle + static_cast<Offset>(sorted[i - 1].span)) {
      return true;
    }
  }
  return false;
}

Offset Placer::clash(std::uint32_t key, Offset first, std::uint64_t span) const {
  if (tables_.empty()) return 0;
  const Intervals& table = tables_[key];
  const Offset behind = first + static_cast<Offset>(span);
  auto at = table.lower_bound(behind);  // begins at or behind the end: no clash
  if (at == table.begin()) return 0;
  --at;
  return at->second > first ? at->second - first : 0;
}

void Placer::take(std::uint32_t key, Offset first, std::uint64_t span) {
  if (tables_.empty()) tables_.resize(keys);
  const Offset behind = first + static_cast<Offset>(span);
  tables_[key].emplace(first, behind);
  taken_.push_back({key, first});
  trial_behind_ = std::max(trial_behind_, behind);
}

Offset Placer::clash(std::uint32_t key, const Fragment::Streams& request, Offset shift) const {
  const Offset first = request.phase + shift;
  if (request.interval == 1) return clash(key, first, request.count);
  Offset wait = 0;
  for (std::uint32_t k = 0; k < request.count && wait == 0; ++k) {
    wait = clash(key, first + Offset{k} * request.interval, 1);
  }
  return wait;
}

void Placer::take(std::uint32_t key, const Fragment::Streams& request, Offset shift) {
  const Offset first = request.phase + shift;
  if (request.interval == 1) return take(key, first, request.count);
  for (std::uint32_t k = 0; k < request.count; ++k) {
    take(key, first + Offset{k} * request.interval, 1);
  }
}

Offset Placer::try_streams(Fragment::Streams& request, Offset shift) {
  Offset least = std::numeric_limits<Offset>::max();
  for (std::uint32_t group = request.low; group + request.width <= request.high;
       group += request.width) {
    Offset wait = 0;
    for (std::uint32_t stream = group; stream < group + request.width; ++stream) {
      for (const bool east : {false, true}) {
        if ((request.zones & (east ? zone_east : zone_west)) == 0) continue;
        wait = std::max(wait, clash(stream_key(request.direction, stream, east), request, shift));
      }
    }
    least = std::min(least, wait);
    if (wait != 0) continue;
    for (std::uint32_t stream = group; stream < group + request.width; ++stream) {
      for (const bool east : {false, true}) {
        if ((request.zones & (east ? zone_east : zone_west)) == 0) continue;
        take(stream_key(request.direction, stream, east), request, shift);
      }
    }
    request.chosen = static_cast<std::uint8_t>(group);
    return 0;
  }
  return least;
}

Offset Placer::try_alu(Fragment::Alu& request, Offset shift) {
  Offset least = std::numeric_limits<Offset>::max();
  for (const bool large : {false, true}) {  // small ALUs first: large ones can do more
    if (request.large && !large) continue;
    for (std::uint32_t row = 0; row < alus / alu_columns; ++row) {
      const std::uint32_t alu = request.column * (alus / alu_columns) + row;
      if (is_large_alu(alu) != large) continue;
      const std::uint32_t key =
          number_of({Unit::vxm, Hemisphere::west, static_cast<std::uint8_t>(alu), 0});
      const Offset wait = clash(key, request.cycle + shift, request.count);
      least = std::min(least, wait);
      if (wait != 0) continue;
      take(key, request.cycle + shift, request.count);
      request.chosen = static_cast<std::uint8_t>(alu);
      return 0;
    }
  }
  return least;
}

Offset Placer::try_at(Fragment& fragment, Offset shift) {
  for (const Fragment::Port& port : fragment.ports) {
    const Offset wait = clash(port.key, port.cycle + shift, port.span);
    if (wait != 0) return wait;
    take(port.key, port.cycle + shift, port.span);
  }
  for (Fragment::Alu& request : fragment.alu_requests) {
    const Offset wait = try_alu(request, shift);
    if (wait != 0) return wait;
  }
  for (Fragment::Streams& request : fragment.stream_requests) {
    const Offset wait = try_streams(request, shift);
    if (wait != 0) return wait;
  }
  return 0;
}

void Placer::give_back() {
  for (const Taken& taken : taken_) tables_[taken.key].erase(taken.first);
  taken_.clear();
  trial_behind_ = 0;
}

std::optional<Offset> Placer::fit(Fragment& fragment, Offset earliest) {
  Offset shift = std::max(earliest, -fragment.first_cycle());
  const Offset first = fragment.first_request();
  taken_.clear();
  trial_behind_ = 0;
  while (const Offset wait = try_at(fragment, shift)) {
    give_back();
    // Behind all that was ever taken it could only clash with itself, and would do so for good.
    if (shift + first > behind_) return std::nullopt;
    shift += wait;
  }
  return shift;
}

Offset Placer::find(Fragment fragment, Offset earliest) {
  const std::optional<Offset> shift = fit(fragment, earliest);
  if (!shift) fail(Category::internal, nowhere);
  give_back();
  return *shift;
}

std::optional<Offset> Placer::put(Fragment& fragment, Offset earliest, std::uint32_t label,
                                  std::uint32_t* first_instruction) {
  const std::optional<Offset> shift = fit(fragment, earliest);
  if (!shift) return std::nullopt;
  behind_ = std::max(behind_, trial_behind_);
  if (first_instruction != nullptr) {
    *first_instruction = static_cast<std::uint32_t>(schedule_.instructions.size());
  }
  append(fragment, *shift, label);
  return shift;
}

std::optional<Offset> Placer::place_if_it_fits(Fragment fragment, Offset earliest,
                                               std::uint32_t label,
                                               std::uint32_t* first_instruction) {
  if (fragment.clashes_with_itself()) return std::nullopt;  // sooner told than by trying
  return put(fragment, earliest, label, first_instruction);
}

Offset Placer::place(Fragment fragment, Offset earliest, std::uint32_t label,
                     std::uint32_t* first_instruction) {
  const std::optional<Offset> shift = put(fragment, earliest, label, first_instruction);
  if (!shift) fail(Category::internal, nowhere);
  return *shift;
}

Operand Placer::operand(const Fragment& fragment, const Fragment::In& in, std::uint32_t base) {
  Operand out;
  out.kind = in.kind;
  if (in.kind == Operand::Kind::none) return out;
  if (in.kind == Operand::Kind::stream) {
    const auto& request = fragment.stream_requests.at(static_cast<std::size_t>(in.streams));
    out.group = {request.direction, static_cast<std::uint8_t>(request.chosen + in.offset),
                 in.width == 0 ? request.width : in.width, 0};
  }
  if (in.kind == Operand::Kind::chain) {
    const Fragment::Item& feeder = fragment.items.at(in.sources.at(0).item);
    out.alu = fragment.alu_requests.at(static_cast<std::size_t>(feeder.alu)).chosen;
  }
  out.names = static_cast<std::uint32_t>(schedule_.names.size());
  out.name_count = static_cast<std::uint32_t>(in.sources.size());
  for (const Fragment::Source& source : in.sources) {
    Name name;
    name.producer = source.placed ? source.item : base + source.item;
    name.first = source.first;
    name.step = source.step;
    schedule_.names.push_back(name);
  }
  return out;
}

void Placer::append(const Fragment& fragment, Offset shift, std::uint32_t label) {
  const auto base = static_cast<std::uint32_t>(schedule_.instructions.size());
  for (const Fragment::Item& item : fragment.items) {
    Instruction run = item.instruction;
    run.cycle = static_cast<Cycle>(item.cycle + shift);
    run.label = label == no_label ? none : label;
    if (item.alu >= 0) {
      const std::uint8_t alu = fragment.alu_requests.at(static_cast<std::size_t>(item.alu)).chosen;
      run.queue = static_cast<std::uint16_t>(number_of({Unit::vxm, Hemisphere::west, alu, 0}));
    }
    if (item.result >= 0) {
      const auto& request = fragment.stream_requests.at(static_cast<std::size_t>(item.result));
      run.result = {request.direction,
                    static_cast<std::uint8_t>(request.chosen + item.result_offset),
                    item.result_width, 0};
    }
    for (std::size_t i = 0; i < item.in.size(); ++i) {
      run.operands.at(i) = operand(fragment, item.in.at(i), base);
    }
    schedule_.instructions.push_back(run);
  }
}

}  // namespace weft::program::tsp
