// SPDX-License-Identifier: Apache-2.0
// Builds programs for an emulated wafer: tile code (registers, labels, functions, tasks, SRAM,
// descriptors) and the program around it (placement, routes, host streams).
#pragma once

#include <cstdint>
#include <initializer_list>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/geometry.hpp"
#include "program/wse.hpp"

namespace weft::program::wse {

/// A register of the function that is being written, counted from its frame: parameters first.
using Register = std::uint16_t;

/// A place in the code that jumps name before or after it is bound.
struct Label {
  std::uint32_t index = 0;
};

/// Index into TileCode::functions.
struct FunctionId {
  std::uint32_t index = 0;
};

/// Index into TileCode::tasks; what activate, block and unblock take.
struct TaskIndex {
  std::int16_t index = none_id;
};

/// Writes one TileCode. Registers are relative to the function's frame; finish() places the frames
/// so that a caller's and its callees' never overlap (all candidates of indirect calls share one
/// base) and refuses recursion.
class CodeBuilder {
 public:
  explicit CodeBuilder(std::string name);

  // --- SRAM ---
  /// Allocates `elements` of `type`; alignment in bytes, 0: the type's own (at least 2). The
  /// content is never written before the program does. Returns the byte address. Category::program
  /// when the address space of 64 KB is full (check_limits() knows what a tile has).
  std::uint16_t allocate(const std::string& symbol, Type type, std::uint32_t elements,
                         std::uint32_t alignment = 0, const std::string& exported = {});
  /// Puts initial bytes at an allocated address.
  void initialise(std::uint16_t address, std::span<const std::byte> bytes);
  template <typename Value>
  void initialise_values(std::uint16_t address, std::span<const Value> values) {
    initialise(address, std::as_bytes(values));
  }
  /// Marks `bytes` bytes at an address as zero at the start.
  void initialise_zero(std::uint16_t address, std::uint32_t bytes);
  /// Initial content that is tile constant number `constant`, as `type`.
  void initialise_from_constant(std::uint16_t address, Type type, std::uint32_t constant);

  // --- functions ---
  /// A function that may be called before it is written.
  FunctionId declare(const std::string& name, std::vector<Type> parameters = {});
  /// Starts writing the function's body; until end() all code belongs to it.
  void begin(FunctionId function);
  /// Ends it; adds a `ret` where the last instruction is not one.
  void end();
  /// declare + begin.
  FunctionId function(const std::string& name, std::vector<Type> parameters = {});
  Register parameter(unsigned k) const { return static_cast<Register>(k); }
  /// A new register of the current function.
  Register make_register();
  bool inside_function() const { return current_ >= 0; }

  // --- scalar code ---
  void set_line(std::uint32_t line) { line_ = line; }
  /// Appends an instruction with frame-relative registers; returns its number.
  std::uint32_t emit(const Instruction& instruction);
  Register constant(Type type, std::int64_t value);  ///< f16/f32: pass the bit pattern
  Register constant_f32(float value);
  void set_constant(Register d, Type type, std::int64_t value);
  Register tile_constant(Type type, std::uint32_t number);
  void move(Register d, Register a);
  Register binary(Operation operation, Type type, Register a, Register b);
  Register binary(Operation operation, Type type, Register a, std::int32_t immediate);
  void binary_into(Register d, Operation operation, Type type, Register a, Register b);
  void binary_into(Register d, Operation operation, Type type, Register a, std::int32_t immediate);
  Register unary(Operation operation, Type type, Register a);
  Register convert(Type from, Type to, Register a);
  Register bitcast(Type from, Type to, Register a);
  Register math(MathFunction function, Type type, Register a, Register b = no_register);
  Register load(Type type, Register address, std::int32_t offset = 0);
  /// From a fixed address.
  Register load_at(Type type, std::uint16_t address) { return load(type, no_register, address); }
  void store(Type type, Register value, Register address, std::int32_t offset = 0);
  Register timestamp();
  void assert_true(Register condition, const std::string& message);

  // --- control flow ---
  Label make_label();
  void bind(Label label);
  void jump(Label label);
  void branch_if(Register condition, Label label);
  void branch_unless(Register condition, Label label);
  void call(FunctionId function, std::initializer_list<Register> arguments = {});
  void call(FunctionId function, std::span<const Register> arguments);
  /// Calls functions[a]; every function that may be meant must have been given to allow_indirect().
  /// Arguments go to the first registers of the shared frame base.
  void call_indirect(Register function, std::span<const Register> arguments);
  void allow_indirect(FunctionId function);
  /// A callee leaves its results in its frame: reads register k of `function`'s frame (right after
  /// the call), or, inside the callee, writes it through an ordinary register.
  Register result_of(FunctionId function, Register k);
  /// The same for an indirect call: register k of the shared frame.
  Register result_of_indirect(Register k);
  void ret();

  // --- tasks ---
  /// Adds a task; `id` is a color or an input queue (data), or a task id.
  TaskIndex task(TaskKind kind, std::uint8_t id, FunctionId function,
                 Priority priority = Priority::medium);
  /// A task that is not bound to a function; its state still counts.
  TaskIndex unbound_task(TaskKind kind, std::uint8_t id);
  /// The task of that kind and id, or an index of none_id.
  TaskIndex find_task(TaskKind kind, std::uint8_t id) const;
  Task& task_state(TaskIndex task);  ///< to set the initial state or bind later
  void start_active(TaskIndex task) { task_state(task).activated = true; }
  void start_blocked(TaskIndex task) { task_state(task).blocked = true; }
  void activate(TaskIndex task);
  void block(TaskIndex task);
  void unblock(TaskIndex task);
  void unblock_command_stream();

