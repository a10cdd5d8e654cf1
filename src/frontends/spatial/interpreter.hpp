// SPDX-License-Identifier: Apache-2.0
// Runs a Scala program for Spatial on the host: its classes, its functions and its data. What
// stands in Accel { } is staged on the way, by running it with values that are nodes of a tree.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "frontends/spatial/ast.hpp"
#include "frontends/spatial/host_random.hpp"
#include "frontends/spatial/source.hpp"
#include "frontends/spatial/spatial.hpp"
#include "frontends/spatial/value.hpp"

namespace weft::spatial {

class Interpreter;
class Stager;

/// Arguments of one list, evaluated.
struct Arguments {
  std::vector<Value> values;
  std::vector<std::pair<Symbol, Value>> named;
  std::size_t size() const { return values.size(); }
  const Value& operator[](std::size_t index) const { return values[index]; }
  /// The argument of that name, or the one at `index`, or null.
  const Value* find(std::string_view name, std::size_t index) const;
};

/// A callee's arguments, list by list, not evaluated yet.
struct Call {
  const Node* node = nullptr;
  Ref<Scope> scope;
  std::vector<const Node*> types;
  std::vector<std::span<Node* const>> lists;
  std::vector<Arguments> given;  ///< instead of `lists`: a function that is called as a value
  std::size_t used = 0;
  bool more() const { return used < lists.size() + given.size(); }
};

using Builtin = Value (*)(Interpreter&, Call&);
using Member = Value (*)(Interpreter&, Value&, Call&);
using Builtins = std::unordered_map<Symbol, Builtin>;
using Members = std::unordered_map<Symbol, Member>;

/// Arithmetic that infix operators name; the rest of them are members.
enum class Arithmetic : std::uint8_t {
  none,
  add,
  subtract,
  multiply,
  divide,
  remainder,
  power,
  equal,
  not_equal,
  less,
  less_equal,
  greater,
  greater_equal,
  logical_and,
  logical_or,
  bit_and,
  bit_or,
  bit_xor,
  shift_left,
  shift_right,
  shift_right_unsigned,
};

class Interpreter {
 public:
  Interpreter(const Options& options, Outcome& outcome);
  ~Interpreter();
  Interpreter(const Interpreter&) = delete;
  Interpreter& operator=(const Interpreter&) = delete;

  /// Reads a file, its classes become known.
  void load(const std::string& path, const std::string& text);
  void load_library();
  std::vector<ClassPlace> runnable_classes();
  /// Makes an object of the class and calls its main.
  void run(const std::string& class_name, const std::vector<std::string>& arguments);

  // Failures
  [[noreturn]] void fail(const Node* node, const std::string& message,
                         Category category = Category::input) const;
  [[noreturn]] void unsupported(const Node* node, const std::string& what) const;

  // Expressions (eval_*.cpp)
  Value evaluate(const Node* node, const Ref<Scope>& scope);
  Arguments arguments(Call& call);  ///< the next list
  /// The next list where there is one; else none.
  Arguments optional_arguments(Call& call);
  /// An argument that must be there.
  const Value& argument(const Call& call, const Arguments& from, std::size_t index) const;
  Value call_function(const Value& function, std::vector<Value> arguments, const Node* node);
  Value call_method(std::span<const Definition* const> overloads, const Ref<Scope>& scope,
                    Call& call);
  Value apply_value(const Value& value, Call& call);
  Value call_member(Value self, Symbol member, Call& call);
  Value arithmetic(Arithmetic operation, const Value& left, const Value& right, const Node* node);
  Value negate(const Value& value, Symbol operation, const Node* node);
  bool equal_values(const Value& left, const Value& right, const Node* node);

