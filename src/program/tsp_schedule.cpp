// SPDX-License-Identifier: Apache-2.0
// Schedules a tensor program for one TSP chip, chain by chain.
#include "program/tsp_schedule.hpp"

#include <algorithm>
#include <map>
#include <vector>

#include "base/error.hpp"
#include "program/tsp_schedule_linear.hpp"

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

ScheduledProgram schedule_with(const TensorProgram& program, const std::vector<Chain>& chains,
                               const Timing& timing, const ScheduleOptions& options) {
  SchedulerState state(program, chains, timing, options);
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
    state.release(out.operations.size());
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

}  // namespace

ScheduledProgram schedule(const TensorProgram& program, const Timing& timing,
                          const ScheduleOptions& options) {
  validate(program);
  require_room(program);
  const std::vector<Chain> chains = chains_of(program);
  const bool pads = std::any_of(program.nodes.begin(), program.nodes.end(), [](const auto& node) {
    return node.operation == TensorOperation::convolution;
  });
  // What does not fit as it is fastest is packed closer: images take each other's words, then
  // weights lie in one hemisphere.
  std::vector<ScheduleOptions> trials = {options};
  if (pads && !options.chip_pads) {
    trials.push_back(trials.back());
    trials.back().chip_pads = true;
  }
  if (pads && !options.weights_once) {
    trials.push_back(trials.back());
    trials.back().weights_once = true;
  }
  for (std::size_t trial = 0; trial + 1 < trials.size(); ++trial) {
    try {
      return schedule_with(program, chains, timing, trials[trial]);
    } catch (const Error& error) {
      if (error.category() == Category::internal) throw;
    }
  }
  return schedule_with(program, chains, timing, trials.back());
}

}  // namespace weft::program::tsp