  // --- descriptors, fifos, queues, vector instructions ---
  std::uint16_t descriptor(const Descriptor& descriptor);
  Descriptor& descriptor_at(std::uint16_t index) { return code_.descriptors.at(index); }
  std::uint8_t fifo(const Fifo& fifo);
  void bind_input_queue(std::uint8_t queue, std::uint8_t color);
  void bind_output_queue(std::uint8_t queue, std::uint8_t color);
  /// Issues a vector instruction (registers in its operands are frame-relative). d: 1, or 0 where a
  /// FIFO was empty or full.
  void vector(VectorInstruction instruction, Register d = no_register);

  // --- the rest ---
  void entry_point(const std::string& exported, FunctionId function);
  void set_tile_constants(std::uint32_t count) { code_.tile_constant_count = count; }
  std::uint32_t tile_constants() const { return code_.tile_constant_count; }
  const TileCode& code() const { return code_; }
  std::uint32_t sram_used() const { return static_cast<std::uint32_t>(code_.data.size()); }
  /// The finished code; the builder is spent.
  TileCode finish();

 private:
  struct Body {
    bool written = false;
    bool indirect = false;
    bool calls_indirect = false;
    std::vector<std::uint32_t> calls;
  };
  /// An operand that counts from another function's frame: -1 is the indirect candidates'.
  struct Foreign {
    std::uint32_t instruction = 0;
    bool is_d = false;
    std::int32_t function = -1;
  };
  void require_function() const;
  std::vector<std::uint32_t> place_frames() const;
  void relocate(const std::vector<std::uint32_t>& bases);
  std::uint32_t indirect_base(const std::vector<std::uint32_t>& bases) const;

  TileCode code_;
  std::vector<Body> bodies_;
  std::vector<std::int32_t> function_of_instruction_;
  std::vector<std::int64_t> label_targets_;
  std::vector<std::uint32_t> jumps_;  ///< instructions whose immediate is a label
  std::vector<Foreign> foreign_;
  std::int32_t current_ = -1;
  std::uint32_t line_ = 0;
};

// --- descriptors and instructions, short ---

Descriptor mem1d(std::uint16_t base, std::uint32_t length, std::int16_t stride = 1);
Descriptor mem4d(std::uint16_t base, std::span<const std::uint16_t> extents,
                 std::span<const std::int16_t> strides);
Descriptor fabric_in(std::uint8_t color, std::uint8_t queue, std::uint32_t length);
Descriptor fabric_out(std::uint8_t color, std::uint8_t queue, std::uint32_t length);
Descriptor fifo_descriptor(std::uint8_t fifo, std::uint32_t length);

inline Operand descriptor_operand(std::uint16_t index) {
  return {Operand::Kind::descriptor, index};
}
inline Operand constant_operand(std::uint16_t index) {
  return {Operand::Kind::constant_descriptor, index};
}
inline Operand register_operand(std::uint16_t descriptor) {
  return {Operand::Kind::data_register, descriptor};
}
inline Operand scalar_operand(Register r) { return {Operand::Kind::scalar, r}; }
inline Operand scalar_address(Register r) { return {Operand::Kind::scalar_address, r}; }
VectorInstruction vector_instruction(VectorOperation operation, Operand destination,
                                     std::initializer_list<Operand> sources);

/// A fixed route: one position.
ColorRoute route(std::uint8_t color, std::initializer_list<Port> receive,
                 std::initializer_list<Port> transmit);

/// Puts codes, constants and routes on a rectangle of tiles. Equal codes and equal sets of routes
/// are held once.
class ProgramBuilder {
 public:
  ProgramBuilder(Generation generation, std::uint32_t width, std::uint32_t height);

  /// Adds a code (an equal one is found again); returns its number.
  std::uint32_t add_code(TileCode code);
  /// Puts code number `code` on a tile, with its constants. A tile that has one already is refused.
  void place(std::uint32_t x, std::uint32_t y, std::uint32_t code,
             std::span<const std::uint64_t> constants = {});
  void place(const Rectangle& where, std::uint32_t code);
  bool placed(std::uint32_t x, std::uint32_t y) const;
  /// Configures a color; a second configuration of a color on a tile is refused.
  void set_route(std::uint32_t x, std::uint32_t y, const ColorRoute& route);
  void set_route(const Rectangle& where, const ColorRoute& route);
  /// True when the color is configured on the tile.
  bool has_route(std::uint32_t x, std::uint32_t y, std::uint8_t color) const;
  void host_stream(const std::string& name, bool into_machine, std::uint8_t color);

  std::uint32_t width() const { return program_.width; }
  std::uint32_t height() const { return program_.height; }
  Generation generation() const { return program_.generation; }
  /// The program, validated; tiles without a code get an empty one. The builder is spent.
  Program finish();

 private:
  std::size_t tile(std::uint32_t x, std::uint32_t y) const;
  std::uint32_t intern(const ColorRoute& route);

  Program program_;
  std::vector<ColorRoute> routes_;  ///< distinct ones
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::uint32_t>
      extended_;  ///< (set, route) -> set
  std::map<std::vector<std::uint32_t>, std::uint32_t> set_numbers_;
  std::vector<std::vector<std::uint32_t>> set_routes_;
};

}  // namespace weft::program::wse
