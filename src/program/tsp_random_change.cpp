// SPDX-License-Identifier: Apache-2.0
// Random schedules: other delays, and changes that make something wrong.
#include <algorithm>
#include <array>
#include <cstddef>
#include <vector>

#include "base/error.hpp"
#include "program/tsp_random.hpp"

namespace weft::program::tsp::random {
namespace {

/// One change of one place. It may turn out to be none.
class Change {
 public:
  Change(Case& to, Numbers& numbers)
      : case_(to), n_(numbers), i_(n_.below(static_cast<std::uint32_t>(all().size()))) {}

  void make() {
    const std::array<void (Change::*)(), 24> changes = {
        &Change::cycle,     &Change::cycle,     &Change::cycle,   &Change::stream,
        &Change::direction, &Change::queue,     &Change::queue,   &Change::memory_word,
        &Change::run,       &Change::operation, &Change::type,    &Change::chained,
        &Change::weights,   &Change::sums,      &Change::map,     &Change::named,
        &Change::twice,     &Change::meet,      &Change::removed, &Change::text,
        &Change::released,  &Change::driven,    &Change::driven,  &Change::both_ways};
    (this->*n_.one_of(changes))();
  }

 private:
  std::vector<Instruction>& all() { return case_.schedule().instructions; }
  Instruction& it() { return all()[i_]; }
  Operand& operand() { return it().operands.at(n_.below(2)); }
  /// An instruction for which `right` holds, if there is one.
  template <typename Right>
  bool choose(const Right& right) {
    for (int attempt = 0; attempt < 60; ++attempt) {
      i_ = n_.below(static_cast<std::uint32_t>(all().size()));
      if (right(it())) return true;
    }
    return false;
  }
  bool choose(Opcode opcode) {
    return choose([&](const Instruction& in) { return in.opcode == opcode; });
  }

