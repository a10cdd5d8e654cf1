// SPDX-License-Identifier: Apache-2.0
// Before the run: can every check be made of the results that will come?
#include "base/counted.hpp"
#include "base/error.hpp"
#include "cli/job/job_element.hpp"
#include "cli/job/job_outcome.hpp"

namespace weft::cli {

using trace::Tensor;

namespace {

void need_same_size(const JobCheck& check, const Tensor& result, const Tensor& expected,
                    const std::string& what) {
  const bool fits =
      same_bits(result.type, expected.type) && result.elements() == expected.elements();
  const bool alike = read_alike(result.shape, expected.shape);
  const std::string other =
      fits && !expected.bytes.empty() ? other_values(expected, result.type) : "";
  if (fits && alike && other.empty()) return;
  check.where.fail("result", "'" + check.result + "' is " + trace::describe(result) + "; " + what +
                                 " is " + trace::describe(expected) +
                                 (other.empty() ? "" : ": " + other));
}

void need_labels(const JobCheck& check, const Tensor& scores) {
  const Tensor labels = items_of(check, read_source(check.expected));
  const std::uint64_t items = labels.elements();
  if (items == 0 || scores.elements() % items != 0) {
    check.where.fail("labels", "are " + trace::describe(labels) + "; '" + check.result + "' is " +
                                   trace::describe(scores));
  }
  const std::uint64_t each = scores.elements() / items;
  if (check.classes > each)
    check.where.fail("classes", "is more than the " + counted(each, "score") + " of an item");
}

/// What a check of kind `computes` has the host compute.
Tensor expected_of(const JobCheck& check, const HostArrays& arrays, const HostValues& host_values) {
  if (!check.expression.empty()) return computed(check, arrays);
  if (host_values) return host_values(arrays, check.result);
  check.where.fail("expression", "is missing: the program does not say what its results are");
}

void require(const JobCheck& check, const std::map<std::string, Tensor>& shapes,
             const HostArrays& arrays, const HostValues& host_values) {
  using Kind = JobCheck::Kind;
  switch (check.kind) {
    case Kind::equals:
      return need_same_size(check, shapes.at(check.result), read_source(check.expected),
                            describe(check.expected));
    case Kind::within:
      need_same_size(check, shapes.at(check.result), read_source(check.expected),
                     describe(check.expected));
      return need_same_size(check, shapes.at(check.result), read_source(check.high),
                            describe(check.high));
    case Kind::same_as:
      return need_same_size(check, shapes.at(check.result), shapes.at(check.other), check.other);
    case Kind::accuracy:
      return need_labels(check, shapes.at(check.result));
    case Kind::perceptron:
      return require_perceptron(check, shapes.at(check.result));
    case Kind::computes:
      return need_same_size(check, shapes.at(check.result), expected_of(check, arrays, host_values),
                            "what the host computes");
    case Kind::sum_over_tiles:
    case Kind::faster:
    case Kind::in_flight:
    case Kind::exit_code:
      return;
  }
}

}  // namespace

Tensor items_of(const topology::Table& where, std::uint64_t first, std::uint64_t count,
                const Tensor& tensor) {
  if (count == 0) return tensor;
  const std::uint64_t all = tensor.shape.empty() ? 0 : tensor.shape[0];
  const std::uint64_t end = first + count;
  if (end > all) {
    where.fail("items",
               "reach to item " + std::to_string(end) + "; the data have " + std::to_string(all));
  }
  Tensor out{tensor.type, tensor.shape, {}};
  out.shape[0] = count;
  const std::uint64_t each = tensor.bytes.size() / all;
  const auto begin = tensor.bytes.begin() + static_cast<std::ptrdiff_t>(first * each);
  out.bytes.assign(begin, begin + static_cast<std::ptrdiff_t>(count * each));
  return out;
}

Tensor items_of(const JobCheck& check, const Tensor& tensor) {
  return items_of(check.where, check.first_item, check.most_items, tensor);
}

void require_check_data(const Job& job, const std::map<std::string, Tensor>& shapes,
                        const HostArrays& arrays, const HostValues& host_values) {
  for (const JobCheck& check : job.checks) require(check, shapes, arrays, host_values);
}

}  // namespace weft::cli
