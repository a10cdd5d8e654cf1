// SPDX-License-Identifier: Apache-2.0
// The text of a compiled program's out.json.
#pragma once

#include <string>

#include "hosts/csl/compiled.hpp"

namespace weft::hosts::csl {

/// An object: `params` and `colors` (texts by name, as they were given), `machine`, `arch`
/// ("wse2"), `fabric` and `rectangle` (PEs), `exports` [`name`, `kind` ("variable", "function"),
/// `type`, `elements`; `parameters`], `streams` [`name`, `direction`, `color`].
std::string out_json(const Compiled& compiled);

}  // namespace weft::hosts::csl
