// SPDX-License-Identifier: Apache-2.0
// attention.csl and items.csl: their sizes, and line by line on the host.
#include "lower/wse/items.hpp"

#include <algorithm>
#include <limits>

#include "graph/arithmetic.hpp"
#include "graph/shapes.hpp"
#include "lower/wse/single.hpp"
#include "numerics/float16.hpp"

namespace weft::lower::wse {

using graph::as_index;
using graph::Shape;
using ItemTypes = std::vector<std::optional<graph::TensorType>>;

namespace {

constexpr std::int64_t attention_kind = 40;
constexpr std::int64_t product_kind = 41;
constexpr std::int64_t step_cycles = 20;    // of a vector operation and its loop
constexpr std::int64_t weight_cycles = 60;  // of an element of a softmax

Shape leading_of(const Shape& shape) { return {shape.begin(), shape.end() - 2}; }
std::int64_t rows_of(const Shape& shape) { return shape[shape.size() - 2]; }

/// All have the same leading axes.
bool alike(const std::vector<const Shape*>& shapes, std::string& why) {
  for (const Shape* one : shapes) {
    if (one->size() >= 2 && leading_of(*one) == leading_of(*shapes[0])) continue;
    why = "operands must have the same leading axes";
    return false;
  }
  return true;
}

std::optional<Segment> of_attention(const graph::Attention& what, const ItemTypes& in,
                                    std::string& why) {
  const Shape& q = in[0]->shape;
  const Shape& k = in[1]->shape;
  const Shape& v = in[2]->shape;
  if (!alike({&q, &k, &v}, why)) return std::nullopt;
  Segment s;
  s.kind = attention_kind;
  s.queries = s.shared = rows_of(q);
  s.rows = graph::count_of(leading_of(q)) * s.queries;
  s.keys = rows_of(k);
  s.inner = q.back();
  s.widths = {s.inner, s.keys * s.inner, s.keys * v.back()};
  s.repeats = {0, 0, 0};
  s.width_out = v.back();
  s.number = what.scale;
  s.number_b = (what.zero_nan ? 1 : 0) + (what.causal ? 2 : 0);
  s.scratch_bytes = 4 * (s.keys + 2 * v.back());
  s.row_cycles =
      s.inner * (step_cycles + s.keys) + s.keys * weight_cycles + s.keys * (step_cycles + v.back());
  if (in.size() < 4 || !in[3]) return s;
  Shape mask = in[3]->shape;
  while (mask.size() < q.size()) mask.insert(mask.begin(), 1);
  const std::int64_t items = graph::count_of(leading_of(mask));
  const bool fits = (rows_of(mask) == 1 || rows_of(mask) == s.queries) && mask.back() == s.keys &&
                    (items == 1 || leading_of(mask) == leading_of(q));
  if (!fits || !is_floating(in[3]->element)) {
    why = "a mask must be numbers, for all keys, of one item or of all";
    return std::nullopt;
  }
  s.widths.push_back(s.keys);
  s.repeats.push_back(items == 1 ? rows_of(mask) : 0);
  s.shared_d = items != 1 && rows_of(mask) == 1 ? s.queries : 1;
  return s;
}

std::optional<Segment> of_product(const graph::MatMul& what, const ItemTypes& in,
                                  const graph::TensorType& result, std::string& why) {
  const Shape& a = in[0]->shape;
  const Shape& b = in[1]->shape;
  if (!alike({&a, &b}, why)) return std::nullopt;
  const bool biased = in.size() > 2 && in[2];
  if (what.transpose_a || biased || what.then.kind != graph::Then::Kind::nothing) {
    why = "a product of two values has its first as it is, and nothing behind it";
    return std::nullopt;
  }
  Segment s;
  s.kind = product_kind;
  s.queries = s.shared = rows_of(a);
  s.rows = graph::count_of(leading_of(a)) * s.queries;
  s.inner = a.back();
  s.keys = result.shape.back();
  s.widths = {s.inner, s.inner * s.keys};
  s.repeats = {0, 0};
  s.width_out = s.keys;
  s.number = what.transpose_b ? 1 : 0;
  s.scratch_bytes = 4 * s.keys;
  s.row_cycles = s.inner * (step_cycles + s.keys);
  return s;
}

/// Operations with operands in the machine's format.
struct Operations {
  Single f;
  bool half;

