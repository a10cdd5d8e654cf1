// SPDX-License-Identifier: Apache-2.0
// The list of passes, and what all of them need: folding, order, producers.
#include "advice/rewrite.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "advice/cut.hpp"
#include "advice/rewrite_passes.hpp"
#include "base/counted.hpp"
#include "base/error.hpp"

namespace weft::advice {

using graph::SourceModel;
using graph::SourceNode;
using graph::SourceNodeId;
using graph::SourceValue;
using graph::SourceValueId;

namespace {

/// A rewrite of nodes of one operator, or of the whole model.
struct Pass {
  std::string_view id;
  std::string_view operation;
  Respell respell = nullptr;
  void (*of_model)(Rewritten&) = nullptr;
};

/// For the planes of a target: none of `passes`.
constexpr std::string_view join_products_id = "join-products";

/// In the order in which they are done: what an older operator set has not is spelled out before
/// the set is converted.
constexpr std::array passes{
    Pass{"fold-constants", "", nullptr, nullptr},
    Pass{"unused-removed", "", nullptr, nullptr},
    Pass{"layer-norm-spelled-out", "LayerNormalization", spell_layer_norm, nullptr},
    Pass{"rms-norm-spelled-out", "RMSNormalization", spell_rms_norm, nullptr},
    Pass{"gelu-spelled-out", "Gelu", spell_gelu, nullptr},
    Pass{"hard-swish-spelled-out", "HardSwish", spell_hard_swish, nullptr},
    Pass{"mish-spelled-out", "Mish", spell_mish, nullptr},
    Pass{"celu-spelled-out", "Celu", spell_celu, nullptr},
    Pass{"group-norm-spelled-out", "GroupNormalization", spell_group_norm, nullptr},
    Pass{"lp-norm-spelled-out", "LpNormalization", spell_lp_norm, nullptr},
    Pass{"mean-variance-spelled-out", "MeanVarianceNormalization", spell_mean_variance, nullptr},
    Pass{"lp-pool-spelled-out", "LpPool", spell_lp_pool, nullptr},
    Pass{"xor-spelled-out", "Xor", spell_xor, nullptr},
    Pass{"hardmax-spelled-out", "Hardmax", spell_hardmax, nullptr},
    Pass{"compare-or-equal", "GreaterOrEqual", spell_greater_or_equal, nullptr},
    Pass{"compare-or-equal", "LessOrEqual", spell_less_or_equal, nullptr},
    Pass{"einsum-to-matmul", "Einsum", spell_einsum, nullptr},
    Pass{"scatter-to-gather", "ScatterND", spell_scatter_points, nullptr},
    Pass{"dilated-transpose", "ConvTranspose", spell_dilated_transpose, nullptr},
    Pass{"explicit-pads", "Conv", spell_pads, nullptr},
    Pass{"gather-nd-to-slice", "GatherND", spell_gather_points, nullptr},
    Pass{"guard-removed", "", nullptr, remove_guards},
    Pass{"count-include-pad", "AveragePool", spell_counted_pads, nullptr},
    Pass{"slices-to-split", "", nullptr, join_slices},
    Pass{"topk-to-max", "TopK", spell_top_k, nullptr},
    Pass{"lstm-directions", "LSTM", spell_directions, nullptr},
    Pass{"lstm-directions", "GRU", spell_directions, nullptr},
    Pass{"untie-weights", "", nullptr, untie_weights},
    Pass{"int64-to-int32", "", nullptr, narrow_inputs},
    Pass{"opset-13", "", nullptr, convert_to_opset_13},
    Pass{"opset-11", "", nullptr, convert_to_opset_11},
};

void respell(const Pass& pass, Rewritten& to) {
  const std::vector<SourceNode> nodes = std::move(to.model.nodes);
  std::vector<SourceNode> made;
  for (const SourceNode& node : nodes) {
    Spelling spelling(to.model, node, made);
    const bool fits = node.operation == pass.operation && node.domain.empty();
    if (fits && pass.respell(spelling)) {
      to.changes.push_back(change_of(std::string(pass.id), node, spelling.made()));
    } else {
      made.push_back(node);
    }
  }
  to.model.nodes = std::move(made);
}

void run(const std::string& id, Rewritten& to) {
  for (const Pass& pass : passes) {
    if (pass.id != id) continue;
    if (pass.respell != nullptr) respell(pass, to);
    if (pass.of_model != nullptr) pass.of_model(to);
    (void)fold(to.model);  // what the change made so is its part
  }
}

/// Ids that the targets' findings name: of what is no note, and of a note that says what is gained.
std::set<std::string> asked(const Report& report) {
  std::set<std::string> ids;
  for (const TargetReport& target : report.targets) {
    for (const Finding& one : target.findings) {
      const bool gains = one.rewrite == join_products_id;
      if ((one.severity != Severity::note || gains) && !one.rewrite.empty()) {
        ids.insert(one.rewrite);
      }
    }
  }
  return ids;
}

/// No file is of two operator sets: targets that ask for different ones, in this round or one
/// before, would each undo what was done for the other. `askers`: of both rewrites, who asks.
void require_one_set(const Report& report, std::map<std::string, std::string>& askers) {
  for (const TargetReport& target : report.targets) {
    for (const Finding& one : target.findings) {
      const bool of_set = one.rewrite == "opset-11" || one.rewrite == "opset-13";
      if (of_set && one.severity != Severity::note) askers.emplace(one.rewrite, target.target);
    }
  }
  if (askers.size() < 2) return;
  fail(Category::input, "--apply: " + askers.at("opset-11") + " asks for operator set 11, and " +
                            askers.at("opset-13") +
                            " for 13: no file is both; name one of them with --targets");
}

/// What is asked for still, and no pass has said why: it is not of a form that its pass takes.
void tell_left(const Report& report, Rewritten& to) {
  std::map<std::string, std::set<std::string>> nodes;
  for (const TargetReport& target : report.targets) {
    for (const Finding& one : target.findings) {
      if (one.severity == Severity::note || one.nodes.empty() || !is_automatic(one.rewrite))
        continue;
      nodes[one.rewrite].insert(one.nodes.begin(), one.nodes.end());
    }
  }
  for (const auto& [id, names] : nodes) {
    const std::string begin = id + ": ";
    const bool is_told = std::any_of(to.left.begin(), to.left.end(), [&](const std::string& one) {
      return one.starts_with(begin);
    });
    if (is_told) continue;
    to.left.push_back(begin + counted(names.size(), "node") + ", the first " + *names.begin() +
                      ": not of a form that weft rewrites");
  }
}

/// The model in front of what some target does not take, and keeps on the host.
bool cut_tail(const Tables& tables, const std::vector<Target>& targets, Rewritten& to) {
  bool is_cut = false;
  for (const Target& target : targets) {
    const TargetFacts& facts = tables.of_family(target.machine->family(), target.name);
    const std::vector<bool> tail = tail_of(tables, facts, to.model);
    if (std::find(tail.begin(), tail.end(), true) == tail.end()) continue;
    SourceModel body = without_tail(to.model, tail);
    if (body.outputs.empty()) {
      to.left.emplace_back("cut-tail: nothing is in front of the cut");
      continue;
    }
    for (std::size_t i = 0; i < tail.size(); ++i) {
      if (tail[i]) to.changes.push_back(change_of("cut-tail", to.model.nodes[i], {}));
    }
    to.model = std::move(body);
    settle(to.model);
    is_cut = true;
  }
  return is_cut;
}

void join_products(const Tables& tables, const std::vector<Target>& targets, Rewritten& to) {
  for (const Target& target : targets) {
    const TargetFacts& facts = tables.of_family(target.machine->family(), target.name);
    if (const auto plane = plane_of(facts, *target.machine)) join_products(to, *plane);
  }
}

/// `model` with the outputs of what it was cut to.
std::optional<SourceModel> with_outputs(const SourceModel& model, const SourceModel& body) {
  SourceModel out = model;
  out.outputs = body.outputs;
  for (const SourceValueId id : out.outputs) {
    if (index(id) >= out.values.size() || !out[id].producer) return std::nullopt;
  }
  settle(out);
  return out;
}

}  // namespace

Change change_of(const std::string& rewrite, const SourceNode& node, std::vector<std::string> now) {
  return {rewrite, name_of(node), node.origin.operation, place_of(node), std::move(now)};
}

void replace_reads(SourceModel& model, SourceValueId was, SourceValueId is) {
  for (SourceNode& node : model.nodes)
    std::replace(node.inputs.begin(), node.inputs.end(), was, is);
}

void set_producers(SourceModel& model) {
  for (SourceValue& value : model.values) value.producer.reset();
  for (std::uint32_t i = 0; i < model.nodes.size(); ++i) {
    for (const SourceValueId id : model.nodes[i].outputs) {
      if (id != graph::no_source_value) model.values[index(id)].producer = SourceNodeId{i};
    }
  }
}

void settle(SourceModel& model) {
  mark_needed(model);
  std::erase_if(model.nodes, [](const SourceNode& node) { return !node.is_needed; });
  set_producers(model);
  std::vector<bool> read(model.values.size());
  for (const SourceValueId id : model.outputs) read[index(id)] = true;
  for (const SourceNode& node : model.nodes) {
    for (const SourceValueId id : node.inputs) {
      if (id != graph::no_source_value) read[index(id)] = true;
    }
  }
  for (std::size_t i = 0; i < read.size(); ++i) {
    if (!read[i] && model.values[i].is_initializer) {
      model.values[i].is_initializer = false;
      model.values[i].constant.reset();
    }
  }
}

bool is_automatic(const std::string& id) {
  return id == "cut-tail" || id == join_products_id ||
         std::any_of(passes.begin(), passes.end(), [&](const Pass& pass) { return pass.id == id; });
}

std::vector<std::string> automatic_rewrites() {
  std::vector<std::string> ids;
  for (const Pass& pass : passes) {
    if (ids.empty() || ids.back() != pass.id) ids.emplace_back(pass.id);
  }
  return ids;
}

Rewritten rewritten(const SourceModel& model, const std::string& id) {
  const std::vector<std::string> all = automatic_rewrites();
  if (std::find(all.begin(), all.end(), id) == all.end()) {
    fail(Category::input, "no pass does '" + id + "'");
  }
  Rewritten out{model};
  for (Change& one : fold(out.model)) {
    if (one.rewrite == id) out.changes.push_back(std::move(one));
  }
  run(id, out);
  return out;
}

Rewritten rewritten_for(const Tables& tables, const SourceModel& model,
                        const std::vector<Target>& targets, const Question& question) {
  Rewritten out{model};
  out.changes = fold(out.model);
  const SourceModel folded = out.model;
  std::map<std::string, std::string> askers;
  while (true) {
    const Report report = advise(tables, out.model, targets, question);
    require_one_set(report, askers);
    const std::set<std::string> ids = asked(report);
    const std::size_t changes = out.changes.size();
    out.left.clear();  // what stays is asked for again
    if (ids.contains("cut-tail") && cut_tail(tables, targets, out)) {
      out.before_cut = with_outputs(folded, out.model);
      continue;
    }
    if (ids.contains(std::string(join_products_id))) join_products(tables, targets, out);
    for (const std::string& id : automatic_rewrites()) {
      if (ids.contains(id)) run(id, out);
    }
    if (out.changes.size() == changes) {
      tell_left(report, out);
      return out;
    }
  }
}

}  // namespace weft::advice
