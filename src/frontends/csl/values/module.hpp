// SPDX-License-Identifier: Apache-2.0
// A file instantiated with parameters, its globals, and what is shared by a whole compilation.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "frontends/csl/library/owned.hpp"
#include "frontends/csl/parse/ast.hpp"
#include "frontends/csl/parse/source.hpp"
#include "frontends/csl/values/symbolic.hpp"
#include "frontends/csl/values/type.hpp"
#include "frontends/csl/values/value.hpp"
#include "program/wse.hpp"
#include "program/wse_limits.hpp"

namespace weft::csl {

namespace wse = program::wse;

/// Something in SRAM. It takes space once code or an export refers to it.
struct Variable {
  Name name = Name::none;
  Location where;
  const Type* type = nullptr;
  Value initial;                ///< Form::undefined: not initialised
  std::uint32_t alignment = 1;  ///< bytes
  std::int64_t address = -1;    ///< bytes, -1: not placed
  bool is_const = false;
  bool is_assigned = false;  ///< by lowered code
};

/// A function of a module instance.
struct FunctionInstance {
  const Function* function = nullptr;
  Module* module = nullptr;
};

/// A global of a module instance; initial values are computed when first asked for.
struct GlobalState {
  enum class Kind : std::uint8_t {
    pending,
    busy,
    constant,
    variable,
    descriptor,
    comptime_variable
  };
  Kind kind = Kind::pending;
  Value value;                   ///< constant, comptime_variable
  Variable* variable = nullptr;  ///< variable; of a constant: its copy in SRAM once one is needed
  std::uint16_t descriptor = 0;
};

struct Module {
  const File* file = nullptr;
  std::string path;  ///< where relative imports start
  const Shape* parameter_names = nullptr;
  std::vector<Value> parameters;
  std::vector<GlobalState> globals;
  std::deque<FunctionInstance> functions;  ///< one a global; empty entries for non-functions
};

/// Field names and such that the evaluator itself looks for.
struct KnownNames {
// clang-format off
#define WEFT_CSL_KNOWN_NAMES(X)                                                                    \
  X(rx)                                                                                            \
  X(tx)                                                                                            \
  X(routes) X(switches) X(filter) X(teardown) X(color_swap_x) X(color_swap_y) X(pos1) X(pos2)      \
      X(pos3) X(current_switch_pos) X(ring_mode) X(pop_mode) X(no_pop) X(always_pop)               \
          X(pop_on_advance) X(pop_on_advance_nop) X(kind) X(range) X(counter) X(sparse_counter)    \
              X(min_idx) X(max_idx) X(count_data) X(count_control) X(filter_control)               \
                  X(init_counter) X(max_counter) X(limit1) X(limit2) X(tensor_access)              \
                      X(base_address) X(extent) X(stride) X(offset) X(fabric_color) X(input_queue) \
                          X(output_queue) X(control) X(wavelet_index_offset) X(advance_switch)     \
                              X(simd_mode) X(zero) X(async) X(activate) X(unblock) X(on_control)   \
                                  X(priority) X(index) X(low) X(medium) X(high) X(activate_push)   \
                                      X(activate_pop) X(color) X(width) X(height) X(save_address)  \
                                          X(single_step) X(len) X(fast_mode) X(control_transform) \
                                              X(invalid)
// clang-format on
#define WEFT_CSL_MEMBER(name) Name name##_ = Name::none;
  WEFT_CSL_KNOWN_NAMES(WEFT_CSL_MEMBER)
#undef WEFT_CSL_MEMBER
  Name ut_id = Name::none;
  explicit KnownNames(NameTable& names);
};

/// Reads a source file; nothing when there is no such file.
using FileReader = std::function<std::optional<std::string>(const std::string& path)>;

/// What every part of one compilation shares.
struct Context {
  Context() : known(names) {}
  NameTable names;
  Sources sources;
  TypeTable types;
  SymbolicTable symbolics;
  KnownNames known;
  FileReader read_file;
  std::vector<std::string> import_paths;
  wse::Limits limits;  ///< of the machine
  FloatRules rules;    ///< of its floating-point units
  bool zero_globals = true;
  std::uint64_t step_limit = 0;  ///< compile-time steps, 0: none
  std::uint64_t steps = 0;
  std::map<std::pair<const Shape*, const Shape*>, const Shape*> joint_shapes;  ///< @concat_structs
  std::deque<Module> layout_modules;  ///< instances made by the layout
  std::int64_t width = 0;             ///< of the rectangle, 0: not set yet
  std::int64_t height = 0;

  /// The one Shape with these names.
  const Shape* shape(std::vector<Name> field_names);
  /// The parsed file that `import` names, seen from a file at `from`. @throws weft::Error.
  struct Loaded {
    const File* file = nullptr;
    std::string path;
  };
  Loaded load(const std::string& import, const std::string& from, Location where);
  const File* parse_text(const std::string& path, std::string text);
  [[noreturn]] void fail(Location where, const std::string& message) const {
    sources.fail(where, message);
  }
  [[noreturn]] void unsupported(Location where, const std::string& what) const {
    sources.fail(where, "Unsupported: " + what, Category::unsupported);
  }
  std::string text(Name name) const { return names.text(name); }
  /// The program makes use of this one. @throws weft::Error when it belongs to a library module
  /// that the program imports, be it later.
  void use(library::Resource resource, std::int64_t number, Location where);

 private:
  void note_import(const std::string& module);

  bool imports_memcpy_ = false;
  std::optional<std::pair<std::string, Location>> owned_use_;  ///< wrong once memcpy is imported
  std::map<std::vector<Name>, Shape> shapes_;
  std::map<std::string, std::unique_ptr<File>> files_;
};

}  // namespace weft::csl
