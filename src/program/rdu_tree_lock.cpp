// SPDX-License-Identifier: Apache-2.0
// Read, add and write under a lock as one step: see rdu_tree_lock.hpp.
#include "program/rdu_tree_lock.hpp"

#include <algorithm>
#include <set>
#include <string>

#include "base/error.hpp"

namespace weft::program::rdu_tree {
namespace {

class Locks {
 public:
  explicit Locks(Tree& tree) : t_(tree) {}

  void run() {
    for (Controller& made : t_.controllers) lower(made.steps);
    for (Memory& memory : t_.memories) {
      if (memory.kind != MemoryKind::lock_sram) continue;
      memory.kind = MemoryKind::sram;
      memory.copies = 1;
    }
  }

 private:
  void lower(std::vector<Step>& steps) {
    std::set<std::uint32_t> gone;
    for (const Step& step : steps) {
      if (step.is_controller) continue;
      Node& made = t_.nodes[step.index];
      if (made.operation == Operation::lock) gone.insert(step.index);
      if (made.lock != none && made.operation == Operation::write) join(steps, step.index, gone);
    }
    for (const Step& step : steps) {
      const bool holds = !step.is_controller && t_.nodes[step.index].lock != none;
      if (holds && gone.count(step.index) == 0) refuse(t_.nodes[step.index], "nothing is added");
    }
    std::erase_if(
        steps, [&](const Step& step) { return !step.is_controller && gone.count(step.index) > 0; });
  }

  /// The write, the sum that it writes and the read that the sum is of.
  void join(const std::vector<Step>& steps, std::uint32_t write, std::set<std::uint32_t>& gone) {
    Node& made = t_.nodes[write];
    if (t_.memories[made.memory].kind != MemoryKind::lock_sram) {
      refuse(made, "a memory off the chip is written");
    }
    const std::uint32_t sum = made.arguments[0];
    const std::uint32_t read = read_of(steps, made);
    const std::vector<std::uint32_t>& terms = t_.nodes[sum].arguments;
    const bool adds = read != none && t_.nodes[sum].operation == Operation::add &&
                      (terms[0] == read) != (terms[1] == read);
    if (!adds) refuse(made, "something else than a sum of what was there is written");
    if (users_of(read) != 1 || users_of(sum) != 1) {
      refuse(made, "what was there, or is then, is used once more");
    }
    made.operation = Operation::read_modify_write;
    made.arguments[0] = terms[terms[0] == read ? 1 : 0];
    made.lock = none;
    gone.insert(read);
    gone.insert(sum);
  }

  std::uint32_t read_of(const std::vector<Step>& steps, const Node& write) const {
    for (const Step& step : steps) {
      if (step.is_controller) continue;
      const Node& made = t_.nodes[step.index];
      const bool same = made.operation == Operation::read && made.memory == write.memory &&
                        made.lock == write.lock && made.enable == write.enable &&
                        std::equal(made.arguments.begin(), made.arguments.end(),
                                   write.arguments.begin() + 1, write.arguments.end());
      if (same) return step.index;
    }
    return none;
  }

  std::size_t users_of(std::uint32_t of) const {
    std::size_t users = 0;
    for (const Node& node : t_.nodes) {
      users +=
          static_cast<std::size_t>(std::count(node.arguments.begin(), node.arguments.end(), of));
      users += node.enable == of ? 1U : 0U;
    }
    for (const Controller& made : t_.controllers) {
      users += made.result == of || made.condition == of ? 1U : 0U;
    }
    return users;
  }

  [[noreturn]] void refuse(const Node& at, const std::string& what) const {
    fail(Category::unsupported, t_.files[at.place.file] + ":" + std::to_string(at.place.line) +
                                    ":" + std::to_string(at.place.column) +
                                    ": the mapper to units does not take a lock under which " +
                                    what + " yet");
  }

  Tree& t_;
};

}  // namespace

void lower_locks(Tree& tree) { Locks(tree).run(); }

}  // namespace weft::program::rdu_tree
