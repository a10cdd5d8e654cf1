// SPDX-License-Identifier: Apache-2.0
// One tile program while it is compiled: see tile_unit.hpp.
#include "frontends/csl/lower/tile_unit.hpp"

#include <algorithm>

#include "base/counted.hpp"

namespace weft::csl {
namespace {

std::vector<std::uint64_t> key_of(const wse::Descriptor& d) {
  std::vector<std::uint64_t> key = {
      static_cast<std::uint64_t>(d.kind),
      d.element_bytes,
      d.color,
      d.queue,
      (d.control ? 1U : 0U) | (d.advance_switch ? 2U : 0U) | (d.has_wavelet_index ? 4U : 0U),
      d.dimensions,
      d.base,
      d.wavelet_index,
      d.length,
      static_cast<std::uint64_t>(d.stride)};
  for (const std::uint16_t extent : d.extents) key.push_back(extent);
  for (const std::int16_t stride : d.strides) key.push_back(static_cast<std::uint64_t>(stride));
  return key;
}

}  // namespace

wse::Type machine_type(const Type& type) {
  switch (type.kind) {
    case TypeKind::boolean:
      return wse::Type::boolean;
    case TypeKind::real:
      return type.bits == 16 ? wse::Type::f16 : wse::Type::f32;
    case TypeKind::integer:
      switch (type.bits) {
        case 8:
          return type.is_signed ? wse::Type::i8 : wse::Type::u8;
        case 16:
          return type.is_signed ? wse::Type::i16 : wse::Type::u16;
        case 32:
          return type.is_signed ? wse::Type::i32 : wse::Type::u32;
        default:
          return type.is_signed ? wse::Type::i64 : wse::Type::u64;
      }
    case TypeKind::enumeration:
      return machine_type(*type.element);
    default:
      return wse::Type::u16;
  }
}

wse::Type copied_type(const Type& element) {
  if (!element.is(TypeKind::record)) return machine_type(element);
  return element.bytes % 4 == 0 ? wse::Type::u32 : wse::Type::u16;
}

void TileUnit::follow(const TileUnit& first) {
  decisions = first.decisions;
  decided_ = first.decided_;
  call_sites = first.calls.repeated();
}

void TileUnit::decide(const Symbolic* symbolic, Scalar value) {
  if (decided_.insert(symbolic).second) decisions.push_back({symbolic, value});
}

bool TileUnit::is_determined(const Symbolic* symbolic) const {
  if (symbolic == nullptr || decided_.contains(symbolic)) return true;
  switch (symbolic->kind) {
    case Symbolic::Kind::leaf:
    case Symbolic::Kind::tile_x:
    case Symbolic::Kind::tile_y:
      return false;
    default:
      return is_determined(symbolic->a) && is_determined(symbolic->b);
  }
}

std::uint32_t TileUnit::tile_constant(const Symbolic* symbolic) {
  const auto [entry, is_new] =
      constant_numbers_.try_emplace(symbolic, static_cast<std::uint32_t>(constants.size()));
  if (is_new) constants.push_back(symbolic);
  return entry->second;
}

Variable* TileUnit::new_variable(Name name, const Type* type, Value initial, Location where) {
  Variable& variable = variables.emplace_back();
  variable.name = name;
  variable.type = type;
  variable.initial = std::move(initial);
  variable.where = where;
  // Whole arrays start on a 32-bit word, so that 16-bit vectors are aligned for SIMD.
  variable.alignment = type->is_aggregate() ? std::max<std::uint32_t>(type->alignment, 4)
                                            : std::max<std::uint32_t>(type->alignment, 2);
  return &variable;
}

std::uint16_t TileUnit::address(Variable& variable) {
  if (variable.address >= 0) return static_cast<std::uint16_t>(variable.address);
  const std::size_t alignment = variable.alignment;
  const std::size_t at = (data_bytes_ + alignment - 1) / alignment * alignment;
  if (at + variable.type->bytes > 0xffff) {
    context.fail(variable.where, "'" + context.text(variable.name) + "' of " +
                                     counted(variable.type->bytes, "byte") +
                                     " does not fit: a tile has " +
                                     counted(context.limits.sram_bytes, "byte") + ", and " +
                                     std::to_string(data_bytes_) + " are taken");
  }
  variable.address = static_cast<std::int64_t>(at);
  data_bytes_ = at + variable.type->bytes;
  placed_.push_back(&variable);
  return static_cast<std::uint16_t>(at);
}

void TileUnit::take_back(const Placement& to) {
  for (; placed_.size() > to.variables; placed_.pop_back()) placed_.back()->address = -1;
  data_bytes_ = to.bytes;
}

std::uint16_t TileUnit::new_descriptor(const wse::Descriptor& initial) {
  if (code.descriptors.size() >= wse::use_immediate) {
    weft::fail(Category::unsupported, "Unsupported: more than 65533 descriptors on a tile");
  }
  code.descriptors.push_back(initial);
  return static_cast<std::uint16_t>(code.descriptors.size() - 1);
}

std::uint8_t TileUnit::settings_number(const wse::VectorInstruction& given, Location where) {
  if (!given.asynchronous) return 0;
  const wse::StreamSettings settings{given.priority, given.activate, given.unblock,
                                     given.microthread};
  auto& all = code.stream_settings;
  auto known = std::find(all.begin(), all.end(), settings);
  if (known == all.end()) {
    if (all.size() >= wse::stream_settings_max) {
      context.unsupported(where, "more than " + std::to_string(wse::stream_settings_max) +
                                     " different settings of DSRs on a tile");
    }
    known = all.insert(known, settings);
  }
  return static_cast<std::uint8_t>(known - all.begin() + 1);
}

std::uint16_t TileUnit::shared_descriptor(const wse::Descriptor& content) {
  const auto [entry, is_new] = shared_.try_emplace(key_of(content), std::uint16_t{0});
  if (is_new) entry->second = new_descriptor(content);
  return entry->second;
}

wse::Descriptor TileUnit::placed(const DescriptorValue& value) {
  wse::Descriptor content = value.content;
  if (value.variable != nullptr) {
    content.base = static_cast<std::uint16_t>(address(*value.variable) + value.offset);
  }
  return content;
}

std::uint32_t TileUnit::task(wse::TaskKind kind, std::int64_t id, Location where) {
  if (id < 0 || id > 63) context.fail(where, "task id " + std::to_string(id) + " is out of range");
  for (std::size_t i = 0; i < code.tasks.size(); ++i) {
    if (code.tasks[i].kind == kind && code.tasks[i].id == id) return static_cast<std::uint32_t>(i);
  }
  wse::Task task;
  task.kind = kind;
  task.id = static_cast<std::uint8_t>(id);
  task.bound = false;
  code.tasks.push_back(task);
  return static_cast<std::uint32_t>(code.tasks.size() - 1);
}

std::uint32_t TileUnit::task_of(const FunctionInstance* function, Location where) const {
  for (const Root& root : roots) {
    if (root.task >= 0 && root.function == function) return static_cast<std::uint32_t>(root.task);
  }
  context.fail(where, "'" + context.text(function->function->name) + "' is bound to no task id");
}

void TileUnit::bind_task(wse::TaskKind kind, std::int64_t id, const FunctionInstance* function,
                         Location where) {
  if (!function->function->is_task) {
    context.fail(where, "'" + context.text(function->function->name) + "' is not a task");
  }
  const std::uint32_t index = task(kind, id, where);
  if (code.tasks[index].bound) {
    context.fail(where, "task id " + std::to_string(id) + " is bound twice");
  }
  code.tasks[index].bound = true;
  roots.push_back({function, static_cast<std::int32_t>(index), ""});
}

void TileUnit::bind_queue(bool input, std::int64_t queue, std::int64_t color, Location where) {
  auto& bindings = input ? code.input_queues : code.output_queues;
  for (const wse::QueueBinding& binding : bindings) {
    if (binding.queue != queue) continue;
    if (binding.color == color) return;
    context.fail(where, std::string(input ? "input" : "output") + " queue " +
                            std::to_string(queue) + " is bound to color " +
                            std::to_string(binding.color) + " and to color " +
                            std::to_string(color));
  }
  bindings.push_back({static_cast<std::uint8_t>(queue), static_cast<std::uint8_t>(color)});
}

void TileUnit::use_address(std::optional<std::int64_t> address) {
  if (!address) {
    configured_colors = (1U << wse::color_count) - 1;
    return;
  }
  const wse::ConfigurationWords& words = context.limits.configuration;
  for (const std::uint16_t first : {words.color, words.switches}) {
    const std::int64_t color = *address / 2 - first;
    if (color >= 0 && color < std::int64_t{wse::color_count}) configured_colors |= 1U << color;
  }
}

void TileUnit::add_output_color(std::uint8_t queue, std::uint8_t color) {
  const wse::QueueBinding binding{queue, color};
  auto& all = code.output_queues;
  if (std::find(all.begin(), all.end(), binding) == all.end()) all.push_back(binding);
}

void TileUnit::write_bits(std::uint64_t bits, std::size_t bytes, std::size_t at) {
  for (std::size_t i = 0; i < bytes; ++i) {
    code.data[at + i] = static_cast<std::byte>((bits >> (8 * i)) & 0xff);
  }
}

void TileUnit::write_value(const Value& value, const Type* type, std::size_t at) {
  switch (value.form) {
    case Form::array: {
      const auto& array = static_cast<const Array&>(*value.object);
      for (std::uint32_t i = 0; i < type->count; ++i) {
        write_value(array.at(i), type->element, at + i * type->element->bytes);
      }
      return;
    }
    case Form::fields: {
      const auto& fields = static_cast<const Fields&>(*value.object);
      std::size_t offset = 0;
      for (std::size_t i = 0; i < type->members.size(); ++i) {
        const Type* member = type->members[i];
        offset = (offset + member->alignment - 1) / member->alignment * member->alignment;
        write_value(fields.values[i], member, at + offset);
        offset += member->bytes;
      }
      return;
    }
    case Form::address: {
      const std::int64_t base = value.variable == nullptr ? 0 : address(*value.variable);
      write_bits(static_cast<std::uint64_t>(base + value.integer), 2, at);
      return;
    }
    case Form::number: {
      Scalar scalar;
      scalar.integer = value.integer;
      write_bits(register_bits(*type, scalar), type->bytes, at);
      if (!is_determined(value.symbolic)) {
        code.patches.push_back(
            {static_cast<std::uint16_t>(at), machine_type(*type), tile_constant(value.symbolic)});
      }
      return;
    }
    default:
      return;
  }
}

void TileUnit::finish_image() {
  // Writing an address may place a further variable: placed_ may grow while it is walked.
  for (std::size_t i = 0; i < placed_.size(); ++i) {
    Variable& variable = *placed_[i];
    const auto at = static_cast<std::size_t>(variable.address);
    if (code.data.size() < at + variable.type->bytes) code.data.resize(at + variable.type->bytes);
    if (variable.initial.form != Form::undefined) {
      write_value(variable.initial, variable.type, at);
      code.initialised.push_back(
          {static_cast<std::uint32_t>(at), static_cast<std::uint32_t>(at + variable.type->bytes)});
    }
  }
  code.tile_constant_count = static_cast<std::uint32_t>(constants.size());
  for (const Variable* variable : placed_) {
    bool known = false;
    for (const wse::Symbol& symbol : code.symbols) known |= symbol.address == variable->address;
    if (known) continue;
    wse::Symbol symbol;
    symbol.name = context.text(variable->name);
    const Type* element = variable->type;
    while (element->is(TypeKind::array)) element = element->element;
    symbol.type = element->is_scalar() ? machine_type(*element) : wse::Type::u8;
    symbol.address = static_cast<std::uint16_t>(variable->address);
    symbol.elements = variable->type->bytes / wse::bytes_of(symbol.type);
    code.symbols.push_back(std::move(symbol));
  }
}

}  // namespace weft::csl
