// SPDX-License-Identifier: Apache-2.0
// The interpreter of CSL. What is known at compile time is computed; what is not is emitted as
// instructions of the function being lowered. One walk over the tree does both, so a condition
// that is known prunes the other branch before anything in it is looked at.
#pragma once

#include <string>
#include <vector>

#include "frontends/csl/lower/emitter.hpp"
#include "frontends/csl/lower/redundancy.hpp"
#include "frontends/csl/lower/tile_unit.hpp"

namespace weft::csl {

class LayoutSink;

class Evaluator {
 public:
  /// @param unit   the tile program being compiled, null in a layout
  /// @param layout what takes the layout's statements, null in a tile program
  Evaluator(Context& context, TileUnit* unit, LayoutSink* layout)
      : context_(context), unit_(unit), layout_(layout) {}

  /// A module instance of `file` with these parameters (names and values).
  Module* instantiate(const Context::Loaded& loaded, const Value& parameters, Location where);
  /// Computes the constants that are imported modules, so that their comptime blocks run too.
  void run_imports(Module& module);
  void run_comptime_blocks(Module& module);
  void run_block(Module& module, const Function& block);
  /// Lowers a task or an exported function. @return its number in the tile code.
  std::uint32_t lower(const FunctionInstance& function);

 private:
  using Register = Emitter::Register;

  struct Slot {
    enum class Kind : std::uint8_t {
      empty,
      constant,
      comptime_variable,
      in_register,
      in_memory,
      in_descriptor
    };
    Kind kind = Kind::empty;
    bool is_const = false;
    std::uint16_t index = 0;  ///< register or descriptor
    std::uint16_t depth = 0;  ///< branch depth of the declaration
    const Type* type = nullptr;
    Variable* variable = nullptr;
    Value value;
  };
  /// A function being interpreted or inlined.
  struct Frame {
    const FunctionInstance* instance = nullptr;
    Module* module = nullptr;
    std::vector<Slot> slots;
    Frame* caller = nullptr;
    Location call;  ///< where it is called
    const Type* result_type = nullptr;
    unsigned depth = 0;
    Value result;
    bool returns_by_jump = false;
    Register result_register = wse::no_register;
    Variable* result_variable = nullptr;     ///< of a called function's aggregate
    const CalledFunction* called = nullptr;  ///< the frame is this function's; null: inlined
    Emitter::Label end;
    CallCounter::Calls calls;  ///< made by it and by the `inline` functions in it, while inlined
  };
  /// A loop or labelled block that break and continue can name.
  struct Target {
    Name label = Name::none;
    bool is_loop = true;
    unsigned depth = 0;
    Emitter::Label break_label;
    Emitter::Label continue_label;
    bool broken_by_jump = false;
    bool continued_by_jump = false;
    const Type* type = nullptr;  ///< of the block's value, when known
    Register result = wse::no_register;
    Value value;
    Target* outer = nullptr;
  };
  /// How a statement ended. stopped: by a jump that was emitted; nothing after it runs.
  enum class Flow : std::uint8_t { next, stopped, leave, again, returned };

  /// Where a value lives.
  struct Place {
    enum class Kind : std::uint8_t { cell, in_register, in_memory, in_descriptor };
    Kind kind = Kind::cell;
    bool is_const = false;
    const Type* type = nullptr;
    Value* cell = nullptr;
    Ref<Object> owner;  ///< keeps `cell` alive
    const Slot* slot = nullptr;
    std::uint16_t index = 0;       ///< register or descriptor
    Variable* variable = nullptr;  ///< memory: base, may be null
    std::int64_t offset = 0;       ///< memory: bytes
    Register index_register = wse::no_register;
    GlobalState* global = nullptr;
  };

  // evaluator.cpp: services
  [[noreturn]] void fail(const Node& node, const std::string& message) const;
  [[noreturn]] void fail(Location where, const std::string& message) const;
  [[noreturn]] void unsupported(const Node& node, const std::string& what) const;
  Location user_place(Location where) const;
  void step(const Node& node);
  std::string text(Name name) const { return context_.names.text(name); }
  std::string describe(const Value& value) const;
  /// " (did you mean 'x'?)", or "" (near_names.cpp).
  std::string near(Name wanted, const std::vector<Name>& known) const;
  std::string near_member(const Module& module, Name wanted) const;
  std::string near_identifier(const Node& node) const;
  std::string near_builtin(const Node& node) const;
  TileUnit& unit(const Node& node) const;
  const TypeTable& types() const { return context_.types; }

