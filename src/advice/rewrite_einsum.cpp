// SPDX-License-Identifier: Apache-2.0
// Einsum as sums, transposes and products of matrices: of the first two operands, of what that
// gives and the third, and so on.
#include <algorithm>
#include <map>

#include "advice/rewrite_passes.hpp"

namespace weft::advice {
namespace {

using graph::SourceValueId;
using graph::TensorType;

/// Axes by their letters: of each operand, and of the result.
struct Equation {
  std::vector<std::string> operands;
  std::string result;
};

bool has(const std::string& letters, char one) { return letters.find(one) != std::string::npos; }

/// Each letter once.
bool are_axes(const std::string& letters) {
  for (std::size_t i = 0; i < letters.size(); ++i) {
    const bool is_letter =
        (letters[i] >= 'a' && letters[i] <= 'z') || (letters[i] >= 'A' && letters[i] <= 'Z');
    if (!is_letter || letters.find(letters[i], i + 1) != std::string::npos) return false;
  }
  return true;
}

/// Without an arrow the result has the letters that stand once, in their order.
std::string implied_result(const std::string& letters) {
  std::string out;
  for (const char one : letters) {
    if (std::count(letters.begin(), letters.end(), one) == 1) out += one;
  }
  std::sort(out.begin(), out.end());
  return out;
}

/// Nothing where it has dots, or an operand has a letter twice.
std::optional<Equation> equation_of(std::string text) {
  std::erase(text, ' ');
  const std::size_t arrow = text.find("->");
  const std::string left = text.substr(0, arrow);
  Equation out;
  std::string letters;
  for (std::size_t at = 0; at <= left.size();) {
    const std::size_t end = std::min(left.find(',', at), left.size());
    out.operands.push_back(left.substr(at, end - at));
    letters += out.operands.back();
    at = end + 1;
  }
  out.result = arrow == std::string::npos ? implied_result(letters) : text.substr(arrow + 2);
  if (!are_axes(out.result)) return std::nullopt;
  for (const std::string& one : out.operands) {
    if (!are_axes(one)) return std::nullopt;
  }
  for (const char one : out.result) {
    if (!has(letters, one)) return std::nullopt;
  }
  return out;
}

using Extents = std::map<char, std::int64_t>;

/// Nothing where operands differ in an axis, or one has no elements.
std::optional<Extents> extents_of(const Spelling& to, const Equation& equation) {
  Extents out;
  for (std::size_t i = 0; i < equation.operands.size(); ++i) {
    const auto type = to.type(i);
    const std::string& letters = equation.operands[i];
    if (!type || type->shape.size() != letters.size()) return std::nullopt;
    for (std::size_t axis = 0; axis < letters.size(); ++axis) {
      const std::int64_t extent = type->shape[axis];
      if (extent == 0 || out.emplace(letters[axis], extent).first->second != extent) {
        return std::nullopt;
      }
    }
  }
  return out;
}

std::int64_t product_of(const Extents& extents, const std::string& letters) {
  std::int64_t product = 1;
  for (const char one : letters) product *= extents.at(one);
  return product;
}

graph::Shape shape_of(const Extents& extents, const std::string& letters) {
  graph::Shape shape;
  for (const char one : letters) shape.push_back(extents.at(one));
  return shape;
}

Whole order_of(const std::string& from, const std::string& to) {
  Whole order;
  for (const char one : to) order.push_back(static_cast<std::int64_t>(from.find(one)));
  return order;
}

/// A tensor whose axes have letters.
struct Lettered {
  SourceValueId value{};
  std::string letters;
};

std::string kept(const std::string& letters, const std::string& wanted, bool is_wanted) {
  std::string out;
  for (const char one : letters) {
    if (has(wanted, one) == is_wanted) out += one;
  }
  return out;
}

/// Letters, each once, that the result has or an operand behind operand `i`.
std::string wanted_behind(const Equation& equation, std::size_t i) {
  std::string out = equation.result;
  for (std::size_t k = i + 1; k < equation.operands.size(); ++k) {
    out += kept(equation.operands[k], out, false);
  }
  return out;
}

/// Einsum, being taken apart.
class Einsum {
 public:
  Einsum(Spelling& to, Extents extents, graph::Element element)
      : to_(to), extents_(std::move(extents)), element_(element) {}

