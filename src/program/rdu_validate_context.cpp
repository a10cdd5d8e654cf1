// SPDX-License-Identifier: Apache-2.0
// Is a context one whose firings mean something?
#include <algorithm>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "program/rdu_shape.hpp"
#include "program/rdu_validate.hpp"

namespace weft::program::rdu {
namespace {

using numerics::word_bit;
using numerics::word_i32;

class ContextValidator {
 public:
  ContextValidator(const Program& program, const Context& context) : p_(program), c_(context) {}

  void run() {
    require(c_.unit < p_.units.size(), "is in no unit");
    require(!is_dram(p_.units[c_.unit].kind), "is in a DRAM unit: these have transfers");
    require(c_.lanes >= 1 && c_.lanes <= lanes_most, "has 1 to 16 lanes");
    require(c_.interval_cycles >= 1 && c_.interval_cycles <= delay_most,
            "fires every 1 to 2^20 cycles");
    require(c_.stages == none || c_.stages <= delay_most, "has more than 2^20 stages");
    require(!c_.inputs.empty() || c_.once, "has no inputs and would never rest: make it 'once'");
    const auto stays = [](const Input& input) { return input.level == no_level; };
    const bool rests = c_.once || !std::all_of(c_.inputs.begin(), c_.inputs.end(), stays);
    require(rests, "pops none of its inputs and would never rest: make it 'once'");
    require(!c_.once || !c_.counters.empty(), "is 'once' and has no counters");
    for (std::uint32_t i = 0; i < c_.inputs.size(); ++i) check_channel(c_.inputs[i].channel);
    for (const Output& output : c_.outputs) check_channel(output.channel);
    vectors_ = vectors_of(p_, c_);
    for (std::uint32_t i = 0; i < c_.counters.size(); ++i) check(c_.counters[i], i);
    for (std::uint32_t n = 0; n < c_.nodes.size(); ++n) check_node(n);
    for (const Counter& counter : c_.counters) check_until(counter);
    for (const Register& reg : c_.registers) check(reg);
    for (const Input& input : c_.inputs) check(input);
    for (const Store& store : c_.stores) check(store);
    for (const Output& output : c_.outputs) check(output);
  }

 private:
  [[noreturn]] void refuse(const std::string& what, std::uint32_t line = 0) const {
    fail(Category::input,
         place_of(p_, line != 0 ? line : c_.line, "context '" + c_.name + "' " + what));
  }
  void require(bool good, const char* what) const {
    if (!good) refuse(what);
  }
  std::string name_of_node(std::uint32_t n) const {
    const Node& node = c_.nodes[n];
    if (!node.name.empty()) return "'" + node.name + "'";
    std::string what(name_of(node.kind));
    if (node.kind == Node::Kind::operation) what = name_of(node.operation);
    if (node.kind == Node::Kind::input && node.at < c_.inputs.size()) {
      what = "'" + p_.channels[c_.inputs[node.at].channel].name + "'";
    }
    return "node " + std::to_string(n) + " (" + what + ")";
  }

  void check_channel(std::uint32_t channel) const {
    require(channel < p_.channels.size(), "names a channel that is none");
  }

  void check_level(std::uint32_t level, const std::string& what) const {
    if (level == every || level == no_level || level <= c_.counters.size()) return;
    refuse(what + ": there is no level " + std::to_string(level));
  }

  void check(const Bound& bound, std::uint32_t counter) const {
    if (bound.input == none) return;
    const std::string who = "counter '" + c_.counters[counter].name + "'";
    if (bound.input >= c_.inputs.size()) refuse(who + " is bound by an input that is none");
    const Input& input = c_.inputs[bound.input];
    const std::string& name = p_.channels[input.channel].name;
    if (p_.channels[input.channel].kind != Channel::Kind::word) {
      refuse(who + " is bound by channel '" + name + "', which carries no words");
    }
    const bool held = level_of(c_, input.level) <= counter || input.level == no_level;
    if (!held || input.when != none || input.pop_when != none) {
      refuse(who + " is bound by channel '" + name +
             "', which is not held until the counter is done");
    }
  }

