// SPDX-License-Identifier: Apache-2.0
// The table of a sweep's variants: what changes, and every combination of it.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "topology/topology.hpp"

namespace weft::cli::sweep {

/// A key of the job, or a constant of its machine, and the values that it takes in turn.
struct Axis {
  std::string key;
  std::vector<std::string> values;  ///< as they are written in TOML
  std::string option = "--set";     ///< that gave it: "--set", "--constant"
};

/// "a.b=1,2,4". Commas inside brackets, braces and quotes belong to a value. Category::input naming
/// `option` for what is not of that form, and for a value that stands there twice.
Axis parse_axis(const std::string& text, const std::string& option);

/// One combination: a value an axis, in the axes' order.
using Values = std::vector<std::string>;

/// All combinations, the last axis changing fastest. Category::input for two axes of one key, for
/// keys that name files (two variants would write one), and beyond 100,000 variants.
std::vector<Values> variants_of(const std::vector<Axis>& axes);

/// "a.b=1" ... of this variant, each from the option that gave its axis.
std::vector<topology::Assignment> assignments_of(const std::vector<Axis>& axes,
                                                 const Values& values);
/// "a.b=1 c=2": what changes between variants; all of it where nothing does.
std::string describe(const std::vector<Axis>& axes, const Values& values);

}  // namespace weft::cli::sweep
