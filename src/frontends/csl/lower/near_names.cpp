// SPDX-License-Identifier: Apache-2.0
// " (did you mean 'x'?)" for names that CSL sources use and nothing has.
#include "frontends/csl/lower/evaluator.hpp"
#include "frontends/csl/parse/builtin.hpp"
#include "topology/suggest.hpp"

namespace weft::csl {

std::string Evaluator::near(Name wanted, const std::vector<Name>& known) const {
  std::vector<std::string> names;
  for (const Name name : known) names.push_back(text(name));
  return topology::did_you_mean(text(wanted), names);
}

std::string Evaluator::near_member(const Module& module, Name wanted) const {
  std::vector<Name> names;
  for (const auto& [name, slot] : module.file->global_index) names.push_back(name);
  // A hash table has no order, and of two names equally near the same one is to be told.
  std::sort(names.begin(), names.end(), [this](Name a, Name b) { return text(a) < text(b); });
  return near(wanted, names);
}

std::string Evaluator::near_identifier(const Node& node) const {
  std::string hint = near(node.name, node.names);  // the locals that were in sight
  if (hint.empty()) hint = near_member(*frame_->module, node.name);
  if (hint.empty()) hint = topology::did_you_mean(text(node.name), universe_names());
  return hint;
}

std::string Evaluator::near_builtin(const Node& node) const {
  const std::string hint = topology::did_you_mean(text(node.name), builtin_names());
  const std::size_t quote = hint.find('\'');
  return quote == std::string::npos ? hint
                                    : hint.substr(0, quote + 1) + "@" + hint.substr(quote + 1);
}

}  // namespace weft::csl