  void check(const Counter& counter, std::uint32_t index) const {
    const auto alike = [&](const Counter& other) { return other.name == counter.name; };
    if (!is_name(counter.name) ||
        std::count_if(c_.counters.begin(), c_.counters.end(), alike) > 1) {
      refuse("has a counter '" + counter.name + "' that has no name, or another's");
    }
    check(counter.first, index);
    check(counter.end, index);
    check(counter.step, index);
    if (counter.step.input == none && counter.step.value == 0) {
      refuse("counter '" + counter.name + "' steps by 0");
    }
    if (counter.endless && counter.until == none && (index != 0 || c_.once)) {
      refuse("counter '" + counter.name + "' ends never: only the outermost may, and not 'once'");
    }
  }

  void check_until(const Counter& counter) const {
    if (counter.until == none) return;
    const std::string who = "counter '" + counter.name + "'";
    bit(counter.until, who);
    std::vector<bool> kept(c_.registers.size(), false);
    std::string why = of_end(counter.until);
    for (bool more = true; more && why.empty();) {
      more = false;
      for (std::uint32_t r = 0; r < kept.size(); ++r) {
        if (kept[r] || !is_used(counter.until, r, kept)) continue;
        kept[r] = more = true;
        for (const std::uint32_t n : {c_.registers[r].next, c_.registers[r].when}) {
          if (n < c_.nodes.size() && loads(n)) why = name_of_node(n) + ", which is loaded";
        }
      }
    }
    if (!why.empty()) refuse(who + " ends by " + why);
  }
  /// What a counter's end may not be made of, if there is such a node; empty: none.
  std::string of_end(std::uint32_t n) const {
    const Node& node = c_.nodes[n];
    if (node.kind == Node::Kind::input && c_.inputs[node.at].when != none) {
      return name_of_node(n) + ", an input that is not always taken";
    }
    const bool good = node.kind == Node::Kind::constant || node.kind == Node::Kind::index ||
                      node.kind == Node::Kind::first || node.kind == Node::Kind::input ||
                      node.kind == Node::Kind::reg || node.kind == Node::Kind::operation;
    if (!good) return name_of_node(n) + ", which is known only when the end is";
    for (const std::uint32_t o : node.operands) {
      const std::string why = o < n ? of_end(o) : std::string();
      if (!why.empty()) return why;
    }
    return {};
  }
  bool loads(std::uint32_t n) const {
    const Node& node = c_.nodes[n];
    return node.kind == Node::Kind::load ||
           std::any_of(std::begin(node.operands), std::end(node.operands),
                       [&](std::uint32_t o) { return o < n && loads(o); });
  }
  bool reads(std::uint32_t n, std::uint32_t reg) const {
    const Node& node = c_.nodes[n];
    if (node.kind == Node::Kind::reg) return node.at == reg;
    return std::any_of(std::begin(node.operands), std::end(node.operands),
                       [&](std::uint32_t o) { return o < n && reads(o, reg); });
  }
  /// Whether a register gets into a node, by others that do.
  bool is_used(std::uint32_t n, std::uint32_t reg, const std::vector<bool>& kept) const {
    if (reads(n, reg)) return true;
    for (std::uint32_t r = 0; r < kept.size(); ++r) {
      if (!kept[r]) continue;
      for (const std::uint32_t from : {c_.registers[r].next, c_.registers[r].when}) {
        if (from < c_.nodes.size() && reads(from, reg)) return true;
      }
    }
    return false;
  }

  WordType type_of(std::uint32_t n) const {
    const Node& node = c_.nodes[n];
    switch (node.kind) {
      case Node::Kind::index:
      case Node::Kind::lane:
        return word_i32;
      case Node::Kind::first:
      case Node::Kind::last:
        return word_bit;
      case Node::Kind::operation:
        return numerics::result_of(node.operation, node.type, node.to);
      default:
        return node.type;
    }
  }

  /// Operand `slot` of a node, of the given type.
  void operand(std::uint32_t n, std::uint32_t slot, const WordType& type) const {
    const std::uint32_t o = c_.nodes[n].operands[slot];
    const std::uint32_t line = c_.nodes[n].line;
    if (o >= n) refuse(name_of_node(n) + " takes a value that does not stand before it", line);
    if (type_of(o) == type) return;
    refuse(name_of_node(n) + " takes " + name_of(type) + ", and " + name_of_node(o) + " is " +
               name_of(type_of(o)),
           line);
  }

