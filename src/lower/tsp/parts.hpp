// SPDX-License-Identifier: Apache-2.0
// Words that the writer's files share.
#pragma once

#include <cstdint>

#include "lower/tsp/writer.hpp"

namespace weft::lower::tsp {

inline constexpr VectorType f16 = VectorType::f16;
inline constexpr VectorType f32 = VectorType::f32;
inline constexpr VectorType i32 = VectorType::i32;

inline constexpr std::uint32_t widest_maximum = 5;  ///< of a pass: neighbours along an axis

inline std::uint64_t size(std::int64_t extent) { return static_cast<std::uint64_t>(extent); }

}  // namespace weft::lower::tsp
