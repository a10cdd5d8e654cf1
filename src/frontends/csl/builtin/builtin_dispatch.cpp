// SPDX-License-Identifier: Apache-2.0
// From a @builtin's name to the function that does it.
#include "base/counted.hpp"
#include "frontends/csl/lower/evaluator.hpp"
#include "frontends/csl/parse/builtin.hpp"

namespace weft::csl {

const Node& Evaluator::argument(const Node& node, std::size_t index) const {
  if (index >= node.list.size()) {
    fail(node, "@" + text(node.name) + " needs more than " + counted(node.list.size(), "argument"));
  }
  return *node.list[index];
}

void Evaluator::expect_arguments(const Node& node, std::size_t least, std::size_t most) const {
  if (node.list.size() >= least && node.list.size() <= most) return;
  const std::string wanted =
      least == most ? std::to_string(least) : std::to_string(least) + " to " + std::to_string(most);
  fail(node, "@" + text(node.name) + " takes " + wanted + " arguments, found " +
                 std::to_string(node.list.size()));
}

Value Evaluator::builtin(const Node& node, const Type* hint) {
  if (node.slot < 0) unsupported(node, "the builtin @" + text(node.name) + near_builtin(node));
  const auto which = static_cast<Builtin>(node.slot);
  if (which <= Builtin::type_of_) return builtin_types(node, hint);
  if (which <= Builtin::max_) return builtin_values(node, hint);
  if (which <= Builtin::get_dsr_) return builtin_identity(node);
  if (which <= Builtin::export_symbol_) return builtin_layout(node);
  if (which <= Builtin::initialize_queue_) return builtin_tasks(node);
  if (which <= Builtin::map_) return builtin_descriptors(node, hint);
  if (which <= Builtin::xp162fs_) return vector_operation(node);
  return builtin_intrinsic(node);
}

}  // namespace weft::csl
