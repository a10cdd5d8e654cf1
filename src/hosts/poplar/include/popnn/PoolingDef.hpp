// SPDX-License-Identifier: Apache-2.0
// Kinds of pooling.
#pragma once

namespace popnn {

enum class PoolingType { MAX, AVG, SUM };

}  // namespace popnn
