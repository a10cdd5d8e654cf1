// SPDX-License-Identifier: Apache-2.0
// Type expressions.
#include <algorithm>
#include <array>

#include "frontends/csl/lower/evaluator.hpp"
#include "frontends/csl/parse/builtin.hpp"

namespace weft::csl {
namespace {
constexpr std::uint64_t largest_array = 1 << 20;  // elements; a tile has 48 KiB
}

const Type* Evaluator::universe_type(int number_) {
  const TypeTable& table = types();
  switch (static_cast<Universe>(number_)) {
    case Universe::i8_:
      return context_.types.integer(8, true);
    case Universe::i16_:
      return table.i16;
    case Universe::i32_:
      return table.i32;
    case Universe::i64_:
      return context_.types.integer(64, true);
    case Universe::u8_:
      return context_.types.integer(8, false);
    case Universe::u16_:
      return table.u16;
    case Universe::u32_:
      return table.u32;
    case Universe::u64_:
      return context_.types.integer(64, false);
    case Universe::f16_:
      return table.f16;
    case Universe::f32_:
      return table.f32;
    case Universe::dsr_dest_:
      return context_.types.dsr(0);
    case Universe::dsr_src0_:
      return context_.types.dsr(1);
    case Universe::dsr_src1_:
      return context_.types.dsr(2);
    default:
      break;
  }
  constexpr std::array<TypeKind, 20> kinds = {
      TypeKind::boolean,       TypeKind::void_,         TypeKind::comptime_integer,
      TypeKind::comptime_real, TypeKind::string,        TypeKind::literal,
      TypeKind::type,          TypeKind::module,        TypeKind::color,
      TypeKind::data_task_id,  TypeKind::local_task_id, TypeKind::control_task_id,
      TypeKind::input_queue,   TypeKind::output_queue,  TypeKind::ut_id,
      TypeKind::direction,     TypeKind::mem1d_dsd,     TypeKind::mem4d_dsd,
      TypeKind::fabin_dsd,     TypeKind::fabout_dsd};
  const int offset = number_ - static_cast<int>(Universe::bool_);
  if (number_ == static_cast<int>(Universe::fifo_dsd_)) return table.simple(TypeKind::fifo_dsd);
  if (number_ == static_cast<int>(Universe::anyopaque_)) return table.simple(TypeKind::any);
  return table.simple(kinds[static_cast<std::size_t>(offset)]);
}

Value Evaluator::array_type(const Node& node) {
  std::vector<std::uint32_t> extents;
  std::uint64_t count = 1;
  for (const Node* extent : node.list) {
    if (extent == nullptr) fail(node, "the extent of this array type is missing");
    extents.push_back(static_cast<std::uint32_t>(
        integer_in(*extent, 0, static_cast<std::int64_t>(largest_array), "an extent")));
    count *= extents.back();
    if (count > largest_array) fail(node, "this array is larger than a tile's memory");
  }
  const Type* element = type_at(*node.a);
  for (const Type* part = element; part->is(TypeKind::array); part = part->element) {
    count *= part->count;
    if (count > largest_array) fail(node, "this array is larger than a tile's memory");
  }
  if (extents.size() > 0 && count * element->bytes > 64 * largest_array) {
    fail(node, "this array is larger than a tile's memory");
  }
  return type_value(context_.types.array(element, std::move(extents)));
}

Value Evaluator::pointer_type(const Node& node) {
  return type_value(context_.types.pointer(type_at(*node.a), node.is_const, node.is_many));
}

Value Evaluator::function_type(const Node& node) {
  std::vector<const Type*> parameters;
  for (const Node* parameter : node.list) parameters.push_back(type_at(*parameter));
  return type_value(context_.types.function(type_at(*node.a), std::move(parameters)));
}

Value Evaluator::struct_type(const Node& node) {
  std::vector<const Type*> members;
  for (const Node* member : node.record->types) members.push_back(type_at(*member));
  Type* type = context_.types.nominal(TypeKind::record, &node, frame_->module, members);
  if (!type->names.empty() || node.record->names.empty()) return type_value(type);
  std::uint32_t bytes = 0;
  std::uint32_t alignment = 1;
  bool in_memory = true;
  for (const Type* member_type : members) {
    in_memory = in_memory && member_type->bytes > 0;
    alignment = std::max(alignment, member_type->alignment);
    bytes = (bytes + member_type->alignment - 1) / member_type->alignment * member_type->alignment;
    bytes += member_type->bytes;
  }
  type->home = frame_->module;
  type->members = std::move(members);
  type->names = node.record->names;
  type->alignment = alignment;
  type->bytes = in_memory ? (bytes + alignment - 1) / alignment * alignment : 0;
  return type_value(type);
}

Value Evaluator::enum_type(const Node& node) {
  const Type* tag = node.a == nullptr ? types().u16 : type_at(*node.a);
  Type* type = context_.types.nominal(TypeKind::enumeration, &node, frame_->module, {tag});
  if (!type->names.empty()) return type_value(type);
  if (!tag->is(TypeKind::integer)) fail(node, "an enum's type must be an integer type");
  std::int64_t next = 0;
  std::vector<std::int64_t> numbers;
  for (const Node* value : node.list) {
    if (value != nullptr) next = integer_of(coerce(evaluate(*value, tag), tag, *value), *value);
    numbers.push_back(next);
    next = next == INT64_MAX ? 0 : next + 1;
  }
  type->element = tag;
  type->names = node.names;
  type->numbers = std::move(numbers);
  type->bytes = tag->bytes;
  type->alignment = tag->alignment;
  return type_value(type);
}

}  // namespace weft::csl
