// SPDX-License-Identifier: Apache-2.0
// A unit graph as text.
#include <bit>
#include <cmath>
#include <string>

#include "base/number_text.hpp"
#include "frontends/rdu/rdu.hpp"
#include "numerics/half.hpp"

namespace weft::rdu {

namespace form = program::rdu;
using form::none;
using Kind = form::Node::Kind;

namespace {

std::string hex_of(std::uint32_t word) {
  constexpr const char* digits = "0123456789abcdef";
  std::string out = "0x";
  for (unsigned shift = 32; shift > 0; shift -= 4) out += digits[(word >> (shift - 4)) & 15U];
  return out;
}

/// Readable where it is the same word again.
std::string number_text(const form::WordType& type, std::uint32_t word) {
  if (type.kind == form::WordType::Kind::f32) {
    const float value = std::bit_cast<float>(word);
    return std::isfinite(value) ? shortest(static_cast<double>(value)) : hex_of(word);
  }
  if (type.kind == form::WordType::Kind::f16) {
    const float value = numerics::float_from_half(static_cast<numerics::Half>(word));
    return std::isfinite(value) && word < 0x10000U ? shortest(static_cast<double>(value))
                                                   : hex_of(word);
  }
  const bool plain = type.kind == form::WordType::Kind::bit ? word < 2
                     : type.integer_bits == 32              ? true
                                                            : word < 2 && type.integer_bits > 1;
  if (!plain || type.fraction_bits > 0) return hex_of(word);
  if (type.kind == form::WordType::Kind::fixed && type.is_signed) {
    return std::to_string(static_cast<std::int32_t>(word));
  }
  return std::to_string(word);
}

class Printer {
 public:
  explicit Printer(const form::Program& program) : p_(program) {}

  std::string print() {
    for (const form::Section& section : p_.sections) add("section " + section.name + "\n");
    for (const form::Unit& unit : p_.units) print(unit);
    for (const form::Channel& channel : p_.channels) print(channel);
    for (const form::Memory& memory : p_.memories) print(memory);
    for (const form::Array& array : p_.arrays) print(array);
    for (const form::Transfer& transfer : p_.transfers) print(transfer);
    for (std::uint32_t layer = 0; layer < p_.layers.size(); ++layer) begin_layer(layer);
    for (const form::Context& context : p_.contexts) {
      begin_layer(context.layer);
      print(context);
    }
    return std::move(out_);
  }

 private:
  void add(const std::string& text) { out_ += text; }
  void option(const char* word, std::uint32_t value, std::uint32_t usual) {
    if (value != usual) add(" " + std::string(word) + " " + std::to_string(value));
  }
  void begin_layer(std::uint32_t layer) {
    if (layer == layer_) return;
    layer_ = layer;
    std::string name = layer < p_.layers.size() ? p_.layers[layer] : std::string();
    for (char& c : name) c = c == '"' || c == '\n' ? '\'' : c;
    add("layer \"" + name + "\"\n");
  }
  const std::string& channel(std::uint32_t number) const { return p_.channels[number].name; }

  void print(const form::Unit& unit) {
    add("unit " + unit.name + ": " + std::string(name_of(unit.kind)));
    option("chip", unit.chip, 0);
    if (unit.section != none) add(" section " + p_.sections[unit.section].name);
    if (unit.x != none && unit.y != none) {
      add(" at (" + std::to_string(unit.x) + ", " + std::to_string(unit.y) + ")");
    }
    add("\n");
  }
  void print(const form::Channel& of) {
    add("channel " + of.name + ": " + std::string(name_of(of.kind)));
    option("latency", of.latency_cycles, 1);
    option("capacity", of.capacity, none);
    option("initial", of.initial, 0);
    add("\n");
  }
  void print(const form::Memory& memory) {
    add("memory " + memory.name + " in " + p_.units[memory.unit].name + ": " +
        std::to_string(memory.words) + " words");
    option("buffers", memory.buffers, 1);
    option("banks", memory.banks, 16);
    option("bank_words", memory.bank_words, 1);
    for (std::size_t w = 0; w < memory.initial.size(); ++w) {
      add((w == 0 ? " = u32 " : ", ") + std::to_string(memory.initial[w]));
    }
    add("\n");
  }
  void print(const form::Array& array) {
    add("array " + array.name + ": ");
    add(array.role == form::Array::Role::input ? "input " : "output ");
    add(name_of(array.type) + "[");
    for (std::size_t d = 0; d < array.shape.size(); ++d) {
      add((d == 0 ? "" : ", ") + std::to_string(array.shape[d]));
    }
    add(array.as_pairs ? "] as pairs in " : "] in ");
    if (array.memory != none) {
      add("memory " + p_.memories[array.memory].name + "\n");
    } else {
      add(p_.units[array.unit].name + " at " + std::to_string(array.address_bytes) + "\n");
    }
  }
  void print(const form::Transfer& transfer) {
    add("transfer " + transfer.name + " in " + p_.units[transfer.unit].name + ": " +
        std::string(name_of(transfer.kind)));
    if (transfer.lanes != form::lanes_most) add(" lanes " + std::to_string(transfer.lanes));
    if (transfer.kind == form::Transfer::Kind::add) add(" type " + name_of(transfer.type));
    if (const form::Transfer::Table& table = transfer.table; table.rows > 0) {
      add(" rows " + std::to_string(table.rows) + " row_bytes " + std::to_string(table.row_bytes) +
          " from " + std::to_string(table.address_bytes));
    }
    add(" address " + channel(transfer.address));
    if (transfer.size != none) add(" size " + channel(transfer.size));
    add(" data " + channel(transfer.data));
    if (transfer.done != none) add(" done " + channel(transfer.done));
    add("\n");
  }

