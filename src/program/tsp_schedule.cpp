// SPDX-License-Identifier: Apache-2.0
// Schedules a tensor program for one TSP chip, chain by chain.
#include "program/tsp_schedule.hpp"

#include <algorithm>
#include <exception>
#include <map>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "program/tsp_schedule_linear.hpp"
#include "program/tsp_schedule_need.hpp"

namespace weft::program::tsp {
namespace {

ScheduledOperation place_chain(SchedulerState& state, const Chain& chain) {
  if (chain.primary == nullptr) return place_vector(state, chain);
  switch (chain.primary->operation) {
    case TensorOperation::matmul:
      return place_matmul(state, chain);
    case TensorOperation::convolution:
      return place_convolution(state, chain);
    case TensorOperation::maximum_pool:
      return place_maximum_pool(state, chain);
    case TensorOperation::sum_pool:
      return place_sum_pool(state, chain);
    case TensorOperation::softmax:
      return place_softmax(state, chain);
    case TensorOperation::layer_norm:
      return place_layer_norm(state, chain);
    case TensorOperation::transpose:
      return place_transpose(state, chain);
    case TensorOperation::reshape:
      return place_reshape(state, chain);
    case TensorOperation::gather:
      return place_gather(state, chain);
    default:
      break;
  }
  fail(Category::unsupported, "tensor '" + state.program.at(chain.primary->result).name +
                                  "': " + std::string(name_of(chain.primary->operation)) +
                                  " is not scheduled");
}

Tensor host_tensor(const SchedulerState& state, TensorId id, Program& program, bool timing_only) {
  const TensorValue& value = state.program.at(id);
  Tensor out;
  out.name = value.name;
  out.type = value.type;
  out.shape = value.shape;
  const auto found = state.pieces.find(id);
  if (found != state.pieces.end()) out.pieces = found->second;
  out.line = value.line;
  out.role = value.role == TensorValue::Role::input      ? Tensor::Role::input
             : value.role == TensorValue::Role::constant ? Tensor::Role::constant
                                                         : Tensor::Role::output;
  if (out.role == Tensor::Role::constant && !timing_only) {
    const std::vector<std::byte> bytes = bytes_of(value);
    out.bytes_first = program.bytes.size();
    program.bytes.insert(program.bytes.end(), bytes.begin(), bytes.end());
  }
  return out;
}

/// "a.tensors:14: ", for messages; empty where it is not known.
std::string place_text(const TensorProgram& program, const TensorValue& value) {
  if (program.file.empty()) return {};
  return program.file + (value.line != 0 ? ":" + std::to_string(value.line) : "") + ": ";
}

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
                              std::to_string(least) + " words at least; the chip has " +
                              std::to_string(words));
  }
}

/// Outputs that are only reshapes: their words are another's.
void describe_reshapes(SchedulerState& state) {
  for (TensorId id = 0; id < state.program.tensors.size(); ++id) {
    if (!state.program.at(id).output || state.pieces.count(id) != 0) continue;
    const Placed& placed = state.place_of(id);
    for (const Segment& segment : placed.segments) state.describe_pieces(id, placed, segment);
  }
}

Cycle end_of(const Schedule& schedule, const Timing& timing) {
  Cycle end = 0;
  for (const Instruction& run : schedule.instructions) {
    end = std::max(end, run.last_cycle() + end_delay_cycles(timing, run));
  }
  return end;
}

/// An attempt at a schedule, and how far it came.
struct Attempt {
  ScheduleOptions options;
  SliceWords reserved{};
  bool boundless = false;
  std::size_t placed = 0;  ///< chains
  MemoryNeed need{};
  std::exception_ptr failure{};
};