  void cycle() {
    std::int64_t by = n_.between(-3, 3);
    if (n_.once_in(6)) by = n_.between(-40, 40);
    const auto now = static_cast<std::int64_t>(it().cycle);
    it().cycle = static_cast<Cycle>(std::max<std::int64_t>(now + by, 0));
  }
  void stream() {
    StreamGroup& group = n_.once_in(2) ? it().result : operand().group;
    if (group.width == 0) return;
    const bool unaligned = n_.once_in(3);
    const auto first = static_cast<std::int64_t>(group.first) +
                       n_.between(-2, 2) * (unaligned ? 1 : std::int64_t{group.width});
    group.first = static_cast<std::uint8_t>(
        std::clamp<std::int64_t>(first, 0, std::int64_t{streams_a_direction} - group.width));
    if (n_.once_in(8)) group.width = static_cast<std::uint8_t>(1 + n_.below(4));
    if (group.first + group.width > streams_a_direction) group.first = 0;
  }
  void direction() {
    StreamGroup& group = n_.once_in(2) ? it().result : operand().group;
    group.direction = group.direction == Direction::west ? Direction::east : Direction::west;
  }
  /// Another queue of the same unit, if it may.
  void queue() {
    Queue to = queue_of(it().queue);
    if (to.unit == Unit::mem) to.index = static_cast<std::uint8_t>(n_.below(slices_a_hemisphere));
    if (to.unit == Unit::vxm) to.index = static_cast<std::uint8_t>(n_.below(alus));
    if (to.unit == Unit::mxm && it().type != VectorType::f16) to.index ^= 1U;
    if (to.unit != Unit::vxm && n_.once_in(4)) {
      to.hemisphere = to.hemisphere == Hemisphere::west ? Hemisphere::east : Hemisphere::west;
    }
    it().queue = static_cast<std::uint16_t>(number_of(to));
  }
  void memory_word() {
    if (!choose([](const Instruction& in) { return queue_of(in.queue).unit == Unit::mem; })) return;
    if (n_.once_in(2)) it().bank ^= 1U;
    if (n_.once_in(3)) it().address = 190 + n_.below(60);
    if (n_.once_in(5)) it().address = words_a_bank - n_.below(20);
    if (n_.once_in(5)) it().stride = static_cast<std::int32_t>(n_.between(-200, 200));
    if (n_.once_in(5)) it().outer_stride = static_cast<std::int32_t>(n_.between(-9, 9));
  }
  void run() {
    const bool barrier = it().opcode == Opcode::sync || it().opcode == Opcode::notify;
    if (n_.once_in(2) && !barrier) it().count = 1 + n_.below(40);
    if (n_.once_in(2)) it().interval_cycles = 1 + n_.below(5);
    if (n_.once_in(4)) it().inner = 1 + n_.below(6);
  }
  void operation() {
    if (!choose(Opcode::alu)) return;
    const auto& before = numerics::traits_of(it().operation);
    for (int attempt = 0; attempt < 40; ++attempt) {
      const auto other = static_cast<VectorOperation>(
          n_.below(static_cast<std::uint32_t>(VectorOperation::count_)));
      if (numerics::traits_of(other).operands != before.operands) continue;
      it().operation = other;
      return;
    }
  }
  void type() {
    const std::array all = {VectorType::i8, VectorType::i16, VectorType::i32, VectorType::f16,
                            VectorType::f32};
    const bool inner = queue_of(it().queue).index == 0;
    const bool vxm = it().opcode == Opcode::alu;
    VectorType& type = vxm && n_.once_in(2) ? it().result_type : it().type;
    const VectorType other = n_.one_of(all);
    if (vxm || inner || other != VectorType::f16) type = other;
  }
  void chained() {
    if (!choose(Opcode::alu)) return;
    Operand& from = operand();
    if (from.kind == Operand::Kind::chain) from.alu = static_cast<std::uint8_t>(n_.below(alus));
  }
  void weights() {
    if (!choose(n_.once_in(2) ? Opcode::install_weights : Opcode::load_weights)) return;
    if (it().opcode == Opcode::install_weights) {
      it().rows = static_cast<std::uint16_t>(1 + n_.below(n_.once_in(2) ? 400 : 60));
    } else {
      it().stride = static_cast<std::int32_t>(n_.between(-4, 20));
      if (n_.once_in(2)) it().address = n_.below(340);
    }
  }
  void sums() {
    if (!choose(n_.once_in(3) ? Opcode::activate : Opcode::accumulate)) return;
    if (it().opcode == Opcode::activate) {
      it().half = static_cast<std::uint8_t>(n_.below(3));
      return;
    }
    if (n_.once_in(2)) it().adds ^= 1U;
    if (n_.once_in(2)) it().address = n_.below(n_.once_in(2) ? 600 : 120);
    if (n_.once_in(3)) it().stride = static_cast<std::int32_t>(n_.between(-30, 30));
  }
  void map() {
    std::vector<LaneMap>& maps = case_.schedule().maps;
    if (maps.empty()) return;
    LaneMap& map = maps[n_.below(static_cast<std::uint32_t>(maps.size()))];
    map[n_.below(static_cast<std::uint32_t>(map.size()))] =
        static_cast<std::uint16_t>(n_.below(lanes_per_superlane));
  }
  void named() {
    std::vector<Name>& names = case_.schedule().names;
    if (names.empty()) return;
    Name& name = names[n_.below(static_cast<std::uint32_t>(names.size()))];
    if (n_.once_in(3)) name.first += n_.between(-2, 2);
    if (n_.once_in(3)) name.step += n_.between(-1, 1);
    if (n_.once_in(3)) name.producer = n_.below(static_cast<std::uint32_t>(all().size()));
  }
  /// The same again, somewhere near.
  void twice() {
    const Instruction copy = it();
    all().push_back(copy);
    i_ = static_cast<std::uint32_t>(all().size() - 1);
    if (n_.once_in(2)) cycle();
    if (n_.once_in(2)) queue();
    if (n_.once_in(3)) run();
  }
  /// Where another of the same unit is, in its cycle.
  void meet() {
    const Instruction& there = n_.one_of(all());
    if (queue_of(there.queue).unit != queue_of(it().queue).unit) return;
    if (queue_of(there.queue).part != queue_of(it().queue).part) return;
    it().queue = there.queue;
    it().cycle = there.cycle + n_.below(2);
    if (n_.once_in(2)) it().bank = there.bank;
  }
  void removed() {
    if (all().size() < 2) return;
    it().opcode = Opcode::notify;  // as good as gone, and indices stay
    it().count = 1;
    it().operands = {};
    it().result = {};
    if (n_.once_in(2)) it().opcode = Opcode::sync;
    it().cycle = n_.once_in(2) ? it().cycle : n_.below(200);
  }
  /// Text that fits just so, or does not.
  void text() {
    const std::size_t slices =
        case_.timing.text_slices_west.size() + case_.timing.text_slices_east.size();
    case_.timing.text_bytes_an_instruction = 1;
    const std::uint64_t words = oracle::text_bytes(case_.schedule(), case_.timing);
    const std::uint64_t bytes = std::uint64_t{slices} * banks_a_slice * words_a_bank * lanes;
    case_.timing.text_bytes_an_instruction =
        static_cast<std::uint32_t>(bytes / words + n_.below(2));
  }
  /// A second driver of the same streams at the same stop.
  void driven() {
    if (!choose([](const Instruction& in) { return in.result.width > 0; })) return;
    const Instruction copy = it();
    all().push_back(copy);
    i_ = static_cast<std::uint32_t>(all().size() - 1);
    Queue to = queue_of(it().queue);
    if (to.unit == Unit::mem) to.index ^= static_cast<std::uint8_t>(n_.between(1, 3));
    if (to.unit == Unit::vxm) to.index ^= 8U;  // as large, two columns away
    it().queue = static_cast<std::uint16_t>(number_of(to));
    if (n_.once_in(3)) it().cycle += n_.below(3);
  }
  /// Both operands of an ALU from the same group of either direction.
  void both_ways() {
    const auto stream = Operand::Kind::stream;
    const auto right = [&](const Instruction& in) {
      return in.operands[0].kind == stream && in.operands[1].kind == stream &&
             in.opcode == Opcode::alu;
    };
    if (!choose(right)) return;
    it().operands[1].group = it().operands[0].group;
    StreamGroup& group = it().operands[n_.below(2)].group;
    group.direction = group.direction == Direction::west ? Direction::east : Direction::west;
  }
  void released() {
    if (choose(Opcode::notify)) it().cycle = n_.below(200);
  }

