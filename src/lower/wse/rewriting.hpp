// SPDX-License-Identifier: Apache-2.0
// A graph written anew, node by node: one that no strip is for becomes several that there are
// strips for.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "graph/graph.hpp"
#include "lower/wse/machine.hpp"

namespace weft::lower::wse {

class Rewriting {
 public:
  explicit Rewriting(const graph::Graph& from);
  graph::Graph written();

 private:
  using ValueId = graph::ValueId;
  /// A node that is to be added: ids are those of the new graph.
  struct Call {
    std::vector<ValueId> in;
    const std::vector<graph::Origin>& origins;
    std::vector<std::string> names;  ///< of its results
    std::vector<bool> wanted{};      ///< whether something takes each; empty: all

    bool wants(std::size_t i) const { return wanted.empty() || (i < wanted.size() && wanted[i]); }
    bool has(std::size_t i) const { return i < in.size() && in[i] != graph::no_value; }
  };
  using Made = std::optional<std::vector<ValueId>>;

  // Copies: the graph's values move when one is added.
  graph::TensorType type(ValueId id) const { return out_[id].type; }
  graph::Shape shape(ValueId id) const { return out_[id].type.shape; }
  bool constant(ValueId id) const { return out_[id].constant.has_value(); }
  std::vector<std::optional<graph::TensorType>> types(const Call& call) const;

  /// Adds it, or what it becomes. Returns its results.
  std::vector<ValueId> add(const graph::Operator& what, const Call& call);
  /// A node before the last of what `call` becomes; its value is named after the call's.
  ValueId before(const graph::Operator& what, const std::vector<ValueId>& in, const Call& call,
                 const std::string& name);
  /// The last node of what `call` becomes.
  Made last(const graph::Operator& what, const std::vector<ValueId>& in, const Call& call);
  ValueId number(const Call& call, const std::string& name, const graph::Numbers& numbers);

  // What a node becomes; nullopt where it stays as it is. rewrite_products.cpp:
  Made become(const graph::Convolution& what, const Call& call);
  Made become(const graph::MatMul& what, const Call& call);
  Made with_rows(const graph::MatMul& what, const Call& call);
  Made by_constant_from_left(const graph::MatMul& what, const Call& call);
  Made behind(ValueId product, ValueId addend, const graph::Then& then, const Call& call);
  // rewrite_rows.cpp:
  Made become(const graph::BatchNormalise& what, const Call& call);
  Made become(const graph::Softmax& what, const Call& call);
  Made become(const graph::Reduce& what, const Call& call);
  Made become(const graph::Binary& what, const Call& call);
  Made become(const graph::Select& what, const Call& call);
  /// A value as it is broadcast, if no segment does it: one whose last axes are not the result's.
  ValueId spread(ValueId id, const graph::Shape& to, const Call& call, const std::string& name);
  // rewrite_moves.cpp:
  Made become(const graph::Transpose& what, const Call& call);
  Made become(const graph::Expand& what, const Call& call);
  Made become(const graph::Slice& what, const Call& call);
  Made become(const graph::Pad& what, const Call& call);
  Made become(const graph::Concat& what, const Call& call);
  // rewrite_recurrent.cpp:
  Made become(const graph::Recurrent& what, const Call& call);
  bool says_nothing(const Call& call, std::size_t i, std::int64_t usual) const;
  ValueId of_direction(const Call& call, std::size_t i, std::int64_t d);
  ValueId joined(const std::vector<ValueId>& values, std::int64_t axis, const Call& call,
                 std::size_t i);
  template <class What>
  Made become(const What&, const Call&) {
    return std::nullopt;
  }

  const graph::Graph& from_;
  graph::Graph out_;
  std::vector<ValueId> ids_;
  std::vector<bool> taken_;  ///< of each value of `from`, whether something takes it
};

}  // namespace weft::lower::wse
