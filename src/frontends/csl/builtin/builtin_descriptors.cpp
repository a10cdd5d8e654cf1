// SPDX-License-Identifier: Apache-2.0
// Builtins that make data structure descriptors (DSDs) and FIFOs.
#include "frontends/csl/lower/evaluator.hpp"
#include "frontends/csl/parse/builtin.hpp"

namespace weft::csl {

Value Evaluator::builtin_descriptors(const Node& node, const Type* hint) {
  static_cast<void>(hint);
  switch (static_cast<Builtin>(node.slot)) {
    case Builtin::get_dsd_:
      return get_dsd(node);
    case Builtin::allocate_fifo_:
      return allocate_fifo(node);
    case Builtin::load_to_dsr_:
      return load_to_dsr(node);
    case Builtin::map_:
      return map(node);
    default:
      return change_dsd(node);
  }
}

void Evaluator::check_settings(const Value& settings, const Node& node,
                               std::initializer_list<Name> allowed) const {
  for (const Name name : fields_of(settings, node).shape->names) {
    bool known = false;
    for (const Name one : allowed) known = known || one == name;
    if (!known) fail(node, "there is no setting '" + text(name) + "' here");
  }
}

/// Whether a setting is there and true.
bool Evaluator::is_set(const Value& settings, Name name, const Node& node) {
  const Value* value = field(settings, name);
  return value != nullptr && bool_of(*value, node);
}

Value Evaluator::get_dsd(const Node& node) {
  expect_arguments(node, 2, 2);
  const Type* kind = type_at(*node.list[0]);
  const Value settings = evaluate(*node.list[1]);
  static_cast<void>(unit(node));
  switch (kind->kind) {
    case TypeKind::mem1d_dsd:
    case TypeKind::mem4d_dsd:
      return memory_dsd(node, kind->kind, settings);
    case TypeKind::fabin_dsd:
      return fabric_dsd(node, true, settings);
    case TypeKind::fabout_dsd:
      return fabric_dsd(node, false, settings);
    default:
      fail(*node.list[0], "expected a DSD type, found " + kind->text);
  }
}

namespace {

Value descriptor_value(const Type* type, Ref<DescriptorValue> content) {
  Value value;
  value.type = type;
  value.form = Form::descriptor;
  value.object = Ref<Object>(content.get());
  return value;
}

}  // namespace

/// The extents of a mem4d_dsd, outermost first, and its strides: innermost first, each what the
/// address changes by at a step along its axis, the axes further in going back to their start.
void Evaluator::read_axes(const Value& extents, const Value* strides, wse::Descriptor& content,
                          const Node& node) {
  const std::vector<Value>& counts = fields_of(extents, node).values;
  const std::size_t axes = counts.size();
  if (axes == 0 || axes > 4) fail(node, "a mem4d_dsd has one to four extents");
  if (strides != nullptr && fields_of(*strides, node).values.size() != axes) {
    fail(node, ".stride and .extent of a mem4d_dsd differ in their number of axes");
  }
  content.kind = wse::DescriptorKind::mem4d;
  content.dimensions = static_cast<std::uint8_t>(axes);
  std::uint64_t length = 1;
  std::int64_t back = 0;  // from the last position of the axes further in to their first
  for (std::size_t axis = axes; axis-- > 0;) {
    const std::int64_t count = integer_of(counts[axis], node);
    const std::int64_t change =
        strides == nullptr ? 1
                           : integer_of(fields_of(*strides, node).values[axes - 1 - axis], node);
    const std::int64_t step = change + back;
    if (count < 0 || count > 0xffff) fail(node, ".extent must fit 16 bits");
    if (change < INT16_MIN || change > INT16_MAX || step < INT16_MIN || step > INT16_MAX) {
      fail(node, "a stride does not fit 16 bits");
    }
    content.extents[axis] = static_cast<std::uint16_t>(count);
    content.strides[axis] = static_cast<std::int16_t>(step);
    length *= static_cast<std::uint64_t>(count);
    back += (count - 1) * step;
  }
  if (length > UINT32_MAX) fail(node, "this DSD has too many elements");
  content.length = static_cast<std::uint32_t>(length);
}

Value Evaluator::memory_dsd(const Node& node, TypeKind kind, const Value& settings) {
  const KnownNames& known = context_.known;
  check_settings(settings, *node.list[1],
                 {known.tensor_access_, known.base_address_, known.extent_, known.stride_,
                  known.offset_, known.wavelet_index_offset_});
  if (const Value* access = field(settings, known.tensor_access_)) {
    if (access->form != Form::affine) fail(node, ".tensor_access must be |i|{n} -> array[...]");
    return affine_dsd(node, kind, static_cast<const Affine&>(*access->object), settings);
  }
  const Value* base = field(settings, known.base_address_);
  const Value* extent = field(settings, known.extent_);
  if (base == nullptr || extent == nullptr) {
    fail(node, "a memory DSD needs .tensor_access, or .base_address and .extent");
  }
  if (!base->type->is(TypeKind::pointer)) {
    fail(node, ".base_address must be a pointer, found " + describe(*base));
  }
  const Type* element = base->type->element;
  while (element->is(TypeKind::array)) element = element->element;
  Ref<DescriptorValue> dsd(new DescriptorValue);
  dsd->element = element;
  wse::Descriptor& content = dsd->content;
  content.kind = wse::DescriptorKind::mem1d;
  content.element_bytes = static_cast<std::uint8_t>(element->bytes);
  content.has_wavelet_index = is_set(settings, known.wavelet_index_offset_, node);
  const auto setting = [&](Name name, std::int64_t otherwise, std::int64_t lowest,
                           std::int64_t highest) {
    const Value* value = field(settings, name);
    const std::int64_t given = value == nullptr ? otherwise : integer_of(*value, node);
    if (given < lowest || given > highest) {
      fail(node, "." + text(name) + " is " + std::to_string(given) + ", outside of " +
                     std::to_string(lowest) + " to " + std::to_string(highest));
    }
    return given;
  };
  const bool is_flat = kind == TypeKind::mem1d_dsd;
  if (is_flat) content.stride = static_cast<std::int16_t>(setting(known.stride_, 1, -128, 127));
  if (!is_flat) read_axes(*extent, field(settings, known.stride_), content, node);
  dsd->offset = setting(known.offset_, 0, -0x8000, 0xffff) * element->bytes;
  if (is_flat && extent->is_known()) {
    content.length = static_cast<std::uint32_t>(setting(known.extent_, 0, 0, 0xffff));
  }
  if (base->form == Form::address) {
    dsd->variable = base->variable;
    dsd->offset += base->integer;
  }
  const Type* type = types().simple(kind);
  if (base->form == Form::address && extent->is_known()) return descriptor_value(type, dsd);
  // What is known only at run time is filled into an entry of the table.
  const std::uint16_t entry = unit(node).new_descriptor(unit_->placed(*dsd));
  if (base->is_runtime()) {
    Register address = to_register(*base, node);
    if (dsd->offset != 0) {
      address = emitter_->emit_to_new(wse::Operation::add, wse::Type::u16, address,
                                      wse::use_immediate, static_cast<std::int32_t>(dsd->offset));
    }
    emitter_->emit(
        {wse::Operation::descriptor_set_base, wse::Type::u16, entry, address, wse::no_register, 0});
  }
  if (extent->is_runtime()) {
    emitter_->emit({wse::Operation::descriptor_set_length, wse::Type::u16, entry,
                    to_register(*extent, node), wse::no_register, 0});
  }
  Value value;
  value.type = type;
  value.form = Form::in_descriptor;
  value.integer = entry;
  value.index_register = 0;
  return value;
}

Value Evaluator::affine_dsd(const Node& node, TypeKind kind, const Affine& affine,
                            const Value& settings) {
  if (fields_of(settings, node).values.size() > 1) {
    for (const Name name : fields_of(settings, node).shape->names) {
      if (name != context_.known.tensor_access_ && name != context_.known.wavelet_index_offset_) {
        unsupported(node, "'" + text(name) + "' next to .tensor_access");
      }
    }
  }
  Ref<DescriptorValue> dsd(new DescriptorValue);
  const std::int64_t bytes = affine.element->bytes;
  dsd->element = affine.element;
  dsd->variable = affine.variable;
  dsd->offset = affine.offset;
  wse::Descriptor& content = dsd->content;
  content.element_bytes = static_cast<std::uint8_t>(bytes);
  content.has_wavelet_index = is_set(settings, context_.known.wavelet_index_offset_, node);
  const auto stride_of = [&](std::size_t axis) {
    const std::int64_t stride = affine.strides[axis] / bytes;
    if (stride < INT16_MIN || stride > INT16_MAX) fail(node, "a stride does not fit 16 bits");
    return static_cast<std::int16_t>(stride);
  };
  if (kind == TypeKind::mem1d_dsd) {
    if (affine.extents.size() != 1) fail(node, "a mem1d_dsd has one induction variable");
    content.kind = wse::DescriptorKind::mem1d;
    content.length = affine.extents[0];
    content.stride = stride_of(0);
    return descriptor_value(types().simple(kind), dsd);
  }
  if (affine.extents.size() > 4) fail(node, "a mem4d_dsd has at most four induction variables");
  content.kind = wse::DescriptorKind::mem4d;
  content.dimensions = static_cast<std::uint8_t>(affine.extents.size());
  std::uint64_t length = 1;
  for (std::size_t axis = 0; axis < affine.extents.size(); ++axis) {
    content.extents[axis] = static_cast<std::uint16_t>(affine.extents[axis]);
    content.strides[axis] = stride_of(axis);
    length *= affine.extents[axis];
  }
  content.length = static_cast<std::uint32_t>(length);
  return descriptor_value(types().simple(kind), dsd);
}

void Evaluator::refuse_lacking(const Value& settings, const Node& node) {
  const KnownNames& known = context_.known;
  for (const Name lacking : {known.control_transform_, known.zero_, known.simd_mode_}) {
    const Value* value = field(settings, lacking);
    if (value == nullptr || (value->type->is(TypeKind::boolean) && !bool_of(*value, node)))
      continue;
    unsupported(node, "." + text(lacking) + " of a DSD");
  }
}

Value Evaluator::fabric_dsd(const Node& node, bool input, const Value& settings) {
  const KnownNames& known = context_.known;
  if (input) {
    check_settings(settings, *node.list[1],
                   {known.fabric_color_, known.extent_, known.input_queue_, known.simd_mode_,
                    known.control_transform_});
  } else {
    check_settings(settings, *node.list[1],
                   {known.fabric_color_, known.extent_, known.output_queue_, known.control_,
                    known.wavelet_index_offset_, known.advance_switch_, known.simd_mode_,
                    known.zero_, known.control_transform_});
  }
  refuse_lacking(settings, node);
  const Value* queue = field(settings, input ? known.input_queue_ : known.output_queue_);
  const Value* color = field(settings, known.fabric_color_);
  const Value* extent = field(settings, known.extent_);
  if (queue == nullptr) {
    unsupported(node,
                input ? "a fabin_dsd without .input_queue" : "a fabout_dsd without .output_queue");
  }
  if (!queue->type->is(input ? TypeKind::input_queue : TypeKind::output_queue)) {
    fail(node, "the queue of this DSD is " + describe(*queue));
  }
  if (extent == nullptr) fail(node, "a fabric DSD needs an .extent");
  Ref<DescriptorValue> dsd(new DescriptorValue);
  wse::Descriptor& content = dsd->content;
  content.kind = input ? wse::DescriptorKind::fabin : wse::DescriptorKind::fabout;
  content.queue = static_cast<std::uint8_t>(integer_of(*queue, node));
  use_queue(input, content.queue, node);
  if (color != nullptr) {
    if (!color->type->is(TypeKind::color)) {
      fail(node, ".fabric_color must be a color, found " + describe(*color));
    }
    content.color = static_cast<std::uint8_t>(integer_of(*color, node));
    context_.use(library::Resource::color, content.color, node.where);
  } else {
    for (const wse::QueueBinding& binding :
         input ? unit(node).code.input_queues : unit(node).code.output_queues) {
      if (binding.queue == content.queue) content.color = binding.color;
    }
    if (content.color == 0xff) fail(node, "this DSD's queue is bound to no color");
  }
  const auto flag = [&](Name name) {
    const Value* value = field(settings, name);
    return value != nullptr && bool_of(*value, node);
  };
  content.control = flag(known.control_);
  content.advance_switch = flag(known.advance_switch_);
  if (const Value* index = field(settings, known.wavelet_index_offset_)) {
    if (index->is_runtime()) unsupported(node, ".wavelet_index_offset of a run-time value");
    content.has_wavelet_index = true;
    content.wavelet_index = static_cast<std::uint16_t>(integer_of(*index, node));
  }
  if (extent->is_known()) {
    const std::int64_t length = integer_of(*extent, node);
    if (length < 0 || length > 0xffff) fail(node, ".extent must fit 16 bits");
    content.length = static_cast<std::uint32_t>(length);
  }
  const Type* type = types().simple(input ? TypeKind::fabin_dsd : TypeKind::fabout_dsd);
  if (extent->is_known()) return descriptor_value(type, dsd);
  Value value;
  value.type = type;
  value.form = Form::in_descriptor;
  value.integer = unit(node).new_descriptor(content);
  value.index_register = 0;
  emitter_->emit({wse::Operation::descriptor_set_length, wse::Type::u16,
                  static_cast<std::uint16_t>(value.integer), to_register(*extent, node),
                  wse::no_register, 0});
  return value;
}

Value Evaluator::allocate_fifo(const Node& node) {
  expect_arguments(node, 1, 2);
  const Place place = locate(*node.list[0]);
  if (place.kind != Place::Kind::in_memory || place.variable == nullptr ||
      !place.type->is(TypeKind::array)) {
    fail(node, "@allocate_fifo needs a global array");
  }
  TileUnit& tile = unit(node);
  if (place.type->count > 0xffff || tile.code.fifos.size() >= 0xff) {
    fail(node, "this FIFO is too large, or there are too many");
  }
  wse::Fifo fifo;
  fifo.base = static_cast<std::uint16_t>(tile.address(*place.variable) + place.offset);
  fifo.capacity = static_cast<std::uint16_t>(place.type->count);
  fifo.element_bytes = static_cast<std::uint8_t>(place.type->element->bytes);
  if (fifo.element_bytes != 2 && fifo.element_bytes != 4) {
    unsupported(node, "a FIFO of " + place.type->element->text);
  }
  Ref<DescriptorValue> dsd(new DescriptorValue);
  dsd->element = place.type->element;
  dsd->content.kind = wse::DescriptorKind::fifo;
  dsd->content.element_bytes = fifo.element_bytes;
  dsd->content.queue = static_cast<std::uint8_t>(tile.code.fifos.size());
  if (node.list.size() > 1) {
    const Value settings = evaluate(*node.list[1]);
    const KnownNames& known = context_.known;
    check_settings(settings, node, {known.activate_push_, known.activate_pop_});
    const auto task = [&](Name name) {
      const Value* value = field(settings, name);
      return value == nullptr ? wse::none_id : static_cast<std::int16_t>(task_index(*value, node));
    };
    fifo.activate_push = task(known.activate_push_);
    fifo.activate_pop = task(known.activate_pop_);
  }
  tile.code.fifos.push_back(fifo);
  return descriptor_value(types().simple(TypeKind::fifo_dsd), dsd);
}

}  // namespace weft::csl
