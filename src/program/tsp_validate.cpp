// SPDX-License-Identifier: Apache-2.0
// Is a TSP program one that can be checked and run without looking again at its indices?
#include <algorithm>
#include <array>
#include <set>
#include <string>

#include "base/error.hpp"
#include "program/tsp.hpp"
#include "program/tsp_shape.hpp"

namespace weft::program::tsp {
namespace {

bool in_bank(std::int64_t word) { return word >= 0 && word < std::int64_t{words_a_bank}; }

class InstructionValidator {
 public:
  InstructionValidator(const Program& program, const Schedule& schedule, std::uint32_t index)
      : p_(program), s_(schedule), index_(index), i_(schedule.instructions[index]) {}

  void run() const {
    require(i_.opcode < Opcode::count_ && i_.operation < VectorOperation::count_ &&
                i_.type <= VectorType::f32 && i_.result_type <= VectorType::f32,
            "an enumeration has no such value");
    require(i_.label == none || i_.label < p_.texts.size(), "the label is none of the texts");
    require(i_.queue < queues, "there are 144 queues");
    times();
    unit();
    for (std::uint32_t o = 0; o < i_.operands.size(); ++o) operand(o);
    group(i_.result, "result");
    const OpcodeTraits& traits = traits_of(i_.opcode);
    const bool given = i_.result.width > 0;
    require(given || !traits.gives, "it has no result stream");
    require(!given || traits.may_give, "it can't drive a stream");
    require(i_.reserved[0] == 0 && i_.reserved[1] == 0 && i_.reserved[2] == 0,
            "reserved bytes are not zero");
    own();
  }

 private:
  [[noreturn]] void refuse(const std::string& what) const {
    std::string place = place_text(p_, i_);
    if (place.empty()) place = "TSP program: ";
    fail(Category::input, place + text_of(p_, s_, index_) + ": " + what);
  }
  void require(bool good, const char* what) const {
    if (!good) refuse(what);
  }
  void require(bool good, const char* subject, const char* what) const {
    if (!good) refuse(std::string(subject) + " " + what);
  }

  void times() const {
    require(i_.count >= 1 && i_.count < count_limit, "count is not in 1 .. 2^31 - 1");
    require(i_.interval_cycles >= 1, "the interval is 0 cycles");
    require(i_.inner >= 1, "inner is 0");
    const Cycle span = Cycle{i_.count - 1} * i_.interval_cycles;
    require(i_.cycle < cycle_limit && span < cycle_limit - i_.cycle,
            "it is dispatched after cycle 2^48");
    const bool barrier = i_.opcode == Opcode::sync || i_.opcode == Opcode::notify;
    require(!barrier || i_.count == 1, "a sync or notify can't be repeated");
  }

  void unit() const {
    const OpcodeTraits& traits = traits_of(i_.opcode);
    const Queue queue = queue_of(i_.queue);
    const bool part = ((traits.parts >> queue.part) & 1U) != 0;
    if (traits.unit && (*traits.unit != queue.unit || !part)) {
      refuse("queue " + name_of(queue) + " does not dispatch " + std::string(traits.name));
    }
    require(!takes_both_planes(i_) || queue.index == 0,
            "fp16 takes both planes: it is dispatched on the inner plane's queue");
  }

  void group(const StreamGroup& group, const char* what) const {
    require(group.direction <= Direction::east && group.reserved == 0 &&
                std::uint32_t{group.first} + group.width <= streams_a_direction,
            what, "is of streams that are none: a direction has 32");
  }

  void operand(std::uint32_t index) const {
    constexpr std::array<const char*, 3> texts = {"operand 0", "operand 1", "operand 2"};
    const char* what = texts.at(index);
    const Operand& operand = i_.operands[index];
    require(operand.kind <= Operand::Kind::implied && operand.reserved[0] == 0 &&
                operand.reserved[1] == 0,
            what, "is of an unknown kind");
    group(operand.group, what);
    const bool stream = operand.kind == Operand::Kind::stream;
    const bool chain = operand.kind == Operand::Kind::chain;
    if (index == 2) {
      require(operand.kind == Operand::Kind::none ||
                  (operand.kind == Operand::Kind::implied && traits_of(i_.opcode).implies),
              what, "is what nothing implies");
    } else if (index < operands_of(i_)) {
      require(stream || (chain && i_.opcode == Opcode::alu), what, "is missing");
      require(!stream || operand.group.width > 0, what, "is of no stream");
    } else {
      require(operand.kind == Operand::Kind::none, what, "is one too many");
    }
    require(!chain || operand.alu < alus, what, "is of an ALU that is none: there are 16");
    names(operand, what);
  }

  void names(const Operand& operand, const char* what) const {
    if (operand.name_count == 0) return;
    const bool stream = operand.kind == Operand::Kind::stream;
    require(operand.kind != Operand::Kind::none &&
                (operand.name_count == 1 || (stream && operand.name_count == operand.group.width)),
            what, "has neither one name nor one a stream");
    require(
        operand.names <= s_.names.size() && operand.name_count <= s_.names.size() - operand.names,
        what, "has names beyond the schedule's");
    for (std::uint32_t n = 0; n < operand.name_count; ++n) {
      const Name& name = s_.names[operand.names + n];
      require(name.producer == none || name.producer < s_.instructions.size(), what,
              "names an instruction that is none");
      require(name.reserved == 0 && std::max(name.first, name.step) < name_limit &&
                  std::min(name.first, name.step) > -name_limit,
              what, "names an element beyond 2^31");
    }
  }

