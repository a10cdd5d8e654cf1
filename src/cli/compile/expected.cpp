// SPDX-License-Identifier: Apache-2.0
// What the runs of a compiled model must give, from evaluations without a machine.
#include <cmath>
#include <map>
#include <utility>

#include "base/error.hpp"
#include "base/log.hpp"
#include "base/number_text.hpp"
#include "base/process_memory.hpp"
#include "cli/compile/compiled_model.hpp"

namespace weft::cli {

namespace {

/// The bits of a NaN say nothing, and no check compares them.
void require_numbers(const graph::Tensor& value, const std::string& name) {
  if (!graph::is_floating(value.type().element)) return;
  const std::vector<double> numbers = graph::numbers_of(value).floats;
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    if (!std::isnan(numbers[i])) continue;
    fail(Category::input, "'" + name + "' has NaN in element " + std::to_string(i) +
                              ": no check of a run can compare it");
  }
}

/// Values of all runs one behind the other.
class Stacks {
 public:
  void append(const std::string& name, const graph::Tensor& value) {
    trace::Tensor one = stored(value);
    trace::Tensor& whole = by_name_[name];
    if (whole.shape.empty()) {
      whole.type = one.type;
      whole.shape = one.shape;
      whole.shape.insert(whole.shape.begin(), 0);
    }
    whole.bytes.insert(whole.bytes.end(), one.bytes.begin(), one.bytes.end());
    ++whole.shape[0];
  }
  std::vector<trace::NamedTensor> take() {
    std::vector<trace::NamedTensor> out;
    for (auto& [name, whole] : by_name_) out.emplace_back(name, std::move(whole));
    return out;
  }

 private:
  std::map<std::string, trace::Tensor> by_name_;
};

std::string gibibytes(std::uint64_t bytes) {
  constexpr double gibibyte = 1 << 30U;
  return fixed(static_cast<double>(bytes) / gibibyte, 1) + " GiB";
}

/// Before long work that takes much memory here, or more than there is.
void require_memory(const lower::Lowered& lowered) {
  constexpr std::uint64_t worth_a_note = std::uint64_t{1} << 30U;
  if (lowered.evaluation_bytes < worth_a_note) return;
  const std::string takes =
      "evaluating the model takes about " + gibibytes(lowered.evaluation_bytes) + " of memory here";
  const std::uint64_t has = free_node_bytes();
  if (lowered.evaluation_bytes > has) {
    fail(Category::limit, takes + ", and " + gibibytes(has) + " are free");
  }
  log::note(takes);
}

void require_judged(const lower::Lowered& lowered, const lower::Evaluated& evaluated) {
  for (std::size_t i = 0; i < evaluated.values.size(); ++i) {
    require_numbers(evaluated.values[i], lowered.results[i].name);
  }
  if (!evaluated.judgement.outside.empty()) {
    fail(Category::internal, "node bounds do not hold: " + evaluated.judgement.outside.front());
  }
}

}  // namespace

Expected expected_values(const CompiledModel& compiled, const ModelInputs& inputs) {
  const lower::Lowered& lowered = compiled.lowered;
  require_memory(lowered);
  Expected out;
  Stacks values, bounds;
  for (std::uint64_t run = 0; run < inputs.runs; ++run) {
    const std::vector<graph::Tensor> given = inputs.of_run(run);
    for (std::size_t i = 0; i < given.size(); ++i) {
      require_numbers(given[i], lowered.inputs[i].name);
    }
    const lower::Evaluated evaluated = lowered.evaluate(given);
    require_judged(lowered, evaluated);
    out.judged = evaluated.judgement.nodes;
    for (std::size_t i = 0; i < evaluated.values.size(); ++i) {
      const std::string& name = lowered.results[i].name;
      values.append(name, evaluated.values[i]);
      if (i >= evaluated.limits.size() || !evaluated.limits[i]) continue;
      bounds.append(name + ".low", evaluated.limits[i]->low);
      bounds.append(name + ".high", evaluated.limits[i]->high);
      out.bounded.insert(name);
    }
  }
  out.values = values.take();
  out.bounds = bounds.take();
  return out;
}

}  // namespace weft::cli
