// SPDX-License-Identifier: Apache-2.0
// Checks of a job: expectations against results.
#include <algorithm>
#include <cmath>
#include <cstring>

#include "base/counted.hpp"
#include "base/error.hpp"
#include "base/number_text.hpp"
#include "cli/job/host_expression.hpp"
#include "cli/job/job_element.hpp"
#include "cli/job/job_outcome.hpp"

namespace weft::cli {

using trace::Tensor;

namespace {

double number(const Tensor& tensor, std::uint64_t index) {
  return load_number(tensor.type, tensor.bytes.data() + index * trace::size_bytes(tensor.type));
}

std::string decimal(double value) { return general(value, 6); }

/// Largest difference, bit for bit when no tolerance is given.
CheckResult compare(const JobCheck& check, const Tensor& result, const Tensor& expected) {
  CheckResult out;
  std::uint64_t wrong = 0;
  std::uint64_t first = 0;
  const std::size_t size = trace::size_bytes(result.type);
  for (std::uint64_t i = 0; i < result.elements(); ++i) {
    const double difference = std::fabs(number(result, i) - number(expected, i));
    const bool bits =
        std::memcmp(result.bytes.data() + i * size, expected.bytes.data() + i * size, size) == 0;
    const bool good = bits || (check.tolerance > 0.0 && difference <= check.tolerance);
    if (!good && wrong++ == 0) first = i;
    if (!bits && !(difference <= out.value)) out.value = difference;  // NaN stays
  }
  out.passed = wrong == 0;
  out.expected = check.tolerance;
  out.text = counted(result.elements(), "element") + ", largest difference " + decimal(out.value);
  if (!out.passed) {
    out.text += "; " + std::to_string(wrong) + " wrong, the first at " + std::to_string(first) +
                ": " + decimal(number(result, first)) + " instead of " +
                decimal(number(expected, first));
  }
  return out;
}

/// How far along its way from the middle to an end a number is: 1 at the end.
double share_of_bound(double value, double low, double high) {
  if (!std::isfinite(low) || !std::isfinite(high) || low == high) return 0.0;
  return std::fabs(value - (low / 2 + high / 2)) / (high / 2 - low / 2);
}

/// Every element between two numbers, both among them.
CheckResult within(const JobCheck& check, const Tensor& result) {
  const Tensor low = read_source(check.expected);
  const Tensor high = read_source(check.high);
  CheckResult out;
  std::uint64_t wrong = 0;
  std::uint64_t first = 0;
  for (std::uint64_t i = 0; i < result.elements(); ++i) {
    const double value = number(result, i);
    const bool good = number(low, i) <= value && value <= number(high, i);
    if (!good && wrong++ == 0) first = i;
    if (good)
      out.value = std::max(out.value, share_of_bound(value, number(low, i), number(high, i)));
  }
  out.passed = wrong == 0;
  out.expected = 1.0;
  out.text = counted(result.elements(), "element") + ", at most " + decimal(100.0 * out.value) +
             " % of the bound";
  if (!out.passed) {
    out.text += "; " + std::to_string(wrong) + " outside, the first at " + std::to_string(first) +
                ": " + general(number(result, first), 9) + " is not from " +
                general(number(low, first), 9) + " to " + general(number(high, first), 9);
  }
  return out;
}

CheckResult accuracy(const JobCheck& check, const Tensor& scores) {
  const Tensor labels = items_of(check, read_source(check.expected));
  const std::uint64_t items = labels.elements();
  const std::uint64_t each = scores.elements() / items;
  const std::uint64_t classes = check.classes == 0 ? each : check.classes;
  std::uint64_t right = 0;
  for (std::uint64_t item = 0; item < items; ++item) {
    std::uint64_t best = 0;
    for (std::uint64_t c = 1; c < classes; ++c) {
      if (number(scores, item * each + c) > number(scores, item * each + best)) best = c;
    }
    right += number(labels, item) == static_cast<double>(best) ? 1U : 0U;
  }
  CheckResult out;
  out.value = static_cast<double>(right) / static_cast<double>(items);
  out.expected = check.at_least;
  out.passed = out.value >= check.at_least;
  out.text = std::to_string(right) + " of " + std::to_string(items) + " right, " +
             decimal(100.0 * out.value) + " % (at least " + decimal(100.0 * check.at_least) + " %)";
  return out;
}

/// Every tile of the result must hold the sum of the command's data over all tiles.
CheckResult sum_over_tiles(const JobCheck& check, const Tensor& result, const TileData& input) {
  const std::uint64_t tiles = input.bytes.size() / trace::size_bytes(input.type) / input.elements;
  std::vector<double> sums(input.elements, 0.0);
  const std::size_t size = trace::size_bytes(input.type);
  for (std::uint64_t i = 0; i < tiles * input.elements; ++i) {
    sums[i % input.elements] += load_number(input.type, input.bytes.data() + i * size);
  }
  if (result.elements() % input.elements != 0) {
    check.where.fail("result", "'" + check.result + "' is " + trace::describe(result) +
                                   "; the sum has " + counted(input.elements, "element") +
                                   " a tile");
  }
  CheckResult out;
  std::uint64_t wrong = 0;
  for (std::uint64_t i = 0; i < result.elements(); ++i) {
    const double difference = std::fabs(number(result, i) - sums[i % input.elements]);
    if (!(difference <= out.value)) out.value = difference;
    wrong += difference == 0.0 ? 0U : 1U;
  }
  out.passed = wrong == 0;
  out.text = "sum of " + counted(tiles, "tile") + " on " +
             counted(result.elements() / input.elements, "tile") + ", largest difference " +
             decimal(out.value);
  return out;
}

CheckResult faster(const JobCheck& check, const JobOutcome& outcome) {
  const auto cycles_an_item = [&outcome](const std::string& command) {
    const CommandTime& time = outcome.times.at(command);
    return static_cast<double>(time.end - time.begin) / static_cast<double>(time.items);
  };
  const double fast = cycles_an_item(check.other);
  const double slow = cycles_an_item(check.result);
  CheckResult out;
  out.value = fast > 0.0 ? slow / fast : 0.0;
  out.expected = check.at_least;
  out.passed = out.value >= check.at_least;
  out.text = decimal(fast) + " cycles an item against " + decimal(slow) + ", " +
             decimal(out.value) + " times as fast (at least " + decimal(check.at_least) + ")";
  return out;
}

/// Item k is inside from entered[k] to left[k]. Zeros at the end are stamps that were never taken.
CheckResult in_flight(const JobCheck& check, const Tensor& entered, const Tensor& left) {
  const std::uint64_t room = std::min(entered.elements(), left.elements());
  std::uint64_t count = 0;
  while (count < room && number(entered, count) != 0.0 && number(left, count) != 0.0) ++count;
  std::uint64_t most = 0;
  std::uint64_t gone = 0;
  for (std::uint64_t k = 0; k < count; ++k) {
    while (gone < k && number(left, gone) <= number(entered, k)) ++gone;
    most = std::max(most, k - gone + 1);
  }
  CheckResult out;
  out.value = static_cast<double>(most);
  out.expected = check.at_least;
  out.passed = out.value >= check.at_least;
  out.text = std::to_string(most) + " at once among " + std::to_string(count) + " (at least " +
             decimal(check.at_least) + ")";
  return out;
}

CheckResult exit_code(const JobCheck& check, const JobOutcome& outcome) {
  CheckResult out;
  out.value = outcome.exit_code;
  out.expected = check.exit_code;
  out.passed = outcome.exit_code == check.exit_code;
  out.text = "the program returned " + std::to_string(outcome.exit_code) + " (expected " +
             std::to_string(check.exit_code) + ")";
  return out;
}

CheckResult evaluate(const JobCheck& check, const JobOutcome& outcome) {
  using Kind = JobCheck::Kind;
  switch (check.kind) {
    case Kind::equals:
      return compare(check, *outcome.results.at(check.result), read_source(check.expected));
    case Kind::within:
      return within(check, *outcome.results.at(check.result));
    case Kind::same_as:
      return compare(check, *outcome.results.at(check.result), *outcome.results.at(check.other));
    case Kind::accuracy:
      return accuracy(check, *outcome.results.at(check.result));
    case Kind::sum_over_tiles:
      return sum_over_tiles(check, *outcome.results.at(check.result),
                            outcome.inputs.at(check.other));
    case Kind::perceptron:
      return check_perceptron(check, outcome);
    case Kind::faster:
      return faster(check, outcome);
    case Kind::in_flight:
      return in_flight(check, *outcome.results.at(check.result), *outcome.results.at(check.other));
    case Kind::exit_code:
      return exit_code(check, outcome);
    case Kind::computes:
      return compare(check, *outcome.results.at(check.result),
                     check.expression.empty() ? outcome.host_values(outcome.arrays, check.result)
                                              : computed(check, outcome.arrays));
  }
  return {};
}

}  // namespace

std::vector<CheckResult> evaluate_checks(const Job& job, const JobOutcome& outcome) {
  std::vector<CheckResult> out;
  for (const JobCheck& check : job.checks) {
    out.push_back(evaluate(check, outcome));
    out.back().name = check.name;
  }
  return out;
}

}  // namespace weft::cli
