// SPDX-License-Identifier: Apache-2.0
// Names and shapes of the array operations, and the way to the part that runs them.
#include "numerics/arrays.hpp"

#include "base/error.hpp"
#include "numerics/array_parts.hpp"

namespace weft::numerics {
namespace {

struct Row {
  const char* name;
  ArrayShape shape;
};

constexpr ArrayShape shape(std::uint8_t sources, std::uint8_t to, std::uint8_t a,
                           std::uint8_t b = 0, std::uint8_t c = 0) {
  return {sources, to, {a, b, c}};
}

// In the order of ArrayOperation.
constexpr std::array<Row, static_cast<std::size_t>(ArrayOperation::count_)> rows = {{
    {"add16", shape(2, 2, 2, 2)},     {"sub16", shape(2, 2, 2, 2)},
    {"and16", shape(2, 2, 2, 2)},     {"or16", shape(2, 2, 2, 2)},
    {"xor16", shape(2, 2, 2, 2)},     {"mov16", shape(1, 2, 2)},
    {"mov32", shape(1, 4, 4)},        {"sll16", shape(2, 2, 2, 2)},
    {"slr16", shape(2, 2, 2, 2)},     {"sar16", shape(2, 2, 2, 2)},
    {"clz", shape(1, 2, 2)},          {"ctz", shape(1, 2, 2)},
    {"popcnt", shape(1, 2, 2)},       {"fadds", shape(2, 4, 4, 4)},
    {"fsubs", shape(2, 4, 4, 4)},     {"fmuls", shape(2, 4, 4, 4)},
    {"fmacs", shape(3, 4, 4, 4, 4)},  {"fmovs", shape(1, 4, 4)},
    {"fnegs", shape(1, 4, 4)},        {"fabss", shape(1, 4, 4)},
    {"fmaxs", shape(2, 4, 4, 4)},     {"fscales", shape(2, 4, 4, 2)},
    {"faddh", shape(2, 2, 2, 2)},     {"fsubh", shape(2, 2, 2, 2)},
    {"fmulh", shape(2, 2, 2, 2)},     {"fmach", shape(3, 2, 2, 2, 2)},
    {"fmovh", shape(1, 2, 2)},        {"fnegh", shape(1, 2, 2)},
    {"fabsh", shape(1, 2, 2)},        {"fmaxh", shape(2, 2, 2, 2)},
    {"fscaleh", shape(2, 2, 2, 2)},   {"faddhs", shape(2, 4, 2, 4)},
    {"fmachs", shape(3, 4, 4, 2, 2)}, {"fh2s", shape(1, 4, 2)},
    {"fs2h", shape(1, 2, 4)},         {"fh2xp16", shape(1, 2, 2)},
    {"fs2xp16", shape(1, 2, 4)},      {"xp162fh", shape(1, 2, 2)},
    {"xp162fs", shape(1, 4, 2)},
}};

const Row& row_of(ArrayOperation operation) {
  const auto at = static_cast<std::size_t>(operation);
  if (at >= rows.size()) fail(Category::internal, "array operation out of range");
  return rows[at];
}

}  // namespace

ArrayShape shape_of(ArrayOperation operation) { return row_of(operation).shape; }
const char* name_of(ArrayOperation operation) { return row_of(operation).name; }

void apply(ArrayOperation operation, FloatRules rules, Destination destination,
           const std::array<Source, 3>& sources, std::size_t count) {
  if (count == 0) return;
  const ArrayCall call{operation, rules, destination, sources.data(), count};
  if (apply_f32(call) || apply_f16(call) || apply_integers(call) || apply_conversions(call)) return;
  fail(Category::internal, "array operation out of range");
}

}  // namespace weft::numerics
