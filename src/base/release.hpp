// SPDX-License-Identifier: Apache-2.0
// `list = {}` keeps a vector's memory: it assigns no elements to what is there.
#pragma once

#include <vector>

namespace weft {

/// Empties `list` and gives its memory back.
template <typename T>
void release(std::vector<T>& list) {
  std::vector<T>().swap(list);
}

}  // namespace weft