  void check_node(std::uint32_t n) const {
    const Node& node = c_.nodes[n];
    const auto good = [&](bool is, const char* what) {
      if (!is) refuse(name_of_node(n) + " " + what, node.line);
    };
    good(node.kind < Node::Kind::count_ && node.operation < WordOperation::count_ &&
             numerics::is_word_type(node.type) && numerics::is_word_type(node.to),
         "is of a kind, operation or type that is none");
    check_level(node.level, name_of_node(n));
    check_level(node.turn, name_of_node(n));
    switch (node.kind) {
      case Node::Kind::index:
        return good(node.at < c_.counters.size(), "is of a counter that is none");
      case Node::Kind::input:
        return good(node.at < c_.inputs.size(), "is of an input that is none");
      case Node::Kind::reg:
        good(node.at < c_.registers.size(), "is of a register that is none");
        return good(c_.registers[node.at].type == node.type, "is not of its register's type");
      case Node::Kind::load:
        good(node.at < p_.memories.size(), "is of a memory that is none");
        good(p_.memories[node.at].unit == c_.unit, "is of a memory of another unit");
        return operand(n, 0, word_i32);
      case Node::Kind::operation:
        return check_operation(n);
      case Node::Kind::pair:
        return check_pair(n);
      case Node::Kind::body:
        return check_body(n);
      case Node::Kind::row:
        good(node.operands[0] < n && c_.nodes[node.operands[0]].kind == Node::Kind::body,
             "is of a body that does not stand before it");
        good(node.at <= 1, "is of a half that is none");
        return operand(n, 1, word_i32);
      case Node::Kind::reduce:
      case Node::Kind::accumulate:
        good(numerics::is_associative(node.operation) && takes(node.operation, node.type),
             "has an operation that adds nothing up, or is not of its type");
        operand(n, 0, node.type);
        if (node.kind == Node::Kind::reduce) return;
        if (node.operands[1] != none) operand(n, 1, node.type);
        if (node.operands[2] != none) operand(n, 2, word_bit);
        return;
      default:
        return;
    }
  }

  void check_pair(std::uint32_t n) const {
    const Node& node = c_.nodes[n];
    if (node.at >= static_cast<std::uint32_t>(PairOperation::count_)) {
      refuse(name_of_node(n) + " is of an operation that is none", node.line);
    }
    const auto operation = static_cast<PairOperation>(node.at);
    const bool packs = operation >= PairOperation::pack;
    for (std::uint32_t slot = 0; slot < operands_of(operation); ++slot) {
      operand(n, slot, slot == 2 ? word_i32 : packs ? numerics::word_f32 : numerics::word_u32);
    }
    if (node.type == (packs ? numerics::word_u32 : numerics::word_f32)) return;
    refuse(name_of_node(n) + " is of another type than its operation gives", node.line);
  }

  void check_body(std::uint32_t n) const {
    const Node& node = c_.nodes[n];
    const auto is_body = [](const Node& other) { return other.kind == Node::Kind::body; };
    if (std::count_if(c_.nodes.begin(), c_.nodes.end(), is_body) > 1) {
      refuse("has two output-stationary bodies: a unit has one", node.line);
    }
    if (c_.lanes != lanes_most || p_.units[c_.unit].kind != Unit::Kind::compute) {
      refuse("has an output-stationary body: it has 16 lanes, and is in a compute unit", node.line);
    }
    operand(n, 0, numerics::word_f32);
    operand(n, 1, numerics::word_u32);
    if (!vectors_[node.operands[0]] || !vectors_[node.operands[1]]) {
      refuse(name_of_node(n) + " takes two vectors", node.line);
    }
    if (node.operands[2] == none) return;
    operand(n, 2, word_bit);
    if (vectors_[node.operands[2]]) refuse(name_of_node(n) + " depends on a vector", node.line);
  }

  void check_operation(std::uint32_t n) const {
    const Node& node = c_.nodes[n];
    if (!takes(node.operation, node.type)) {
      refuse(name_of_node(n) + ": there is no " + std::string(name_of(node.operation)) + " of " +
                 name_of(node.type),
             node.line);
    }
    const bool shift =
        node.operation == WordOperation::shift_left || node.operation == WordOperation::shift_right;
    for (std::uint32_t slot = 0; slot < operands_of(node.operation); ++slot) {
      const bool choice = node.operation == WordOperation::select && slot == 0;
      operand(n, slot, choice ? word_bit : shift && slot == 1 ? word_i32 : node.type);
    }
  }

