// SPDX-License-Identifier: Apache-2.0
// Formulas are read by descent: sums, products, numbers and brackets.
#include "advice/parameter_count.hpp"

#include <algorithm>
#include <limits>

#include "advice/read_rows.hpp"

namespace weft::advice {
namespace {

using Value = std::optional<std::int64_t>;

/// What is left of a formula; of values none is negative.
class Formula {
 public:
  explicit Formula(std::string_view text) : text_(text) {}

  Value sum() {
    Value all = product();
    while (all && takes('+')) {
      const Value more = product();
      if (!more || *all > most - *more) return {};
      *all += *more;
    }
    return all;
  }
  bool is_at_end() {
    skip();
    return text_.empty();
  }

 private:
  static constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
  static constexpr int deepest = 16;

  Value product() {
    Value all = factor();
    while (all && takes('x')) {
      const Value by = factor();
      if (!by || (*by != 0 && *all > most / *by)) return {};
      *all *= *by;
    }
    return all;
  }
  Value factor() {
    if (!takes('(')) return number();
    if (++depth_ > deepest) return {};
    const Value inside = sum();
    --depth_;
    return takes(')') ? inside : Value{};
  }
  Value number() {
    constexpr std::int64_t ten = 10;
    skip();
    Value all;
    while (!text_.empty() && text_.front() >= '0' && text_.front() <= '9') {
      const std::int64_t digit = text_.front() - '0';
      if (all.value_or(0) > (most - digit) / ten) return {};
      all = all.value_or(0) * ten + digit;
      text_.remove_prefix(1);
    }
    return all;
  }
  bool takes(char one) {
    skip();
    if (text_.empty() || text_.front() != one) return false;
    text_.remove_prefix(1);
    return true;
  }
  void skip() {
    while (!text_.empty() && text_.front() == ' ') text_.remove_prefix(1);
  }

  std::string_view text_;
  int depth_ = 0;
};

}  // namespace

std::optional<std::int64_t> value_of_formula(std::string_view formula) {
  Formula reader(formula);
  const Value value = reader.sum();
  return reader.is_at_end() ? value : Value{};
}

ParameterCount parameter_count_at(topology::Table& model, const Tables& tables) {
  topology::Table table = model.table("parameters");
  ParameterCount out;
  out.value = table.integer("value", {1});
  out.sources = sources_at(table, tables);
  const auto derived = std::count_if(
      out.sources.begin(), out.sources.end(),
      [&](const std::string& key) { return tables.sources.at(key).trust == derived_trust; });
  if (derived == static_cast<std::ptrdiff_t>(out.sources.size())) {
    table.fail("sources", "must name who gives the number, or the extents that it is counted from");
  }
  if (table.has("counted") != (derived > 0)) {
    table.fail("counted", derived > 0 ? "must say how the number follows from its sources"
                                      : "is for a number that is our arithmetic by its sources");
  }
  if (!table.has("counted")) return out;
  out.counted = table.text("counted");
  const Value value = value_of_formula(out.counted);
  if (!value) table.fail("counted", "must be sums of products of whole numbers: 2 x (3 + 4 x 5)");
  if (*value != out.value) {
    table.fail("counted",
               "gives " + std::to_string(*value) + ", and 'value' is " + std::to_string(out.value));
  }
  return out;
}

}  // namespace weft::advice
