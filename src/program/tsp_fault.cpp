// SPDX-License-Identifier: Apache-2.0
// A TSP's faults in words.
#include "program/tsp_fault.hpp"

#include <array>

#include "program/tsp_shape.hpp"

namespace weft::program::tsp {
namespace {

constexpr std::array<std::string_view, static_cast<std::size_t>(FaultCode::count_)> names = {
    "wrong stream group",
    "ALU fed by both directions",
    "small ALU",
    "chain out of reach",
    "wrong type",
    "map that is no bijection",
    "K or N beyond the plane",
    "accumulator overrun",
    "address out of range",
    "program text does not fit its slices",
    "bank used twice",
    "queue used twice",
    "queue parked",
    "read and write of one bank",
    "install while the buffer is in use",
    "undriven operand",
    "other operand than named",
    "two drivers",
    "two clocks without deskew",
    "link busy",
    "send without receive",
    "receive without send",
    "receive too early",
    "receiver full",
    "clock drifted",
};

}  // namespace

std::string_view name_of(FaultCode code) { return names.at(static_cast<std::size_t>(code)); }

}  // namespace weft::program::tsp