  void bit(std::uint32_t node, const std::string& what, bool may_be_vector = false) const {
    if (node == none) return;
    if (node >= c_.nodes.size()) refuse(what + " depends on a node that is none");
    if (type_of(node) != word_bit) refuse(what + " depends on " + name_of_node(node) + ", no bit");
    if (vectors_[node] && !may_be_vector) {
      refuse(what + " depends on " + name_of_node(node) + ", a vector");
    }
  }

  void check(const Register& reg) const {
    const std::string who = "register '" + reg.name + "'";
    check_level(reg.level, who);
    const auto alike = [&](const Register& other) { return other.name == reg.name; };
    if (!is_name(reg.name) || std::count_if(c_.registers.begin(), c_.registers.end(), alike) > 1) {
      refuse("has a register '" + reg.name + "' that has no name, or another's");
    }
    if (!numerics::is_word_type(reg.type)) refuse(who + " is of a type that is none", reg.line);
    if (reg.next >= c_.nodes.size()) refuse(who + " is never written", reg.line);
    if (type_of(reg.next) != reg.type || vectors_[reg.next]) {
      refuse(who + " takes a word of its type, and " + name_of_node(reg.next) + " is none",
             reg.line);
    }
    bit(reg.when, who);
  }

  void check(const Input& input) const {
    const std::string who = "channel '" + p_.channels[input.channel].name + "'";
    check_level(input.level, who);
    bit(input.when, who);
    bit(input.pop_when, who);
    if (input.when != none && needs_conditional(input.when)) {
      refuse(who + " is taken where " + name_of_node(input.when) +
             " is 1, which itself depends on an input that is not always taken");
    }
  }

  /// Whether a node depends on an input that has a `when`. Registers hold what firings before left.
  bool needs_conditional(std::uint32_t n) const {
    const Node& node = c_.nodes[n];
    if (node.kind == Node::Kind::input) return c_.inputs[node.at].when != none;
    return std::any_of(std::begin(node.operands), std::end(node.operands),
                       [&](std::uint32_t o) { return o != none && o < n && needs_conditional(o); });
  }

  void check(const Store& store) const {
    require(store.memory < p_.memories.size(), "stores into a memory that is none");
    const std::string who = "memory '" + p_.memories[store.memory].name + "'";
    if (p_.memories[store.memory].unit != c_.unit) {
      refuse("stores into " + who + ", which is of another unit", store.line);
    }
    check_level(store.turn, who);
    if (store.address >= c_.nodes.size() || type_of(store.address) != word_i32) {
      refuse("stores into " + who + " at an address that is no i32", store.line);
    }
    if (store.value >= c_.nodes.size()) refuse("stores nothing into " + who, store.line);
    if (vectors_[store.value] && !vectors_[store.address]) {
      refuse("stores a vector into one word of " + who, store.line);
    }
    bit(store.when, "a store into " + who, vectors_[store.address]);
  }

  void check(const Output& output) const {
    const std::string who = "channel '" + p_.channels[output.channel].name + "'";
    check_level(output.level, who);
    if (output.level == no_level) refuse(who + " is never given anything");
    bit(output.when, who);
    if (output.value == none) return;
    if (output.value >= c_.nodes.size()) refuse(who + " is given a node that is none");
    const Channel::Kind kind = p_.channels[output.channel].kind;
    if (kind != Channel::Kind::vector && vectors_[output.value]) {
      refuse(who + " carries a " + std::string(name_of(kind)) + ", and " +
             name_of_node(output.value) + " is a vector");
    }
    if (kind == Channel::Kind::bit && type_of(output.value) != word_bit) {
      refuse(who + " carries bits, and " + name_of_node(output.value) + " is none");
    }
  }

  const Program& p_;
  const Context& c_;
  std::vector<bool> vectors_;
};

}  // namespace

void validate_context(const Program& program, std::uint32_t context) {
  ContextValidator(program, program.contexts[context]).run();
}

}  // namespace weft::program::rdu