  // Types (eval_type.cpp)
  Ref<TypeObject> resolve_type(const Node* node, const Ref<Scope>& scope);
  Ref<TypeObject> type_of(const Value& value);
  Value coerce(Value value, const TypeObject& type, const Node* node);
  /// A number of `type`: of a literal, a known number or a node. `cast`: other formats as well.
  Value to_number(const Value& value, tree::NumberType type, const Node* node, bool cast = false);
  tree::NumberType number_type(const TypeObject& type, const Node* node) const;
  /// The format that a call names: first of its types, else `otherwise`.
  tree::NumberType type_argument(const Call& call, tree::NumberType otherwise);
  Ref<TypeObject> type_object_argument(const Call& call, std::size_t index);

  // Conversions of values
  std::int64_t integer_of(const Value& value, const Node* node, const char* what);
  double real_of(const Value& value, const Node* node);
  std::string show(const Value& value);
  const ListObject& items_of(const Value& value, const Node* node);
  Value read_if_register(const Value& value, const Node* node);
  bool condition_of(const Value& value, const Node* node);
  Value index_value(std::int64_t index, bool staged) const;
  std::vector<std::int64_t> range_indices(const Value& range, const Node* node);

  Stager& stager() { return *stager_; }
  const Options& options() const { return options_; }
  Outcome& outcome() { return outcome_; }
  Sources& sources() { return sources_; }
  HostRandom& random() { return random_; }
  /// Seeds of the program's own generators.
  std::uint64_t& random_state() { return random_state_; }
  std::map<std::string, std::string>& written_files() { return outcome_.files; }
  void check(bool passed, const Node* node);

  std::unique_ptr<Builtins> builtins;
  std::unique_ptr<Members> list_members, text_members, number_members, memory_members,
      range_members, other_members;
  std::unordered_map<Symbol, Arithmetic> operators;

 private:
  friend class Stager;
  // Expressions
  Value evaluate_name(const Node* node, const Ref<Scope>& scope);
  Value find_name(Symbol name, const Ref<Scope>& scope, const Node* node, bool& found);
  Value force(Value& bound, const Ref<Scope>& holder, const Node* node);
  Value evaluate_select(const Node* node, const Ref<Scope>& scope);
  Value evaluate_apply(const Node* node, const Ref<Scope>& scope);
  Value finish_call(Value value, Call& call);
  Value call_head(const Node* head, Call& call);
  const Members* members_of(const Value& self) const;
  Value member_function(const Value& self, Symbol member, const Node* node);
  Value evaluate_infix(const Node* node, const Ref<Scope>& scope);
  Value evaluate_block(const Node* node, const Ref<Scope>& scope);
  Value evaluate_if(const Node* node, const Ref<Scope>& scope);
  Value evaluate_for(const Node* node, const Ref<Scope>& scope, std::size_t part,
                     std::vector<Value>* yielded);
  Value evaluate_match(const Node* node, const Ref<Scope>& scope);
  Value run_cases(const Node* node, std::size_t first, const Value& value, const Ref<Scope>& scope);
  Value evaluate_assign(const Node* node, const Ref<Scope>& scope);
  Value assign_name(const Node* target, Value value, const Ref<Scope>& scope);
  Value evaluate_interpolated(const Node* node, const Ref<Scope>& scope);
  std::string formatted(const Value& value, const std::string& format, const Node* node);
  Value evaluate_literal(const Node* node) const;
  Value evaluate_lambda(const Node* node, const Ref<Scope>& scope);
  Value compound_assign(const Node* node, const Ref<Scope>& scope);
  bool match_pattern(const Node* pattern, const Value& value, Scope& into, const Ref<Scope>& scope);
  bool match_extract(const Node* pattern, const Value& value, Scope& into, const Ref<Scope>& scope);
  bool match_type(const Node* type, const Value& value, const Ref<Scope>& scope);
  void define(const Definition& definition, const Ref<Scope>& scope);
  void bind_value(const Definition& definition, Value value, const Ref<Scope>& scope);
  void bind_types(const Definition& definition, const Ref<Scope>& into, const Call& call);
  Value run_method(const Definition& definition, const Ref<Scope>& into, std::size_t list,
                   Call& call);
  void evaluate_all(Call& call);
  struct Slot;
  std::vector<Slot> assign_slots(const ParameterList& list, Call& call);
  void fill_slot(std::vector<Slot>& slots, const ParameterList& list, std::size_t& position,
                 const Node* given, Call& call);
  void bind_list(const Definition& definition, const ParameterList& list, const Ref<Scope>& into,
                 Call& call);
  Value parameter_value(const Parameter& parameter, Slot& slot, const Ref<Scope>& into,
                        const Call& call);
  void unify(const Node* type, const Value& value, const Ref<Scope>& into,
             const Definition& definition);
  const Definition* choose(std::span<const Definition* const> overloads, const Call& call,
                           const Ref<Scope>& scope);
  bool fits(const Definition& definition, const Call& call, const Ref<Scope>& scope);
  Value native_arithmetic(Arithmetic operation, const Value& left, const Value& right,
                          const Node* node);
  Value number_arithmetic(Arithmetic operation, const Value& left, const Value& right,
                          tree::NumberType type, const Node* node);
  Value power(const Value& base, const Value& exponent, const Node* node);
  Value numeric_default(const TypeObject& type) const;