  static numerics::Half half_of(float x) { return numerics::half_from_float(x); }
  /// sum + a b
  float add_product(float sum, float a, float b) const {
    if (half) return numerics::mixed_multiply_add(half_of(a), half_of(b), sum, f.rules);
    return numerics::multiply_add(a, b, sum, f.rules);
  }
  float add(float value, float sum) const {
    return half ? numerics::mixed_add(half_of(value), sum, f.rules) : f.add(sum, value);
  }
};

/// One item of an operand.
struct Item {
  const double* data;
  float operator[](std::int64_t i) const { return static_cast<float>(data[i]); }
};

void attend(const Operations& on, const Segment& s, const graph::Operands& in, std::int64_t item,
            std::vector<float>& out) {
  const Item q{in[0]->floats.data() + item * s.queries * s.widths[0]};
  const Item k{in[1]->floats.data() + item * s.widths[1]};
  const Item v{in[2]->floats.data() + item * s.widths[2]};
  const bool masked = s.widths.size() > 3;
  const std::int64_t wide = s.widths[2] / s.keys;
  std::vector<float> row(as_index(s.keys));
  for (std::int64_t i = 0; i < s.queries; ++i) {
    for (std::int64_t key = 0; key < s.keys; ++key) {
      float sum = 0.0F;
      for (std::int64_t j = 0; j < s.inner; ++j) {
        sum = on.add_product(sum, k[key * s.inner + j], q[i * s.inner + j]);
      }
      sum = on.f.mul(sum, static_cast<float>(s.number));
      if (masked) {
        const std::int64_t here = item * s.queries + i;
        const std::int64_t line = s.repeats[3] > 0 ? here % s.repeats[3] : here / s.shared_d;
        const Item mask{in[3]->floats.data() + line * s.keys};
        sum = on.add(mask[key], sum);
      }
      row[as_index(key)] = sum;
    }
    const bool causal = s.number_b >= 2;
    for (std::int64_t later = 0; causal && later < s.queries - 1 - i; ++later) {
      row[as_index(s.keys - 1 - later)] = -std::numeric_limits<float>::infinity();
    }
    softmax(on.f, false, row);
    const bool zeroes = s.number_b == 1 || s.number_b == 3;
    for (float& weight : row) weight = zeroes && weight != weight ? 0.0F : weight;
    for (std::int64_t o = 0; o < wide; ++o) {
      float sum = 0.0F;
      for (std::int64_t key = 0; key < s.keys; ++key) {
        sum = numerics::multiply_add(v[key * wide + o], row[as_index(key)], sum, on.f.rules);
      }
      out.push_back(sum);
    }
  }
}

void multiply(const Operations& on, const Segment& s, const graph::Operands& in, std::int64_t item,
              std::vector<float>& out) {
  const Item a{in[0]->floats.data() + item * s.queries * s.widths[0]};
  const Item b{in[1]->floats.data() + item * s.widths[1]};
  for (std::int64_t i = 0; i < s.queries; ++i) {
    for (std::int64_t key = 0; key < s.keys; ++key) {
      float sum = 0.0F;
      for (std::int64_t j = 0; j < s.inner; ++j) {
        const std::int64_t at = s.number == 1.0 ? key * s.inner + j : j * s.keys + key;
        sum = on.add_product(sum, b[at], a[i * s.inner + j]);
      }
      out.push_back(sum);
    }
  }
}

}  // namespace

bool matrices_meet(const graph::Operator& what, const ItemTypes& in) {
  return std::holds_alternative<graph::MatMul>(what) && in[1]->shape.size() > 2;
}

std::optional<Segment> items_of(const graph::Operator& what, const ItemTypes& in,
                                const graph::TensorType& result, std::string& why) {
  if (const auto* attention = std::get_if<graph::Attention>(&what)) {
    return of_attention(*attention, in, why);
  }
  return of_product(std::get<graph::MatMul>(what), in, result, why);
}

graph::Numbers item_result(const Machine& machine, const graph::Operator& what,
                           const graph::Operands& in, graph::TensorType type) {
  ItemTypes types;
  for (const graph::Numbers* one : in) {
    types.push_back(one == nullptr ? std::nullopt : std::optional(one->type));
  }
  std::string why;
  const auto segment = items_of(what, types, type, why);
  if (!segment) return graph::rounded_results(what, in)[0];
  const Operations on{{machine.rules}, machine.half};
  std::vector<float> out;
  for (std::int64_t item = 0; item < segment->rows / segment->shared; ++item) {
    if (std::holds_alternative<graph::Attention>(what)) {
      attend(on, *segment, in, item, out);
    } else {
      multiply(on, *segment, in, item, out);
    }
  }
  return rounded(out, machine, std::move(type));
}

}  // namespace weft::lower::wse
