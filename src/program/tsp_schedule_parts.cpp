// SPDX-License-Identifier: Apache-2.0
// Takes a tensor program apart by chips.
#include "program/tsp_schedule_parts.hpp"

#include <algorithm>
#include <set>
#include <utility>

namespace weft::program::tsp {
namespace {

class Splitter {
 public:
  explicit Splitter(const TensorProgram& program)
      : program_(program), maker_(program.tensors.size(), nullptr) {
    for (const TensorNode& node : program.nodes) {
      maker_[node.result] = &node;
      chips_.insert(node.chip);
    }
  }

  ChipParts run() {
    for (const std::uint32_t chip : chips_) {
      out_.parts.emplace_back();
      out_.parts.back().chip = chip;
    }
    for (std::size_t part = 0; part < out_.parts.size(); ++part) fill(part);
    for (const Transfer& one : out_.transfers) leave(one);
    return std::move(out_);
  }

 private:
  std::size_t part_of(std::uint32_t chip) const {
    return static_cast<std::size_t>(std::distance(chips_.begin(), chips_.find(chip)));
  }

  /// Tensors of a chip, in their order.
  std::vector<bool> wanted(std::uint32_t chip) const {
    std::vector<bool> out(program_.tensors.size(), chips_.size() == 1);
    for (const TensorNode& node : program_.nodes) {
      if (node.chip != chip) continue;
      out[node.result] = true;
      for (const TensorId operand : node.operands) out[operand] = true;
    }
    return out;
  }

  void fill(std::size_t number) {
    ChipPart& part = out_.parts[number];
    part.program.file = program_.file;
    const std::vector<bool> own = wanted(part.chip);
    for (TensorId id = 0; id < program_.tensors.size(); ++id) {
      if (!own[id]) continue;
      part.local[id] = static_cast<TensorId>(part.whole.size());
      part.whole.push_back(id);
      part.program.tensors.push_back(program_.at(id));
      const TensorNode* maker = maker_[id];
      if (maker == nullptr) continue;
      if (maker->chip != part.chip) {
        part.program.tensors.back().output = false;
        out_.transfers.push_back({id, part_of(maker->chip), number});
        continue;
      }
      TensorNode node = *maker;
      node.result = part.local.at(id);
      for (TensorId& operand : node.operands) operand = part.local.at(operand);
      part.program.nodes.push_back(std::move(node));
    }
  }

  void leave(const Transfer& one) {
    ChipPart& part = out_.parts[one.from];
    const TensorId id = part.local.at(one.tensor);
    if (part.program.tensors[id].output) return;
    part.program.tensors[id].output = true;
    part.leaving.push_back(id);
  }

  const TensorProgram& program_;
  std::vector<const TensorNode*> maker_;  ///< [tensor]
  std::set<std::uint32_t> chips_;
  ChipParts out_;
};

}  // namespace

ChipParts parts_of(const TensorProgram& program) { return Splitter(program).run(); }

}  // namespace weft::program::tsp