  Case& case_;
  Numbers& n_;
  std::uint32_t i_;
};

bool is_valid(const Program& program) {
  try {
    validate(program);
  } catch (const Error&) {
    return false;
  }
  return true;
}

}  // namespace

Timing timing(Numbers& n) {
  Timing out;
  out.text_slices_west = {16, 20, 24, 28};
  out.text_slices_east = {16, 20, 24, 28};
  out.mxm_accumulator_rows = 512;
  if (n.once_in(2)) return out;
  const auto delay = [&](Cycle most) { return 1 + n.below(static_cast<std::uint32_t>(most)); };
  out.mem_read_cycles = delay(3);
  out.mem_write_cycles = delay(4);
  out.mem_gather_cycles = delay(3);
  out.mem_scatter_cycles = delay(4);
  out.vxm_entry_cycles = delay(6);
  out.vxm_operation_cycles = delay(4);
  out.vxm_large_operation_cycles = delay(6);
  out.sxm_crossing_cycles = delay(4);
  out.sxm_shift_cycles = delay(12);
  out.sxm_permute_cycles = delay(30);
  out.sxm_distribute_cycles = delay(4);
  out.sxm_rotate_cycles = delay(6);
  out.sxm_transpose_cycles = delay(6);
  out.mxm_crossing_cycles = delay(3);
  out.mxm_load_cycles = delay(3);
  out.mxm_install_cycles = delay(4);
  out.mxm_pass_cycles = delay(30);
  out.mxm_accumulate_cycles = delay(3);
  out.mxm_accumulator_rows = 170 + n.below(100);
  out.barrier_cycles = delay(60);
  return out;
}

Case changed(const Case& from, std::uint64_t seed) {
  Numbers numbers(seed);
  for (;;) {
    Case to = from;
    Change(to, numbers).make();
    if (is_valid(to.program)) return to;
  }
}

Case illegal(std::uint64_t seed) {
  for (std::uint64_t turn = seed;; turn = mix(turn)) {
    Case to = legal(turn);
    for (int attempt = 0; attempt < 12; ++attempt) {
      to = changed(to, mix(turn + static_cast<std::uint64_t>(attempt)));
      const auto fault = oracle::run(to.schedule(), to.timing, {}, {false, false}).fault;
      // Most changes end in an operand that nobody drives.
      if (fault && (fault->code != FaultCode::undriven_operand || turn % 4 == 0)) return to;
      if (fault) break;
    }
  }
}

}  // namespace weft::program::tsp::random
