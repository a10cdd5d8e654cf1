// SPDX-License-Identifier: Apache-2.0
// popops: what the options of slices say.
#include "hosts/poplar/libraries/popops/slice_options.hpp"

#include "hosts/poplar/libraries/library_options.hpp"

namespace weft::libraries {

SliceOptions slice_options(const std::string& who, const poplar::OptionFlags& options) {
  check_options(slice_table(), options, who.c_str());
  SliceOptions out;
  out.remaps = option_is_true(options, "remapOutOfBoundIndices", false);
  out.pads = option_is_true(options, "paddingIndexUsed", false);
  out.validates = option_is_true(options, "validateIndices", false);
  return out;
}

}  // namespace weft::libraries
