// SPDX-License-Identifier: Apache-2.0
// The options that a function takes: names, values, and what weft does about each. weft's own,
// Poplar has no such thing.
#pragma once

#include <poplar/ArrayRef.hpp>
#include <poplar/OptionFlags.hpp>
#include <string>
#include <vector>

namespace weft {

enum class OptionUse {
  honoured,
  without_effect,  ///< on values: it is about speed, reports or the host
  unsupported      ///< and refused, unless it asks for what weft does anyway
};

struct KnownOption {
  const char* name;
  /// "bool"; "count" (a whole number, decimal or 0x...); "number" (not negative); "text"; or
  /// alternatives, of which "#" is any count: "half|float", "auto|#".
  const char* values;
  OptionUse use;
  /// unsupported: the alternatives that it may have all the same, as in `values`.
  const char* usual = "";
  /// unsupported: why.
  const char* why = "";
};

/// A function's name, for messages, and its options.
struct OptionTable {
  const char* owner;
  std::vector<KnownOption> options;
};

/// poplar::invalid_option for a name that the table has not ("did you mean"), for a value that is
/// none of its option's, and for what is unsupported. `owner` stands for the table's in messages.
void check_options(const OptionTable& table, const poplar::OptionFlags& options,
                   const char* owner = nullptr);

/// A checked truth value.
bool option_is_true(const poplar::OptionFlags& options, const char* name, bool otherwise);

/// The known name nearest to a mistyped one, as " (did you mean 'x'?)", or "".
std::string did_you_mean(const std::string& word, const std::vector<std::string>& known);

}  // namespace weft
