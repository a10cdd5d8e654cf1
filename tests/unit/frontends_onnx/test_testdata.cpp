// SPDX-License-Identifier: Apache-2.0
// Debian's libonnx-testdata, where it is installed (or WEFT_ONNX_TESTDATA says where it lies): its
// models are read, and answer as it says. Skipped elsewhere.
#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <iostream>
#include <map>
#include <set>

#include "base/text_file.hpp"
#include "frontends/onnx/file.hpp"
#include "frontends/onnx/tensors.hpp"
#include "support.hpp"

namespace weft::onnx {
namespace {

namespace fs = std::filesystem;

fs::path testdata() {
  const char* given = std::getenv("WEFT_ONNX_TESTDATA");
  return given != nullptr ? given : "/usr/share/libonnx-testdata/data";
}

std::vector<fs::path> cases_of(const std::string& suite) {
  std::vector<fs::path> cases;
  const fs::path folder = testdata() / suite;
  if (!fs::exists(folder)) return cases;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (fs::exists(entry.path() / "model.onnx")) cases.push_back(entry.path());
  }
  std::sort(cases.begin(), cases.end());
  return cases;
}

/// The suite keeps bf16 as the u16 of its bits.
graph::Numbers numbers_in(const fs::path& path, graph::Element wanted) {
  const auto file = MappedFile::open(path.string());
  FileTensor tensor = read_tensor_file(*file, path.string());
  const bool bits = wanted == graph::Element::bf16 && tensor.type == test::onnx_type::u16;
  if (bits) tensor.type = test::onnx_type::bf16;
  return numbers_of(Tensors(path.string(), file).read(tensor));
}

/// Half the distance of neighbours around 1.
double rounding_of(graph::Element element) {
  switch (element) {
    case graph::Element::f64:
      return 0x1p-53;
    case graph::Element::f32:
      return 0x1p-24;
    case graph::Element::f16:
      return 0x1p-11;
    default:
      return 0x1p-8;
  }
}

/// How far the suite's own data are off: the windows' outputs have pi as 3.1415.
double slack_of(const std::string& name) {
  return name.find("window") != std::string::npos ? 0x1p-13 : 0;
}

/// "" where `ours` is what the suite says, within what its own arithmetic may be off: 64 roundings
/// of the largest element (1 where all are smaller).
std::string mismatch(const graph::Numbers& ours, const graph::Numbers& theirs, double slack) {
  if (ours.type != theirs.type) {
    return "is " + text_of(ours.type) + ", not " + text_of(theirs.type);
  }
  if (ours.whole != theirs.whole) return "differs in whole numbers";
  double largest = 1;
  for (const double one : theirs.floats) {
    if (std::isfinite(one)) largest = std::max(largest, std::abs(one));
  }
  const double allowed = 64 * rounding_of(theirs.type.element) * largest + slack;
  for (std::size_t i = 0; i < ours.floats.size(); ++i) {
    const double a = ours.floats[i];
    const double b = theirs.floats[i];
    if (std::isnan(a) && std::isnan(b)) continue;
    if (a == b || std::abs(a - b) <= allowed) continue;
    return "is " + std::to_string(a) + " at " + std::to_string(i) + ", not " + std::to_string(b);
  }
  return "";
}

/// What the suite gives to a model that declares something else: no fault of ours.
const std::string contradiction = "is given an input of another type than it declares";

/// The number of the model's inputs and outputs from its data: data sets list those that there are.
std::string wrong_answer(const graph::Graph& graph, const fs::path& data, double slack) {
  std::vector<graph::Numbers> inputs;
  for (std::size_t i = 0; i < graph.inputs.size(); ++i) {
    const graph::TensorType& type = graph[graph.inputs[i]].type;
    inputs.push_back(numbers_in(data / ("input_" + std::to_string(i) + ".pb"), type.element));
    if (inputs.back().type != type) return contradiction;
  }
  const std::vector<graph::Numbers> given = answers(graph, inputs);
  for (std::size_t i = 0; i < given.size(); ++i) {
    const fs::path path = data / ("output_" + std::to_string(i) + ".pb");
    const std::string wrong = mismatch(given[i], numbers_in(path, given[i].type.element), slack);
    if (!wrong.empty()) return "output " + std::to_string(i) + " " + wrong;
  }
  return "";
}

/// A refusal without names: what lists count by.
std::string reason_of(std::string text) {
  const std::size_t operator_at = text.find("operator '");
  if (operator_at != std::string::npos) {
    const std::size_t end = text.find('\'', operator_at + 10);
    return text.substr(operator_at, end + 1 - operator_at);
  }
  const std::size_t line = text.rfind(": ");
  const std::size_t start = text.find('\n');
  if (start != std::string::npos) return text.substr(start + 3, text.find(": ", start) - start - 3);
  return line == std::string::npos ? text : text.substr(line + 2);
}

/// Inputs that a model takes as data, and that weft wants to know: shapes, axes, bounds. They are
/// given as the suite's own numbers, as initializers of the model.
std::string with_constants(const fs::path& one, std::size_t from) {
  std::string bytes = text_of_file((one / "model.onnx").string());
  const Model model = read_model((one / "model.onnx").string());
  std::size_t number = 0;
  test::Proto graph;
  for (const FileValue& input : model.graph.inputs) {
    const std::size_t i = number++;
    const fs::path path = one / "test_data_set_0" / ("input_" + std::to_string(i) + ".pb");
    if (i < from || !fs::exists(path)) continue;
    graph.raw(test::Proto()
                  .text(5, text_of_file(path.string()) + test::Proto().text(8, input.name).bytes())
                  .bytes());
  }
  return bytes + test::Proto().message(7, graph).bytes();
}

struct Outcome {
  std::size_t right = 0;
  std::vector<std::string> wrong;
  std::map<std::string, std::size_t> refused;
};

void run_case(const fs::path& one, Outcome& outcome) {
  const Folder folder;
  const std::string name = one.filename().string();
  std::string first;
  // As it is; then with all inputs but the first known; then with all known.
  for (const std::size_t known_from : {std::size_t{1000}, std::size_t{1}, std::size_t{0}}) {
    try {
      const std::string path = folder.write("model.onnx", with_constants(one, known_from));
      const graph::Graph graph = import_model(path);
      require_sound(graph);
      const std::string wrong = wrong_answer(graph, one / "test_data_set_0", slack_of(name));
      if (wrong.empty()) {
        ++outcome.right;
      } else if (wrong == contradiction) {
        ++outcome.refused[contradiction];
      } else {
        outcome.wrong.push_back(name + ": " + wrong);
      }
      return;
    } catch (const Error& error) {
      if (first.empty()) first = error.what();
      if (error.category() == Category::internal) {
        outcome.wrong.push_back(name + ": " + error.what());
        return;
      }
    }
  }
  ++outcome.refused[reason_of(first)];
}

Outcome run_suite(const std::string& suite) {
  Outcome outcome;
  for (const fs::path& one : cases_of(suite)) run_case(one, outcome);
  std::cout << suite << ": " << outcome.right << " right, " << outcome.wrong.size() << " wrong\n";
  for (const auto& [reason, count] : outcome.refused) {
    std::cout << "  refused " << count << ": " << reason << "\n";
  }
  return outcome;
}

void expect_no_wrong(const Outcome& outcome) {
  for (const std::string& one : outcome.wrong) ADD_FAILURE() << one;
}

TEST(OnnxTestdata, PytorchConverted) {
  if (cases_of("pytorch-converted").empty()) GTEST_SKIP() << "libonnx-testdata is not installed";
  const Outcome outcome = run_suite("pytorch-converted");
  expect_no_wrong(outcome);
  EXPECT_EQ(outcome.right, 82U);
}

TEST(OnnxTestdata, PytorchOperator) {
  if (cases_of("pytorch-operator").empty()) GTEST_SKIP() << "libonnx-testdata is not installed";
  expect_no_wrong(run_suite("pytorch-operator"));
}

TEST(OnnxTestdata, Node) {
  if (cases_of("node").empty()) GTEST_SKIP() << "libonnx-testdata is not installed";
  const Outcome outcome = run_suite("node");
  expect_no_wrong(outcome);
  EXPECT_GE(outcome.right, 602U);
  const auto contradictions = outcome.refused.find(contradiction);
  EXPECT_LE(contradictions == outcome.refused.end() ? 0U : contradictions->second, 4U);
}

}  // namespace
}  // namespace weft::onnx
