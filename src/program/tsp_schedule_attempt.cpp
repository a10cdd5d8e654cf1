// SPDX-License-Identifier: Apache-2.0
// Places chain after chain, each on its chip, and takes what another chip reads there.
#include "program/tsp_schedule_attempt.hpp"

#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <tuple>
#include <utility>

#include "base/error.hpp"
#include "program/tsp_links.hpp"
#include "program/tsp_schedule_linear.hpp"
#include "program/tsp_schedule_transfer.hpp"

namespace weft::program::tsp {
namespace {

ScheduledOperation place_chain(SchedulerState& state, const Chain& chain) {
  if (chain.primary == nullptr) return place_vector(state, chain);
  switch (chain.primary->operation) {
    case TensorOperation::matmul:
      return place_matmul(state, chain);
    case TensorOperation::convolution:
      return state.program.filters_channels(*chain.primary) ? place_filters(state, chain)
                                                            : place_convolution(state, chain);
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

Tensor described(const TensorValue& value) {
  Tensor out;
  out.name = value.name;
  out.type = value.type;
  out.shape = value.shape;
  out.line = value.line;
  out.role = value.role == TensorValue::Role::input      ? Tensor::Role::input
             : value.role == TensorValue::Role::constant ? Tensor::Role::constant
                                                         : Tensor::Role::output;
  return out;
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

/// Of which layer each text of a chip is: what is scheduled for a chain, on whatever chip, is of
/// the layer of the tensor that it makes.
class LayersOfTexts {
 public:
  LayersOfTexts(const TensorProgram& whole, std::size_t parts)
      : whole_(whole), layers_(whole.layers), of_text_(parts) {}

  /// All texts from the last ones noted up to those that the chips have now are of `id`'s layer;
  /// an operation is one where none has a name.
  void note(TensorId id, const std::vector<std::unique_ptr<SchedulerState>>& states) {
    const TensorValue& value = whole_.at(id);
    std::uint32_t layer = value.layer == no_layer ? none : value.layer;
    if (whole_.layers.empty() && value.role == TensorValue::Role::result) {
      layer = static_cast<std::uint32_t>(layers_.size());
      layers_.push_back(value.name);
    }
    for (std::size_t part = 0; part < states.size(); ++part) {
      of_text_[part].resize(states[part]->texts.size(), layer);
    }
  }

  const std::vector<std::string>& layers() const { return layers_; }
  const std::vector<std::uint32_t>& of_text(std::size_t part) const { return of_text_[part]; }

 private:
  const TensorProgram& whole_;
  std::vector<std::string> layers_;
  std::vector<std::vector<std::uint32_t>> of_text_;  ///< [part][text]
};

class Scheduler {
 public:
  Scheduler(const DividedProgram& divided, const Timing& timing, Attempt& attempt)
      : divided_(divided),
        whole_(*divided.whole),
        timing_(timing),
        attempt_(attempt),
        layers_(whole_, divided.chips.parts.size()) {
    const std::vector<bool> every_lane = stands_in_every_lane(whole_);
    for (std::size_t part = 0; part < divided.chips.parts.size(); ++part) {
      const ChipPart& own = divided.chips.parts[part];
      std::vector<bool> lanes_of_own;
      for (const TensorId id : own.whole) lanes_of_own.push_back(every_lane[id]);
      Memory memory = attempt.boundless          ? Memory::boundless(timing)
                      : attempt.reserved.empty() ? Memory(timing)
                                                 : Memory(timing, attempt.reserved[part]);
      states_.push_back(std::make_unique<SchedulerState>(own.program, divided.chains[part], timing,
                                                         attempt.options, std::move(memory),
                                                         std::move(lanes_of_own)));
      for (const TensorId id : own.leaving) states_.back()->program.tensors[id].output = false;
    }
    attempt.needs.resize(states_.size());
  }

  ScheduledProgram run() {
    join_chips();
    for (std::size_t part = 0; part < states_.size(); ++part) {
      for (TensorId id = 0; id < part_of(part).whole.size(); ++id) {  // views of inputs
        if (states_[part]->program.at(id).role == TensorValue::Role::result) continue;
        carry(part, id);
        layers_.note(part_of(part).whole[id], states_);
      }
    }
    for (const auto& [position, part, chain] : order()) place(part, chain);
    return program();
  }

 private:
  const ChipPart& part_of(std::size_t part) const { return divided_.chips.parts[part]; }

  /// Chains by where their results stand in the whole program: operands come before.
  std::vector<std::tuple<TensorId, std::size_t, std::size_t>> order() const {
    std::vector<std::tuple<TensorId, std::size_t, std::size_t>> out;
    for (std::size_t part = 0; part < divided_.chains.size(); ++part) {
      for (std::size_t n = 0; n < divided_.chains[part].size(); ++n) {
        out.emplace_back(part_of(part).whole[divided_.chains[part][n].result], part, n);
      }
    }
    std::sort(out.begin(), out.end());
    return out;
  }

  /// A link for each pair of chips between which something goes; all clocks are aligned before.
  void join_chips() {
    if (divided_.chips.transfers.empty()) return;
    const System& system = attempt_.options.system;
    const Wiring wiring(system.chips, cables_of(system));
    const std::vector<std::uint32_t> hops = wiring.hops_from(0);
    std::set<std::size_t> aligned;
    for (const Transfer& one : divided_.chips.transfers) {
      const std::uint32_t from = part_of(one.from).chip;
      const std::uint32_t to = part_of(one.to).chip;
      const std::vector<std::uint32_t> out = wiring.between(from, to);
      if (out.empty()) {
        const TensorValue& value = whole_.at(one.tensor);
        fail(Category::unsupported, place_text(whole_, value) + "tensor '" + value.name +
                                        "' is made on chip " + std::to_string(from) +
                                        " and read on chip " + std::to_string(to) +
                                        ", to which no cable leads");
      }
      const std::uint32_t in = wiring.far(from, out[0])->link;
      const std::uint32_t far = std::max(hops[from], hops[to]);
      links_.try_emplace({one.from, one.to}, *states_[one.from], *states_[one.to], out[0], in,
                         alignment_cycles(timing_, far));
      if (aligned.insert(one.from).second) align(*states_[one.from], out[0]);
      if (aligned.insert(one.to).second) align(*states_[one.to], in);
    }
  }

  static void align(SchedulerState& state, std::uint32_t link) {
    Fragment fragment;
    Fragment::Item item;
    item.instruction.opcode = Opcode::deskew;
    item.instruction.queue = static_cast<std::uint16_t>(number_of(queue_of_link(link)));
    fragment.add(std::move(item));
    state.placer.place(fragment, 0, none);
  }

  /// Takes tensors that lie in `id`'s words to the chips that read them; whether there were any.
  bool carry(std::size_t part, TensorId id) {
    bool any = false;
    for (const Transfer& one : divided_.chips.transfers) {
      if (one.from != part) continue;
      const TensorId from = part_of(part).local.at(one.tensor);
      if (states_[part]->resolved[from] != id) continue;
      any = true;
      try {
        links_.at({one.from, one.to}).carry(from, part_of(one.to).local.at(one.tensor));
      } catch (const Error& error) {  // names a tensor
        fail(error.category(), place_text(whole_, whole_.at(one.tensor)) + error.what());
      }
    }
    return any;
  }

  void place(std::size_t part, std::size_t n) {
    SchedulerState& state = *states_[part];
    const Chain& chain = divided_.chains[part][n];
    const TensorValue& result = part_of(part).program.at(chain.result);  // stays where it is
    if (!attempt_.options.interleave_layers && state.end > 0) {
      state.barrier = state.end + static_cast<Offset>(timing_.superlane_stagger_cycles);
    }
    ScheduledOperation done;
    try {
      done = place_chain(state, chain);
      place_halos(state, chain.result);
    } catch (const Error& error) {  // names a tensor
      fail(error.category(), place_text(whole_, result) + error.what());
    }
    const bool leaves = carry(part, chain.result);
    layers_.note(part_of(part).whole[chain.result], states_);
    if (attempt_.boundless) {
      for (std::size_t i = 0; i < states_.size(); ++i) attempt_.needs[i].note(states_[i]->memory);
    }
    state.release(n, leaves ? chain.result : none);
    ++attempt_.placed;
    done.name = result.name;
    done.chip = part_of(part).chip;
    done.operation =
        chain.primary != nullptr ? chain.primary->operation : TensorOperation::elementwise;
    for (const Segment& segment : state.placed[chain.result].segments) {
      if (segment.copy != 0) continue;
      for (std::uint64_t row = segment.first; row < segment.first + segment.rows; ++row) {
        done.last_cycle = std::max(done.last_cycle, segment.ready_at(row));
      }
    }
    out_.operations.push_back(done);
  }

  ScheduledProgram program() {
    out_.program.timing_only = attempt_.options.timing_only;
    out_.program.file = whole_.file;
    out_.program.layers = layers_.layers();
    for (std::size_t part = 0; part < states_.size(); ++part) {
      SchedulerState& state = *states_[part];
      describe_reshapes(state);
      add_tensors(part);
      Schedule schedule = std::move(state.placer.schedule());
      const auto labels = static_cast<std::uint32_t>(out_.program.texts.size());
      for (Instruction& run : schedule.instructions) {
        if (run.label != none) run.label += labels;
      }
      out_.program.texts.insert(out_.program.texts.end(), state.texts.begin(), state.texts.end());
      const std::vector<std::uint32_t>& layers = layers_.of_text(part);
      out_.program.layer_of_text.insert(out_.program.layer_of_text.end(), layers.begin(),
                                        layers.end());
      out_.cycles = std::max(out_.cycles, end_of(schedule, timing_));
      out_.program.schedule_of_chip.resize(part_of(part).chip + 1, none);
      out_.program.schedule_of_chip.back() = static_cast<std::uint32_t>(part);
      out_.program.schedules.push_back(std::move(schedule));
    }
    require_read();
    return std::move(out_);
  }

  /// What the host writes or reads on this chip.
  void add_tensors(std::size_t part) {
    SchedulerState& state = *states_[part];
    std::map<TensorId, std::vector<std::uint32_t>> same_words;
    for (TensorId id = 0; id < state.program.tensors.size(); ++id) {
      const TensorValue& value = state.program.at(id);
      if (value.role == TensorValue::Role::result && !value.output) continue;
      const auto found = state.pieces.find(id);
      if (found == state.pieces.end()) continue;  // nobody asked for it
      const std::uint32_t index = tensor_of(part, id);
      Tensor& tensor = out_.program.tensors[index];
      for (Piece piece : found->second) {
        piece.chip = part_of(part).chip;
        tensor.pieces.push_back(piece);
      }
      if (id >= state.resolved.size()) continue;
      // A reshape's words may be another's.
      std::vector<std::uint32_t>& same = same_words[state.resolved[id]];
      tensor.over.insert(tensor.over.end(), same.begin(), same.end());
      same.push_back(index);
    }
  }

  /// Index in the program's tensors: one for all chips that have it.
  std::uint32_t tensor_of(std::size_t part, TensorId id) {
    const auto next = static_cast<std::uint32_t>(out_.program.tensors.size());
    const TensorValue& value = states_[part]->program.at(id);
    Tensor tensor = described(value);
    if (id < part_of(part).whole.size()) {
      const auto [known, added] = tensors_.try_emplace(part_of(part).whole[id], next);
      if (!added) return known->second;
    } else if (part != 0) {  // the scheduler's own on every chip
      tensor.name =
          whole_.fresh_name(value.name + "_chip" + std::to_string(part_of(part).chip) + "_");
    }
    if (tensor.role == Tensor::Role::constant && !attempt_.options.timing_only) {
      const std::vector<std::byte> bytes = bytes_of(value);
      tensor.bytes_first = out_.program.bytes.size();
      out_.program.bytes.insert(out_.program.bytes.end(), bytes.begin(), bytes.end());
    }
    out_.program.tensors.push_back(std::move(tensor));
    return next;
  }

  void require_read() const {
    for (TensorId id = 0; id < whole_.tensors.size(); ++id) {
      const TensorValue& value = whole_.at(id);
      if (value.role != TensorValue::Role::input || tensors_.count(id) != 0) continue;
      fail(Category::input, place_text(whole_, value) + "tensor '" + value.name +
                                "': nothing reads this input, and a host that gives it would find "
                                "no such tensor");
    }
  }

  const DividedProgram& divided_;
  const TensorProgram& whole_;
  const Timing& timing_;
  Attempt& attempt_;
  std::vector<std::unique_ptr<SchedulerState>> states_;  ///< [part]
  LayersOfTexts layers_;
  std::map<std::pair<std::size_t, std::size_t>, ChipLink> links_;
  std::map<TensorId, std::uint32_t> tensors_;  ///< by number in the whole program
  ScheduledProgram out_;
};

}  // namespace

std::string place_text(const TensorProgram& program, const TensorValue& value) {
  if (program.file.empty()) return {};
  return program.file + (value.line != 0 ? ":" + std::to_string(value.line) : "") + ": ";
}

ScheduledProgram attempt_schedule(const DividedProgram& divided, const Timing& timing,
                                  Attempt& attempt) {
  return Scheduler(divided, timing, attempt).run();
}

}  // namespace weft::program::tsp
