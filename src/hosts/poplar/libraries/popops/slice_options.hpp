// SPDX-License-Identifier: Apache-2.0
// popops: what the options of slices say.
#pragma once

#include <poplar/OptionFlags.hpp>
#include <string>

namespace weft::libraries {

struct SliceOptions {
  bool remaps = false;     ///< an offset out of range is 0
  bool pads = false;       ///< and else gives zeros
  bool validates = false;  ///< a number out of range stops the program
};

/// The options of poplibs that concern values; those that concern its planner are accepted.
SliceOptions slice_options(const std::string& who, const poplar::OptionFlags& options);

}  // namespace weft::libraries
