// SPDX-License-Identifier: Apache-2.0
// Random schedules: parts that are right by themselves, laid over each other; parts that the oracle
// finds at fault are taken out again.
#include "program/tsp_random.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>
#include <vector>

#include "program/tsp_make.hpp"

namespace weft::program::tsp::random {
namespace {

constexpr Cycle lead_in_cycles = 150;       ///< enough for a barrier, and the longest way to a unit
constexpr std::uint32_t offsets_at = 1000;  ///< words that hold offsets of gathers: low bytes,
constexpr std::uint32_t zeros_at = 1400;    ///< and high ones
constexpr std::uint32_t offsets = 6;

/// How often and when elements come by.
struct Beat {
  Cycle cycle = 0;
  std::uint32_t count = 1;
  std::uint32_t interval = 1;
};

class Generator {
 public:
  explicit Generator(std::uint64_t seed) : n_(seed), timing_(timing(n_)) {}

  Case make();

 private:
  using Slice = Queue;

  std::uint32_t add(const Instruction& instruction) {
    schedule_.instructions.push_back(instruction);
    part_of_.push_back(part_);
    return static_cast<std::uint32_t>(schedule_.instructions.size() - 1);
  }
  Instruction& at(std::uint32_t index) { return schedule_.instructions[index]; }

  std::optional<Slice> slice_on_way(std::uint32_t stop, Direction direction, bool before);
  void place(Instruction& memory_access);
  Beat beat();
  StreamGroup group(Direction direction, std::uint32_t width);
  void name(Operand& operand, const std::vector<Name>& names);
  bool feed(Instruction& unit, std::uint32_t operand, const StreamGroup& group,
            std::optional<std::uint32_t> word = {});
  void drain(std::uint32_t producer);
  void drain_by_lanes(const Instruction& from, std::uint32_t producer);
  bool chain_stage(Instruction& alu, std::optional<std::uint32_t> before);

  void copy();
  void gather();
  void scatter();
  void chain();
  void lanes_part();
  void product();
  void barrier();
  void remove(std::uint32_t part);

