// SPDX-License-Identifier: Apache-2.0
// Element types of the API in terms of the tiles', and values on their way from one to another.
#pragma once

#include <cstddef>
#include <cstdint>
#include <poplar/Type.hpp>
#include <poplar/TypeTraits.hpp>
#include <vector>

#include "program/ipu_codelet.hpp"

namespace poplar::core {

using weft::program::ipu::ElementType;

/// How tiles store a type; type_error for one that they do not.
ElementType element_type(const Type& type);
/// The API's type for one of the tiles'.
Type api_type(ElementType type);
/// Bytes of an element; 0 for no type at all.
std::size_t size_of(const Type& type);

/// The largest number that an element of a field holds. poplar_error naming the field when it is no
/// unsigned int.
unsigned greatest_of(ElementType type, const char* field);

/// `count` host values as elements of `type`; where `broadcast`, the first one `count` times.
/// Floating-point values are rounded to nearest, ties to even; others are cut to the width.
std::vector<std::byte> to_elements(const void* values, const TypeTraits& traits, std::size_t count,
                                   bool broadcast, ElementType type);
/// The reverse, of `count` elements.
void from_elements(const std::byte* elements, ElementType type, std::size_t count, void* values,
                   const TypeTraits& traits);

}  // namespace poplar::core
