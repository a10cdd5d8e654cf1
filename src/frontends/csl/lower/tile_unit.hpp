// SPDX-License-Identifier: Apache-2.0
// One tile program while it is compiled: SRAM, descriptors, tasks, and what of the tile's
// parameters it depends on.
#pragma once

#include <compare>
#include <deque>
#include <map>
#include <optional>
#include <unordered_map>
#include <unordered_set>

#include "frontends/csl/lower/call_sites.hpp"
#include "frontends/csl/values/module.hpp"

namespace weft::csl {

/// A descriptor known at compile time; its base is an SRAM variable that may not be placed yet.
struct DescriptorValue : Object {
  wse::Descriptor content;
  Variable* variable = nullptr;
  std::int64_t offset = 0;  ///< bytes from the variable
  const Type* element = nullptr;
};

/// "With this parameter expression equal to this number": what a compiled variant rests on.
struct Decision {
  const Symbolic* symbolic = nullptr;
  Scalar value;
};

/// A local variable or descriptor that has a place of its own: by its declaration, and by which of
/// the declaring function's frames it is in. A function at compile-time recursion has several
/// frames at a time, and one with comptime parameters has locals of several types.
struct LocalKey {
  const Node* declaration = nullptr;
  const Module* module = nullptr;
  const Type* type = nullptr;
  const CalledFunction* owner = nullptr;  ///< the called function that the code is in; null: none
  unsigned level = 0;                     ///< frames of the same function around this one
  friend auto operator<=>(const LocalKey&, const LocalKey&) = default;
};

/// What runs when a color goes into teardown.
struct TeardownHandler {
  FunctionInstance* function = nullptr;
  std::int64_t color = 0;
  Location where;
};

/// A function that must be lowered because something refers to it by id or name.
struct Root {
  const FunctionInstance* function = nullptr;
  std::int32_t task = -1;  ///< index into code.tasks, or -1: an entry point
  std::string exported;
};

class TileUnit {
 public:
  explicit TileUnit(Context& shared) : context(shared) {}
  TileUnit(const TileUnit&) = delete;
  TileUnit& operator=(const TileUnit&) = delete;

  /// Goes the same way as `first`, a compilation of the same tile in which all calls were inlined,
  /// and keeps as calls what it found called more than once.
  void follow(const TileUnit& first);

  /// The caller goes on as if the expression were this constant.
  void decide(const Symbolic* symbolic, Scalar value);
  /// Whether the decisions made so far leave an expression one value.
  bool is_determined(const Symbolic* symbolic) const;
  /// Number of the tile constant that holds `symbolic`.
  std::uint32_t tile_constant(const Symbolic* symbolic);

  Variable* new_variable(Name name, const Type* type, Value initial, Location where);
  /// Byte address; the first call places the variable.
  std::uint16_t address(Variable& variable);
  /// How far SRAM is given out, and back to there: the variables placed since are placed no more.
  struct Placement {
    std::size_t variables = 0;
    std::size_t bytes = 0;
  };
  Placement placement() const { return {placed_.size(), data_bytes_}; }
  void take_back(const Placement& to);

  /// A table entry of its own, that code may change.
  std::uint16_t new_descriptor(const wse::Descriptor& initial);
  /// 1 + the number of these settings in the code; 0: the load of a DSR gives none.
  std::uint8_t settings_number(const wse::VectorInstruction& given, Location where);
  /// A shared table entry with this content.
  std::uint16_t shared_descriptor(const wse::Descriptor& content);
  /// The content with its address, placing the variable.
  wse::Descriptor placed(const DescriptorValue& value);

  /// Index into code.tasks of the task with this id, new if need be (unbound).
  std::uint32_t task(wse::TaskKind kind, std::int64_t id, Location where);
  /// The task that `function` is bound to. @throws weft::Error when it is bound to none.
  std::uint32_t task_of(const FunctionInstance* function, Location where) const;
  void bind_task(wse::TaskKind kind, std::int64_t id, const FunctionInstance* function,
                 Location where);
  /// For good: another color for the same queue is an error.
  void bind_queue(bool input, std::int64_t queue, std::int64_t color, Location where);
  /// A color that operations send by this queue, one among others.
  void add_output_color(std::uint8_t queue, std::uint8_t color);

  /// Code reads or writes 16 bits at a byte address, known or not: it may be a register of a route.
  void use_address(std::optional<std::int64_t> address);

  /// Writes initial values to the SRAM image once every variable that is used is placed.
  void finish_image();

  Context& context;
  wse::TileCode code;
  std::deque<Variable> variables;
  std::deque<Module> modules;
  std::vector<Root> roots;
  std::vector<Decision> decisions;
  std::vector<const Symbolic*> constants;
  std::vector<wse::ColorRoute> local_routes;
  std::vector<Location> local_route_places;
  std::uint32_t configured_colors = 0;  ///< whose routes code may rewrite
  std::vector<TeardownHandler> teardown_handlers;
  /// Pointers that are exported, and the symbol of what each points to.
  std::vector<std::pair<Variable*, std::size_t>> exported_pointers;
  std::map<std::pair<unsigned, std::int64_t>, std::uint16_t> data_registers;  ///< (file, number)
  std::uint32_t x = 0;  ///< the tile that this variant is compiled for
  std::uint32_t y = 0;
  std::map<LocalKey, Variable*> locals;
  std::map<LocalKey, std::uint16_t> local_descriptors;
  CallCounter calls;
  std::set<CallSite> call_sites;                 ///< calls that are not inlined
  std::map<std::string, CalledFunction> called;  ///< by call_key()

 private:
  void write_value(const Value& value, const Type* type, std::size_t at);
  void write_bits(std::uint64_t bits, std::size_t bytes, std::size_t at);

  std::unordered_set<const Symbolic*> decided_;
  std::unordered_map<const Symbolic*, std::uint32_t> constant_numbers_;
  std::map<std::vector<std::uint64_t>, std::uint16_t> shared_;
  std::vector<Variable*> placed_;
  std::size_t data_bytes_ = 0;
};

/// Type of the program form that holds values of a CSL scalar type.
wse::Type machine_type(const Type& type);
/// Type of what a host copies of an array of these: the values, or the words of a struct.
wse::Type copied_type(const Type& element);

}  // namespace weft::csl
