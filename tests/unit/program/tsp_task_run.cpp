// SPDX-License-Identifier: Apache-2.0
// Tasks on data, with the naive TSP's values.
#include "tsp_task_run.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <utility>
#include <vector>

#include "program/tsp_oracle_values.hpp"
#include "program/tsp_shape.hpp"

namespace weft::program::tsp::test {
namespace {

using oracle::Memory;
using oracle::Vector;
using oracle::Vectors;

struct Plane {
  std::map<std::int64_t, Vectors> buffer;
  std::vector<Vectors> array;
  std::map<std::int64_t, Vectors> accumulators;
};

class TaskRun {
 public:
  TaskRun(const Schedule& schedule, const CheckedSchedule& checked, const Memory& before)
      : s_(schedule), c_(checked), memory_(before), results_(schedule.instructions.size()) {
    for (std::size_t i = 0; i < results_.size(); ++i) {
      results_[i].resize(schedule.instructions[i].count);
    }
  }

  Memory run() {
    for (const Task& task : c_.tasks) {
      changes_.clear();
      for (std::uint32_t k = 0; k < task.count; ++k) element(task.instruction, task.first + k);
      for (const auto& change : changes_) change.first->second = change.second;
    }
    return std::move(memory_);
  }

 private:
  const Instruction& at(std::uint32_t index) const { return s_.instructions[index]; }

  Vectors operand(std::uint32_t index, std::uint32_t operand, std::uint32_t element) const {
    Vectors out(at(index).operands.at(operand).group.width);
    for (std::uint64_t e = c_.edges_from[index]; e < c_.edges_from[index + 1]; ++e) {
      const Edge& edge = c_.edges[e];
      const std::uint32_t k = element - edge.first;
      if (edge.operand != operand || element < edge.first || k >= edge.count) continue;
      const auto p = static_cast<std::size_t>(edge.producer_first + k * edge.producer_step);
      const Vectors& from = results_[edge.producer][p];
      if (edge.width == 0) return from;
      for (std::uint32_t s = 0; s < edge.width; ++s) {
        out.at(edge.stream + s) = from.at(edge.byte + s);
      }
    }
    return out;
  }

  std::vector<Plane*> planes(const Instruction& i) {
    const Queue queue = queue_of(i.queue);
    auto& side = planes_.at(static_cast<std::size_t>(queue.hemisphere));
    if (takes_both_planes(i)) return {&side[0], &side[1]};
    return {&side.at(queue.index)};
  }

  std::uint32_t word(const Instruction& i, std::int64_t address) const {
    const Queue queue = queue_of(i.queue);
    return oracle::word_number(queue.hemisphere, queue.index, i.bank,
                               static_cast<std::uint32_t>(address));
  }

  /// Words of the superlanes, by the first lane of each.
  std::vector<std::uint32_t> words(const Instruction& i, std::uint32_t element,
                                   const Vectors& index) const {
    std::vector<std::uint32_t> out;
    for (std::size_t lane = 0; lane < lanes; lane += lanes_per_superlane) {
      const auto offset =
          static_cast<std::int16_t>(std::uint32_t{index[0][lane]} | index[1][lane] * 256U);
      out.push_back(word(i, i.address_of(element) + offset));
    }
    return out;
  }

  void change(std::uint32_t number, const Vector& value) {
    changes_.emplace_back(memory_.try_emplace(number).first, value);
  }

  void element(std::uint32_t index, std::uint32_t k) {
    const Instruction& i = at(index);
    Vectors& result = results_[index][k];
    switch (i.opcode) {
      case Opcode::read:
        result = {memory_[word(i, i.address_of(k))]};
        break;
      case Opcode::write:
        change(word(i, i.address_of(k)), operand(index, 0, k).front());
        break;
      case Opcode::gather:
        result.resize(1);
        gather(words(i, k, operand(index, 0, k)), result[0]);
        break;
      case Opcode::scatter:
        scatter(words(i, k, operand(index, 1, k)), operand(index, 0, k).front());
        break;
      case Opcode::alu:
        result = oracle::alu_result(i, operand(index, 0, k), operand(index, 1, k));
        break;
      case Opcode::sync:
      case Opcode::notify:
        break;
      default:
        is_mxm(i.opcode) ? matrix(index, k, result)
                         : void(result = oracle::mapped(s_, i, operand(index, 0, k)));
    }
  }

  void gather(const std::vector<std::uint32_t>& from, Vector& out) {
    for (std::size_t lane = 0; lane < lanes; ++lane) {
      out[lane] = memory_[from[lane / lanes_per_superlane]][lane];
    }
  }
  /// A scatter's elements go in order.
  void scatter(const std::vector<std::uint32_t>& to, const Vector& value) {
    for (std::size_t lane = 0; lane < lanes; ++lane) {
      memory_[to[lane / lanes_per_superlane]][lane] = value[lane];
    }
  }

  void matrix(std::uint32_t index, std::uint32_t k, Vectors& result) {
    const Instruction& i = at(index);
    const std::int64_t address = i.address_of(k);
    const std::vector<Plane*> all = planes(i);
    if (i.opcode == Opcode::load_weights) {
      const Vectors rows = operand(index, 0, k);
      const std::size_t width = numerics::width_of(i.type);
      for (std::size_t r = 0; r < 16 / width; ++r) {
        const auto first = rows.begin() + static_cast<std::ptrdiff_t>(r * width);
        const Vectors row(first, first + static_cast<std::ptrdiff_t>(width));
        for (Plane* plane : all) plane->buffer[address + static_cast<std::int64_t>(r)] = row;
      }
    } else if (i.opcode == Opcode::install_weights) {
      for (Plane* plane : all) {
        plane->array.clear();
        for (std::int64_t r = 0; r < i.rows; ++r) plane->array.push_back(plane->buffer.at(r));
      }
    } else if (i.opcode == Opcode::activate) {
      result = oracle::row_of_sums(i, all.front()->array, operand(index, 0, k));
    } else {
      result = operand(index, 2, k);
      if (i.adds != 0) {
        result = oracle::added(i.type, all.front()->accumulators.at(address), result);
      }
      for (Plane* plane : all) plane->accumulators[address] = result;
    }
  }

  const Schedule& s_;
  const CheckedSchedule& c_;
  Memory memory_;
  std::array<std::array<Plane, planes_a_hemisphere>, 2> planes_;
  std::vector<std::vector<Vectors>> results_;
  std::vector<std::pair<Memory::iterator, Vector>> changes_;
};

}  // namespace

Memory run_tasks(const Schedule& schedule, const CheckedSchedule& checked, const Memory& before) {
  return TaskRun(schedule, checked, before).run();
}

}  // namespace weft::program::tsp::test
