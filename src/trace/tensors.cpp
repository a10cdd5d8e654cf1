// SPDX-License-Identifier: Apache-2.0
// Arrays by name, each as large as its shape says.
#include "trace/tensors.hpp"

#include <utility>

#include "base/counted.hpp"
#include "base/error.hpp"
#include "trace/tensor_hdf5.hpp"

namespace weft::trace {

void write_tensors(const std::string& path, const std::vector<NamedTensor>& tensors) {
  std::vector<std::pair<std::string, const Tensor*>> all;
  for (const NamedTensor& one : tensors) {
    if (one.tensor->bytes.size() != one.tensor->elements() * size_bytes(one.tensor->type)) {
      fail(Category::internal, "'" + path + "' dataset '" + one.name +
                                   "': " + describe(*one.tensor) + " comes with " +
                                   counted(one.tensor->bytes.size(), "byte"));
    }
    all.emplace_back(one.name, one.tensor.get());
  }
  write_hdf5_tensors(path, all);
}

}  // namespace weft::trace
