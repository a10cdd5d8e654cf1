// SPDX-License-Identifier: Apache-2.0
// The naive TSP: a loop over cycles. In each, registers move a stop, what falls due changes state,
// instructions are dispatched and take operands, results are driven.
#include "program/tsp_oracle.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "base/error.hpp"
#include "program/tsp_oracle_chip.hpp"

namespace weft::program::tsp::oracle {
namespace {

using Kind = Operand::Kind;

}  // namespace

Chip::Chip(const Schedule& schedule, const Timing& timing, const Memory& before,
           const Options& options)
    : schedule_(schedule), timing_(timing), options_(options) {
  if (options.data) result_.memory = before;
  Cycle longest = 0;
  for (std::uint32_t i = 0; i < schedule.instructions.size(); ++i) {
    const Instruction& run = schedule.instructions[i];
    queues_.push_back(queue_of(run.queue));
    if (queues_.back().unit == Unit::c2c || run.opcode == Opcode::runtime_deskew) {
      fail(Category::unsupported, "the naive TSP is one chip: it speaks to no other");
    }
    wrong_.push_back(static_fault(schedule, i, timing));
    const Cycle delay = end_delay_cycles(timing, run);
    if (run.opcode == Opcode::load_weights) load_cycles_ = effect_delay_cycles(timing, run);
    longest = std::max(longest, delay);
    result_.cycles = std::max(result_.cycles, run.last_cycle() + delay);
    waiting_.push_back(i);
    if (run.opcode == Opcode::notify) notifies_.push_back(run.cycle);
  }
  std::sort(notifies_.begin(), notifies_.end());
  std::stable_sort(waiting_.begin(), waiting_.end(), [&](std::uint32_t a, std::uint32_t b) {
    return schedule.instructions[a].cycle > schedule.instructions[b].cycle;
  });
  for (std::size_t d = 0; d < 2; ++d) {
    streams_.at(d).resize(registers_a_direction);
    if (options.data) data_.at(d).resize(registers_a_direction);
    for (Plane& p : planes_.at(d)) p.accumulators.resize(timing.mxm_accumulator_rows);
  }
  results_.resize(longest + 1);
  alu_results_.resize(longest + 1);
  entering_.resize(longest + 1);
  effects_.resize(longest + 1);
}

Result Chip::run() {
  // A load that meets a used buffer is at fault in the cycle of its dispatch.
  const auto ended = [&] { return result_.fault && now_ > result_.fault->cycle + load_cycles_; };
  for (; now_ < result_.cycles && !ended(); ++now_) {
    move_streams();
    change_state();
    if (now_ == 0) check_text();
    const std::vector<Element> elements = elements_of_cycle();
    for (std::size_t i = 0; i < elements.size(); ++i) {
      for (std::size_t j = 0; j < i; ++j) check_queues(elements[i], elements[j]);
      check_parked(elements[i]);

      check_install(elements[i]);
    }
    for (const Element& e : elements) dispatch(e);
    run_alus();
    drive();
  }
  std::sort(result_.takes.begin(), result_.takes.end());
  return std::move(result_);
}

void Chip::found(FaultCode code, Element e, Element other, std::uint32_t operand,
                 std::uint32_t stream) {
  Fault fault;
  fault.cycle = now_;
  fault.queue = of(e).queue;
  fault.code = code;
  fault.element = e.number;
  fault.instruction = e.run;
  fault.other = other.run;
  fault.other_element = other.number;
  fault.operand = operand;
  fault.stream = stream;
  found(fault);
}

/// Values are of no use from then on.
void Chip::found(const Fault& fault) {
  options_.data = false;
  if (!result_.fault || first_of(fault, *result_.fault) < 0) result_.fault = fault;
}

void Chip::check_text() {
  const std::size_t slices = timing_.text_slices_west.size() + timing_.text_slices_east.size();
  const std::uint64_t bytes = std::uint64_t{slices} * banks_a_slice * words_a_bank * lanes;
  if (text_bytes(schedule_, timing_) <= bytes) return;
  Fault fault;
  fault.cycle = 0;
  fault.code = FaultCode::program_text_overflow;
  found(fault);
}

/// What drives at a stop in this cycle is read at the next stop in the next one.
void Chip::move_streams() {
  const auto shift = [](auto& east, auto& west) {
    std::move_backward(east.begin(), east.end() - streams_a_direction, east.end());
    std::move(west.begin() + streams_a_direction, west.end(), west.begin());
  };
  auto& east = streams_.at(side(Direction::east));
  auto& west = streams_.at(side(Direction::west));
  shift(east, west);
  std::fill(east.begin(), east.begin() + streams_a_direction, Register());
  std::fill(west.end() - streams_a_direction, west.end(), Register());
  if (options_.data) shift(data_.at(side(Direction::east)), data_.at(side(Direction::west)));
}

void Chip::change_state() {
  for (auto& hemisphere : planes_) {
    for (Plane& p : hemisphere) p.sums = {};
  }
  std::sort(effects_.at(now_).begin(), effects_.at(now_).end(),
            [&](const Effect& a, const Effect& b) {
              return std::pair(of(a.by).queue, a.by.run) < std::pair(of(b.by).queue, b.by.run);
            });
  for (const Effect& effect : effects_.at(now_)) apply(effect);
  effects_.at(now_).clear();
  alu_out_ = {};
  for (Value& result : alu_results_.at(now_)) {
    Value& out = alu_out_.at(queue(result.by).index);
    if (out.by.run == none) {
      out = std::move(result);
    } else {
      const bool later = result.by.run > out.by.run;  // of one queue
      found(FaultCode::two_drivers, later ? result.by : out.by, later ? out.by : result.by);
    }
  }
  alu_results_.at(now_).clear();
}

void Chip::apply(const Effect& effect) {
  switch (of(effect.by).opcode) {
    case Opcode::write:
    case Opcode::scatter:
      for (std::size_t i = 0; options_.data && i < effect.words.size(); ++i) {
        Vector& word = result_.memory[effect.words[i]];
        const std::size_t first = i * lanes_per_superlane;
        const std::size_t last = effect.words.size() == 1 ? lanes : first + lanes_per_superlane;
        for (std::size_t lane = first; lane < last; ++lane) word[lane] = effect.data[0][lane];
      }
      break;
    case Opcode::load_weights:
      land(effect);
      break;
    case Opcode::install_weights:
      for (Plane* p : planes(effect.by)) p->array = effect.by;
      plane(effect.by).weights = effect.weights;
      break;
    default:  // activate
      plane(effect.by).sums = {effect.by, effect.data};
  }
}

std::vector<Element> Chip::elements_of_cycle() {
  while (!waiting_.empty() && schedule_.instructions[waiting_.back()].cycle == now_) {
    active_.push_back({waiting_.back(), 0});
    waiting_.pop_back();
  }
  std::vector<Element> elements;
  for (Element& next : active_) {
    if (cycle_of(next) != now_) continue;
    elements.push_back(next);
    ++next.number;
  }
  active_.erase(std::remove_if(active_.begin(), active_.end(),
                               [&](Element next) { return next.number == of(next).count; }),
                active_.end());
  std::sort(elements.begin(), elements.end(), [&](Element a, Element b) {
    return std::pair(of(a).queue, a.run) < std::pair(of(b).queue, b.run);
  });
  return elements;
}

/// Two dispatches of one cycle.
void Chip::check_queues(Element e, Element earlier) {
  const bool pair = on_pair(e) || on_pair(earlier);
  if (of(e).queue != of(earlier).queue) {
    const Queue& a = queue(e);
    const Queue& b = queue(earlier);
    if (pair && a.unit == b.unit && a.hemisphere == b.hemisphere && a.part == b.part) {
      found(FaultCode::queue_used_twice, e, earlier);
    }
    return;
  }
  const bool same_bank = of(e).bank == of(earlier).bank;
  const bool reads = is_read(of(e).opcode) && is_read(of(earlier).opcode);
  const bool writes = is_write(of(e).opcode) && is_write(of(earlier).opcode);
  const bool both = (is_read(of(e).opcode) && is_write(of(earlier).opcode)) ||
                    (is_write(of(e).opcode) && is_read(of(earlier).opcode));
  if (both && same_bank) found(FaultCode::bank_read_and_write, e, earlier);
  if (both) return;
  found((reads || writes) && same_bank ? FaultCode::bank_used_twice : FaultCode::queue_used_twice,
        e, earlier);
}

void Chip::check_parked(Element e) {
  if (now_ < released_.at(of(e).queue)) found(FaultCode::queue_parked, e);
  const bool ends = !notifies_.empty() && notifies_.back() >= now_;
  if (of(e).opcode == Opcode::sync && !ends) found(FaultCode::queue_parked, e);
}

void Chip::dispatch(Element e) {
  const Instruction& run = of(e);
  ++result_.dispatches.at(run.queue);
  if (wrong_[e.run]) {  // what it would take, drive or change is left out
    if (e.number == 0) found(*wrong_[e.run]);
    return;
  }
  const Vectors a = take_streams(e, 0);
  const Vectors b = take_streams(e, 1);
  const std::int64_t address = run.address_of(e.number);
  switch (run.opcode) {
    case Opcode::sync: {
      // The queue's next instruction is not before the barrier's end.
      const auto notify = std::lower_bound(notifies_.begin(), notifies_.end(), now_);
      if (notify != notifies_.end()) released_.at(run.queue) = *notify + timing_.barrier_cycles;
      break;
    }
    case Opcode::read:
      return send(e, options_.data ? Vectors{memory_word(word(e, address))} : Vectors());
    case Opcode::gather:
      return send(e, options_.data ? gathered(words(e, a)) : Vectors());
    case Opcode::write:
      return change_later({e, a, {word(e, address)}, {}});
    case Opcode::scatter:
      return change_later({e, a, options_.data ? words(e, b) : std::vector<std::uint32_t>(), {}});
    case Opcode::alu:
      entering_.at(now_ + timing_.vxm_entry_cycles).push_back({e, {a, b}});
      break;
    case Opcode::load_weights:
      return load(e, a);
    case Opcode::install_weights:
      return install(e);
    case Opcode::activate:
      return activate(e, a);
    case Opcode::accumulate:
      return accumulate(e);
    case Opcode::notify:
    case Opcode::deskew:
      break;
    default:  // SXM
      send(e, options_.data ? mapped(schedule_, run, a) : Vectors());
  }
}

/// What comes in at the queue's stop.
Vectors Chip::take_streams(Element e, std::uint32_t operand) {
  const Operand& from = of(e).operands.at(operand);
  Vectors data;
  if (from.kind != Kind::stream) return data;
  const std::size_t d = side(from.group.direction);
  for (std::uint32_t s = 0; s < from.group.width; ++s) {
    const std::size_t at = place(stop_of(queue(e)), from.group.first + s);
    const Register& in = streams_.at(d)[at];
    take(e, operand, in.by, s, in.byte);
    if (options_.data) data.push_back(data_.at(d)[at]);
  }
  return data;
}

void Chip::note(Element e, std::uint32_t operand, Element from, std::uint32_t stream,
                std::uint32_t byte) {
  if (!options_.takes) return;
  result_.takes.push_back({e.run, e.number, operand, stream, from.run, from.number, byte});
}

/// Holds what an operand takes against what it must be.
void Chip::take(Element e, std::uint32_t operand, Element from, std::uint32_t stream,
                std::uint32_t byte) {
  const Operand& to = of(e).operands.at(operand);
  const std::uint32_t number = to.kind == Kind::stream ? to.group.first + stream : 0;
  if (from.run == none) return found(FaultCode::undriven_operand, e, {}, operand, number);
  note(e, operand, from, stream, byte);
  if (to.name_count == 0) return;
  const Name& name = schedule_.names.at(to.names + (to.name_count == 1 ? 0 : stream));
  if (name.producer == none) return;
  const bool right =
      from.run == name.producer && from.number == name.first + std::int64_t{e.number} * name.step;
  if (!right) found(FaultCode::other_operand, e, from, operand, number);
}

std::uint32_t Chip::word(Element e, std::int64_t address) const {
  return word_number(queue(e).hemisphere, queue(e).index, of(e).bank,
                     static_cast<std::uint32_t>(address));
}

/// Of each superlane, its first lane is added to the address.
std::vector<std::uint32_t> Chip::words(Element e, const Vectors& offsets) const {
  std::vector<std::uint32_t> out;
  for (std::size_t lane = 0; lane < lanes; lane += lanes_per_superlane) {
    const auto bits = static_cast<std::uint16_t>(offsets[0][lane] | offsets[1][lane] << 8U);
    const std::int64_t address = of(e).address_of(e.number) + static_cast<std::int16_t>(bits);
    if (address < 0 || address >= words_a_bank) {
      fail(Category::program, "address " + std::to_string(address) + " is beyond a bank, cycle " +
                                  std::to_string(now_) + ", " + name_of(queue(e)));
    }
    out.push_back(word(e, address));
  }
  return out;
}

Vector Chip::memory_word(std::uint32_t number) const {
  const auto found = result_.memory.find(number);
  return found == result_.memory.end() ? Vector{} : found->second;
}

Vectors Chip::gathered(const std::vector<std::uint32_t>& words) const {
  Vectors out(1);
  for (std::size_t lane = 0; lane < lanes; ++lane) {
    out[0][lane] = memory_word(words[lane / lanes_per_superlane])[lane];
  }
  return out;
}

/// Takes the operands that come by chain.
void Chip::run_alus() {
  for (Entering& entering : entering_.at(now_)) {
    const Instruction& run = of(entering.by);
    for (std::uint32_t i = 0; i < 2; ++i) {
      if (run.operands.at(i).kind != Kind::chain) continue;
      const Value& from = alu_out_.at(run.operands.at(i).alu);
      const bool narrow = from.by.run != none && numerics::width_of(of(from.by).result_type) <
                                                     numerics::width_of(run.type);
      take(entering.by, i, narrow ? Element() : from.by);
      entering.operands.at(i) = from.data;
    }
    Value result{entering.by, {}};
    if (options_.data) result.data = alu_result(run, entering.operands[0], entering.operands[1]);
    const Cycle due = cycle_of(entering.by) + result_delay_cycles(timing_, run);
    if (due <= now_) fail(Category::internal, "the naive TSP has no operation of no cycles");
    alu_results_.at(due).push_back(result);
    send(entering.by, std::move(result.data));
  }
  entering_.at(now_).clear();
}

void Chip::send(Element e, Vectors data) {
  if (of(e).result.width == 0) return;
  results_.at(cycle_of(e) + result_delay_cycles(timing_, of(e))).push_back({e, std::move(data)});
}

/// What goes out of a stop is what a result drives there, or else what came in.
void Chip::drive() {
  std::vector<Value>& results = results_.at(now_);
  const auto cycle = static_cast<std::uint32_t>(now_);
  std::sort(results.begin(), results.end(), [&](const Value& a, const Value& b) {
    return std::pair(of(a.by).queue, a.by.run) < std::pair(of(b.by).queue, b.by.run);
  });
  for (const Value& result : results) {
    const StreamGroup& group = of(result.by).result;
    const std::uint32_t stop = stop_of(queue(result.by));
    for (std::uint32_t s = 0; s < group.width; ++s) {
      const std::size_t at = place(stop, group.first + s);
      Register& out = streams_.at(side(group.direction))[at];
      if (out.by.run != none && out.driven == cycle)
        found(FaultCode::two_drivers, result.by, out.by, 0, group.first + s);
      out = {result.by, s, cycle};
      if (options_.data) data_.at(side(group.direction))[at] = result.data[s];
    }
    result_.driven_streams.at(stop) += group.width;
  }
  results.clear();
}

void Chip::change_later(Effect effect) {
  const Cycle due = now_ + effect_delay_cycles(timing_, of(effect.by));
  if (due <= now_) fail(Category::internal, "the naive TSP changes no state in no cycles");
  effects_.at(due).push_back(std::move(effect));
}

Result run(const Schedule& schedule, const Timing& timing, const Memory& before,
           const Options& options) {
  return Chip(schedule, timing, before, options).run();
}

}  // namespace weft::program::tsp::oracle