  // values.cpp: making and reading known values
  Value number(const Type* type, std::int64_t integer) const;
  Value real(const Type* type, double value) const;
  Value boolean(bool value) const { return number(types().boolean, value ? 1 : 0); }
  Value type_value(const Type* type) const;
  Value nothing() const;
  Value undefined(const Type* type) const;
  Value make_fields(const Shape* shape, std::vector<Value> values) const;
  std::int64_t integer_of(const Value& value, const Node& node);
  std::int64_t integer_in(const Node& node, std::int64_t lowest, std::int64_t highest,
                          const char* what);
  bool bool_of(const Value& value, const Node& node);
  static double real_of(const Value& value);  ///< of a known real number, for messages
  void decide(const Value& value);
  /// Whether a known number may be another on the next tile that comes this way.
  bool varies(const Value& value) const;
  const Type* type_of(const Value& value, const Node& node) const;
  const Type* type_at(const Node& node) { return type_of(evaluate(node), node); }
  const Type* type_of_operand(const Node& node);
  const Value* field(const Value& fields, Name name) const;
  const Fields& fields_of(const Value& value, const Node& node) const;
  const FunctionInstance* function_of(const Value& value, const Node& node) const;
  bool same_value(const Value& a, const Value& b) const;

  // convert.cpp
  Value coerce(Value value, const Type* type, const Node& node);
  Value cast(Value value, const Type* type, const Node& node);
  Value convert_known(const Value& value, const Type* type, bool checked, const Node& node);
  bool has_integer(const Value& value, const Type* type) const;
  Value convert_runtime(const Value& value, const Type* type, const Node& node);
  Value coerce_aggregate(const Value& value, const Type* type, const Node& node);
  bool pointer_fits(const Type& from, const Type& to) const;
  const Type* default_type(const Type* type) const;

  // runtime.cpp: what is held by emitted code
  Register to_register(const Value& value, const Node& node);
  Register to_register(const Value& value, const Type* type, const Node& node);
  Value in_register(const Type* type, Register which) const;
  std::uint16_t to_descriptor(const Value& value, const Node& node);
  Value keep(Value value, const Node& node);
  bool fits_immediate(const Value& value) const;
  LocalKey local_key(const Frame& frame, const Node* declaration, const Type* type) const;
  void enter_branch() { ++depth_; }
  void leave_branch() { --depth_; }

  // eval_expression.cpp
  Value evaluate(const Node& node, const Type* hint = nullptr);
  Value evaluate_node(const Node& node, const Type* hint);
  Value identifier(const Node& node);
  Slot& slot_of(const Node& identifier);
  Value universe(const Node& node);
  Value member(const Node& node);
  Value member_of(const Value& base, const Node& node);
  Value literal_number(const Node& node);
  Value struct_literal(const Node& node, const Type* hint);
  Value record_literal(const Node& node, const Type* type);
  Value array_literal(const Node& node);
  Value comptime_value(const Node& node, const Type* hint);
  Value affine(const Node& node);

  // eval_operator.cpp
  Value binary(const Node& node, const Type* hint);
  Value binary_values(TokenKind op, Value a, Value b, const Node& node);
  Value binary_known(TokenKind op, const Value& a, const Value& b, const Type* type,
                     const Node& node);
  Value binary_runtime(TokenKind op, const Value& a, const Value& b, const Type* type,
                       const Node& node);
  Value compare_other(TokenKind op, const Value& a, const Value& b, const Node& node);
  Value unary(const Node& node, const Type* hint);
  Value logical(const Node& node);
  const Type* peer_type(Value& a, Value& b, TokenKind op, const Node& node);
  const Symbolic* symbolic_of(const Value& value);

  // eval_type.cpp
  Value array_type(const Node& node);
  Value pointer_type(const Node& node);
  Value function_type(const Node& node);
  Value struct_type(const Node& node);
  Value enum_type(const Node& node);
  const Type* universe_type(int number);

  // eval_place.cpp
  Place locate(const Node& node);
  Place locate_identifier(const Node& node);
  Place locate_member(const Node& node);
  /// The member that `node` names of what stands at `base`.
  Place member_place(Place base, const Node& node);
  Place locate_index(const Node& node);
  Place index_memory(Place place, const Type* array, const std::vector<Value>& indices,
                     const Node& node);
  Place index_cell(Place place, const std::vector<Value>& indices, const Node& node);
  Place dereference(const Value& pointer, const Node& node);
  Place place_of_value(const Value& value, const Node& node);
  Place place_of_global(Module& module, std::int32_t index, const Node& node);
  Value load(const Place& place, const Node& node);
  void store(const Place& place, Value value, const Node& node);
  void store_memory(const Place& place, const Value& value, const Node& node);
  void copy_memory(const Place& to, const Place& from, const Node& node);
  bool copy_members(Place to, Place from, const Node& node);
  Value address_of(const Node& node);
  Value address_value(const Place& place, const Type* type, const Node& node);
  void memory_operand(const Place& place, Register& base, std::int32_t& immediate,
                      const Node& node);
  Variable* constant_variable(GlobalState& global, Name name, const Node& node);