ScheduledProgram schedule_with(const TensorProgram& program, const std::vector<Chain>& chains,
                               const Timing& timing, Attempt& attempt) {
  const ScheduleOptions& options = attempt.options;
  SchedulerState state(
      program, chains, timing, options,
      attempt.boundless ? Memory::boundless(timing) : Memory(timing, attempt.reserved));
  ScheduledProgram out;
  for (const Chain& chain : chains) {
    const TensorValue& result = program.at(chain.result);
    if (!options.interleave_layers && state.end > 0) {
      state.barrier = state.end + static_cast<Offset>(timing.superlane_stagger_cycles);
    }
    ScheduledOperation done;
    try {
      done = place_chain(state, chain);
      place_halos(state, chain.result);
    } catch (const Error& error) {  // names a tensor
      fail(error.category(), place_text(program, result) + error.what());
    }
    if (attempt.boundless) attempt.need.note(state.memory);
    state.release(out.operations.size());
    ++attempt.placed;
    done.name = result.name;
    done.operation =
        chain.primary != nullptr ? chain.primary->operation : TensorOperation::elementwise;
    Cycle last = done.last_cycle;
    for (const Segment& segment : state.placed[chain.result].segments) {
      if (segment.copy != 0) continue;
      for (std::uint64_t row = segment.first; row < segment.first + segment.rows; ++row) {
        last = std::max(last, segment.ready_at(row));
      }
    }
    done.last_cycle = last;
    out.operations.push_back(done);
  }
  describe_reshapes(state);
  const TensorValue* unread = nullptr;
  std::map<TensorId, std::vector<std::uint32_t>> same_words;
  for (TensorId id = 0; id < state.program.tensors.size(); ++id) {
    const TensorValue& value = state.program.tensors[id];
    if (value.role == TensorValue::Role::result && !value.output) continue;
    Tensor tensor = host_tensor(state, id, out.program, options.timing_only);
    if (tensor.pieces.empty()) {  // nobody asked for it
      if (value.role == TensorValue::Role::input && unread == nullptr) unread = &value;
      continue;
    }
    if (id < state.resolved.size()) {  // a reshape's words may be another's
      std::vector<std::uint32_t>& same = same_words[state.resolved[id]];
      tensor.over = same;
      same.push_back(static_cast<std::uint32_t>(out.program.tensors.size()));
    }
    out.program.tensors.push_back(std::move(tensor));
  }
  if (unread != nullptr) {
    fail(Category::input, place_text(program, *unread) + "tensor '" + unread->name +
                              "': nothing reads this input, and a host that gives it would find no "
                              "such tensor");
  }
  out.program.timing_only = options.timing_only;
  out.program.texts = state.texts;
  out.program.file = program.file;
  out.program.schedules.push_back(std::move(state.placer.schedule()));
  out.program.schedule_of_chip = {0};
  out.cycles = end_of(out.program.schedules[0], timing);
  return out;
}

/// True where it made `out`; internal errors go on.
bool succeeds(const TensorProgram& program, const std::vector<Chain>& chains, const Timing& timing,
              Attempt& attempt, ScheduledProgram& out) {
  try {
    out = schedule_with(program, chains, timing, attempt);
    return true;
  } catch (const Error& error) {
    if (error.category() == Category::internal) throw;
    attempt.failure = std::current_exception();
    return false;
  }
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

/// The attempt that came furthest says what it lacked, and where that was room, what there is.
[[noreturn]] void fail_as(const std::vector<Attempt>& attempts, const MemoryNeed& need,
                          const Timing& timing) {
  const auto furthest =
      std::max_element(attempts.begin(), attempts.end(),
                       [](const Attempt& a, const Attempt& b) { return a.placed < b.placed; });
  try {
    std::rethrow_exception(furthest->failure);
  } catch (const Error& error) {
    const bool room = error.category() == Category::limit && need.most_words != 0;
    fail(error.category(), error.what() + (room ? "; " + describe(need, timing) : ""));
  }
}

}  // namespace

ScheduledProgram schedule(const TensorProgram& program, const Timing& timing,
                          const ScheduleOptions& options) {
  validate(program);
  require_room(program);
  const std::vector<Chain> chains = chains_of(program);
  ScheduledProgram out;
  std::vector<Attempt> attempts = {{options}};
  if (succeeds(program, chains, timing, attempts.back(), out)) return out;
  MemoryNeed need;
  for (const ScheduleOptions& packed : closer(program, options)) {
    Attempt measured{packed};
    measured.boundless = true;
    measured.options.timing_only = true;
    const bool sound = succeeds(program, chains, timing, measured, out);
    need = measured.need;
    if (!sound) {
      attempts.push_back(measured);
      continue;
    }
    if (!need.fits()) continue;
    attempts.push_back({packed, need.reserved()});
    if (succeeds(program, chains, timing, attempts.back(), out)) return out;
  }
  fail_as(attempts, need, timing);
}

}  // namespace weft::program::tsp
