// SPDX-License-Identifier: Apache-2.0
// Forms in which a graph may be written.
#pragma once

namespace poplar {

enum class SerializationFormat { Binary, JSON };

}  // namespace poplar
