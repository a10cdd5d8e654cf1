// SPDX-License-Identifier: Apache-2.0
// What Poplar's engine, its reports, its streams and its devices may be told.
// docs/poplar-options.md shows the same tables; a test holds the two together.
#pragma once

#include <poplar/OptionFlags.hpp>

#include "weft/option_table.hpp"

namespace poplar::core {

const weft::OptionTable& engine_table();
const weft::OptionTable& profile_table();  ///< of printProfileSummary
const weft::OptionTable& stream_table();   ///< of addHostToDeviceFIFO, addDeviceToHostFIFO
const weft::OptionTable& target_table();   ///< of targets, devices and models

/// An engine's options and those of POPLAR_ENGINE_OPTIONS, which win. invalid_option for what is
/// not in the table, or for what is told by POPLAR_RUNTIME_OPTIONS or POPLAR_TARGET_OPTIONS and is
/// in neither; parse_error for what is no JSON.
OptionFlags engine_options(const OptionFlags& options);

}  // namespace poplar::core