  void print(const form::Context& context) {
    c_ = &context;
    add("context " + context.name + " in " + p_.units[context.unit].name);
    option("lanes", context.lanes, 1);
    if (context.once) add(" once");
    option("interval", context.interval_cycles, 1);
    option("stages", context.stages, none);
    add(" {\n");
    for (const form::Input& input : context.inputs) print(input);
    for (const form::Counter& counter : context.counters) print(counter);
    for (const form::Register& reg : context.registers) {
      add("  reg " + reg.name + ": " + name_of(reg.type) + " = " +
          number_text(reg.type, reg.start) + " reset " + level(reg.level) + "\n");
    }
    for (std::uint32_t n = 0; n < context.nodes.size(); ++n) {
      add("  let " + value(n) + " = " + text_of(context.nodes[n]) + "\n");
    }
    for (const form::Register& reg : context.registers) {
      add("  leave " + reg.name + " = " + value(reg.next) + when(reg.when) + "\n");
    }
    for (const form::Store& store : context.stores) {
      add("  store " + p_.memories[store.memory].name + "[" + value(store.address) +
          "] = " + value(store.value) + " turn " + level(store.turn) + when(store.when) + "\n");
    }
    for (const form::Output& output : context.outputs) {
      add("  give " + channel(output.channel));
      if (output.value != none) add(" = " + value(output.value));
      add(" at " + level(output.level) + when(output.when) + "\n");
    }
    add("}\n");
  }

  static std::string value(std::uint32_t node) { return "n" + std::to_string(node) + "_"; }
  static std::string when(std::uint32_t node) { return node == none ? "" : " when " + value(node); }
  std::string level(std::uint32_t of) const {
    if (of == form::no_level) return "never";
    return of < c_->counters.size() ? c_->counters[of].name : "each";
  }
  void print(const form::Input& input) {
    add("  take " + channel(input.channel) + " pop " + level(input.level) + when(input.when));
    if (input.pop_when != none) add(" pop_when " + value(input.pop_when));
    add("\n");
  }
  std::string bound(const form::Bound& of) const {
    return of.input == none ? std::to_string(of.value) : channel(c_->inputs[of.input].channel);
  }
  void print(const form::Counter& counter) {
    if (counter.endless) {
      add("  forever " + counter.name);
    } else {
      add("  for " + counter.name + " = " + bound(counter.first) + " to " + bound(counter.end));
    }
    add(" step " + bound(counter.step));
    add(counter.until == none ? "\n" : " until " + value(counter.until) + "\n");
  }

  std::string text_of(const form::Node& node) const {
    const std::string operation(name_of(node.operation));
    const auto operand = [&](std::uint32_t slot) { return value(node.operands[slot]); };
    switch (node.kind) {
      case Kind::constant:
        return "const(" + name_of(node.type) + ", " + number_text(node.type, node.word) + ")";
      case Kind::index:
        return "index(" + c_->counters[node.at].name + ")";
      case Kind::lane:
        return "lanes()";
      case Kind::first:
        return "first(" + level(node.level) + ")";
      case Kind::last:
        return "last(" + level(node.level) + ")";
      case Kind::input:
        return "in(" + channel(c_->inputs[node.at].channel) + ", " + name_of(node.type) + ")";
      case Kind::reg:
        return "regval(" + c_->registers[node.at].name + ")";
      case Kind::load:
        return "load(" + p_.memories[node.at].name + ", " + operand(0) + ", " + name_of(node.type) +
               " turn " + level(node.turn) + ")";
      case Kind::pair: {
        const auto of = static_cast<form::PairOperation>(node.at);
        std::string out = std::string(name_of(of)) + "(" + operand(0);
        for (std::uint32_t slot = 1; slot < operands_of(of); ++slot) out += ", " + operand(slot);
        return out + ")";
      }
      case Kind::body:
        return "body(" + operand(0) + ", " + operand(1) + ", " + level(node.level) +
               when(node.operands[2]) + ")";
      case Kind::row:
        return "row(" + operand(0) + ", " + operand(1) + ", " + std::to_string(node.at) + ")";
      case Kind::reduce:
        return "reduce(" + operation + ", " + operand(0) + ")";
      case Kind::accumulate:
        return "accumulate(" + operation + ", " + operand(0) + ", " + level(node.level) +
               (node.operands[1] == none ? "" : " from " + operand(1)) + when(node.operands[2]) +
               ")";
      default: {
        std::string out = operation + "(";
        for (std::uint32_t slot = 0; slot < operands_of(node.operation); ++slot) {
          out += (slot == 0 ? "" : ", ") + operand(slot);
        }
        if (node.operation == form::WordOperation::convert) out += ", " + name_of(node.to);
        return out + ")";
      }
    }
  }

  const form::Program& p_;
  const form::Context* c_ = nullptr;
  std::uint32_t layer_ = none;  ///< of the contexts behind what is printed
  std::string out_;
};

}  // namespace

std::string print(const form::Program& program) { return Printer(program).print(); }

}  // namespace weft::rdu
