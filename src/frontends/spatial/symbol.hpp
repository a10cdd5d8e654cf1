// SPDX-License-Identifier: Apache-2.0
// Names as numbers, so that scopes compare integers.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace weft::spatial {

/// A name; equal names are equal numbers in one process. 0 is no name.
using Symbol = std::uint32_t;

Symbol intern(std::string_view name);
/// Types live in a name space of their own: `intern_type("T")` is never `intern("T")`.
Symbol intern_type(std::string_view name);
/// The name as it was written.
std::string_view name_of(Symbol symbol);

}  // namespace weft::spatial
