// SPDX-License-Identifier: Apache-2.0
// Elements between files, models and machines.
#include "cli/compile/arrays.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

#include "base/counted.hpp"
#include "base/error.hpp"
#include "base/mix.hpp"
#include "cli/compile/npz.hpp"
#include "graph/evaluate.hpp"

namespace weft::cli {

using graph::Element;
using trace::ElementType;

namespace {

struct Pair {
  Element element;
  ElementType type;
};
constexpr Pair pairs[] = {{Element::f64, ElementType::f64}, {Element::f32, ElementType::f32},
                          {Element::f16, ElementType::f16}, {Element::i64, ElementType::i64},
                          {Element::i32, ElementType::i32}, {Element::i16, ElementType::i16},
                          {Element::i8, ElementType::i8},   {Element::u64, ElementType::u64},
                          {Element::u32, ElementType::u32}, {Element::u16, ElementType::u16},
                          {Element::u8, ElementType::u8},   {Element::boolean, ElementType::u8},
                          {Element::bf16, ElementType::u16}};

/// `numbers` as elements of the machine's type; Category::input where they are none.
graph::Tensor as_type(const graph::Numbers& numbers, Element element, const std::string& where) {
  graph::Numbers out = numbers;
  out.type.element = element;
  const bool from_floats = is_floating(numbers.type.element);
  if (from_floats == is_floating(element)) {
    if (element == Element::i32) {
      const bool fits = std::all_of(out.whole.begin(), out.whole.end(), [](std::int64_t number) {
        return number == static_cast<std::int32_t>(number);
      });
      if (!fits) fail(Category::unsupported, where + " has a number that 32 bits do not hold");
    }
    return tensor_of(out);
  }
  if (from_floats) fail(Category::input, where + " holds floats; the model takes whole numbers");
  out.floats.assign(numbers.whole.begin(), numbers.whole.end());
  out.whole.clear();
  return tensor_of(out);
}

/// Also where the machine's numbers are floats, a model's whole numbers are none of the file's
/// floats, and its conditions are 0 and 1; else Category::input.
void require_of_model(const graph::Numbers& numbers, Element element, const std::string& where) {
  if (is_floating(element)) return;
  if (is_floating(numbers.type.element)) {
    fail(Category::input, where + " holds floats; the model takes whole numbers");
  }
  for (const std::int64_t number : numbers.whole) {
    if (element != Element::boolean || number == 0 || number == 1) continue;
    fail(Category::input,
         where + " holds " + std::to_string(number) + "; the model takes conditions, 0 and 1");
  }
}

/// No check of a run can compare a NaN; Category::input.
void require_no_nan(const graph::Numbers& numbers, const std::string& where) {
  const auto& floats = numbers.floats;
  const auto found =
      std::find_if(floats.begin(), floats.end(), [](double number) { return std::isnan(number); });
  if (found == floats.end()) return;
  fail(Category::input, where + " has NaN in element " + std::to_string(found - floats.begin()) +
                            ": no check of a run can compare it");
}

/// Scales are shares of the largest magnitude, which infinity is not; Category::input.
void require_finite(const ModelInputs& inputs, const graph::Graph& model, const std::string& path) {
  for (std::size_t i = 0; i < inputs.whole.size(); ++i) {
    const std::vector<double> numbers = numbers_of(inputs.whole[i]).floats;
    for (std::size_t at = 0; at < numbers.size(); ++at) {
      if (std::isfinite(numbers[at])) continue;
      fail(Category::input, path + ":" + model[model.inputs[i]].name + " is infinite in element " +
                                std::to_string(at) + ": no scale of int8 follows from it");
    }
  }
}

/// How many of `shape` lie one behind the other in `given`; 0 where it is another shape.
std::uint64_t runs_in(const graph::Shape& given, const graph::Shape& shape) {
  if (given == shape) return 1;
  const bool axis_more = given.size() == shape.size() + 1 && !given.empty() &&
                         std::equal(shape.begin(), shape.end(), given.begin() + 1);
  if (axis_more) return static_cast<std::uint64_t>(given[0]);
  const bool longer = given.size() == shape.size() && !shape.empty() && shape[0] != 0 &&
                      given[0] % shape[0] == 0 &&
                      std::equal(shape.begin() + 1, shape.end(), given.begin() + 1);
  return longer ? static_cast<std::uint64_t>(given[0] / shape[0]) : 0;
}

graph::Shape with_runs(std::uint64_t runs, const graph::Shape& shape) {
  graph::Shape out{static_cast<std::int64_t>(runs)};
  out.insert(out.end(), shape.begin(), shape.end());
  return out;
}

}  // namespace

trace::Tensor stored(const graph::Tensor& tensor) {
  trace::Tensor out;
  for (const Pair& pair : pairs) {
    if (pair.element == tensor.type().element) out.type = pair.type;
  }
  for (const std::int64_t extent : tensor.type().shape) {
    out.shape.push_back(static_cast<std::uint64_t>(extent));
  }
  out.bytes.assign(tensor.bytes().begin(), tensor.bytes().end());
  return out;
}

graph::Tensor loaded(const trace::Tensor& tensor) {
  graph::TensorType type;
  const auto found = std::find_if(std::begin(pairs), std::end(pairs),
                                  [&](const Pair& pair) { return pair.type == tensor.type; });
  type.element = found->element;
  for (const std::uint64_t extent : tensor.shape) {
    type.shape.push_back(static_cast<std::int64_t>(extent));
  }
  return {type, tensor.bytes};
}

std::vector<graph::Tensor> ModelInputs::of_run(std::uint64_t run) const {
  std::vector<graph::Tensor> out;
  for (const graph::Tensor& all : whole) {
    graph::TensorType type = all.type();
    type.shape.erase(type.shape.begin());
    const std::size_t bytes = all.bytes().size() / runs;
    const auto part = all.bytes().subspan(run * bytes, bytes);
    out.emplace_back(type, std::vector<std::byte>(part.begin(), part.end()));
  }
  return out;
}

ModelInputs read_inputs(const std::string& path, const lower::Lowered& lowered,
                        const graph::Graph& model) {
  std::optional<NpzFile> archive;
  if (path.ends_with(".npz")) archive.emplace(path);
  ModelInputs out;
  for (std::size_t i = 0; i < lowered.inputs.size(); ++i) {
    const lower::Lowered::Input& input = lowered.inputs[i];
    const std::string& name = model[model.inputs[i]].name;
    const graph::Tensor given =
        loaded(archive ? archive->read(name) : trace::read_tensor(path, name));
    const std::string where = path + ":" + name;
    const std::uint64_t runs = runs_in(given.type().shape, input.type.shape);
    if (runs == 0) {
      fail(Category::input, where + " is " + text_of(given.type()) + "; the model takes " +
                                text_of(model[model.inputs[i]].type) +
                                ", or several of them one behind the other");
    }
    if (i != 0 && runs != out.runs) {
      fail(Category::input, where + " is for " + counted(runs, "run") +
                                " of the model, the inputs before it for " +
                                std::to_string(out.runs));
    }
    out.runs = runs;
    const graph::Numbers numbers = numbers_of(given);
    require_no_nan(numbers, where);
    require_of_model(numbers, model[model.inputs[i]].type.element, where);
    out.whole.push_back(
        as_type(numbers, input.type.element, where).reshaped(with_runs(runs, input.type.shape)));
  }
  return out;
}

std::vector<double> largest_magnitudes(const std::string& path, const graph::Graph& model) {
  lower::Lowered shapes;
  for (const graph::ValueId id : model.inputs) {
    shapes.inputs.push_back({model[id].name, model[id].type});
  }
  const ModelInputs given =
      path.empty() ? pattern_inputs(shapes, model) : read_inputs(path, shapes, model);
  require_finite(given, model, path);
  std::vector<double> largest(model.values.size(), 0.0);
  for (std::uint64_t run = 0; run < given.runs; ++run) {
    std::vector<graph::Numbers> inputs;
    for (const graph::Tensor& tensor : given.of_run(run)) {
      inputs.push_back(graph::numbers_of(tensor));
    }
    const std::vector<graph::Numbers> values = graph::evaluate(model, inputs);
    for (std::size_t i = 0; i < values.size(); ++i) {
      for (const double number : values[i].floats) {
        if (std::isfinite(number)) largest[i] = std::max(largest[i], std::abs(number));
      }
    }
  }
  return largest;
}

ModelInputs pattern_inputs(const lower::Lowered& lowered, const graph::Graph& model) {
  ModelInputs out;
  std::uint64_t seed = 0;
  for (std::size_t at = 0; at < lowered.inputs.size(); ++at) {
    const graph::TensorType& type = lowered.inputs[at].type;
    // Where a machine holds the model's whole numbers as floats they are 0 and 1 all the same.
    const bool floats = is_floating(type.element);
    const bool any = floats && is_floating(model[model.inputs[at]].type.element);
    graph::Numbers numbers;
    numbers.type = {type.element, with_runs(1, type.shape)};
    for (std::int64_t i = 0; i < graph::count_of(type.shape); ++i) {
      const std::uint64_t drawn = mix(++seed);
      if (any) {
        const auto steps = static_cast<std::int64_t>(drawn >> 43U) - (std::int64_t{1} << 20U);
        numbers.floats.push_back(static_cast<double>(steps) / (1 << 20));
      } else if (floats) {
        numbers.floats.push_back(static_cast<double>(drawn >> 63U));
      } else {
        numbers.whole.push_back(static_cast<std::int64_t>(drawn >> 63U));
      }
    }
    out.whole.push_back(tensor_of(numbers));
  }
  return out;
}

}  // namespace weft::cli