  // eval_global.cpp
  GlobalState& global(Module& module, std::int32_t index, const Node& node);
  void compute_global(Module& module, std::int32_t index, GlobalState& state, const Node& node);
  void compute_variable(const Global& declared, GlobalState& state, Value value);
  Value color_of(const Value& value, const Node& where);
  Value parameter_value(Module& module, const Global& declared, const Type* type, const Node& node);
  Value global_value(Module& module, std::int32_t index, const Node& node);
  Value import_module(const Node& node);

  // eval_call.cpp
  Value call(const Node& node);
  Value call_function(const FunctionInstance& callee, const std::vector<Value>& arguments,
                      const Node& node);
  Value run_frame(Frame& frame, const Node& node);
  void bind_parameter(Frame& frame, const Parameter& parameter, Value value, const Node& node);
  Value finish_frame(Frame& frame, Flow flow, const Node& node);
  void check_arguments(const Function& function, std::size_t count, const Node& node) const;
  Value inline_call(Frame& frame, const std::string& key, const Node& node);
  Frame& home_of(Frame& frame) const;

  // eval_called.cpp: calls that stay calls
  Value call_repeated(const FunctionInstance& callee, const Node& node);
  std::vector<Value> evaluate_arguments(Frame& frame, const Node& node);
  CalledFunction& called_function(const Frame& signature, const std::vector<Value>& arguments,
                                  const std::string& key, const Node& node);
  void lower_called(CalledFunction& called, const FunctionInstance& callee,
                    const std::vector<Value>& arguments, const Node& node);
  std::vector<wse::Type> place_parameters(CalledFunction& called, const Function& function,
                                          const std::vector<Value>& arguments);
  void place_result(CalledFunction& called, Frame& frame, const Node& node);
  void bind_passed(Frame& frame, const CalledFunction& called, const std::vector<Value>& arguments,
                   const Node& node);
  Value emit_call(const CalledFunction& called, const std::vector<Value>& arguments,
                  const Node& node);
  Passing passing_of(const Parameter& parameter, const Value& value) const;
  /// What tells functions apart that are lowered from one; empty: a value cannot be told.
  std::string call_key(const FunctionInstance& callee, const std::vector<Value>& arguments) const;
  bool add_to_key(std::string& key, const Value& value) const;

  // eval_statement.cpp
  Flow execute(const Node& node);
  Flow execute_block(const Node& node);
  Flow declaration(const Node& node);
  void declare_runtime_variable(const Node& node, const Type* type, const Value& value,
                                bool has_value);
  Flow assignment(const Node& node);
  void assign_descriptor(const Place& place, const Node& node);
  Flow return_statement(const Node& node);
  void give_result(Value value, const Node& node);
  Flow break_statement(const Node& node);
  Flow continue_statement(const Node& node);
  Target* find_target(const Node& node, bool loop_only);
  Value block_value(const Node& node, const Type* hint);

  // eval_branch.cpp
  Flow if_statement(const Node& node);
  Value if_value(const Node& node, const Type* hint);
  Value runtime_if_value(const Node& node, Register condition, const Type* hint);
  Flow switch_statement(const Node& node, Value* value, const Type* hint);
  Flow runtime_switch(const Node& node, const Value& subject, Value* value, const Type* hint);
  Flow branch_body(const Node& node);

  // eval_loop.cpp
  Flow while_loop(const Node& node);
  Flow comptime_while(const Node& node, Target& target);
  Flow runtime_while(const Node& node, Target& target, bool endless);
  bool reads_comptime_variable(const Node& node) const;
  Flow for_loop(const Node& node);
  Flow unrolled_for(const Node& node, const Value& iterable, Target& target);
  Flow runtime_range(const Node& node, const Value& range, Target& target);
  Flow runtime_array(const Node& node, const Value& array, Target& target);
  bool end_iteration(Target& target, Flow& flow);
  Flow end_loop(Target& target, Flow flow);
  void open_target(Target& target, const Node& node, bool is_loop);
  void bind_capture(const Node& capture, Value value);

