// SPDX-License-Identifier: Apache-2.0
// See rdu_timing_only.hpp.
#include "program/rdu_timing_only.hpp"

#include <algorithm>
#include <bit>
#include <numeric>
#include <optional>
#include <utility>
#include <vector>

#include "program/rdu_shape.hpp"

namespace weft::program::rdu {
namespace {

using numerics::word_i32;

/// How far the words of neighbouring lanes are apart, where that is the same for all: of every node
/// of a graph, through channels too.
class LaneSteps {
 public:
  LaneSteps(const Program& program, const std::vector<Ends>& ends) : p_(program), ends_(ends) {
    for (const Context& context : program.contexts) {
      vectors_.push_back(vectors_of(program, context));
      known_.emplace_back(context.nodes.size());
    }
  }
  bool is_vector(std::uint32_t context, std::uint32_t node) const {
    return vectors_[context][node];
  }
  std::optional<std::uint32_t> of(std::uint32_t context, std::uint32_t node) {
    Known& known = known_[context][node];
    if (known.asked) return known.step;  // while it is being found, in a loop: not known
    known.asked = true;
    const std::optional<std::uint32_t> step = find(context, p_.contexts[context].nodes[node], node);
    known_[context][node].step = step;
    return step;
  }

 private:
  struct Known {
    bool asked = false;
    std::optional<std::uint32_t> step;
  };

  std::optional<std::uint32_t> find(std::uint32_t context, const Node& node, std::uint32_t number) {
    if (!vectors_[context][number]) return 0;
    switch (node.kind) {
      case Node::Kind::lane:
        return 1;
      case Node::Kind::index: {
        const Bound& step = p_.contexts[context].counters[node.at].step;
        if (step.input != none) return std::nullopt;
        return static_cast<std::uint32_t>(step.value);
      }
      case Node::Kind::input:
        return of_channel(p_.contexts[context].inputs[node.at]);
      case Node::Kind::operation:
        return node.type == word_i32 ? of_operation(context, node) : std::nullopt;
      default:
        return std::nullopt;
    }
  }

  /// Lanes that a consumer sees were valid at the producer's.
  std::optional<std::uint32_t> of_channel(const Input& input) {
    const End& from = ends_[input.channel].producer;
    const bool always = p_.channels[input.channel].initial == 0 && input.when == none;
    if (from.context == none || !always) return std::nullopt;
    const std::uint32_t value = p_.contexts[from.context].outputs[from.slot].value;
    return value == none ? 0 : of(from.context, value);
  }

  std::optional<std::uint32_t> of_operation(std::uint32_t context, const Node& node) {
    const auto operand = [&](std::uint32_t slot) { return of(context, node.operands[slot]); };
    const auto constant = [&](std::uint32_t slot) -> std::optional<std::uint32_t> {
      const Node& factor = p_.contexts[context].nodes[node.operands[slot]];
      if (factor.kind != Node::Kind::constant) return std::nullopt;
      return factor.word;
    };
    if (node.operation == WordOperation::copy) return operand(0);
    if (operands_of(node.operation) != 2) return std::nullopt;
    const auto a = operand(0);
    const auto b = operand(1);
    switch (node.operation) {
      case WordOperation::add:
        return a && b ? std::optional(*a + *b) : std::nullopt;
      case WordOperation::subtract:
        return a && b ? std::optional(*a - *b) : std::nullopt;
      case WordOperation::multiply:
        if (a && constant(1)) return *a * *constant(1);
        if (b && constant(0)) return *b * *constant(0);
        return std::nullopt;
      default:
        return std::nullopt;
    }
  }

  const Program& p_;
  const std::vector<Ends>& ends_;
  std::vector<std::vector<bool>> vectors_;  ///< [context][node]
  std::vector<std::vector<Known>> known_;   ///< likewise
};

/// Whether lanes of an access may want two words of one bank.
bool may_meet(const Memory& memory, std::uint32_t lanes, std::optional<std::uint32_t> step) {
  if (!step) return true;
  if (*step == 0) return false;
  // Addresses wrap at 2^32, banks have to with them.
  if (memory.bank_words != 1 || !std::has_single_bit(memory.banks)) return true;
  return lanes > memory.banks / std::gcd(*step, memory.banks);
}

class Slicer {
 public:
  explicit Slicer(const Program& program)
      : p_(program),
        ends_(ends_of(program)),
        steps_(program, ends_),
        channels_(program.channels.size(), false),
        memories_(program.memories.size(), false),
        drams_(program.units.size(), false) {
    for (const Context& context : p_.contexts) {
      nodes_.emplace_back(context.nodes.size(), false);
    }
    for (std::uint32_t c = 0; c < p_.contexts.size(); ++c) begin_at(c);
    for (const Transfer& transfer : p_.transfers) {
      if (transfer.address != none) want_channel(transfer.address);
      if (transfer.size != none) want_channel(transfer.size);
    }
    while (!open_.empty()) {
      const auto [context, node] = open_.back();
      open_.pop_back();
      follow(context, p_.contexts[context].nodes[node]);
    }
  }

