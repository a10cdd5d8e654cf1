// SPDX-License-Identifier: Apache-2.0
// What of an IPU program is content, for the trace's hash.
#pragma once

#include <string>

#include "program/ipu.hpp"

namespace poplar::core {

/// A line "program = <hash>" of what the tiles execute and the host can name. Names that only
/// reports show do not enter (compute sets, copies), nor does where a codelet came from: the bytes
/// of its library depend on the compiler.
std::string program_identity(const weft::program::ipu::Program& program);

}  // namespace poplar::core
