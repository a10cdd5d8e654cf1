// SPDX-License-Identifier: Apache-2.0
// Lists of values taken apart, and their product.
#include "cli/sweep/axes.hpp"

#include <algorithm>

#include "base/error.hpp"

namespace weft::cli::sweep {

namespace {

constexpr std::size_t most_variants = 100'000;

std::string trimmed(const std::string& text) {
  const std::size_t begin = text.find_first_not_of(' ');
  if (begin == std::string::npos) return "";
  return text.substr(begin, text.find_last_not_of(' ') - begin + 1);
}

/// Text between commas that stand in no bracket and no quotes.
std::vector<std::string> parts_of(const std::string& text) {
  std::vector<std::string> out(1);
  int depth = 0;
  char quote = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char letter = text[at];
    if (quote != 0) {
      if (letter == '\\' && quote == '"' && at + 1 < text.size()) {
        out.back() += letter;
        out.back() += text[++at];
        continue;
      }
      if (letter == quote) quote = 0;
    } else if (letter == '"' || letter == '\'') {
      quote = letter;
    } else if (letter == '[' || letter == '{') {
      ++depth;
    } else if (letter == ']' || letter == '}') {
      --depth;
    } else if (letter == ',' && depth == 0) {
      out.emplace_back();
      continue;
    }
    out.back() += letter;
  }
  return out;
}

/// "trace" of "trace.path".
std::string table_of(const std::string& key) { return key.substr(0, key.find('.')); }

}  // namespace

Axis parse_axis(const std::string& text, const std::string& option) {
  const std::size_t equals = text.find('=');
  Axis out;
  out.option = option;
  out.key = trimmed(text.substr(0, equals));
  if (equals == std::string::npos || out.key.empty()) {
    fail(Category::input, option + " " + text + ": must be a key and its values, a.b=1,2,4");
  }
  for (const std::string& part : parts_of(text.substr(equals + 1))) {
    const std::string value = trimmed(part);
    if (value.empty()) fail(Category::input, option + " " + text + ": a value is empty");
    if (std::find(out.values.begin(), out.values.end(), value) != out.values.end()) {
      fail(Category::input, option + " " + text + ": value " + value + " stands there twice");
    }
    out.values.push_back(value);
  }
  return out;
}

std::vector<Values> variants_of(const std::vector<Axis>& axes) {
  std::vector<Values> out(1);
  for (std::size_t number = 0; number < axes.size(); ++number) {
    const Axis& axis = axes[number];
    const auto same = [&axis](const Axis& other) { return other.key == axis.key; };
    const auto here = axes.begin() + static_cast<std::ptrdiff_t>(number);
    if (std::any_of(axes.begin(), here, same)) {
      fail(Category::input, "sweep: key '" + axis.key + "' is given twice");
    }
    const std::string table = table_of(axis.key);
    if (table == "trace" || table == "output") {
      fail(Category::input, "sweep: key '" + axis.key +
                                "': a sweep leaves its table and no traces or outputs; "
                                "`weft run --set` runs one of its variants with them");
    }
    if (out.size() > most_variants / axis.values.size()) {
      fail(Category::input, "sweep: more than " + std::to_string(most_variants) + " variants");
    }
    std::vector<Values> longer;
    for (const Values& before : out) {
      for (const std::string& value : axis.values) {
        longer.push_back(before);
        longer.back().push_back(value);
      }
    }
    out = std::move(longer);
  }
  return out;
}

std::vector<topology::Assignment> assignments_of(const std::vector<Axis>& axes,
                                                 const Values& values) {
  std::vector<topology::Assignment> out;
  for (std::size_t number = 0; number < axes.size(); ++number) {
    const std::string text = axes[number].key + "=" + values[number];
    out.emplace_back(text, axes[number].option + " " + text);
  }
  return out;
}

std::string describe(const std::vector<Axis>& axes, const Values& values) {
  const bool any = std::any_of(axes.begin(), axes.end(),
                               [](const Axis& axis) { return axis.values.size() > 1; });
  std::string out;
  for (std::size_t number = 0; number < axes.size(); ++number) {
    if (any && axes[number].values.size() == 1) continue;
    out += (out.empty() ? "" : " ") + axes[number].key + "=" + values[number];
  }
  return out;
}

}  // namespace weft::cli::sweep
