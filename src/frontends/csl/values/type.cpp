// SPDX-License-Identifier: Apache-2.0
// The types of CSL: see type.hpp.
#include "frontends/csl/values/type.hpp"

#include <array>
#include <utility>

namespace weft::csl {
namespace {

struct Simple {
  TypeKind kind;
  const char* text;
  unsigned bytes;
};

constexpr std::array<Simple, 29> simple_types = {{
    {TypeKind::void_, "void", 0},
    {TypeKind::boolean, "bool", 1},
    {TypeKind::comptime_integer, "comptime_int", 0},
    {TypeKind::comptime_real, "comptime_float", 0},
    {TypeKind::string, "comptime_string", 0},
    {TypeKind::literal, "comptime_struct", 0},
    {TypeKind::type, "type", 0},
    {TypeKind::function, "fn", 0},
    {TypeKind::module, "imported_module", 0},
    {TypeKind::range, "@range", 0},
    {TypeKind::affine, "tensor access", 0},
    {TypeKind::undefined, "undefined", 0},
    {TypeKind::color, "color", 0},
    {TypeKind::data_task_id, "data_task_id", 0},
    {TypeKind::local_task_id, "local_task_id", 0},
    {TypeKind::control_task_id, "control_task_id", 0},
    {TypeKind::input_queue, "input_queue", 0},
    {TypeKind::output_queue, "output_queue", 0},
    {TypeKind::ut_id, "ut_id", 0},
    {TypeKind::direction, "direction", 0},
    {TypeKind::mem1d_dsd, "mem1d_dsd", 0},
    {TypeKind::mem4d_dsd, "mem4d_dsd", 0},
    {TypeKind::fabin_dsd, "fabin_dsd", 0},
    {TypeKind::fabout_dsd, "fabout_dsd", 0},
    {TypeKind::fifo_dsd, "fifo_dsd", 0},
    {TypeKind::dsr, "dsr", 0},
    {TypeKind::any, "anyopaque", 0},
    {TypeKind::integer, "i16", 2},
    {TypeKind::real, "f32", 4},
}};

}  // namespace

TypeTable::TypeTable() : simple_(static_cast<std::size_t>(TypeKind::any) + 1, nullptr) {
  for (const Simple& simple : simple_types) {
    if (simple.kind == TypeKind::integer || simple.kind == TypeKind::real) continue;
    Type* type = make(simple.kind, simple.text);
    type->bytes = simple.bytes;
    simple_[static_cast<std::size_t>(simple.kind)] = type;
  }
  boolean = simple(TypeKind::boolean);
  void_ = simple(TypeKind::void_);
  comptime_integer = simple(TypeKind::comptime_integer);
  comptime_real = simple(TypeKind::comptime_real);
  i16 = integer(16, true);
  u16 = integer(16, false);
  i32 = integer(32, true);
  u32 = integer(32, false);
  f16 = real(16);
  f32 = real(32);
}

Type* TypeTable::make(TypeKind kind, std::string text) {
  Type& type = types_.emplace_back();
  type.kind = kind;
  type.text = std::move(text);
  type.key = type.text;
  return &type;
}

const Type* TypeTable::unique(Type candidate) {
  if (candidate.key.empty()) candidate.key = candidate.text;
  const auto [entry, is_new] = derived_.try_emplace(candidate.key, nullptr);
  if (is_new) entry->second = &types_.emplace_back(std::move(candidate));
  return entry->second;
}

const Type* TypeTable::integer(unsigned bits, bool is_signed) {
  Type type;
  type.kind = TypeKind::integer;
  type.bits = static_cast<std::uint8_t>(bits);
  type.is_signed = is_signed;
  type.bytes = type.alignment = bits / 8;
  type.text = (is_signed ? "i" : "u") + std::to_string(bits);
  return unique(std::move(type));
}

const Type* TypeTable::real(unsigned bits) {
  Type type;
  type.kind = TypeKind::real;
  type.bits = static_cast<std::uint8_t>(bits);
  type.bytes = type.alignment = bits / 8;
  type.text = "f" + std::to_string(bits);
  return unique(std::move(type));
}

const Type* TypeTable::dsr(unsigned file) {
  Type type;
  type.kind = TypeKind::dsr;
  type.bits = static_cast<std::uint8_t>(file);
  type.text = file == 0 ? "dsr_dest" : file == 1 ? "dsr_src0" : "dsr_src1";
  return unique(std::move(type));
}

const Type* TypeTable::array(const Type* element, std::vector<std::uint32_t> extents) {
  Type type;
  type.kind = TypeKind::array;
  type.element = element;
  type.count = 1;
  type.text = "[";
  for (const std::uint32_t extent : extents) {
    if (type.text.size() > 1) type.text += ',';
    type.text += std::to_string(extent);
    type.count *= extent;
  }
  type.key = type.text + "]" + element->key;
  type.text += "]" + element->text;
  type.extents = std::move(extents);
  type.bytes = type.count * element->bytes;
  type.alignment = element->alignment;
  return unique(std::move(type));
}

const Type* TypeTable::pointer(const Type* element, bool is_const, bool is_many) {
  Type type;
  type.kind = TypeKind::pointer;
  type.element = element;
  type.is_const = is_const;
  type.is_many = is_many;
  type.bytes = type.alignment = 2;
  const std::string prefix = std::string(is_many ? "[*]" : "*") + (is_const ? "const " : "");
  type.text = prefix + element->text;
  type.key = prefix + element->key;
  return unique(std::move(type));
}

const Type* TypeTable::function(const Type* result, std::vector<const Type*> parameters) {
  Type type;
  type.kind = TypeKind::function;
  type.element = result;
  type.text = type.key = "fn(";
  for (const Type* parameter : parameters) {
    const char* const comma = type.text.size() > 3 ? ", " : "";
    type.text += comma + parameter->text;
    type.key += comma + parameter->key;
  }
  type.text += ") " + result->text;
  type.key += ") " + result->key;
  type.members = std::move(parameters);
  return unique(std::move(type));
}

Type* TypeTable::nominal(TypeKind kind, const Node* node, const Module* module,
                         const std::vector<const Type*>& members) {
  Type*& entry = nominal_[{node, module, members}];
  if (entry == nullptr) {
    entry = make(kind, kind == TypeKind::record ? "struct" : "enum");
    entry->key += "#" + std::to_string(nominal_.size());
    entry->origin = node;
  }
  return entry;
}

}  // namespace weft::csl
