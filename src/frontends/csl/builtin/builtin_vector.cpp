// SPDX-License-Identifier: Apache-2.0
// Vector (DSD) operations.
#include "frontends/csl/lower/evaluator.hpp"
#include "frontends/csl/parse/builtin.hpp"

namespace weft::csl {
namespace {

/// What an operation takes: its sources, and the types of scalar operands.
struct VectorForm {
  std::uint8_t sources;
  char destination;  // s: f32, h: f16, w: 16 bits, d: 32 bits
  char source;
};

constexpr VectorForm form_of(wse::VectorOperation operation) {
  using wse::VectorOperation;
  switch (operation) {
    case VectorOperation::add16:
    case VectorOperation::addc16:
    case VectorOperation::and16:
    case VectorOperation::or16:
    case VectorOperation::xor16:
    case VectorOperation::sub16:
    case VectorOperation::sar16:
    case VectorOperation::sll16:
    case VectorOperation::slr16:
      return {2, 'w', 'w'};
    case VectorOperation::mov16:
    case VectorOperation::clz:
    case VectorOperation::ctz:
    case VectorOperation::popcnt:
      return {1, 'w', 'w'};
    case VectorOperation::mov32:
      return {1, 'd', 'd'};
    case VectorOperation::fadds:
    case VectorOperation::fsubs:
    case VectorOperation::fmuls:
    case VectorOperation::fmaxs:
    case VectorOperation::fscales:
      return {2, 's', 's'};
    case VectorOperation::fmacs:
      return {3, 's', 's'};
    case VectorOperation::fmovs:
    case VectorOperation::fnegs:
    case VectorOperation::fabss:
    case VectorOperation::fnorms:
      return {1, 's', 's'};
    case VectorOperation::faddh:
    case VectorOperation::fsubh:
    case VectorOperation::fmulh:
    case VectorOperation::fmaxh:
    case VectorOperation::fscaleh:
      return {2, 'h', 'h'};
    case VectorOperation::fmach:
      return {3, 'h', 'h'};
    case VectorOperation::faddhs:
      return {2, 's', 'h'};
    case VectorOperation::fmachs:
      return {3, 's', 'h'};
    case VectorOperation::fh2s:
      return {1, 's', 'h'};
    case VectorOperation::fs2h:
      return {1, 'h', 's'};
    case VectorOperation::fh2xp16:
      return {1, 'w', 'h'};
    case VectorOperation::xp162fh:
      return {1, 'h', 'w'};
    case VectorOperation::fs2xp16:
      return {1, 'w', 's'};
    case VectorOperation::xp162fs:
      return {1, 's', 'w'};
    default:
      return {1, 'h', 'h'};  // fmovh, fnegh, fabsh, fnormh
  }
}

}  // namespace

Value Evaluator::vector_operation(const Node& node) {
  const auto operation =
      static_cast<wse::VectorOperation>(node.slot - static_cast<int>(Builtin::add16_));
  const VectorForm form = form_of(operation);
  expect_arguments(node, 1U + form.sources, 2U + form.sources);
  if (emitter_ == nullptr) fail(node, "@" + text(node.name) + " runs on the machine only");
  const auto scalar_type = [&](char kind) {
    return kind == 's'   ? types().f32
           : kind == 'h' ? types().f16
           : kind == 'w' ? types().u16
                         : types().u32;
  };
  wse::VectorInstruction instruction;
  instruction.operation = operation;
  std::vector<Value> values;
  std::vector<bool> accumulates(form.sources + 1U, false);
  for (std::size_t i = 0; i <= form.sources; ++i) {
    // @fadds(&sum, sum, dsd) reads sum again for each element: its place, not its value.
    accumulates[i] = i > 0 && is_target(values[0], *node.list[i]);
    values.push_back(accumulates[i]
                         ? values[0]
                         : evaluate(*node.list[i], i == 0 ? nullptr : scalar_type(form.source)));
  }
  if (node.list.size() > 1U + form.sources) {
    const Value settings = evaluate(*node.list[form.sources + 1U]);
    if (const Value* index = field(settings, context_.known.index_)) {
      for (std::size_t i = 0; i < values.size(); ++i) {
        values[i] = at_index(values[i], *index, *node.list[i]);
      }
    }
    vector_settings(settings, instruction, false, node);
  }
  instruction.destination =
      vector_operand(values[0], true, scalar_type(form.destination), *node.list[0]);
  for (std::size_t i = 1; i < values.size(); ++i) {
    // fmachs multiplies fp16 and adds fp32: its first source has the destination's type.
    if (accumulates[i]) {
      instruction.sources[i - 1] = instruction.destination;
      continue;
    }
    const bool wide = operation == wse::VectorOperation::fmachs && i == 1;
    instruction.sources[i - 1] = vector_operand(
        values[i], false, scalar_type(wide ? form.destination : form.source), *node.list[i]);
  }
  const bool fifo_result = !instruction.asynchronous;
  bool has_fifo = false;
  for (const Value& value : values) has_fifo = has_fifo || value.type->is(TypeKind::fifo_dsd);
  if (!has_fifo || !fifo_result) {
    emitter_->vector(instruction, wse::no_register);
    return has_fifo ? nothing() : boolean(true);
  }
  const Register flag = emitter_->new_register();
  emitter_->vector(instruction, flag);
  return in_register(types().boolean, flag);
}

/// A memory DSD with .wavelet_index_offset, as many 16-bit words further as the operation's .index
/// says; anything else as it is.
Value Evaluator::at_index(const Value& dsd, const Value& index, const Node& node) {
  if (!index.type->is_integral()) fail(node, ".index must be an integer, found " + describe(index));
  const bool known_dsd = dsd.form == Form::descriptor;
  if (!dsd.type->is_memory_descriptor() || (!known_dsd && dsd.form != Form::in_descriptor)) {
    if (index.is_runtime() && dsd.type->is_descriptor() && !dsd.type->is(TypeKind::fabin_dsd)) {
      unsupported(node, ".index of a run-time value, for " + describe(dsd));
    }
    return dsd;
  }
  const wse::Descriptor& content =
      known_dsd ? static_cast<const DescriptorValue&>(*dsd.object).content
                : unit(node).code.descriptors[static_cast<std::size_t>(dsd.integer)];
  if (!content.has_wavelet_index) return dsd;
  constexpr std::int64_t word_bytes = 2;
  if (known_dsd && index.is_known() && !varies(index)) {
    auto* moved = new DescriptorValue(static_cast<const DescriptorValue&>(*dsd.object));
    moved->references = 0;
    moved->offset += word_bytes * integer_of(index, node);
    Value out = dsd;
    out.object = Ref<Object>(moved);
    return out;
  }
  const auto [known, is_new] = unit(node).local_descriptors.try_emplace(
      local_key(*frame_, &node, nullptr), std::uint16_t{0});
  if (is_new) known->second = unit_->new_descriptor({});
  const std::uint16_t entry = known->second;
  const Register by = to_register(index, node);
  emitter_->emit({wse::Operation::descriptor_copy, wse::Type::u16, entry, to_descriptor(dsd, node),
                  wse::no_register, 0});
  emitter_->emit({wse::Operation::descriptor_increment_offset, wse::Type::u16, entry,
                  wse::no_register, by, 0});
  Value out;
  out.type = dsd.type;
  out.form = Form::in_descriptor;
  out.integer = entry;
  out.index_register = 0;
  return out;
}

/// Whether `node` names the place that `pointer` points to.
bool Evaluator::is_target(const Value& pointer, const Node& node) {
  const bool names_place = node.kind == NodeKind::identifier || node.kind == NodeKind::member ||
                           node.kind == NodeKind::index || node.kind == NodeKind::dereference;
  if (!pointer.type->is(TypeKind::pointer) || !names_place) return false;
  const std::size_t before = emitter_->size();
  const CallCounter::Calls calls_before = home_of(*frame_).calls;
  const Place place = locate(node);
  home_of(*frame_).calls = calls_before;
  emitter_->rewind(before);
  if (place.kind != Place::Kind::in_memory || place.type->is_aggregate()) return false;
  if (pointer.form == Form::address) {
    return place.variable == pointer.variable && place.offset == pointer.integer &&
           place.index_register == wse::no_register;
  }
  return place.variable == nullptr && place.offset == 0 &&
         place.index_register == static_cast<Register>(pointer.integer);
}

wse::Operand Evaluator::vector_operand(const Value& value, bool destination, const Type* scalar,
                                       const Node& node) {
  using Kind = wse::Operand::Kind;
  if (value.type->is_descriptor()) {
    const Kind kind = value.type->is(TypeKind::dsr)    ? Kind::data_register
                      : value.form == Form::descriptor ? Kind::constant_descriptor
                                                       : Kind::descriptor;
    if (destination && value.type->is(TypeKind::fabin_dsd)) {
      fail(node, "a fabin_dsd cannot be a destination");
    }
    if (!destination && value.type->is(TypeKind::fabout_dsd)) {
      fail(node, "a fabout_dsd cannot be a source");
    }
    return {kind, to_descriptor(value, node)};
  }
  if (destination) {
    if (!value.type->is(TypeKind::pointer)) {
      fail(node, "a destination is a DSD or a pointer, found " + describe(value));
    }
    return {Kind::scalar_address, to_register(value, node)};
  }
  const Type* type = scalar;
  const bool bits = scalar->is(TypeKind::integer) && value.type->is_scalar() &&
                    value.type->bytes == scalar->bytes;
  if (bits) type = value.type;  // mov32 moves any 32 bits, the 16-bit operations any 16
  if (!value.type->is_number() && !bits) {
    fail(node, "an operand is a DSD or a number, found " + describe(value));
  }
  Value operand = value;
  if (scalar->is(TypeKind::integer) && value.type->is(TypeKind::comptime_integer) &&
      value.integer < 0) {
    type = context_.types.integer(scalar->bits, true);
  }
  return {Kind::scalar, to_register(operand, type, node)};
}

void Evaluator::vector_settings(const Value& settings, wse::VectorInstruction& instruction,
                                bool of_dsr, const Node& node) {
  const KnownNames& known = context_.known;
  const Name index_or_save = of_dsr ? known.save_address_ : known.index_;
  check_settings(settings, node,
                 {known.async_, known.activate_, known.unblock_, known.priority_, known.ut_id,
                  known.on_control_, index_or_save, of_dsr ? known.single_step_ : known.async_});
  if (field(settings, known.on_control_) != nullptr) unsupported(node, ".on_control");
  if (const Value* async = field(settings, known.async_)) {
    instruction.asynchronous = bool_of(*async, node);
  }
  const auto task = [&](Name name) {
    const Value* value = field(settings, name);
    if (value == nullptr) return wse::none_id;
    if (!instruction.asynchronous) {
      fail(node, "." + text(name) + " needs .async = true");
    }
    return static_cast<std::int16_t>(task_index(*value, node));
  };
  instruction.activate = task(known.activate_);
  instruction.unblock = task(known.unblock_);
  if (const Value* ut = field(settings, known.ut_id)) {
    if (!context_.limits.explicit_microthreads) {
      fail(node, ".ut_id: a microthread has the id of its queue on this machine (wse3 takes one)");
    }
    instruction.microthread = static_cast<std::int16_t>(integer_of(*ut, node));
  }
  if (const Value* index = field(settings, known.index_); index != nullptr && index->is_known()) {
    const std::int64_t number_ = integer_of(*index, node);
    if (number_ < 0 || number_ > 0xffff) fail(node, ".index must fit 16 bits");
    instruction.wavelet_index = static_cast<std::int32_t>(number_);
  }
  if (const Value* priority = field(settings, known.priority_)) {
    const auto is = [&](Name name) {
      const Value* value = field(*priority, name);
      return value != nullptr && bool_of(*value, node);
    };
    instruction.priority = is(known.high_)  ? wse::Priority::high
                           : is(known.low_) ? wse::Priority::low
                                            : wse::Priority::medium;
  }
}

}  // namespace weft::csl