  /// Sums over what nobody else has.
  Lettered summed(Lettered x, const std::string& wanted) {
    const std::string over = kept(x.letters, wanted, false);
    if (over.empty()) return x;
    const std::string left = kept(x.letters, wanted, true);
    x.value = to_.reduce("ReduceSum", x.value, type(x.letters), order_of(x.letters, over));
    return {to_.reshape(x.value, type(left)), left};
  }

  /// As matrices: the batch's axes, then one of rows and one of columns.
  SourceValueId matrices(const Lettered& x, const std::string& batch, const std::string& rows,
                         const std::string& columns) {
    const std::string order = batch + rows + columns;
    const SourceValueId turned =
        order == x.letters ? x.value
                           : to_.transpose(x.value, type(x.letters), order_of(x.letters, order));
    return to_.reshape(turned, matrix_type(batch, rows, columns));
  }

  Lettered product(const Lettered& a, const Lettered& b, const std::string& result) {
    const std::string shared = kept(a.letters, b.letters, true);
    const std::string batch = kept(result, shared, true);
    const std::string over = kept(shared, result, false);
    const std::string rows = kept(kept(result, a.letters, true), batch, false);
    const std::string columns = kept(kept(result, b.letters, true), batch, false);
    const SourceValueId left = matrices(a, batch, rows, over);
    const SourceValueId right = matrices(b, batch, over, columns);
    const SourceValueId out = to_.make("MatMul", {left, right}, matrix_type(batch, rows, columns));
    return {out, batch + rows + columns};
  }

  /// A product with its axes apart, to be an operand of the next.
  Lettered apart(const Lettered& x) { return {to_.reshape(x.value, type(x.letters)), x.letters}; }

  /// Gives the node's result.
  void finish(const Lettered& x, const std::string& result) {
    const Ids& outputs = to_.node().outputs;
    if (x.letters == result) {
      to_.finish("Reshape", {x.value, to_.wholes(shape_of(extents_, result))}, outputs);
      return;
    }
    const SourceValueId apart = to_.reshape(x.value, type(x.letters));
    to_.finish("Transpose", {apart}, outputs, {{"perm", order_of(x.letters, result)}});
  }

 private:
  TensorType type(const std::string& letters) const {
    return {element_, shape_of(extents_, letters)};
  }
  TensorType matrix_type(const std::string& batch, const std::string& rows,
                         const std::string& columns) const {
    TensorType out = type(batch);
    out.shape.push_back(product_of(extents_, rows));
    out.shape.push_back(product_of(extents_, columns));
    return out;
  }

  Spelling& to_;
  Extents extents_;
  graph::Element element_;
};

}  // namespace

bool spell_einsum(Spelling& to) {
  const auto equation = equation_of(text_attribute(to.node(), "equation", ""));
  if (!equation || equation->operands.size() != to.node().inputs.size()) return false;
  const auto extents = extents_of(to, *equation);
  if (!extents) return false;
  Einsum einsum(to, *extents, to.type(0)->element);
  const Ids& in = to.node().inputs;
  const std::vector<std::string>& letters = equation->operands;
  if (in.size() == 1) {
    einsum.finish(einsum.summed({in[0], letters[0]}, equation->result), equation->result);
    return true;
  }
  Lettered left{in[0], letters[0]};
  for (std::size_t i = 1; i < in.size(); ++i) {
    const std::string wanted = wanted_behind(*equation, i);
    left = einsum.summed(left, wanted + letters[i]);
    const Lettered right = einsum.summed({in[i], letters[i]}, wanted + left.letters);
    const bool is_last = i + 1 == in.size();
    const std::string result =
        is_last ? equation->result : kept(wanted, left.letters + right.letters, true);
    left = einsum.product(left, right, result);
    if (!is_last) left = einsum.apart(left);
  }
  einsum.finish(left, equation->result);
  return true;
}

}  // namespace weft::advice
