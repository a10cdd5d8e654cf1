// SPDX-License-Identifier: Apache-2.0
// Tiles that run one file with parameters of one shape: see tile_family.hpp.
#include "frontends/csl/lower/tile_family.hpp"

namespace weft::csl {

void ParameterSplit::split(const Value& parameters) {
  key_.clear();
  leaves_.clear();
  visit(parameters);
}

void ParameterSplit::visit(const Value& value) {
  key_.push_back(reinterpret_cast<std::uintptr_t>(value.type));
  switch (value.form) {
    case Form::number: {
      Scalar scalar;
      scalar.integer = value.integer;
      leaves_.push_back(scalar);
      return;
    }
    case Form::fields: {
      const auto& fields = static_cast<const Fields&>(*value.object);
      key_.push_back(reinterpret_cast<std::uintptr_t>(fields.shape));
      for (const Value& part : fields.values) visit(part);
      return;
    }
    case Form::array: {
      const auto& array = static_cast<const Array&>(*value.object);
      key_.push_back(array.splat ? 1 : 0);
      for (const Value& part : array.values) visit(part);
      return;
    }
    default:
      key_.push_back(static_cast<std::uint64_t>(value.form));
      key_.push_back(static_cast<std::uint64_t>(value.integer));
      return;
  }
}

Value ParameterSplit::mark(const Value& parameters) {
  next_leaf_ = 0;
  return mark_value(parameters);
}

Value ParameterSplit::mark_value(const Value& value) {
  Value out = value;
  if (value.form == Form::number) {
    out.symbolic = context_.symbolics.leaf(next_leaf_++, value.type);
  } else if (value.form == Form::fields) {
    auto* fields = new Fields(static_cast<const Fields&>(*value.object));
    fields->references = 0;
    out.object = Ref<Object>(fields);
    for (Value& part : fields->values) part = mark_value(part);
  } else if (value.form == Form::array) {
    auto* array = new Array(static_cast<const Array&>(*value.object));
    array->references = 0;
    out.object = Ref<Object>(array);
    for (Value& part : array->values) part = mark_value(part);
  }
  return out;
}

std::uint32_t TileFamily::find(const Sources& sources, const TileValues& tile,
                               const Compile& compile) {
  std::uint32_t at = 0;
  while (nodes_[at].variant < 0) {
    const Step& step = nodes_[at];
    if (step.symbolic != nullptr) {
      const Scalar value = evaluate(sources, *step.symbolic, tile);
      const auto next = step.next.find(value.integer);
      if (next != step.next.end()) {
        at = next->second;
        continue;
      }
    }
    std::vector<Decision> decisions;
    const std::uint32_t variant = compile(decisions);
    add(decisions, variant);
    return variant;
  }
  return static_cast<std::uint32_t>(nodes_[at].variant);
}

void TileFamily::add(const std::vector<Decision>& decisions, std::uint32_t variant) {
  std::uint32_t at = 0;
  for (const Decision& decision : decisions) {
    if (nodes_[at].symbolic == nullptr) nodes_[at].symbolic = decision.symbolic;
    if (nodes_[at].symbolic != decision.symbolic || nodes_[at].variant >= 0) {
      fail(Category::internal, "csl: compilation of one tile program took two different ways");
    }
    const auto [next, is_new] = nodes_[at].next.try_emplace(
        decision.value.integer, static_cast<std::uint32_t>(nodes_.size()));
    const std::uint32_t following = next->second;
    if (is_new) nodes_.emplace_back();
    at = following;
  }
  nodes_[at].variant = variant;
}

}  // namespace weft::csl
