// SPDX-License-Identifier: Apache-2.0
// Walks the control programs once.
#include "frontends/poplar/used_steps.hpp"

#include <string>
#include <unordered_set>

#include "base/error.hpp"

namespace weft::frontends::poplar {
namespace {

class Walk {
 public:
  Walk(const Steps& steps, UsedSteps& used) : steps_(steps), used_(used) {
    inside_.resize(steps.functions.size(), false);
    done_.resize(steps.functions.size(), false);
  }

  void visit(const Step& step) {
    if (!seen_.insert(&step).second && step.kind != StepKind::call) return;
    if (step.kind == StepKind::execute) {
      if (step.id >= used_.compute_sets.size()) {
        fail(Category::input, "a program executes compute set " + std::to_string(step.id) +
                                  ", which the graph does not have");
      }
      used_.compute_sets[step.id] = true;
    }
    if (step.kind == StepKind::fill) used_.fills.push_back(&step);
    if (step.kind == StepKind::call) visit_function(step.id);
    for (const StepPointer& child : step.children) visit(*child);
  }

 private:
  void visit_function(std::uint32_t id) {
    if (id >= steps_.functions.size()) {
      fail(Category::input,
           "a program calls function " + std::to_string(id) + ", which the graph does not have");
    }
    if (inside_[id]) {
      fail(Category::input, "function " + std::to_string(id) + " of the graph calls itself");
    }
    if (done_[id]) return;
    inside_[id] = true;
    visit(*steps_.functions[id]);
    inside_[id] = false;
    done_[id] = true;
  }

  const Steps& steps_;
  UsedSteps& used_;
  std::unordered_set<const Step*> seen_;
  std::vector<bool> inside_;
  std::vector<bool> done_;
};

}  // namespace

UsedSteps used_steps(const Steps& steps, std::size_t compute_sets) {
  UsedSteps used;
  used.compute_sets.resize(compute_sets, false);
  Walk walk(steps, used);
  for (const StepPointer& program : steps.programs) walk.visit(*program);
  return used;
}

}  // namespace weft::frontends::poplar
