// SPDX-License-Identifier: Apache-2.0
// What can be wrong with a command before it runs.
#pragma once

#include <span>
#include <vector>

#include "base/geometry.hpp"
#include "engine/command.hpp"
#include "machine/machine.hpp"

namespace weft::engine {

/// The export of that name that a command of this kind means; null when there is none.
const machine::Export* find_export(CommandKind kind, const std::string& name,
                                   std::span<const machine::Export> exports);

/// Category::input when the command names nothing the program exports, tiles outside the region,
/// more elements than there are, or comes with another amount of data than it says.
void check_command(const HostCommand& command, std::size_t data_bytes,
                   std::span<const machine::Export> exports, const Rectangle& region);

}  // namespace weft::engine
