// SPDX-License-Identifier: Apache-2.0
// The table of support: what each target is known to do with each operator of ONNX, as data with
// sources (advice/*.toml, docs/advise.md).
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "advice/evidence.hpp"

namespace weft::advice {

struct Source {
  std::string title;
  std::string version;
  std::string date;  ///< of the version, or the day it was read
  std::string trust;
};

/// A change of the model that findings may name.
struct Rewrite {
  std::string title;
  std::string values;   ///< "exact", "rounding", "other"
  bool settles = true;  ///< the target takes the whole model then
  SourceKeys sources;
};

/// What a use of an operator must be like for its row to hold; else `otherwise` does. What is asked
/// of something that the node has not is met.
struct Need {
  enum class Shape : std::uint8_t { matrix, square };
  std::optional<Task> task;  ///< asked for this task only

  // What is asked; one of these.
  std::string attribute;  ///< each of its values is among `allowed`; none are: it is not there
  std::vector<std::variant<std::int64_t, std::string>> allowed;
  std::optional<std::size_t> input, output;  ///< of the node, and of this operand one of:
  bool is_constant = false;
  bool is_absent = false;
  std::vector<std::string> types;  ///< "f16"; floats count as what the target computes in
  std::int64_t least_rank = 0;
  std::optional<Shape> shape, not_shape;
  bool once_in_module = false;  ///< no other node of its operator is of its module
  std::string module_without;   ///< an operator that no node of its module has

  Support otherwise = Support::none;
  std::string reason;
  std::string rewrite;  ///< "" where none is known
};

/// One operator on one target.
struct Row {
  std::string operation;             ///< the row's name: an operator's, or that of several
  std::vector<std::string> domains;  ///< in which it is the operator
  Support support = Support::unknown;
  Evidence evidence = Evidence::none;
  SourceKeys sources;
  std::string date;                  ///< the newest of its sources'
  std::vector<std::int64_t> opsets;  ///< in which the target has it; none: not said
  std::string reason;
  std::string rewrite;
  std::vector<Need> needs;
};

class SupportTable {
 public:
  /// nullptr: no row is about it.
  const Row* find(std::string_view domain, std::string_view operation) const;
  const std::vector<Row>& rows() const { return rows_; }
  /// `names`: the operators that the row is about. False where one of them has a row.
  bool add(Row row, const std::vector<std::string>& names);

 private:
  std::vector<Row> rows_;
  std::map<std::string, std::size_t, std::less<>> by_name_;  ///< "domain operation"
};

}  // namespace weft::advice