  // builtin_*.cpp
  Value builtin(const Node& node, const Type* hint);
  const Node& argument(const Node& node, std::size_t index) const;
  void expect_arguments(const Node& node, std::size_t least, std::size_t most) const;
  Value builtin_types(const Node& node, const Type* hint);
  Value builtin_values(const Node& node, const Type* hint);
  bool has_field(const Value& value, Name name) const;
  bool is_arch(const Node& node, const std::string& arch) const;
  Value is_comptime(const Node& node) const;
  Value checked_assert(const Node& node);
  Value least_or_greatest(const Node& node, const Type* hint);
  Value builtin_identity(const Node& node);
  Value builtin_layout(const Node& node);
  Value builtin_tasks(const Node& node);
  Value builtin_descriptors(const Node& node, const Type* hint);
  Value builtin_intrinsic(const Node& node);
  Value bitcast(const Node& node);
  Value math(const Node& node);
  Value known_math(const Node& node, wse::MathFunction function, const Value& a);
  std::string math_name() const;
  void rpc(const Node& node);
  // builtin_configuration.cpp
  Value configuration(const Node& node);
  void register_operand(const Value& word, Register& base, std::int32_t& immediate,
                        const Node& node);
  Value pointer_from_number(const Type* type, Value value, const Node& node);
  void set_teardown_handler(const Node& node);
  Value range(const Node& node);
  Value concat_structs(const Node& node);
  Value filled_array(const Type* type, Value element) const;
  Value zeros(const Node& node);
  /// Zero of a number or array type, undefined of another.
  Value zero_value(const Type* type) const;
  /// An id from `first` to `last`, given as a comptime integer.
  Value identity(const Node& node, TypeKind kind, std::int64_t last, std::int64_t first = 0);
  Value data_task_id(const Node& node);
  void export_symbol(const Node& node);
  void export_array(const Value& pointer, const std::string& name, const Node& node);
  void bind_task(const Node& node, wse::TaskKind kind, TypeKind id_kind);
  Value task_control(const Node& node, wse::Operation operation);
  std::uint32_t task_index(const Value& value, const Node& node);
  void use_task(wse::TaskKind kind, std::int64_t id, const Node& node);
  void use_queue(bool input, std::int64_t queue, const Node& node);
  void initialize_queue(const Node& node);
  // descriptors
  bool is_set(const Value& settings, Name name, const Node& node);
  Value get_dsd(const Node& node);
  void read_axes(const Value& extents, const Value* strides, wse::Descriptor& content,
                 const Node& node);
  Value memory_dsd(const Node& node, TypeKind kind, const Value& settings);
  Value affine_dsd(const Node& node, TypeKind kind, const Affine& affine, const Value& settings);
  /// Settings of a fabric DSD that weft knows and lacks.
  void refuse_lacking(const Value& settings, const Node& node);
  Value fabric_dsd(const Node& node, bool input, const Value& settings);
  Value allocate_fifo(const Node& node);
  Value change_dsd(const Node& node);
  void change_known_dsd(const Node& node, DescriptorValue& dsd, const Value& change,
                        const Type* element);
  Value change_runtime_dsd(const Node& node, const Value& dsd, const Value& change,
                           const Type* element);
  void check_settings(const Value& settings, const Node& node,
                      std::initializer_list<Name> allowed) const;
  Value get_dsr(const Node& node);
  Value load_to_dsr(const Node& node);
  bool dsr_saves_address(const Value& settings, const Value& dsd, const Node& node);
  // vector operations
  Value vector_operation(const Node& node);
  Value at_index(const Value& dsd, const Value& index, const Node& node);
  bool is_target(const Value& pointer, const Node& node);
  wse::Operand vector_operand(const Value& value, bool destination, const Type* scalar,
                              const Node& node);
  void vector_settings(const Value& settings, wse::VectorInstruction& instruction, bool of_dsr,
                       const Node& node);
  Value map(const Node& node);
  void emit_map(const Node& node, const FunctionInstance& function,
                const std::vector<Value>& operands, const Value& length, bool returns);

  Context& context_;
  TileUnit* unit_;
  LayoutSink* layout_;
  Emitter* emitter_ = nullptr;
  Emitter* function_ = nullptr;  ///< of the function being lowered, also while emitter_ is null
  bool looking_ = false;  ///< at an operand of @type_of: what is emitted and placed is taken back
  const Node* typed_call_ = nullptr;  ///< operand of @type_of: a call whose body must not run
  Frame* frame_ = nullptr;
  Target* target_ = nullptr;
  Target* leaving_ = nullptr;  ///< the target of Flow::leave and Flow::again
  unsigned depth_ = 0;         ///< emitted branches and loops around the current statement
  unsigned calls_ = 0;
  unsigned nesting_ = 0;
  std::uint16_t wanted_descriptor_ = no_index;  ///< assignment's place, for in-place changes
  bool free_indices_ = false;  ///< inside a tensor access: indices may leave the array
};

/// What a layout block's statements do.
class LayoutSink {
 public:
  virtual ~LayoutSink() = default;
  virtual void set_rectangle(std::int64_t width, std::int64_t height, Location where) = 0;
  virtual void set_tile_code(std::int64_t x, std::int64_t y, const std::string& file,
                             const std::string& from, const Value& parameters, Location where) = 0;
  virtual void set_color_config(std::int64_t x, std::int64_t y, const wse::ColorRoute& route,
                                Location where) = 0;
  virtual void export_name(const std::string& name, const Type* type, bool is_mutable,
                           Location where) = 0;
  virtual void host_stream(const wse::HostStream& stream, Location where) = 0;
};

}  // namespace weft::csl