  Numbers n_;
  Timing timing_;
  Schedule schedule_;
  std::vector<std::uint32_t> part_of_;  ///< [instruction]
  std::uint32_t part_ = 0;
  std::uint32_t span_cycles_ = 100;
  std::vector<std::uint32_t> used_;  ///< queues that the feed or drain in hand takes
};

std::uint32_t stop_at(const Instruction& instruction) {
  return stop_of(queue_of(instruction.queue));
}

/// A slice that a value passes before, or after, it is at a stop.
std::optional<Queue> Generator::slice_on_way(std::uint32_t stop, Direction direction, bool before) {
  for (int attempt = 0; attempt < 40; ++attempt) {
    const Hemisphere side = n_.once_in(2) ? Hemisphere::west : Hemisphere::east;
    const Queue slice = make::mem(side, n_.below(slices_a_hemisphere));
    const auto& text = side == Hemisphere::west ? timing_.text_slices_west  //
                                                : timing_.text_slices_east;
    if (std::count(text.begin(), text.end(), slice.index) != 0) continue;
    const std::uint32_t there = stop_of(slice);
    if (!(before ? hops(there, stop, direction) : hops(stop, there, direction))) continue;
    if (std::count(used_.begin(), used_.end(), number_of(slice)) != 0) continue;
    used_.push_back(number_of(slice));
    return slice;
  }
  return {};
}

/// Addresses of a run: one word, consecutive ones, strides in two levels.
void Generator::place(Instruction& access) {
  access.bank = static_cast<std::uint8_t>(n_.below(2));
  access.address = static_cast<std::uint32_t>(n_.between(200, 230));
  access.stride = static_cast<std::int32_t>(n_.once_in(3) ? n_.between(-3, 3) : 1);
  if (n_.once_in(3)) {
    access.inner = 1 + n_.below(6);
    access.outer_stride = static_cast<std::int32_t>(n_.between(-4, 4));
  }
}

Beat Generator::beat() {
  const std::uint32_t count = n_.once_in(3) ? 1 : 1 + n_.below(n_.once_in(4) ? 40 : 8);
  const std::array<std::uint32_t, 6> intervals = {1, 1, 1, 2, 3, 4};
  return {lead_in_cycles + n_.below(span_cycles_), count, n_.one_of(intervals)};
}

StreamGroup Generator::group(Direction direction, std::uint32_t width) {
  return make::streams(direction, n_.below(streams_a_direction / width) * width, width);
}

void Generator::name(Operand& operand, const std::vector<Name>& names) {
  if (n_.once_in(3)) return;
  operand.names = static_cast<std::uint32_t>(schedule_.names.size());
  operand.name_count = static_cast<std::uint32_t>(names.size());
  schedule_.names.insert(schedule_.names.end(), names.begin(), names.end());
}

/// Reads for a stream operand of an instruction whose run is set; of words from `word` on, or of
/// any.
bool Generator::feed(Instruction& unit, std::uint32_t operand, const StreamGroup& group,
                     std::optional<std::uint32_t> word) {
  const std::uint32_t stop = stop_at(unit);
  // The producer begins before, and beats faster.
  std::uint32_t faster = n_.once_in(3) ? 1 + n_.below(3) : 1;
  if (unit.interval_cycles % faster != 0) faster = 1;
  const std::uint32_t interval = unit.interval_cycles / faster;
  const std::uint32_t first = n_.once_in(3) ? n_.below(4) : 0;
  std::vector<Name> names;
  for (std::uint32_t s = 0; s < group.width; ++s) {
    const auto slice = slice_on_way(stop, group.direction, true);
    if (!slice) return false;
    const Cycle way = *hops(stop_of(*slice), stop, group.direction) + timing_.mem_read_cycles +
                      Cycle{first} * interval;
    Instruction read =
        make::read(*slice, unit.cycle - way, 0, make::streams(group.direction, group.first + s));
    read.count = first + (unit.count - 1) * faster + 1 + (n_.once_in(4) ? 1 : 0);
    read.interval_cycles = interval;
    place(read);
    if (word) {
      read.address = *word + s * (zeros_at - offsets_at) + n_.below(100);
      read.stride = 1;
      read.inner = none;
    }
    names.push_back({add(read), 0, first, faster});
  }
  unit.operands.at(operand) = make::from(group);
  name(unit.operands.at(operand), names);
  return true;
}

/// A shift for what an instruction drives, all its streams at once.
void Generator::drain_by_lanes(const Instruction& from, std::uint32_t producer) {
  const bool west = from.result.direction == Direction::west;
  const Queue queue = make::sxm(west ? Hemisphere::west : Hemisphere::east, SxmUnit::shift);
  const auto way = hops(stop_at(from), stop_of(queue), from.result.direction);
  if (!way) return;
  Instruction shift =
      make::run(Opcode::shift, queue, from.cycle + *way + result_delay_cycles(timing_, from),
                from.count, from.interval_cycles);
  shift.operands[0] = make::from(from.result);
  shift.amount = static_cast<std::int16_t>(n_.between(-20, 20));
  shift.result = group(west ? Direction::east : Direction::west, from.result.width);
  name(shift.operands[0], {{producer, 0, 0, 1}});
  drain(add(shift));
}

/// Writes for what an instruction drives, or for some of it.
void Generator::drain(std::uint32_t producer) {
  const Instruction from = at(producer);
  if (from.result.width > 0 && from.result.width <= 4 && from.opcode != Opcode::shift &&
      from.opcode != Opcode::rotate && n_.once_in(4)) {
    drain_by_lanes(from, producer);
  }
  const std::uint32_t stop = stop_at(from);
  for (std::uint32_t s = 0; s < from.result.width; ++s) {
    const auto slice = slice_on_way(stop, from.result.direction, false);
    if (!slice || n_.once_in(10)) continue;
    const std::uint32_t first = n_.once_in(3) ? n_.below(from.count) : 0;
    const std::uint32_t step = n_.once_in(3) ? 1 + n_.below(3) : 1;
    const Cycle way = *hops(stop, stop_of(*slice), from.result.direction) +
                      result_delay_cycles(timing_, from) + Cycle{first} * from.interval_cycles;
    Instruction write = make::write(*slice, from.cycle + way,
                                    make::streams(from.result.direction, from.result.first + s), 0);
    write.count = 1 + (from.count - 1 - first) / step;
    write.interval_cycles = from.interval_cycles * step;
    place(write);
    if (s == 0) name(write.operands[0], {{producer, 0, first, step}});
    add(write);
  }
}

Instruction with(Instruction instruction, const Beat& beat) {
  instruction.cycle = beat.cycle;
  instruction.count = beat.count;
  instruction.interval_cycles = beat.interval;
  return instruction;
}

void Generator::copy() {
  const Direction direction = n_.once_in(2) ? Direction::east : Direction::west;
  const auto target = slice_on_way(direction == Direction::east ? 3 : 25, direction, false);
  if (!target) return;
  Instruction write = with(make::run(Opcode::write, *target, 0), beat());
  place(write);
  if (feed(write, 0, group(direction, 1))) add(write);
}

void Generator::gather() {
  const Direction direction = n_.once_in(2) ? Direction::east : Direction::west;
  const auto target = slice_on_way(direction == Direction::east ? 3 : 25, direction, false);
  if (!target) return;
  Instruction gather = with(make::run(Opcode::gather, *target, 0), beat());
  place(gather);
  gather.result = group(n_.once_in(2) ? Direction::east : Direction::west, 1);
  if (feed(gather, 0, group(direction, 2), offsets_at)) drain(add(gather));
}

void Generator::scatter() {
  const Direction direction = n_.once_in(2) ? Direction::east : Direction::west;
  const auto target = slice_on_way(direction == Direction::east ? 3 : 25, direction, false);
  if (!target) return;
  Instruction scatter = with(make::run(Opcode::scatter, *target, 0), beat());
  place(scatter);
  if (feed(scatter, 0, group(direction, 1)) && feed(scatter, 1, group(direction, 2), offsets_at)) {
    add(scatter);
  }
}

/// Operation, type and operands of an ALU whose run is set; `before` feeds its chain.
bool Generator::chain_stage(Instruction& alu, std::optional<std::uint32_t> before) {
  const std::array all = {VectorType::i8, VectorType::i16, VectorType::i32, VectorType::f16,
                          VectorType::f32};
  alu.type = before ? at(*before).result_type : n_.one_of(all);
  const auto usable = [&](VectorOperation operation) {
    const auto& traits = numerics::traits_of(operation);
    return (is_float(alu.type) ? traits.floats : traits.integers) &&
           (!traits.large || is_large_alu(queue_of(alu.queue).index));
  };
  const auto operations = static_cast<std::uint32_t>(VectorOperation::count_);
  do {
    alu.operation = static_cast<VectorOperation>(n_.below(operations));
  } while (!usable(alu.operation));
  alu.result_type = alu.operation == VectorOperation::convert ? n_.one_of(all) : alu.type;
  const std::uint32_t operands = numerics::traits_of(alu.operation).operands;
  const std::uint32_t chained = before ? n_.below(operands) : operands;
  for (std::uint32_t o = 0; o < operands; ++o) {
    if (o == chained || (before && n_.once_in(5))) {
      alu.operands.at(o) = make::chained(queue_of(at(*before).queue).index);
      name(alu.operands.at(o), {{*before, 0, 0, 1}});
      continue;
    }
    const Direction direction = n_.once_in(2) ? Direction::east : Direction::west;
    if (!feed(alu, o, group(direction, numerics::width_of(alu.type)))) return false;
  }
  return true;
}

void Generator::chain() {
  const std::uint32_t columns = 1 + n_.below(alu_columns);
  const std::uint32_t first = n_.below(alu_columns - columns + 1);
  Beat beat = this->beat();
  std::optional<std::uint32_t> before;
  for (std::uint32_t c = first; c < first + columns; ++c) {
    Instruction alu =
        with(make::run(Opcode::alu, make::vxm(alu_columns * c + n_.below(4)), 0), beat);
    if (!chain_stage(alu, before)) return;
    if (c + 1 == first + columns || n_.once_in(3)) {
      alu.result = group(n_.once_in(2) ? Direction::east : Direction::west,
                         numerics::width_of(alu.result_type));
    }
    before = add(alu);
    drain(*before);
    beat.cycle += result_delay_cycles(timing_, alu) - timing_.vxm_entry_cycles;
  }
}

void Generator::lanes_part() {
  const Hemisphere side = n_.once_in(2) ? Hemisphere::west : Hemisphere::east;
  const Direction out = side == Hemisphere::west ? Direction::west : Direction::east;
  const Direction in = side == Hemisphere::west ? Direction::east : Direction::west;
  const auto unit = static_cast<SxmUnit>(n_.below(sxm_units));
  const std::array opcodes = {Opcode::transpose, Opcode::transpose,  Opcode::shift,
                              Opcode::permute,   Opcode::distribute, Opcode::rotate};
  const Opcode opcode = opcodes.at(static_cast<std::size_t>(unit));
  Beat beat = this->beat();
  beat.count = std::min(beat.count, opcode == Opcode::transpose ? 3U : 40U);
  Instruction sxm = with(make::run(opcode, make::sxm(side, unit), 0), beat);
  const std::array<std::uint32_t, 4> widths = {1, 1, 2, 4};
  std::uint32_t width = opcode == Opcode::transpose ? 16 : n_.one_of(widths);
  StreamGroup from = group(out, width);
  sxm.result = group(in, width);
  if (opcode == Opcode::shift) sxm.amount = static_cast<std::int16_t>(n_.between(-40, 40));
  if (opcode == Opcode::rotate) {
    width = 3 + n_.below(2);
    sxm.amount = static_cast<std::int16_t>(width);
    from = make::streams(out, n_.below(33 - width), width);
    sxm.result = make::streams(in, n_.below(33 - width * width), width * width);
  }
  if (opcode == Opcode::permute || opcode == Opcode::distribute) {
    LaneMap map(opcode == Opcode::permute ? lanes : lanes_per_superlane);
    for (std::size_t l = 0; l < map.size(); ++l) map[l] = static_cast<std::uint16_t>(l);
    for (std::size_t l = map.size() - 1; l > 0; --l) {
      std::swap(map[l], map[n_.below(static_cast<std::uint32_t>(l + 1))]);
    }
    if (opcode == Opcode::distribute) {
      for (std::uint16_t& lane : map) lane = n_.once_in(4) ? zero_lane : lane;
    }
    sxm.map = static_cast<std::uint32_t>(schedule_.maps.size());
    schedule_.maps.push_back(map);
  }
  if (feed(sxm, 0, from)) drain(add(sxm));
}

/// A product, whose K may be in several passes that are added up.
void Generator::product() {
  const Hemisphere side = n_.once_in(2) ? Hemisphere::west : Hemisphere::east;
  const Direction out = side == Hemisphere::west ? Direction::west : Direction::east;
  const Direction in = side == Hemisphere::west ? Direction::east : Direction::west;
  const VectorType type = n_.once_in(2) ? VectorType::i8 : VectorType::f16;
  const bool half = type == VectorType::f16;
  const std::uint32_t plane = half ? 0 : n_.below(2);
  const auto on = [&](Opcode opcode, MxmQueue part, const Beat& beat) {
    Instruction made = with(make::run(opcode, make::mxm(side, plane, part), 0), beat);
    made.type = type;
    made.stride = 0;
    return made;
  };
  const std::uint32_t passes = 1 + n_.below(3);
  const Beat beat = this->beat();
  const auto row = static_cast<std::uint32_t>(n_.below(60));
  const bool both_ways = n_.once_in(4);
  Cycle cycle = beat.cycle;
  for (std::uint32_t pass = 0; pass < passes; ++pass) {
    const std::uint32_t loads = n_.once_in(6) ? 20 : 1 + n_.below(3);
    const std::uint32_t rows = half ? 8 : 16;
    Instruction load = on(Opcode::load_weights, MxmQueue::weights, {cycle, loads, 1 + n_.below(2)});
    load.stride = static_cast<std::int32_t>(rows);
    used_.clear();
    const StreamGroup weights = group(out, 16);
    if (!feed(load, 0, weights)) return;
    const std::uint32_t loaded = add(load);
    const Cycle landed = load.last_cycle() + effect_delay_cycles(timing_, load) + n_.below(3);
    Instruction install = on(Opcode::install_weights, MxmQueue::weights, {landed, 1, 1});
    install.rows = static_cast<std::uint16_t>(loads * rows - n_.below(rows));
    install.operands[2] = make::implied();
    name(install.operands[2], {{loaded, 0, 0, 1}});
    const std::uint32_t installed = add(install);
    const Cycle ready = landed + effect_delay_cycles(timing_, install) + n_.below(3);
    Instruction activate =
        on(Opcode::activate, MxmQueue::activations, {ready, beat.count, beat.interval});
    activate.half = static_cast<std::uint8_t>(half ? n_.below(2) : 0);
    activate.operands[2] = make::implied();
    name(activate.operands[2], {{installed, 0, 0, 0}});
    used_.clear();
    StreamGroup lanes_in = group(out, half ? 2 : 1);
    lanes_in.first = static_cast<std::uint8_t>((lanes_in.first % 16) + (16 - weights.first));
    if (!feed(activate, 0, lanes_in)) return;
    const std::uint32_t activated = add(activate);
    Instruction sums =
        on(Opcode::accumulate, MxmQueue::results,
           {ready + effect_delay_cycles(timing_, activate), beat.count, beat.interval});
    sums.address = both_ways ? row + 60 : row;
    sums.stride = both_ways ? -1 : 1;
    sums.adds = pass == 0 ? 0 : 1;
    sums.operands[2] = make::implied();
    name(sums.operands[2], {{activated, 0, 0, 1}});
    if (pass + 1 == passes || n_.once_in(3)) sums.result = group(in, 4);
    used_.clear();
    drain(add(sums));
    cycle = std::max(activate.last_cycle() + 1, landed + timing_.mxm_install_cycles) + n_.below(4);
  }
}

/// Some queues wait until another says go on.
void Generator::barrier() {
  const Cycle notified = n_.below(6);
  const std::uint32_t syncs = 1 + n_.below(3);
  for (std::uint32_t i = 0; i < syncs; ++i) {
    const auto& some = n_.one_of(schedule_.instructions);
    add(make::run(Opcode::sync, queue_of(some.queue),
                  notified - n_.below(static_cast<std::uint32_t>(notified) + 1)));
  }
  std::uint32_t caller = n_.below(queues);
  while (queue_of(caller).unit == Unit::c2c) caller = n_.below(queues);
  add(make::run(Opcode::notify, queue_of(caller), notified));
}

/// Takes a part's instructions out.
void Generator::remove(std::uint32_t part) {
  std::vector<std::uint32_t> places(schedule_.instructions.size(), none);
  std::vector<Instruction> kept;
  std::vector<std::uint32_t> parts;
  for (std::uint32_t i = 0; i < places.size(); ++i) {
    if (part_of_[i] == part) continue;
    places[i] = static_cast<std::uint32_t>(kept.size());
    kept.push_back(schedule_.instructions[i]);
    parts.push_back(part_of_[i]);
  }
  for (Name& name : schedule_.names) {
    if (name.producer != none) name.producer = places[name.producer];
  }
  schedule_.instructions = std::move(kept);
  part_of_ = std::move(parts);
}

/// Words that reads can meet: any bytes, and small offsets where gathers look for them.
oracle::Memory random_memory(const Schedule& schedule, Numbers& numbers) {
  oracle::Memory memory;
  for (const Instruction& run : schedule.instructions) {
    if (run.opcode != Opcode::read && run.opcode != Opcode::gather) continue;
    const Queue queue = queue_of(run.queue);
    const std::uint32_t more = run.opcode == Opcode::gather ? offsets : 1;
    for (std::uint32_t k = 0; k < run.count; ++k) {
      for (std::uint32_t m = 0; m < more; ++m) {
        const auto address = static_cast<std::uint32_t>(run.address_of(k)) + m;
        const std::uint32_t word =
            oracle::word_number(queue.hemisphere, queue.index, run.bank, address);
        oracle::Vector& bytes = memory[word];
        const bool offset = address >= offsets_at && address < zeros_at;
        for (std::uint8_t& byte : bytes) {
          byte = static_cast<std::uint8_t>(offset ? numbers.below(offsets) : numbers.below(256));
        }
        if (address >= zeros_at) bytes = {};
      }
    }
  }
  return memory;
}

Case Generator::make() {
  const std::array<void (Generator::*)(), 8> parts = {
      &Generator::copy,  &Generator::copy,  &Generator::gather,     &Generator::scatter,
      &Generator::chain, &Generator::chain, &Generator::lanes_part, &Generator::product};
  span_cycles_ = 20 + n_.below(200);
  const std::uint32_t wanted = 3 + n_.below(n_.once_in(3) ? 57 : 20);
  while (schedule_.instructions.size() < wanted) {
    used_.clear();
    (this->*n_.one_of(parts))();
    ++part_;
  }
  if (n_.once_in(4)) barrier();
  for (;;) {
    const oracle::Result result = oracle::run(schedule_, timing_, {}, {false, false});
    if (!result.fault) break;
    const bool other = result.fault->other != none && n_.once_in(2);
    remove(part_of_[other ? result.fault->other : result.fault->instruction]);
  }
  Case made;
  made.memory = random_memory(schedule_, n_);
  made.program.schedules = {std::move(schedule_)};
  made.program.schedule_of_chip = {0};
  made.timing = timing_;
  return made;
}

}  // namespace

Case legal(std::uint64_t seed) {
  for (;; seed = mix(seed)) {
    Case made = Generator(seed).make();
    if (!made.schedule().instructions.empty()) return made;
  }
}

}  // namespace weft::program::tsp::random
