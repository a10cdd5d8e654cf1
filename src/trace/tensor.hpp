// SPDX-License-Identifier: Apache-2.0
// A dense typed array in memory: job data on its way in, results on their way out.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace weft::trace {

/// Element types of job data, all little-endian. bf16 travels as u16.
enum class ElementType : std::uint8_t { i8, i16, i32, i64, u8, u16, u32, u64, f16, f32, f64 };

/// "i8" ... "f64".
std::string_view name_of(ElementType type);
std::size_t size_bytes(ElementType type);

/// Row-major (C order) array; bytes.size() == elements() * size_bytes(type).
struct Tensor {
  ElementType type = ElementType::f32;
  std::vector<std::uint64_t> shape;  ///< empty: one element
  std::vector<std::byte> bytes;

  std::uint64_t elements() const;
  friend bool operator==(const Tensor&, const Tensor&) = default;
};

/// A result: held once, by all that use it.
struct NamedTensor {
  NamedTensor() = default;
  NamedTensor(std::string its_name, Tensor values)
      : name(std::move(its_name)), tensor(std::make_shared<const Tensor>(std::move(values))) {}
  NamedTensor(std::string its_name, std::shared_ptr<const Tensor> values)
      : name(std::move(its_name)), tensor(std::move(values)) {}
  std::string name;
  std::shared_ptr<const Tensor> tensor;
};

/// "f32 [3, 64]", for messages.
std::string describe(const Tensor& tensor);

/// Reads a whole array from an HDF5 file (`dataset` is its path in the file) or, when the file name
/// ends in .npy, from a NumPy file of format 1.0, 2.0 or 3.0 (`dataset` must be empty). Serial:
/// call it on one rank. Category::input naming file, dataset and fault for anything missing,
/// broken, truncated, big-endian, Fortran-ordered, or of another element type.
Tensor read_tensor(const std::string& path, const std::string& dataset = "");

/// As read_tensor, and refuses another type or shape than the one given, naming both.
Tensor read_tensor(const std::string& path, const std::string& dataset, ElementType type,
                   const std::vector<std::uint64_t>& shape);

/// Writes a .npy file (format 1.0), or an HDF5 file with that one dataset: whole or not at all
/// (base/output_file.hpp). Category::system when the file cannot be written.
void write_tensor(const std::string& path, const std::string& dataset, const Tensor& tensor);

}  // namespace weft::trace
