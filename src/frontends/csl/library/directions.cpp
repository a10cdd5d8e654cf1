// SPDX-License-Identifier: Apache-2.0
// <directions>: turning directions.
#include "frontends/csl/library/library.hpp"

namespace weft::csl::library {

const char* const directions = R"csl(
inline fn flip(dir: direction) direction {
  return switch (dir) {
    WEST => EAST, EAST => WEST, NORTH => SOUTH, SOUTH => NORTH, else => RAMP,
  };
}

inline fn flip_horizontal(dir: direction) direction {
  return switch (dir) { WEST => EAST, EAST => WEST, else => dir, };
}

inline fn flip_vertical(dir: direction) direction {
  return switch (dir) { NORTH => SOUTH, SOUTH => NORTH, else => dir, };
}

inline fn rotate_clockwise(dir: direction) direction {
  return switch (dir) {
    NORTH => EAST, EAST => SOUTH, SOUTH => WEST, WEST => NORTH, else => RAMP,
  };
}

inline fn rotate_counterclockwise(dir: direction) direction {
  return switch (dir) {
    NORTH => WEST, WEST => SOUTH, SOUTH => EAST, EAST => NORTH, else => RAMP,
  };
}
)csl";

}  // namespace weft::csl::library
