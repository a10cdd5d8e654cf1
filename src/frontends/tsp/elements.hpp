// SPDX-License-Identifier: Apache-2.0
// Elements of constants, as schedules and tensor programs write them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "frontends/tsp/lexer.hpp"
#include "numerics/tsp_operation.hpp"

namespace weft::tsp {

/// "1, -2.5, inf", "fill 0" or `hex "00ff", "01"`: bytes of a constant of so many elements,
/// little-endian. Fails at the element that is no such number, is beyond the last, or lacks.
std::vector<std::byte> read_elements(Lexer& lexer, numerics::VectorType type,
                                     std::uint64_t elements);

/// A type's name; fails with the one that it may have been.
numerics::VectorType read_type(Lexer& lexer);

}  // namespace weft::tsp
