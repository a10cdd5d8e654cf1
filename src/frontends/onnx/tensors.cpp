// SPDX-License-Identifier: Apache-2.0
// Where a tensor's data may lie (raw, by type, in another file), and what is checked before they
// are used.
#include "frontends/onnx/tensors.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <limits>
#include <system_error>

#include "base/counted.hpp"
#include "base/number_text.hpp"

namespace weft::onnx {
namespace {

using graph::Element;
namespace fs = std::filesystem;

constexpr std::array<std::string_view, 25> type_names = {
    "UNDEFINED",      "FLOAT",    "UINT8",        "INT8",           "UINT16",
    "INT16",          "INT32",    "INT64",        "STRING",         "BOOL",
    "FLOAT16",        "DOUBLE",   "UINT32",       "UINT64",         "COMPLEX64",
    "COMPLEX128",     "BFLOAT16", "FLOAT8E4M3FN", "FLOAT8E4M3FNUZ", "FLOAT8E5M2",
    "FLOAT8E5M2FNUZ", "UINT4",    "INT4",         "FLOAT4E2M1",     "FLOAT8E8M0"};

/// The numbers of varints as elements of the type, whose range they must be in.
template <typename Item>
void append_all(const std::vector<std::int64_t>& numbers, std::int64_t least, std::int64_t most,
                std::vector<std::byte>& to) {
  for (const std::int64_t number : numbers) {
    if (number < least || number > most) {
      fail(Category::input, "holds " + std::to_string(number) + ", which its type does not");
    }
    const Item item = static_cast<Item>(number);
    const auto* first = reinterpret_cast<const std::byte*>(&item);
    to.insert(to.end(), first, first + sizeof item);
  }
}

template <typename Item>
void append_in_range(const std::vector<std::int64_t>& numbers, std::vector<std::byte>& to) {
  append_all<Item>(numbers, std::numeric_limits<Item>::min(), std::numeric_limits<Item>::max(), to);
}

void append(const std::vector<std::int64_t>& numbers, Element element, std::vector<std::byte>& to) {
  constexpr std::int64_t least = std::numeric_limits<std::int64_t>::min();
  constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
  switch (element) {
    case Element::i32:
      return append_in_range<std::int32_t>(numbers, to);
    case Element::i16:
      return append_in_range<std::int16_t>(numbers, to);
    case Element::i8:
      return append_in_range<std::int8_t>(numbers, to);
    case Element::u32:
      return append_in_range<std::uint32_t>(numbers, to);
    case Element::u8:
      return append_in_range<std::uint8_t>(numbers, to);
    case Element::u16:
    case Element::f16:
    case Element::bf16:
      return append_in_range<std::uint16_t>(numbers, to);
    case Element::boolean:
      return append_all<std::uint8_t>(numbers, 0, 1, to);
    default:
      return append_all<std::int64_t>(numbers, least, most, to);
  }
}

/// The field that holds a type's numbers where they are not raw.
const std::vector<Bytes>& field_of(const FileTensor& tensor, Element element) {
  switch (element) {
    case Element::f32:
      return tensor.singles;
    case Element::f64:
      return tensor.doubles;
    case Element::i64:
      return tensor.whole_64;
    case Element::u32:
    case Element::u64:
      return tensor.counts_64;
    default:
      return tensor.whole_32;
  }
}

[[noreturn]] void refuse_count(std::int64_t has, const graph::TensorType& type) {
  fail(Category::input, "is " + text_of(type) + ", but has data of " + counted(has, "element"));
}

/// A condition is a byte, 0 or 1: others become 1.
graph::Tensor with_conditions(graph::Tensor tensor) {
  const auto wrong = [](std::byte one) { return one > std::byte{1}; };
  if (tensor.type().element != Element::boolean ||
      std::none_of(tensor.bytes().begin(), tensor.bytes().end(), wrong)) {
    return tensor;
  }
  std::vector<std::byte> bytes(tensor.bytes().begin(), tensor.bytes().end());
  for (std::byte& one : bytes) one = std::min(one, std::byte{1});
  return {tensor.type(), std::move(bytes)};
}

std::uint64_t number_of(std::string_view text, const char* what) {
  const std::optional<std::uint64_t> number = whole_of(text);
  if (!number) {
    fail(Category::input,
         "its external data have the " + std::string(what) + " " + in_quotes(text) + ", no number");
  }
  return *number;
}

}  // namespace

std::optional<Element> element_of(std::int64_t type) {
  static constexpr std::array<std::optional<Element>, 17> elements = {
      std::nullopt, Element::f32, Element::u8,  Element::i8,      Element::u16, Element::i16,
      Element::i32, Element::i64, std::nullopt, Element::boolean, Element::f16, Element::f64,
      Element::u32, Element::u64, std::nullopt, std::nullopt,     Element::bf16};
  if (type < 0 || type >= static_cast<std::int64_t>(elements.size())) return std::nullopt;
  return elements[static_cast<std::size_t>(type)];
}

std::string type_name(std::int64_t type) {
  if (type < 0 || type >= static_cast<std::int64_t>(type_names.size())) {
    return "data type " + std::to_string(type);
  }
  return std::string(type_names[static_cast<std::size_t>(type)]);
}

Tensors::Tensors(const std::string& path, std::shared_ptr<const void> file)
    : folder_(fs::path(path).parent_path().string()), file_(std::move(file)) {
  if (folder_.empty()) folder_ = ".";
}

graph::Tensor Tensors::read(const FileTensor& tensor) {
  try {
    const std::optional<Element> element = element_of(tensor.type);
    if (!element) {
      const bool known =
          tensor.type > 0 && tensor.type < static_cast<std::int64_t>(type_names.size());
      fail(known ? Category::unsupported : Category::input,
           "has elements of " + type_name(tensor.type) + ", which weft does not read");
    }
    if (tensor.segmented) fail(Category::unsupported, "is a segment of a tensor");
    const graph::TensorType type{*element, tensor.dims};
    (void)graph::count_of(type.shape);
    if (tensor.external) return with_conditions(read_external(tensor, type));
    if (!tensor.has_raw) return read_typed(tensor, type);
    const std::size_t width = bytes_of(*element);
    if (tensor.raw.size() != static_cast<std::size_t>(graph::count_of(type.shape)) * width) {
      fail(Category::input, "is " + text_of(type) + ", but has " +
                                counted(tensor.raw.size(), "byte") + " of raw data");
    }
    return with_conditions({type, tensor.raw, file_});
  } catch (const Error& error) {
    fail(error.category(), "tensor " + in_quotes(tensor.name) + " " + error.what());
  }
}

std::optional<graph::TensorType> Tensors::absent(const FileTensor& tensor) const {
  const auto element = element_of(tensor.type);
  if (!tensor.external || !element || tensor.location.empty()) return std::nullopt;
  const fs::path path{std::string(tensor.location)};
  const bool leads_out = path.is_absolute() || tensor.location.find('\0') != std::string::npos ||
                         std::find(path.begin(), path.end(), "..") != path.end();
  std::error_code ignored;
  const fs::file_status status = fs::symlink_status(fs::path(folder_) / path, ignored);
  if (leads_out || status.type() != fs::file_type::not_found) return std::nullopt;
  const graph::TensorType type{*element, tensor.dims};
  try {
    const std::int64_t needed =
        graph::count_of(type.shape) * static_cast<std::int64_t>(bytes_of(*element));
    if (!tensor.offset.empty()) (void)number_of(tensor.offset, "offset");
    const bool fits = tensor.length.empty() ||
                      number_of(tensor.length, "length") == static_cast<std::uint64_t>(needed);
    return needed > 0 && fits ? std::optional(type) : std::nullopt;
  } catch (const Error&) {
    return std::nullopt;  // said by read()
  }
}

graph::Tensor Tensors::read_typed(const FileTensor& tensor, const graph::TensorType& type) {
  const std::vector<Bytes>& field = field_of(tensor, type.element);
  const std::size_t width = bytes_of(type.element);
  const bool fixed = &field == &tensor.singles || &field == &tensor.doubles;
  if (fixed && field.size() == 1) {
    if (field[0].size() != static_cast<std::size_t>(graph::count_of(type.shape)) * width) {
      refuse_count(static_cast<std::int64_t>(field[0].size() / width), type);
    }
    return {type, field[0], file_};
  }
  std::vector<std::byte> bytes;
  for (const Bytes part : field) {
    if (fixed) {
      bytes.insert(bytes.end(), part.begin(), part.end());
    } else {
      std::vector<std::int64_t> numbers;
      varints_of(part, numbers);
      append(numbers, type.element, bytes);
    }
  }
  if (bytes.size() != static_cast<std::size_t>(graph::count_of(type.shape)) * width) {
    refuse_count(static_cast<std::int64_t>(bytes.size() / width), type);
  }
  return {type, std::move(bytes)};
}

graph::Tensor Tensors::read_external(const FileTensor& tensor, const graph::TensorType& type) {
  const std::uint64_t needed =
      static_cast<std::uint64_t>(graph::count_of(type.shape)) * bytes_of(type.element);
  const std::uint64_t offset = tensor.offset.empty() ? 0 : number_of(tensor.offset, "offset");
  if (!tensor.length.empty() && number_of(tensor.length, "length") != needed) {
    fail(Category::input, "is " + text_of(type) + ", but its external data have " +
                              std::string(tensor.length) + " bytes");
  }
  if (tensor.location.empty()) fail(Category::input, "has external data without a location");
  if (needed == 0) return {type, std::vector<std::byte>{}};
  const std::shared_ptr<const MappedFile> file = beside(std::string(tensor.location));
  const std::uint64_t size = file->bytes().size();
  if (offset > size || needed > size - offset) {
    fail(Category::input, "has its data at byte " + std::to_string(offset) + " of " +
                              in_quotes(tensor.location) + ", " + counted(needed, "byte") +
                              ": that file has " + std::to_string(size));
  }
  return {type, file->bytes().subspan(offset, needed), file};
}

/// What may be opened is decided by the real place, so that no link leads out of the folder.
std::shared_ptr<const MappedFile> Tensors::beside(const std::string& location) {
  const auto known = beside_.find(location);
  if (known != beside_.end()) return known->second;
  const std::string where = "has its data in " + in_quotes(location);
  const fs::path path(location);
  if (location.find('\0') != std::string::npos || path.is_absolute() ||
      std::find(path.begin(), path.end(), "..") != path.end()) {
    fail(Category::input, where + ": only files in the model's folder are read");
  }
  std::error_code fault;
  const fs::path folder = fs::canonical(folder_, fault);
  const fs::path real = fs::canonical(fs::path(folder_) / path, fault);
  if (fault) fail(Category::input, where + ", which cannot be read: " + fault.message());
  const auto [end, inside] = std::mismatch(folder.begin(), folder.end(), real.begin(), real.end());
  if (end != folder.end()) {
    fail(Category::input, where + ", a link out of the model's folder");
  }
  try {
    return beside_.emplace(location, MappedFile::open(real.string())).first->second;
  } catch (const Error& error) {
    fail(error.category(), where + ": " + error.what());
  }
}

}  // namespace weft::onnx
