// SPDX-License-Identifier: Apache-2.0
// Elements and rows that are told by numbers.
#include "lower/rdu/writer.hpp"

namespace weft::lower::rdu {

using graph::Shape;
using graph::ValueId;
using program::rdu::Picks;
using program::rdu::Strides;

namespace {

/// A pick on its way: axes of the result, the slowest first, then what numbers move.
class Pick {
 public:
  Pick(const Placed& x, const Placed& numbers) {
    strides_.first = static_cast<std::uint32_t>(x.held.first);
    picks_.numbers.first = static_cast<std::uint32_t>(numbers.held.first);
  }
  /// Along it an element moves by `of_x`, its number by `of_numbers`.
  void axis(std::int64_t extent, std::int64_t of_x, std::int64_t of_numbers) {
    if (extent == 1) return;
    strides_.extents.push_back(static_cast<std::uint32_t>(extent));
    strides_.strides.push_back(static_cast<std::int32_t>(of_x));
    picks_.numbers.strides.push_back(static_cast<std::int32_t>(of_numbers));
  }
  void number(const Placed& x, std::size_t axis) {
    picks_.extents.push_back(static_cast<std::uint32_t>(x.shape[axis]));
    picks_.strides.push_back(static_cast<std::int32_t>(x.held.strides[axis]));
  }
  Strides strides() {
    if (strides_.extents.empty()) {
      strides_.extents.push_back(1);
      strides_.strides.push_back(1);
      picks_.numbers.strides.push_back(1);
    }
    return strides_;
  }
  Picks picks() {
    picks_.numbers.extents = strides().extents;
    return picks_;
  }

 private:
  Strides strides_;
  Picks picks_;
};

}  // namespace

Placed Writer::numbers(ValueId id) {
  std::vector<Held>& all = model_.held[index(id)];
  if (!all.empty()) return {shape(id), all.front()};
  const std::vector<std::int64_t> given = graph::numbers_of(*graph_[id].constant).whole;
  all.push_back(dense(shape(id), row_by_row(shape(id), 1), whole_weight(graph_[id].name, given)));
  return {shape(id), all.front()};
}

void Writer::of(const graph::Gather& what) {
  const bool is_row = what.axis == 0 && graph_[in(0)].constant.has_value();
  const Placed by = numbers(in(1));
  if (is_row) {
    const Shape& table = shape(in(0));
    const std::int64_t columns = graph::count_of({table.begin() + 1, table.end()});
    const std::uint32_t from = rows_of(in(0), columns);
    return give(row_by_row(result(), columns),
                model_.patterns.gather(result_name(), from, by.held.pattern));
  }
  const Placed x = placed(in(0));
  const auto along = static_cast<std::size_t>(what.axis);
  Pick pick(x, by);
  for (std::size_t i = 0; i < along; ++i) pick.axis(x.shape[i], x.held.strides[i], 0);
  for (std::size_t i = 0; i < by.shape.size(); ++i) pick.axis(by.shape[i], 0, by.held.strides[i]);
  for (std::size_t i = along + 1; i < x.shape.size(); ++i) {
    pick.axis(x.shape[i], x.held.strides[i], 0);
  }
  pick.number(x, along);
  give_picked(x, by, pick.strides(), pick.picks());
}

void Writer::of(const graph::GatherElements& what) {
  const Placed x = placed(in(0));
  const Placed by = numbers(in(1));
  const auto along = static_cast<std::size_t>(what.axis);
  Pick pick(x, by);
  for (std::size_t i = 0; i < x.shape.size(); ++i) {
    pick.axis(by.shape[i], i == along ? 0 : x.held.strides[i], by.held.strides[i]);
  }
  pick.number(x, along);
  give_picked(x, by, pick.strides(), pick.picks());
}

void Writer::of(const graph::GatherPoints& what) {
  const Placed x = placed(in(0));
  const Placed by = numbers(in(1));
  const auto batches = static_cast<std::size_t>(what.batch_axes);
  const auto coordinates = static_cast<std::size_t>(by.shape.back());
  Pick pick(x, by);
  for (std::size_t i = 0; i + 1 < by.shape.size(); ++i) {
    pick.axis(by.shape[i], i < batches ? x.held.strides[i] : 0, by.held.strides[i]);
  }
  for (std::size_t i = batches + coordinates; i < x.shape.size(); ++i) {
    pick.axis(x.shape[i], x.held.strides[i], 0);
  }
  for (std::size_t j = 0; j < coordinates; ++j) pick.number(x, batches + j);
  give_picked(x, by, pick.strides(), pick.picks());
}

void Writer::give_picked(const Placed& x, const Placed& by, Strides strides, Picks picks) {
  const Order order = row_by_row(result());
  give(order, model_.patterns.pick(result_name(), x.held.pattern, by.held.pattern,
                                   static_cast<std::uint32_t>(order.columns), std::move(strides),
                                   std::move(picks)));
}

}  // namespace weft::lower::rdu
