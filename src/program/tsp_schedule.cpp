// SPDX-License-Identifier: Apache-2.0
// Tries to schedule a tensor program as it is fastest, and then packed closer.
#include "program/tsp_schedule.hpp"

#include <algorithm>
#include <exception>
#include <utility>
#include <vector>

#include "base/counted.hpp"
#include "base/error.hpp"
#include "program/tsp_schedule_attempt.hpp"

namespace weft::program::tsp {
namespace {

std::vector<Chain> chains_of(const TensorProgram& program) {
  try {
    return fuse(program);
  } catch (const Error& error) {  // names a tensor
    fail(error.category(), (program.file.empty() ? "" : program.file + ": ") + error.what());
  }
}

/// Refuses what no placement could hold: a row takes a word at least.
void require_room(const TensorProgram& program) {
  constexpr std::uint64_t words =
      std::uint64_t{2} * slices_a_hemisphere * banks_a_slice * words_a_bank;
  for (const TensorValue& value : program.tensors) {
    if (value.shape.empty()) continue;
    const std::uint64_t inner = value.shape.back();
    const std::uint64_t least = value.elements() / inner * ((inner + lanes - 1) / lanes);
    if (least <= words) continue;
    fail(Category::limit, place_text(program, value) + "tensor '" + value.name + "' takes " +
                              counted(least, "word") + " at least; the chip has " +
                              std::to_string(words));
  }
}

void require_chips(const TensorProgram& program, const System& system) {
  for (const TensorNode& node : program.nodes) {
    if (node.chip < system.chips) continue;
    const TensorValue& value = program.at(node.result);
    fail(Category::input, place_text(program, value) + "tensor '" + value.name +
                              "' is made on chip " + std::to_string(node.chip) +
                              "; the machine has " + std::to_string(system.chips) +
                              (system.chips == 1 ? " chip" : " chips, numbered from 0"));
  }
}

DividedProgram take_apart(const TensorProgram& program) {
  DividedProgram out{&program, parts_of(program), {}};
  for (const ChipPart& part : out.chips.parts) out.chains.push_back(chains_of(part.program));
  return out;
}

/// What does not fit as it is fastest is packed closer: words of weights and constants are kept
/// from images, which take each other's; then weights lie in one hemisphere.
std::vector<ScheduleOptions> closer(const TensorProgram& program, const ScheduleOptions& options) {
  const bool convolves =
      std::any_of(program.nodes.begin(), program.nodes.end(),
                  [](const auto& node) { return node.operation == TensorOperation::convolution; });
  std::vector<ScheduleOptions> out = {options};
  out.back().chip_pads = options.chip_pads || convolves;
  if (convolves && !options.weights_once) {
    out.push_back(out.back());
    out.back().weights_once = true;
  }
  return out;
}

/// Attempts of which none made a schedule.
class Attempts {
 public:
  Attempts(const DividedProgram& divided, const Timing& timing)
      : divided_(divided), timing_(timing) {}

  /// True where it made `out`. Internal errors go on.
  bool make(Attempt& attempt, ScheduledProgram& out) {
    try {
      out = attempt_schedule(divided_, timing_, attempt);
      return true;
    } catch (const Error& error) {
      if (error.category() == Category::internal) throw;
      if (failure_ && attempt.placed <= placed_) return false;
      failure_ = std::current_exception();
      placed_ = attempt.placed;
      return false;
    }
  }

  /// The one that came furthest says what it lacked; where that was room, what there is.
  [[noreturn]] void fail_as_furthest(const std::vector<MemoryNeed>& needs) const {
    try {
      std::rethrow_exception(failure_);
    } catch (const Error& error) {
      std::string text = error.what();
      for (std::size_t part = 0; part < needs.size(); ++part) {
        if (error.category() != Category::limit || needs[part].most_words == 0) continue;
        const bool several = needs.size() > 1;
        const std::string chip = std::to_string(divided_.chips.parts[part].chip);
        text += (several ? "; on chip " + chip + " " : "; ") + describe(needs[part], timing_);
      }
      fail(error.category(), text);
    }
  }

 private:
  const DividedProgram& divided_;
  const Timing& timing_;
  std::exception_ptr failure_;  ///< of the one that came furthest
  std::size_t placed_ = 0;      ///< chains, by it
};

}  // namespace

ScheduledProgram schedule(const TensorProgram& program, const Timing& timing,
                          const ScheduleOptions& options) {
  validate(program);
  require_room(program);
  require_chips(program, options.system);
  const DividedProgram divided = take_apart(program);
  for (const ChipPart& part : divided.chips.parts) {
    require_given_room(part, divided.chips.parts.size() > 1, timing);
  }
  Attempts attempts(divided, timing);
  ScheduledProgram out;
  Attempt fastest{options};
  if (attempts.make(fastest, out)) return out;
  std::vector<MemoryNeed> needs;
  for (const ScheduleOptions& packed : closer(program, options)) {
    Attempt measured{packed};
    measured.boundless = true;
    measured.options.timing_only = true;
    const bool sound = attempts.make(measured, out);
    needs = measured.needs;
    const bool fits =
        std::all_of(needs.begin(), needs.end(), [](const MemoryNeed& need) { return need.fits(); });
    if (!sound || !fits) continue;
    Attempt kept{packed};
    for (const MemoryNeed& need : needs) kept.reserved.push_back(need.reserved());
    if (attempts.make(kept, out)) return out;
  }
  attempts.fail_as_furthest(needs);
}

}  // namespace weft::program::tsp
