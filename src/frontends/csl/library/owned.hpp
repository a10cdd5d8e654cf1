// SPDX-License-Identifier: Apache-2.0
// What library modules keep of a tile for themselves once a program imports them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "program/wse_limits.hpp"

namespace weft::csl::library {

enum class Resource : std::uint8_t { color, local_task, input_queue, output_queue };

/// Why a program must not use this one, as a sentence that names the owner and what is free;
/// nothing where it may. The owner's module is `memcpy_owner`.
std::optional<std::string> owned(Resource resource, std::int64_t number,
                                 const program::wse::Limits& limits);

inline constexpr const char* memcpy_owner = "<memcpy/memcpy>";
/// Its other half, which a layout imports.
inline constexpr const char* memcpy_layout = "<memcpy/get_params>";

}  // namespace weft::csl::library
