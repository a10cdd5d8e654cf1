// SPDX-License-Identifier: Apache-2.0
// <layout>: a tile's coordinates in the rectangle.
#include "frontends/csl/library/library.hpp"

namespace weft::csl::library {

const char* const layout = R"csl(
fn get_x_coord() u16 { return @weft_tile_x(); }
fn get_y_coord() u16 { return @weft_tile_y(); }
)csl";

}  // namespace weft::csl::library
