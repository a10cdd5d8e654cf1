// SPDX-License-Identifier: Apache-2.0
// The options of poplibs' functions, a table a family: what they take in SDK 3, and what weft does
// about each. docs/poplar-options.md shows them; a test holds the two together.
#pragma once

#include "weft/option_table.hpp"

namespace weft::libraries {

const OptionTable& elementwise_table();  ///< popops::map and all that is made of it
const OptionTable& scaled_add_table();
const OptionTable& reduce_table();
const OptionTable& slice_table();  ///< popops' slices, updates and their plans
const OptionTable& matmul_table();
const OptionTable& convolution_table();
const OptionTable& activation_table();  ///< popnn's activation functions and losses
const OptionTable& norm_table();
const OptionTable& pooling_table();
const OptionTable& recurrent_table();
const OptionTable& qr_table();
const OptionTable& collectives_table();

}  // namespace weft::libraries