  bool wants_node(std::uint32_t context, std::uint32_t node) const { return nodes_[context][node]; }
  bool wants_channel_words(std::uint32_t channel) const { return channels_[channel]; }
  bool wants_memory(std::uint32_t memory) const { return memories_[memory]; }
  bool wants_dram(std::uint32_t unit) const { return drams_[unit]; }
  /// An access that may take longer than a cycle.
  bool meets(std::uint32_t context, std::uint32_t memory, std::uint32_t address) const {
    return steps_.is_vector(context, address) &&
           may_meet(p_.memories[memory], p_.contexts[context].lanes, steps_.of(context, address));
  }

 private:
  void begin_at(std::uint32_t number) {
    const Context& context = p_.contexts[number];
    for (const Counter& counter : context.counters) {
      for (const std::uint32_t input :
           {counter.first.input, counter.end.input, counter.step.input}) {
        if (input != none) want_channel(context.inputs[input].channel);
      }
      want(number, counter.until);
    }
    for (const Input& input : context.inputs) {
      want(number, input.when);
      want(number, input.pop_when);
    }
    for (const Output& output : context.outputs) want(number, output.when);
    for (const Node& node : context.nodes) {
      if (node.kind != Node::Kind::load || !meets(number, node.at, node.operands[0])) continue;
      want(number, node.operands[0]);
    }
    for (const Store& store : context.stores) {
      if (!meets(number, store.memory, store.address)) continue;
      want(number, store.address);
      want(number, store.when);
    }
  }

  void want(std::uint32_t context, std::uint32_t node) {
    if (node == none || nodes_[context][node]) return;
    nodes_[context][node] = true;
    open_.emplace_back(context, node);
  }

  void follow(std::uint32_t number, const Node& node) {
    const Context& context = p_.contexts[number];
    for (const std::uint32_t operand : node.operands) want(number, operand);
    switch (node.kind) {
      case Node::Kind::input:
        return want_channel(context.inputs[node.at].channel);
      case Node::Kind::reg:
        want(number, context.registers[node.at].next);
        return want(number, context.registers[node.at].when);
      case Node::Kind::load:
        return want_words(node.at);
      default:
        return;
    }
  }

  void want_channel(std::uint32_t channel) {
    if (channels_[channel]) return;
    channels_[channel] = true;
    const End& from = ends_[channel].producer;
    if (from.context != none) {
      return want(from.context, p_.contexts[from.context].outputs[from.slot].value);
    }
    const Transfer& transfer = p_.transfers[from.transfer];
    const bool sums = transfer.kind == Transfer::Kind::add && transfer.done == channel;
    const bool carries = transfer.data == channel || sums;
    if (!carries || drams_[transfer.unit]) return;
    drams_[transfer.unit] = true;
    for (const Transfer& other : p_.transfers) {
      const bool writes = other.kind == Transfer::Kind::store ||
                          other.kind == Transfer::Kind::scatter ||
                          other.kind == Transfer::Kind::add;
      if (writes && other.unit == transfer.unit) want_channel(other.data);
    }
  }

  void want_words(std::uint32_t memory) {
    if (memories_[memory]) return;
    memories_[memory] = true;
    for (std::uint32_t c = 0; c < p_.contexts.size(); ++c) {
      for (const Store& store : p_.contexts[c].stores) {
        if (store.memory != memory) continue;
        want(c, store.address);
        want(c, store.value);
        want(c, store.when);
      }
    }
  }

  const Program& p_;
  std::vector<Ends> ends_;
  mutable LaneSteps steps_;
  std::vector<std::vector<bool>> nodes_;  ///< [context][node]: its value decides something
  std::vector<bool> channels_;
  std::vector<bool> memories_;
  std::vector<bool> drams_;  ///< [unit]
  std::vector<std::pair<std::uint32_t, std::uint32_t>> open_;
};

/// A context with the values that are left.
class Remaker {
 public:
  Remaker(const Program& program, const Slicer& slicer, std::uint32_t number)
      : slicer_(slicer), number_(number), from_(program.contexts[number]) {}

