// SPDX-License-Identifier: Apache-2.0
// Writes the controller tree while the body of an Accel runs.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <unordered_map>
#include <vector>

#include "frontends/spatial/interpreter.hpp"

namespace weft::spatial {

/// How a controller was asked to run: Sequential, Pipe, Stream(breakWhen = ...).
struct ControlObject : HeapObject {
  tree::Schedule asked = tree::Schedule::unasked;
  std::uint32_t break_when = tree::none;
  std::uint32_t initiation_interval = 0;
};

class Stager {
 public:
  explicit Stager(Interpreter& interpreter) : interpreter_(interpreter) {}

  bool staging() const { return !frames_.empty(); }
  /// Accel { body }: stages it, then has it run on the host's data.
  void accelerate(const Node* body, const Ref<Scope>& scope, const Node* node, bool forever);

  // Nodes
  Value node(tree::Operation operation, tree::NumberType type,
             const std::vector<std::uint32_t>& arguments, const Node* at);
  /// A node of `type`: a constant for what is known.
  std::uint32_t as_node(const Value& value, tree::NumberType type);
  /// The same, and failures named at `at`.
  std::uint32_t number_node(const Value& value, tree::NumberType type, const Node* at);
  std::uint32_t constant(tree::NumberType type, tree::Raw raw);
  Value convert(const Value& value, tree::NumberType type, const Node* at);
  /// Of known numbers and nodes; the first gives the type that literals take.
  Value function(Interpreter& interpreter, tree::Operation operation, std::vector<Value> operands,
                 const Node* at);
  /// a - b; of a sum that has b in it, the rest.
  Value difference(const Value& a, const Value& b, const Node* at);
  Value select(const Value& condition, const Value& yes, const Value& no, const Node* at);
  Value branch(Interpreter& interpreter, const Node* node, const Value& condition,
               const Ref<Scope>& scope);

  std::uint32_t take_queue(const Value& taken, const Node* at);
  /// Whether a value is a lock that is held; the access of a memory that holds it.
  bool is_lock(const Value& value) const;
  void hold_lock(const Value& access, const Value& lock);
  void add_barriers(const Value& access, const std::vector<Value>& uses, const Node* at);

  // Memories
  tree::Memory& memory(const Value& value);
  Value memory_value(std::uint32_t memory) const;
  Value new_memory(tree::MemoryKind kind, tree::NumberType type, std::vector<std::int64_t> sizes,
                   const Node* at);
  void name_memory(const Value& value, Symbol name);
  /// Data of a memory that the host sees.
  std::vector<tree::Raw>& contents(const Value& memory);
  void bind_file(const Value& stream, const std::string& name);
  Value memory_operation(tree::Operation operation, const Value& memory,
                         std::vector<std::uint32_t> arguments, const std::vector<Value>& enables,
                         const Node* at, tree::Raw value = 0);
  Value read_register(const Value& memory, const Node* at);
  Value write_register(Interpreter& interpreter, const Value& memory, const Value& value,
                       const Node* at);
  Value assign_property(Interpreter& interpreter, const Value& self, const Node* target,
                        const Value& value);

  /// Bits that every access of a memory takes besides its own.
  std::vector<Value>& common_enables() { return common_enables_; }

  // Controllers
  std::uint32_t open(tree::ControllerKind kind, const Node* at);
  void close();
  tree::Controller& controller(std::uint32_t index) { return tree_.controllers[index]; }
  Value make_range(const Value& min, const Value& max, bool staged) const;
  /// Of the arguments of a Foreach, Reduce...; computed in the controller around it.
  std::vector<tree::Counter> counters(const Arguments& ranges, const Node* at);
  /// The first number behind a range.
  Value end_of(const RangeObject& range, const Node* at);
  std::vector<Value> iterators(std::vector<tree::Counter>& counters, const Node* at);
  void apply_control(std::uint32_t index, const ControlObject& control);
  /// What a function gives of `arguments`, as nodes of controller `index` that are no steps of it.
  /// `what` names it where it holds controllers.
  tree::Expression expression(std::uint32_t index, const Value& function,
                              std::vector<Value> arguments, tree::NumberType type, const Node* at,
                              const char* what);
  void combine(std::uint32_t index, const Value& function, tree::NumberType type, const Node* at);
  void require_staging(const Node* at, const char* what) const;
  tree::SourcePlace place_of(const Node* at);

 private:
  struct Frame {
    std::uint32_t controller = 0;
    std::vector<tree::Step> steps;
  };
  void add_step(std::uint32_t node) { frames_.back().steps.push_back({false, node}); }
  bool has_controllers(const Frame& frame) const;
  void enable_all(Frame& frame, std::uint32_t condition, const Node* at);
  std::uint32_t range_node(const Value& value, const Node* at);
  void read_streams();
  void write_streams();

  Interpreter& interpreter_;
  tree::Tree tree_;
  tree::HostContents contents_;
  std::unordered_map<std::uint32_t, std::string> stream_files_;
  std::vector<Frame> frames_;
  std::vector<Value> common_enables_;
  std::unordered_map<std::uint64_t, std::vector<std::uint32_t>> constants_;
};

// Controllers by name (stage_control.cpp)
Value stage_loop(Interpreter& interpreter, const ControlObject& control, Call& call);
Value stage_reduce(Interpreter& interpreter, const ControlObject& control, Call& call, bool fold);
Value stage_mem_reduce(Interpreter& interpreter, const ControlObject& control, Call& call,
                       bool fold);
Value stage_unit(Interpreter& interpreter, const ControlObject& control, Call& call,
                 tree::ControllerKind kind);
/// FSM (stage_machine.cpp)
Value stage_state_machine(Interpreter& interpreter, const ControlObject& control, Call& call);
/// Sequential.Foreach(...), Pipe { }, Stream(breakWhen = r).Foreach(...)
Value call_control(Interpreter& interpreter, const Value& module, Symbol member, Call& call);
/// load, store, gather, scatter (stage_transfer.cpp)
Value stage_transfer(Interpreter& interpreter, const Value& self, const Value& other,
                     std::string_view name, const Node* at);
Value make_tile(Interpreter& interpreter, const Value& dram, const Arguments& places,
                const Node* at);
/// The sizes of a memory: 1 to 5 whole numbers above 0 (stage_memory.cpp)
std::vector<std::int64_t> memory_sizes(Interpreter& interpreter, const Arguments& given,
                                       const Node* at);
/// `*` where an index stands
bool is_everything(const Value& value);
/// LineBuffer and LineBuffer.strided (stage_local.cpp)
Value line_buffer(Interpreter& interpreter, Call& call, bool strided);
/// registers <<= value, registers(i, *) <<= value (stage_local.cpp)
Value shift_in(Interpreter& interpreter, const Value& into, const Value& value, const Node* at);
/// LUT.fromSeq[T](values) (stage_memory.cpp)
Value lut_from_values(Interpreter& interpreter, Call& call);
/// The numbers of a file, as they are written (library_file.cpp)
std::vector<std::string> csv_words(Interpreter& interpreter, const std::string& name,
                                   const Node* at);

}  // namespace weft::spatial
