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

/// The options of slice_table() that concern values; invalid_option for what is not in it.
SliceOptions slice_options(const std::string& who, const poplar::OptionFlags& options);

}  // namespace weft::libraries
