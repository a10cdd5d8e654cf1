// SPDX-License-Identifier: Apache-2.0
// One pass over what a vertex has written, where its processor raised the flag of invalid
// operations: others have made no NaN.
#include "machine/ipu/not_a_number.hpp"

#include <cfenv>
#include <cstdint>
#include <cstring>

namespace weft::machine::ipu {

namespace form = program::ipu;

namespace {

template <typename Word>
void settle_words(void* data, std::uint64_t count, Word negative, Word positive) {
  auto* at = static_cast<std::byte*>(data);
  for (std::uint64_t i = 0; i < count; ++i, at += sizeof(Word)) {
    Word word;
    std::memcpy(&word, at, sizeof word);
    word = word == negative ? positive : word;
    std::memcpy(at, &word, sizeof word);
  }
}

void settle_field(form::ElementType type, void* data, std::uint64_t count) {
  if (type == form::ElementType::single) {
    settle_words<std::uint32_t>(data, count, 0xffc00000U, 0x7fc00000U);
  } else {
    settle_words<std::uint16_t>(data, count, 0xfe00U, 0x7e00U);
  }
}

form::VectorReference reference_at(const std::byte* at) {
  form::VectorReference out;
  std::memcpy(&out, at, sizeof out);
  return out;
}

}  // namespace

bool made_not_a_number() {
  if (std::fetestexcept(FE_INVALID) == 0) return false;
  std::feclearexcept(FE_INVALID);  // slow beside the question, and seldom
  return true;
}

void settle_not_a_number(const form::CodeletInfo& codelet, void* object) {
  for (std::uint32_t f = 0; f < codelet.field_count; ++f) {
    const form::FieldInfo& field = codelet.fields[f];
    const bool real =
        field.type == form::ElementType::single || field.type == form::ElementType::half;
    if (!real || field.role == form::FieldRole::input) continue;
    std::byte* const at = static_cast<std::byte*>(object) + field.offset;
    switch (field.shape) {
      case form::FieldShape::state:
        settle_field(field.type, at, 1);
        break;
      case form::FieldShape::scalar_edge: {
        void* data = nullptr;
        std::memcpy(&data, at, sizeof data);
        settle_field(field.type, data, 1);
        break;
      }
      case form::FieldShape::vector: {
        const form::VectorReference vector = reference_at(at);
        settle_field(field.type, vector.data, vector.size);
        break;
      }
      case form::FieldShape::vector_list: {
        const form::VectorReference list = reference_at(at);
        const auto* rows = static_cast<const std::byte*>(list.data);
        for (std::uint32_t r = 0; r < list.size; ++r) {
          const form::VectorReference row = reference_at(rows + r * sizeof(form::VectorReference));
          settle_field(field.type, row.data, row.size);
        }
        break;
      }
    }
  }
}

}  // namespace weft::machine::ipu
