// SPDX-License-Identifier: Apache-2.0
// Every size that a file claims is held against what the file can hold before memory is taken.
#include "trace/input.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string_view>
#include <utility>

#include "base/counted.hpp"
#include "trace/element_hdf5.hpp"
#include "trace/stored_half.hpp"
#include "trace/tensor_hdf5.hpp"

namespace weft::trace {
namespace {

/// A string attribute longer than this is damage.
constexpr std::size_t text_bytes_max = std::size_t{1} << 26U;
/// Deflate's best ratio is about 1030: a dataset larger than this many times its file is damage.
constexpr std::uint64_t inflation_max = 1100;

std::string trimmed(const char* text, std::size_t length) {
  return {text, std::find(text, text + length, '\0')};
}

std::vector<std::uint64_t> shape_of(const Input& in, hid_t space, const std::string& what) {
  const int rank = H5Sget_simple_extent_ndims(space);
  if (rank < 0) in.check.fault(what + ": no shape");
  std::vector<hsize_t> extent(static_cast<std::size_t>(rank));
  if (rank > 0 && H5Sget_simple_extent_dims(space, extent.data(), nullptr) < 0) {
    in.check.fault(what + ": no shape");
  }
  return {extent.begin(), extent.end()};
}

/// Refuses a claim of more bytes than the file could hold.
void check_size(const Input& in, const std::string& what, std::uint64_t bytes) {
  hsize_t file_bytes = 0;
  in.check.ok(H5Fget_filesize(in.file.get(), &file_bytes), "no size");
  if (bytes / inflation_max > file_bytes) {
    fail(Category::input, in.check.subject + ": " + what + " claims " + counted(bytes, "byte") +
                              "; the file has " + std::to_string(file_bytes));
  }
}

Id open_attribute(const Input& in, hid_t object, const std::string& where,
                  const std::string& name) {
  return in.check.id(H5Aopen(object, name.c_str(), H5P_DEFAULT), H5Aclose,
                     where + ": attribute '" + name + "' is missing or broken");
}

}  // namespace

bool has_link(const Input& in, hid_t parent, const std::string& name) {
  const htri_t found = H5Lexists(parent, name.c_str(), H5P_DEFAULT);
  in.check.ok(found, "link '" + name + "' is broken");
  return found > 0;
}

std::vector<std::string> members(const Input& in, hid_t group) {
  H5G_info_t info{};
  in.check.ok(H5Gget_info(group, &info), "a group is broken");
  std::vector<std::string> names;
  for (hsize_t i = 0; i < info.nlinks; ++i) {
    char name[256] = {};
    const ssize_t length = H5Lget_name_by_idx(group, ".", H5_INDEX_NAME, H5_ITER_INC, i, name,
                                              sizeof name, H5P_DEFAULT);
    if (length < 0 || length >= static_cast<ssize_t>(sizeof name)) {
      in.check.fault("a group's member has no proper name");
    }
    names.emplace_back(name);
  }
  return names;
}

Id open_group(const Input& in, hid_t parent, const std::string& name) {
  return in.check.id(H5Gopen2(parent, name.c_str(), H5P_DEFAULT), H5Gclose,
                     "group '" + name + "' is missing or broken");
}

bool has_attribute(const Input& in, hid_t object, const std::string& name) {
  const htri_t found = H5Aexists(object, name.c_str());
  in.check.ok(found, "attribute '" + name + "' is broken");
  return found > 0;
}

std::uint64_t integer_attribute(const Input& in, hid_t object, const std::string& where,
                                const std::string& name) {
  const Id attribute = open_attribute(in, object, where, name);
  const Id type = in.check.id(H5Aget_type(attribute.get()), H5Tclose, where + ": " + name);
  const Id space = in.check.id(H5Aget_space(attribute.get()), H5Sclose, where + ": " + name);
  std::uint64_t value = 0;
  if (H5Tget_class(type.get()) != H5T_INTEGER || H5Sget_simple_extent_npoints(space.get()) != 1 ||
      H5Aread(attribute.get(), H5T_NATIVE_UINT64, &value) < 0) {
    in.check.fault(where + ": attribute '" + name + "' is not one integer");
  }
  return value;
}

std::string text_attribute(const Input& in, hid_t object, const std::string& where,
                           const std::string& name) {
  const Id attribute = open_attribute(in, object, where, name);
  const Id type = in.check.id(H5Aget_type(attribute.get()), H5Tclose, where + ": " + name);
  const Id space = in.check.id(H5Aget_space(attribute.get()), H5Sclose, where + ": " + name);
  const std::size_t length = H5Tget_size(type.get());
  if (H5Tget_class(type.get()) != H5T_STRING || H5Tis_variable_str(type.get()) != 0 ||
      H5Sget_simple_extent_npoints(space.get()) != 1 || length == 0 || length > text_bytes_max) {
    in.check.fault(where + ": attribute '" + name + "' is not one text of fixed length");
  }
  std::vector<char> text(length);
  in.check.ok(H5Aread(attribute.get(), type.get(), text.data()), where + ": attribute " + name);
  return trimmed(text.data(), length);
}

Dataset open_dataset(const Input& in, hid_t parent, const std::string& name) {
  Dataset dataset;
  dataset.name = "dataset '" + name + "'";
  dataset.id = in.check.id(H5Dopen2(parent, name.c_str(), H5P_DEFAULT), H5Dclose,
                           dataset.name + " is missing or broken");
  const Id space = in.check.id(H5Dget_space(dataset.id.get()), H5Sclose, dataset.name);
  if (H5Sget_simple_extent_type(space.get()) == H5S_NULL) in.check.fault(dataset.name + " is null");
  dataset.shape = shape_of(in, space.get(), dataset.name);
  return dataset;
}

Tensor read_dataset(const Input& in, hid_t parent, const std::string& name) {
  const Dataset dataset = open_dataset(in, parent, name);
  const Id type = in.check.id(H5Dget_type(dataset.id.get()), H5Tclose, dataset.name);
  const auto element = element_type(type.get());
  if (!element) {
    fail(Category::input, in.check.subject + ": " + dataset.name +
                              " is not of a little-endian integer or floating-point type");
  }
  Tensor tensor{*element, dataset.shape, {}};
  const std::uint64_t bytes =
      checked_bytes(in.check.subject + ": " + dataset.name, *element, dataset.shape);
  check_size(in, dataset.name, bytes);
  tensor.bytes.resize(bytes);
  if (bytes == 0) return tensor;
  in.check.ok(
      H5Dread(dataset.id.get(), type.get(), H5S_ALL, H5S_ALL, H5P_DEFAULT, tensor.bytes.data()),
      dataset.name + " cannot be read");
  if (*element == ElementType::f32 &&
      has_attribute(in, dataset.id.get(), stored_element_attribute) &&
      text_attribute(in, dataset.id.get(), dataset.name, stored_element_attribute) == stored_half) {
    tensor.type = ElementType::f16;
    tensor.bytes = narrowed_halves(tensor.bytes);
  }
  return tensor;
}

std::vector<std::uint64_t> read_box(const Input& in, const Dataset& dataset,
                                    const std::vector<std::uint64_t>& start,
                                    const std::vector<std::uint64_t>& count) {
  const Id type = in.check.id(H5Dget_type(dataset.id.get()), H5Tclose, dataset.name);
  if (H5Tget_class(type.get()) != H5T_INTEGER || dataset.shape.size() != start.size()) {
    in.check.fault(dataset.name + " is not an integer array of the expected rank");
  }
  const std::uint64_t bytes =
      checked_bytes(in.check.subject + ": " + dataset.name, ElementType::u64, count);
  check_size(in, dataset.name, bytes);
  std::vector<std::uint64_t> values(bytes / sizeof(std::uint64_t));
  if (values.empty()) return values;
  const std::vector<hsize_t> from(start.begin(), start.end());
  const std::vector<hsize_t> extent(count.begin(), count.end());
  const Id file_space = in.check.id(H5Dget_space(dataset.id.get()), H5Sclose, dataset.name);
  in.check.ok(H5Sselect_hyperslab(file_space.get(), H5S_SELECT_SET, from.data(), nullptr,
                                  extent.data(), nullptr),
              dataset.name + " is smaller than expected");
  const Id memory = in.check.id(
      H5Screate_simple(static_cast<int>(extent.size()), extent.data(), nullptr), H5Sclose, "space");
  in.check.ok(H5Dread(dataset.id.get(), H5T_NATIVE_UINT64, memory.get(), file_space.get(),
                      H5P_DEFAULT, values.data()),
              dataset.name + " cannot be read");
  return values;
}

namespace {

/// The texts of a dataset, and whether it is one text or a list.
struct Texts {
  std::vector<std::string> entries;
  bool list = false;
};

Texts read_texts(const Input& in, hid_t parent, const std::string& name) {
  const Dataset dataset = open_dataset(in, parent, name);
  const Id type = in.check.id(H5Dget_type(dataset.id.get()), H5Tclose, dataset.name);
  // Characters: the last dimension makes the texts.
  const auto& shape = dataset.shape;
  const bool characters = H5Tget_size(type.get()) == 1 && !shape.empty() &&
                          has_attribute(in, dataset.id.get(), text_attribute_name);
  const std::size_t rank = shape.size() - (characters ? 1 : 0);
  if (H5Tget_class(type.get()) != H5T_STRING || H5Tis_variable_str(type.get()) != 0 || rank > 1) {
    in.check.fault(dataset.name + " is not a text or a list of texts");
  }
  const std::size_t length = characters ? shape.back() : H5Tget_size(type.get());
  const std::uint64_t count = rank == 0 ? 1 : shape[0];
  const std::uint64_t bytes =
      checked_bytes(in.check.subject + ": " + dataset.name, ElementType::u8, {count, length});
  check_size(in, dataset.name, bytes);
  std::vector<char> packed(bytes);
  if (bytes > 0) {
    in.check.ok(H5Dread(dataset.id.get(), type.get(), H5S_ALL, H5S_ALL, H5P_DEFAULT, packed.data()),
                dataset.name + " cannot be read");
  }
  Texts texts;
  texts.list = rank == 1;
  for (std::size_t i = 0; i < count && length > 0; ++i) {
    texts.entries.push_back(trimmed(packed.data() + i * length, length));
  }
  return texts;
}

/// What stands behind a backslash in a name.
char unmarked(char c) {
  switch (c) {
    case '0':
      return '\0';
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    default:
      return c;
  }
}

std::vector<std::string> names_of_lines(std::string_view lines) {
  std::vector<std::string> names;
  bool ended = true;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (ended) names.emplace_back();
    ended = lines[i] == '\n';
    if (ended) continue;
    const bool marked = lines[i] == '\\' && i + 1 < lines.size();
    names.back() += marked ? unmarked(lines[++i]) : lines[i];
  }
  return names;
}

}  // namespace

std::string read_text(const Input& in, hid_t parent, const std::string& name) {
  const Texts texts = read_texts(in, parent, name);
  return texts.entries.empty() ? "" : texts.entries.front();
}

std::vector<std::string> read_names(const Input& in, hid_t parent, const std::string& name) {
  Texts texts = read_texts(in, parent, name);
  if (texts.list) return std::move(texts.entries);
  return texts.entries.empty() ? std::vector<std::string>() : names_of_lines(texts.entries.front());
}

}  // namespace weft::trace
