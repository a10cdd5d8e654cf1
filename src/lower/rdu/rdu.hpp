// SPDX-License-Identifier: Apache-2.0
// A model as patterns of an RDU, in text.
#pragma once

#include "lower/lowered.hpp"

namespace weft::lower::rdu {

/// `model.patterns`, its weights and how a job runs it. Category::unsupported, with a line for each
/// node that patterns have not, and for a machine without sections or bodies or with too little
/// room. In bf16.
Lowered lower(const Request& request);

}  // namespace weft::lower::rdu
