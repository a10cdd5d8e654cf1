// SPDX-License-Identifier: Apache-2.0
// Names, sizes and shapes of tensors, and which file format a name means.
#include "trace/tensor.hpp"

#include <array>
#include <limits>

#include "base/counted.hpp"
#include "base/error.hpp"
#include "trace/npy.hpp"
#include "trace/tensor_hdf5.hpp"

namespace weft::trace {
namespace {

struct ElementInfo {
  std::string_view name;
  std::size_t bytes;
};

constexpr std::array<ElementInfo, 11> elements_info{{{"i8", 1},
                                                     {"i16", 2},
                                                     {"i32", 4},
                                                     {"i64", 8},
                                                     {"u8", 1},
                                                     {"u16", 2},
                                                     {"u32", 4},
                                                     {"u64", 8},
                                                     {"f16", 2},
                                                     {"f32", 4},
                                                     {"f64", 8}}};

const ElementInfo& info(ElementType type) {
  return elements_info.at(static_cast<std::size_t>(type));
}

std::string join(const std::vector<std::uint64_t>& shape) {
  std::string text = "[";
  for (std::size_t d = 0; d < shape.size(); ++d) {
    text += (d > 0 ? ", " : "") + std::to_string(shape[d]);
  }
  return text + "]";
}

std::string place(const std::string& path, const std::string& dataset) {
  return "'" + path + "'" + (dataset.empty() ? "" : " dataset '" + dataset + "'");
}

}  // namespace

std::string_view name_of(ElementType type) { return info(type).name; }
std::size_t size_bytes(ElementType type) { return info(type).bytes; }

std::uint64_t Tensor::elements() const {
  std::uint64_t count = 1;
  for (const std::uint64_t extent : shape) count *= extent;
  return count;
}

std::uint64_t checked_bytes(const std::string& where, ElementType type,
                            const std::vector<std::uint64_t>& shape) {
  std::uint64_t bytes = size_bytes(type);
  for (const std::uint64_t extent : shape) {
    if (extent != 0 && bytes > std::numeric_limits<std::int64_t>::max() / extent) {
      fail(Category::input, where + ": shape " + join(shape) + " is too large");
    }
    bytes *= extent;
  }
  return bytes;
}

std::string describe(const Tensor& tensor) {
  return std::string(name_of(tensor.type)) + " " + join(tensor.shape);
}

Tensor read_tensor(const std::string& path, const std::string& dataset) {
  if (!path.ends_with(".npy")) return read_hdf5_tensor(path, dataset);
  if (!dataset.empty()) {
    fail(Category::input, place(path, dataset) + ": a .npy file holds one array without a name");
  }
  return read_npy(path);
}

Tensor read_tensor(const std::string& path, const std::string& dataset, ElementType type,
                   const std::vector<std::uint64_t>& shape) {
  Tensor tensor = read_tensor(path, dataset);
  if (tensor.type != type || tensor.shape != shape) {
    fail(Category::input, place(path, dataset) + " holds " + describe(tensor) + "; " +
                              std::string(name_of(type)) + " " + join(shape) + " is needed");
  }
  return tensor;
}

void write_tensor(const std::string& path, const std::string& dataset, const Tensor& tensor) {
  if (tensor.bytes.size() != tensor.elements() * size_bytes(tensor.type)) {
    fail(Category::internal, place(path, dataset) + ": " + describe(tensor) + " comes with " +
                                 counted(tensor.bytes.size(), "byte"));
  }
  if (path.ends_with(".npy")) {
    write_npy(path, tensor);
  } else {
    write_hdf5_tensor(path, dataset, tensor);
  }
}

}  // namespace weft::trace
