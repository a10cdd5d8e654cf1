// SPDX-License-Identifier: Apache-2.0
// The body of a class: its fields, and what of its functions matters.
#pragma once

#include "frontends/poplar/codelet_cursor.hpp"
#include "frontends/poplar/codelet_parse.hpp"

namespace weft::frontends::poplar {

/// At the `{` of the body of `out`; ends behind the `}`.
void parse_members(Cursor& cursor, SourceClass& out);

}  // namespace weft::frontends::poplar
