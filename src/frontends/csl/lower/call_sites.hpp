// SPDX-License-Identifier: Apache-2.0
// Which calls of a tile program stay calls, and the functions that are called.
#pragma once

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "frontends/csl/values/module.hpp"

namespace weft::csl {

/// A place in the source that calls a function: the call and what it calls.
using CallSite = std::pair<const Node*, const Function*>;

/// Most instructions of a function that is inlined wherever it is called, however often. About what
/// LLVM inlines when it optimises for size (50, at 5 an instruction); validation case A5 calls
/// functions of 8 instructions eight times in an iteration whose 127 cycles leave no room for
/// calls.
inline constexpr std::size_t longest_inlined_code = 10;

/// Counts the calls of a program whose calls are all inlined.
class CallCounter {
 public:
  /// Calls that one run through a function makes, by what is called (call_key()).
  using Calls = std::map<std::string, unsigned>;

  void add_site(const std::string& callee, const CallSite& site) { sites_[callee].insert(site); }
  /// `caller` makes these calls. Inlined in several places it makes them once all the same.
  void add_calls(const std::string& caller, const Calls& calls);
  /// The places that call something called more than once.
  std::set<CallSite> repeated() const;

 private:
  std::map<std::string, std::map<std::string, unsigned>> calls_;  ///< callee, caller
  std::map<std::string, std::set<CallSite>> sites_;
};

/// How an argument reaches a function that is called.
enum class Passing : std::uint8_t {
  known,          ///< not at all: the function is one for this value
  in_register,    ///< moved into the function's frame
  in_memory,      ///< copied into a variable of the function
  in_descriptor,  ///< copied into a descriptor of the function
};

/// A function that is lowered once and called. Its frame, variables and descriptors are its own and
/// fixed: a function can be active only once.
struct CalledFunction {
  enum class State : std::uint8_t {
    in_progress,
    ready,
    impossible,  ///< its body needs to know an argument: it is inlined
  };
  struct Parameter {
    Passing passing = Passing::known;
    const Type* type = nullptr;
    Variable* variable = nullptr;
    std::uint16_t descriptor = 0;
  };
  State state = State::in_progress;
  std::uint32_t number = 0;  ///< in the tile's code
  unsigned depth = 0;        ///< calls below it
  std::vector<Parameter> parameters;
  const Type* result = nullptr;         ///< void, or a type whose values a register or memory holds
  Variable* result_variable = nullptr;  ///< of an aggregate
};

}  // namespace weft::csl