  Context run(const Timing& timing) {
    Context out = from_;
    out.stages = timing.stages_of(from_);
    out.nodes.clear();
    out.registers.clear();
    out.stores.clear();
    keep_registers(out);
    for (std::uint32_t n = 0; n < from_.nodes.size(); ++n) keep_node(out, n);
    for (const Store& store : from_.stores) keep_store(out, store);
    for (Register& reg : out.registers) {
      reg.next = at_[reg.next];
      reg.when = place(reg.when);
    }
    for (Input& input : out.inputs) {
      input.when = place(input.when);
      input.pop_when = place(input.pop_when);
    }
    for (Counter& counter : out.counters) counter.until = place(counter.until);
    for (Output& output : out.outputs) {
      output.when = place(output.when);
      const bool wanted = slicer_.wants_channel_words(output.channel);
      output.value = wanted ? place(output.value) : none;
    }
    return out;
  }

 private:
  std::uint32_t place(std::uint32_t node) const { return node == none ? none : at_[node]; }

  void keep_registers(Context& out) {
    registers_.assign(from_.registers.size(), none);
    for (std::uint32_t n = 0; n < from_.nodes.size(); ++n) {
      const Node& node = from_.nodes[n];
      if (node.kind != Node::Kind::reg || !slicer_.wants_node(number_, n)) continue;
      if (registers_[node.at] != none) continue;
      registers_[node.at] = static_cast<std::uint32_t>(out.registers.size());
      out.registers.push_back(from_.registers[node.at]);
    }
  }

  void keep_node(Context& out, std::uint32_t n) {
    at_.push_back(none);
    Node node = from_.nodes[n];
    const bool meets =
        node.kind == Node::Kind::load && slicer_.meets(number_, node.at, node.operands[0]);
    if (!slicer_.wants_node(number_, n) && !meets) return;
    for (std::uint32_t& operand : node.operands) operand = place(operand);
    if (node.kind == Node::Kind::reg) node.at = registers_[node.at];
    at_[n] = static_cast<std::uint32_t>(out.nodes.size());
    out.nodes.push_back(std::move(node));
  }

  /// What lanes are to be stored takes as long as to load them.
  void keep_store(Context& out, Store store) {
    const bool words = slicer_.wants_memory(store.memory);
    if (!words && !slicer_.meets(number_, store.memory, store.address)) return;
    store.address = place(store.address);
    store.when = place(store.when);
    Node node;
    if (!words && store.when == none) {
      node.kind = Node::Kind::load;
      node.type = word_i32;
      node.at = store.memory;
      node.operands[0] = store.address;
      node.turn = store.turn;
      out.nodes.push_back(std::move(node));
      return;
    }
    if (words) {
      store.value = place(store.value);
    } else {
      node.type = word_i32;
      store.value = static_cast<std::uint32_t>(out.nodes.size());
      out.nodes.push_back(std::move(node));
    }
    out.stores.push_back(store);
  }

  const Slicer& slicer_;
  std::uint32_t number_;
  const Context& from_;
  std::vector<std::uint32_t> at_;  ///< [node of the old]: where it is now
  std::vector<std::uint32_t> registers_;
};

}  // namespace

TimingOnly timing_only(const Program& program, const Timing& timing) {
  const Slicer slicer(program);
  TimingOnly out;
  out.program = program;
  for (std::uint32_t c = 0; c < program.contexts.size(); ++c) {
    Context& context = out.program.contexts[c];
    out.nodes += context.nodes.size();
    context = Remaker(program, slicer, c).run(timing);
    out.nodes_kept += context.nodes.size();
  }
  for (std::uint32_t m = 0; m < program.memories.size(); ++m) {
    Memory& memory = out.program.memories[m];
    if (slicer.wants_memory(m)) continue;
    memory.buffers = 1;
    memory.initial = {0};  // so that what only takes time reads what somebody wrote
  }
  for (const Array& array : program.arrays) {
    const bool read =
        array.memory != none ? slicer.wants_memory(array.memory) : slicer.wants_dram(array.unit);
    if (array.role == Array::Role::input && read) ++out.arrays_read;
  }
  return out;
}

}  // namespace weft::program::rdu
