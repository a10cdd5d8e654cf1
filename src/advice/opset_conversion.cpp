// SPDX-License-Identifier: Apache-2.0
// One node after the other; nothing is converted where one operator can't be.
#include "advice/opset_conversion.hpp"

#include <set>

#include "base/error.hpp"

namespace weft::advice {
namespace {

using graph::SourceNode;

bool is_changed(const SourceNode& was, const std::vector<SourceNode>& made, std::size_t from) {
  if (made.size() != from + 1) return true;
  const SourceNode& is = made[from];
  return is.operation != was.operation || is.inputs.size() != was.inputs.size() ||
         is.attributes.size() != was.attributes.size();
}

Change whole_change(const Conversion& how, std::int64_t set) {
  SourceNode whole;
  whole.origin.operation = "operator set " + std::to_string(set);
  return change_of(std::string(how.id), whole, {"operator set " + std::to_string(how.set)});
}

void convert_node(const Conversion& how, Spelling& to, SourceNode node) {
  const auto found = how.known.find(node.operation);
  if (found == how.known.end()) {
    refuse_form("weft knows no form of it in operator set " + std::to_string(how.set));
  }
  how.check(to.model(), node);
  found->second(to, std::move(node));
}

}  // namespace

void refuse_form(const std::string& why) { fail(Category::unsupported, why); }

void drop_usual_attribute(SourceNode& node, std::string_view name, std::int64_t usual,
                          std::int64_t set) {
  if (whole_attribute(node, name, usual) != usual) {
    refuse_form(std::string(name) + " = " + std::to_string(whole_attribute(node, name, usual)) +
                " is not of operator set " + std::to_string(set));
  }
  drop_attribute(node, name);
}

void as_it_is(Spelling& to, SourceNode node) { to.keep(std::move(node)); }

bool convert_model(Rewritten& to, const Conversion& how) {
  const std::string id(how.id);
  Rewritten out = to;
  std::set<std::string> refusals;
  std::vector<SourceNode> made;
  for (const SourceNode& node : to.model.nodes) {
    if (!node.domain.empty()) {
      made.push_back(node);
      continue;
    }
    const std::size_t from = made.size();
    SourceNode maker = node;
    if (how.makes_by_wanted_set) maker.version = how.set;
    Spelling spelling(out.model, maker, made);
    try {
      convert_node(how, spelling, node);
    } catch (const Error& error) {
      refusals.insert(id + ": " + text_of(node.origin) + ": " + error.what());
      continue;
    }
    if (is_changed(node, made, from)) out.changes.push_back(change_of(id, node, spelling.made()));
    for (std::size_t i = from; i < made.size(); ++i) made[i].version = how.set;
  }
  to.left.insert(to.left.end(), refusals.begin(), refusals.end());
  if (!refusals.empty()) return false;
  out.model.nodes = std::move(made);
  out.changes.insert(out.changes.begin() + static_cast<std::ptrdiff_t>(to.changes.size()),
                     whole_change(how, out.model.opsets.at("")));
  out.model.opsets[""] = how.set;
  out.left = std::move(to.left);
  to = std::move(out);
  return true;
}

}  // namespace weft::advice