  void own() const {
    const bool memory = traits_of(i_.opcode).unit == Unit::mem;
    require(!memory || i_.bank < banks_a_slice, "a slice has 2 banks");
    require(i_.opcode != Opcode::install_weights || i_.rows > 0,
            "no row of the array holds weights");
    const bool mapped = i_.opcode == Opcode::permute || i_.opcode == Opcode::distribute;
    require(!mapped || i_.map < s_.maps.size(), "its map is none of the schedule's");
    if (i_.opcode != Opcode::distribute) return;
    const LaneMap& map = s_.maps[i_.map];
    const bool good = std::all_of(map.begin(), map.end(), [](std::uint16_t lane) {
      return lane < lanes_per_superlane || lane == zero_lane;
    });
    require(map.size() == lanes_per_superlane && good,
            "a distribute's map has 16 entries, each of 0 .. 15 or zero");
  }

  const Program& p_;
  const Schedule& s_;
  std::uint32_t index_;
  const Instruction& i_;
};

class TensorValidator {
 public:
  TensorValidator(const Program& program, const Tensor& tensor) : p_(program), t_(tensor) {}

  void run() const {
    require(!t_.name.empty(), "it has no name");
    for (const std::uint32_t other : t_.over) {
      require(other < static_cast<std::uint32_t>(&t_ - p_.tensors.data()),
              "it lies over a tensor that is none of those before it");
    }
    require(t_.role <= Tensor::Role::constant && t_.type <= VectorType::f32,
            "an enumeration has no such value");
    constexpr std::uint64_t most = std::uint64_t{1} << 40U;
    std::uint64_t elements = 1;
    for (const std::uint64_t extent : t_.shape) {
      require(extent > 0 && extent <= most / elements,
              "its shape is empty, or above 2^40 elements");
      elements *= extent;
    }
    for (std::size_t n = 0; n < t_.pieces.size(); ++n) piece(t_.pieces[n], n, elements);
    const std::uint64_t bytes = elements * numerics::width_of(t_.type);
    const bool given = t_.role != Tensor::Role::constant || p_.timing_only;
    require(
        given || (t_.bytes_first <= p_.bytes.size() && bytes <= p_.bytes.size() - t_.bytes_first),
        "its bytes are not in the program");
  }

 private:
  void require(bool good, const std::string& what) const {
    if (good) return;
    fail(Category::input, place_text(p_, t_) + "tensor '" + t_.name + "': " + what);
  }

  void piece(const Piece& piece, std::size_t number, std::uint64_t elements) const {
    const std::string what = "piece " + std::to_string(number) + ": ";
    require(piece.chip < p_.chips(), what + "there is no chip " + std::to_string(piece.chip));
    bool good = piece.hemisphere <= Hemisphere::east && piece.bank < banks_a_slice &&
                piece.reserved == 0 && piece.reserved_too == 0;
    for (std::uint32_t b = 0; b < piece.slices.size(); ++b) {
      good = good && piece.slices[b] < slices_a_hemisphere;
    }
    require(good, what + "there is no such hemisphere, slice or bank");
    const std::int64_t last = std::int64_t{piece.words} - 1;
    require(piece.words > 0 && piece.words <= words_a_bank && in_bank(piece.address) &&
                in_bank(std::int64_t{piece.address} + last * piece.stride),
            what + "words beyond the bank");
    require(piece.lane_count > 0 && std::uint32_t{piece.lane_first} + piece.lane_count <= lanes,
            what + "lanes beyond the word");
    within(piece, what, elements);
  }

  void within(const Piece& piece, const std::string& what, std::uint64_t elements) const {
    constexpr std::int64_t most = std::int64_t{1} << 41U;
    const auto small = [](std::int64_t value) { return value > -most && value < most; };
    bool good = small(piece.first) && small(piece.word_step) && small(piece.lane_step);
    for (const std::int64_t word : {std::int64_t{0}, std::int64_t{piece.words} - 1}) {
      for (const std::int64_t lane : {std::int64_t{0}, std::int64_t{piece.lane_count} - 1}) {
        if (!good) break;
        const std::int64_t at = piece.first + word * piece.word_step + lane * piece.lane_step;
        good = at >= 0 && static_cast<std::uint64_t>(at) < elements;
      }
    }
    require(good, what + "elements beyond the tensor");
  }

  const Program& p_;
  const Tensor& t_;
};

}  // namespace

void validate(const Program& program) {
  const std::string place = program.file.empty() ? "TSP program" : program.file;
  if (program.chips() == 0) fail(Category::input, place + ": it has no chip");
  for (const std::uint32_t schedule : program.schedule_of_chip) {
    if (schedule == none || schedule < program.schedules.size()) continue;
    fail(Category::input, place + ": a chip's schedule is none of the program's");
  }
  for (const Schedule& schedule : program.schedules) {
    if (schedule.instructions.size() >= none) fail(Category::input, place + ": too many runs");
    for (std::uint32_t i = 0; i < schedule.instructions.size(); ++i) {
      InstructionValidator(program, schedule, i).run();
    }
  }
  for (const std::uint32_t layer : program.layer_of_text) {
    if (layer == none || layer < program.layers.size()) continue;
    fail(Category::input, place + ": a text is of a layer that is none of the program's");
  }
  std::set<std::string> names;
  for (const Tensor& tensor : program.tensors) {
    TensorValidator(program, tensor).run();
    if (!names.insert(tensor.name).second) {
      fail(Category::input, place + ": two tensors are called '" + tensor.name + "'");
    }
  }
  refuse_overlaps(program);
}

}  // namespace weft::program::tsp
