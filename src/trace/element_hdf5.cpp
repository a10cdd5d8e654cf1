// SPDX-License-Identifier: Apache-2.0
// IEEE half precision has no predefined HDF5 type in 1.10: it is made from the single one.
#include "trace/element_hdf5.hpp"

#include <array>
#include <bit>

namespace weft::trace {
namespace {

static_assert(std::endian::native == std::endian::little, "weft needs a little-endian host");

constexpr std::array all_types{ElementType::i8,  ElementType::i16, ElementType::i32,
                               ElementType::i64, ElementType::u8,  ElementType::u16,
                               ElementType::u32, ElementType::u64, ElementType::f16,
                               ElementType::f32, ElementType::f64};

hid_t predefined(ElementType type) {
  switch (type) {
    case ElementType::i8:
      return H5T_STD_I8LE;
    case ElementType::i16:
      return H5T_STD_I16LE;
    case ElementType::i32:
      return H5T_STD_I32LE;
    case ElementType::i64:
      return H5T_STD_I64LE;
    case ElementType::u8:
      return H5T_STD_U8LE;
    case ElementType::u16:
      return H5T_STD_U16LE;
    case ElementType::u32:
      return H5T_STD_U32LE;
    case ElementType::u64:
      return H5T_STD_U64LE;
    case ElementType::f16:
    case ElementType::f32:
      return H5T_IEEE_F32LE;
    case ElementType::f64:
      return H5T_IEEE_F64LE;
  }
  return -1;
}

}  // namespace

Id hdf5_type(ElementType type) {
  start_hdf5();
  const Hdf5Check check{Category::internal, "HDF5 element type"};
  Id copy = check.id(H5Tcopy(predefined(type)), H5Tclose, "cannot be made");
  if (type == ElementType::f16) {
    check.ok(H5Tset_fields(copy.get(), 15, 10, 5, 0, 10), "half precision fields");
    check.ok(H5Tset_size(copy.get(), 2), "half precision size");
    check.ok(H5Tset_ebias(copy.get(), 15), "half precision bias");
  }
  return copy;
}

std::optional<ElementType> element_type(hid_t type) {
  for (const ElementType candidate : all_types) {
    if (H5Tequal(hdf5_type(candidate).get(), type) > 0) return candidate;
  }
  return std::nullopt;
}

}  // namespace weft::trace
