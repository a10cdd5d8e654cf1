// SPDX-License-Identifier: Apache-2.0
// Vector layouts as codelets name them.
#pragma once

namespace poplar {

/// How a vertex points to its data in tile memory.
enum class VectorLayout {
  SPAN,
  SHORT_SPAN,
  ONE_PTR,
  COMPACT_PTR,
  SCALED_PTR32,
  SCALED_PTR64,
  SCALED_PTR128,
};

/// The same for lists of vectors.
enum class VectorListLayout {
  ONE_PTR,
  SCALED_PTR32,
  SCALED_PTR64,
  SCALED_PTR128,
  COMPACT_PTR,
  DELTAN,
  DELTANELEMENTS = DELTAN,
  COMPACT_DELTAN,
};

}  // namespace poplar