  // Classes (eval_class.cpp)
  [[noreturn]] void refuse_class(const std::string& class_name);
  const Definition* find_class(Symbol name, const Node* node);
  bool has_main(const Definition& definition);
  bool search_folder(Symbol name);
  Value instantiate(const Definition& definition, Call& call);
  void add_level(InstanceObject& made, const Definition& definition, Call& call);
  void add_parent(InstanceObject& made, const ParentCall& parent);
  void add_types(InstanceObject& made);
  void add_members(InstanceObject& made);
  void run_members(InstanceObject& made);
  Value object_instance(const Definition& definition, const Node* node);
  void add_class(const Definition& definition);
  bool is_subclass(const InstanceObject& instance, Symbol name) const;
  Ref<TypeObject> builtin_type(const Node* node, const Ref<Scope>& scope);
  Ref<TypeObject> container_type(const Node* node, const Ref<Scope>& scope);

  const Options& options_;
  Outcome& outcome_;
  Sources sources_;
  std::vector<std::unique_ptr<SourceTree>> trees_;
  std::unordered_map<Symbol, const Definition*> classes_;
  std::unordered_map<const Definition*, Value> objects_;
  /// Where a class stands in another one, or in a function: its objects see the names there.
  std::unordered_map<const Definition*, Ref<Scope>> class_scopes_;
  std::vector<std::string> class_order_;
  std::vector<const Definition*> own_classes_;
  bool folder_searched_ = false;
  std::uint32_t user_file_ = 0;
  Scope::Registry registry_;
  Scope::Registry* outer_registry_ = nullptr;
  Ref<Scope> globals_;
  std::unique_ptr<Stager> stager_;
  std::uint64_t random_state_ = 0;
  HostRandom random_;
  std::uint32_t depth_ = 0;
};

// Tables of builtins, one file a group.
void add_control(Builtins& builtins);
void add_memories(Builtins& builtins);
void add_math(Builtins& builtins);
void add_checks(Builtins& builtins);
void add_files(Builtins& builtins);
void add_list_members(Members& members);
void add_more_list_members(Members& members);
void add_text_members(Members& members);
void add_number_members(Members& members);
void add_memory_members(Members& members);
void add_sparse(Builtins& builtins, Members& members);
void add_locals(Builtins& builtins, Members& members);
/// `numbers`: members of numbers; `all`: of every value.
void add_bits(Builtins& builtins, Members& numbers, Members& all);
void add_range_members(Members& members);
void add_other_members(Members& members);
/// A builtin name that stands for a group of functions (Array, math, Sequential), or unit.
Value module_value(Symbol name, bool dsl);
/// module.member(...)
Value call_module(Interpreter& interpreter, const Value& module, Symbol member, Call& call);

}  // namespace weft::spatial
