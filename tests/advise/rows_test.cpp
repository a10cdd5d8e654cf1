// SPDX-License-Identifier: Apache-2.0
// Uses of operators that the table of support tells apart: what the JSON says of each.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <ostream>
#include <string>
#include <vector>

#include "support.hpp"
#include "support/onnx_node.hpp"
#include "uses.hpp"

namespace weft::cli {
namespace {

using namespace weft::test;
namespace type = weft::test::onnx_type;

/// What one use of an operator must be on a target: "" where the target takes it as it stands, else
/// the severity, and a change by its name.
struct UseCase {
  std::string what;
  std::string target;
  OneNode node;
  std::string severity;
  std::string rewrite = "";
  AdviseAsked asked = {};
};

void PrintTo(const UseCase& use, std::ostream* out) {
  *out << use.node.operation << ", " << use.what << ", on " << use.target;
}

const AdviseAsked training{"training", ""};

std::vector<UseCase> windows() {
  const auto one = std::vector<std::int64_t>{1, 1};
  return {
      {"counted pads", ipu, pool("AveragePool", {attribute("count_include_pad", 1)}), "change",
       "count-include-pad"},
      {"pads left out", ipu, pool("AveragePool", {attribute("count_include_pad", 0)}), ""},
      {"no attribute", ipu, pool("AveragePool", {}), ""},
      {"indices of a pool", ipu, pool("MaxPool", {}, 2), "change", "pool-indices"},
      {"a pool", ipu, pool("MaxPool", {}), ""},
      {"a dilated pool", ipu, pool("MaxPool", {attribute("dilations", two)}), "blocked"},
      {"a pool that is not dilated", ipu, pool("MaxPool", {attribute("dilations", one)}), ""},
      {"order of indices", ipu, pool("MaxPool", {attribute("storage_order", 1)}), "blocked"},
      {"a pool elsewhere", wse, pool("MaxPool", {}), "unknown"},
      {"dilated transposed", ipu, convolution("ConvTranspose", {attribute("dilations", two)}),
       "change", "dilated-transpose"},
      {"transposed", ipu, convolution("ConvTranspose", {attribute("dilations", one)}), ""},
      {"padded by itself", ipu, convolution("Conv", {attribute("auto_pad", "SAME_UPPER")}),
       "change", "explicit-pads"},
      {"padded by hand", ipu, convolution("Conv", {attribute("auto_pad", "NOTSET")}), ""},
      {"dilated", ipu, convolution("Conv", {attribute("dilations", two)}), ""},
      {"linear in training", ipu, resize({attribute("mode", "linear")}), "change",
       "resize-for-training", training},
      {"linear in inference", ipu, resize({attribute("mode", "linear")}), ""},
      {"nearest in training", ipu, resize({attribute("mode", "nearest")}), "", "", training},
      {"cubic in training", ipu, resize({attribute("mode", "cubic")}), "", "", training},
      {"the outside left out", ipu, resize({attribute("exclude_outside", 1)}), "blocked"},
      {"computed scales",
       ipu,
       {"Resize", 11, {image, absent(), floats_of({4})}, {}, {floats_of({1, 4, 16, 16})}},
       "blocked"},
      {"linear, the old way",
       ipu,
       {"Upsample",
        9,
        {image, constant_floats({4})},
        {attribute("mode", "linear")},
        {floats_of({1, 4, 16, 16})}},
       "blocked"},
      {"nearest, the old way",
       ipu,
       {"Upsample",
        9,
        {image, constant_floats({4})},
        {attribute("mode", "nearest")},
        {floats_of({1, 4, 16, 16})}},
       ""},
      {"regions",
       ipu,
       {"RoiAlign",
        10,
        {image, floats_of({2, 4}), typed({2}, type::i64)},
        {},
        {floats_of({2, 4, 1, 1})}},
       "change",
       "int64-to-int32"},
  };
}

std::vector<UseCase> recurrences() {
  return {
      {"forward", ipu, lstm({}), ""},
      {"both ways", ipu, lstm({attribute("direction", "bidirectional")}, 2), "change",
       "lstm-directions"},
      {"backward", ipu, lstm({attribute("direction", "reverse")}), "change", "lstm-directions"},
      {"clipped", ipu, lstm({attribute("clip", 1.0F)}), "blocked"},
      {"peepholes", ipu, with_peepholes(), "blocked"},
      {"gru", ipu, gru({attribute("linear_before_reset", 1)}), ""},
      {"gru both ways", ipu, gru({attribute("direction", "bidirectional")}, 2), "change",
       "lstm-directions"},
      {"long", tsp, lstm({}), "change", "partition-sequence"},
      {"not said", wse, lstm({}), "unknown"},
      {"not said there", rdu, lstm({}), "unknown"},
  };
}

std::vector<UseCase> selections() {
  const NodeOperand k = constant({2});
  return {
      {"K computed", ipu, top_k(row, typed({1}, type::i64), {}, true), "blocked"},
      {"not sorted", ipu, top_k(row, k, {attribute("sorted", 0)}, true), "blocked"},
      {"sorted", ipu, top_k(row, k, {}, true), ""},
      {"of a matrix", rdu, top_k(row, k, {}, true), "change", "topk-to-max"},
      {"of a row", rdu, top_k(floats_of({1, 8}), k, {}, true), ""},
      {"of a cube", rdu, top_k(floats_of({2, 4, 8}), k, {}, true), ""},
      {"with indices", wse, top_k(row, k, {}, true), "change", "topk-indices"},
      {"without indices", wse, top_k(row, k, {}, false), ""},
      {"nobody says", tsp, top_k(row, k, {}, true), "unknown"},
      {"classes computed",
       wse,
       {"OneHot",
        11,
        {typed({4}, type::i64), typed({1}, type::i64), floats_of({2})},
        {},
        {floats_of({4, 8})}},
       "blocked"},
      {"classes given",
       wse,
       {"OneHot",
        11,
        {typed({4}, type::i64), constant({8}), floats_of({2})},
        {},
        {floats_of({4, 8})}},
       ""},
      {"places of numbers",
       ipu,
       {"NonZero", 11, {row}, {}, {typed({2, 3}, type::i64)}},
       "blocked",
       "cut-tail"},
      {"places of numbers there",
       tsp,
       {"NonZero", 13, {row}, {}, {typed({2, 3}, type::i64)}},
       "blocked",
       "cut-tail"},
      {"boxes",
       tsp,
       {"NonMaxSuppression",
        13,
        {floats_of({1, 6, 4}), floats_of({1, 1, 6})},
        {},
        {typed({3, 3}, type::i64)}},
       "unknown",
       "cut-tail"},
      {"boxes there",
       ipu,
       {"NonMaxSuppression",
        11,
        {floats_of({1, 6, 4}), floats_of({1, 1, 6})},
        {},
        {typed({3, 3}, type::i64)}},
       "blocked",
       "cut-tail"},
  };
}

std::vector<UseCase> operands() {
  const NodeOperand shape = typed({2}, type::i64);
  const NodeOperand flat = floats_of({32});
  const NodeOperand bound = typed({}, type::f32);
  return {
      {"bound computed", ipu, {"Clip", 11, {row, bound, bound}, {}, {row}}, "blocked"},
      {"bounds given",
       ipu,
       {"Clip", 11, {row, constant_floats({}), constant_floats({})}, {}, {row}},
       ""},
      {"a bound missing", ipu, {"Clip", 11, {row, constant_floats({})}, {}, {row}}, ""},
      {"shape computed", ipu, {"Reshape", 11, {flat, shape}, {}, {row}}, "blocked"},
      {"shape given", ipu, {"Reshape", 11, {flat, constant({4, 8})}, {}, {row}}, ""},
      {"expanded by data", ipu, {"Expand", 11, {row, shape}, {}, {row}}, "blocked"},
      {"expanded", ipu, {"Expand", 11, {row, constant({4, 8})}, {}, {row}}, ""},
      {"repeated by data", ipu, {"Tile", 11, {row, shape}, {}, {row}}, "blocked"},
      {"repeated", ipu, {"Tile", 11, {row, constant({1, 1})}, {}, {row}}, ""},
      {"start computed",
       ipu,
       {"Slice", 11, {row, typed({1}, type::i64), constant({2})}, {}, {floats_of({2, 8})}},
       "change",
       "dynamic-slice"},
      {"sliced",
       ipu,
       {"Slice", 11, {row, constant({0}), constant({2})}, {}, {floats_of({2, 8})}},
       ""},
      {"sliced there",
       rdu,
       {"Slice", 11, {row, constant({0}), constant({2})}, {}, {floats_of({2, 8})}},
       "change",
       "slices-to-split"},
      {"pads computed",
       ipu,
       {"Pad", 11, {row, typed({4}, type::i64)}, {}, {floats_of({5, 8})}},
       "blocked"},
      {"padded", ipu, {"Pad", 11, {row, constant({1, 0, 0, 0})}, {}, {floats_of({5, 8})}}, ""},
      {"wrapped",
       ipu,
       {"Pad", 19, {row, constant({1, 0, 0, 0})}, {attribute("mode", "wrap")}, {floats_of({5, 8})}},
       "blocked"},
      {"axis computed", ipu, {"CumSum", 11, {row, typed({1}, type::i64)}, {}, {row}}, "blocked"},
      {"axis given", ipu, {"CumSum", 11, {row, constant_scalar(0)}, {}, {row}}, ""},
      {"two axes",
       ipu,
       {"BatchNormalization",
        9,
        {row, constant_floats({8}), constant_floats({8}), constant_floats({8}),
         constant_floats({8})},
        {},
        {row}},
       "blocked"},
      {"four axes",
       ipu,
       {"BatchNormalization",
        9,
        {image, constant_floats({4}), constant_floats({4}), constant_floats({4}),
         constant_floats({4})},
        {},
        {image}},
       ""},
      {"not square", rdu, unary("Trilu", 14, row), "blocked"},
      {"square", rdu, unary("Trilu", 14, floats_of({8, 8})), ""},
  };
}

std::vector<UseCase> types() {
  const NodeOperand whole = typed({4, 8}, type::i32);
  const NodeOperand yes = typed({4, 8}, type::boolean);
  const NodeOperand half = typed({4, 8}, type::f16);
  const AdviseAsked wide{"inference", "fp32"};
  const AdviseAsked narrow{"inference", "fp16"};
  return {
      {"to int64",
       ipu,
       {"Cast", 9, {row}, {attribute("to", 7)}, {typed({4, 8}, type::i64)}},
       "change",
       "int64-to-int32"},
      {"to fp16", ipu, {"Cast", 9, {row}, {attribute("to", 10)}, {half}}, ""},
      {"infinite fp16", ipu, {"IsInf", 10, {half}, {}, {yes}, ""}, "blocked", "", narrow},
      {"infinite fp32", ipu, {"IsInf", 10, {row}, {}, {yes}, ""}, ""},
      {"whole maximum", ipu, binary("Max", 12, whole, whole), "blocked"},
      {"maximum", ipu, binary("Max", 8, row, row), ""},
      {"gelu in bf16", rdu, unary("Gelu", 20, row), ""},
      {"gelu in fp32", rdu, unary("Gelu", 20, row), "change", "to-bf16", wide},
      {"gelu by tanh", rdu, unary("Gelu", 20, row, {attribute("approximate", "tanh")}), "change",
       "exact-gelu"},
      {"whole sums", rdu, binary("Add", 13, whole, whole), "change"},
      {"sums", rdu, binary("Add", 13, row, row), ""},
      {"chosen whole", rdu, {"Where", 9, {yes, whole, whole}, {}, {whole}}, "change"},
      {"chosen", rdu, {"Where", 9, {yes, row, row}, {}, {row}}, ""},
      {"chosen in fp32", rdu, {"Where", 9, {yes, row, row}, {}, {row}}, "change", "", wide},
      {"joined", rdu, {"Concat", 11, {row, row}, {attribute("axis", 0)}, {floats_of({8, 8})}}, ""},
      {"joined conditions",
       rdu,
       {"Concat", 11, {yes, yes}, {attribute("axis", 0)}, {typed({8, 8}, type::boolean)}},
       "change"},
      {"summed up whole", rdu, {"CumSum", 11, {whole, constant_scalar(0)}, {}, {whole}}, "change"},
      {"a loss",
       rdu,
       {"SoftmaxCrossEntropyLoss", 12, {row, typed({4}, type::i64)}, {}, {floats_of({})}},
       ""},
      {"a loss in fp32",
       rdu,
       {"SoftmaxCrossEntropyLoss", 12, {row, typed({4}, type::i64)}, {}, {floats_of({})}},
       "change",
       "to-bf16",
       wide},
      {"a loss for inference only",
       tsp,
       {"SoftmaxCrossEntropyLoss", 13, {row, typed({4}, type::i64)}, {}, {floats_of({})}},
       "blocked"},
  };
}

std::vector<UseCase> rows() {
  const NodeOperand yes = typed({4, 8}, type::boolean);
  return {
      {"norm",
       ipu,
       {"LayerNormalization", 17, {row, constant_floats({8})}, {}, {row}},
       "change",
       "layer-norm-spelled-out"},
      {"norm there", tsp, {"LayerNormalization", 17, {row, constant_floats({8})}, {}, {row}}, ""},
      {"gelu", ipu, unary("Gelu", 20, row), "change", "gelu-spelled-out"},
      {"gelu there", wse, unary("Gelu", 20, row), ""},
      {"hard swish", ipu, unary("HardSwish", 14, row), "change", "hard-swish-spelled-out"},
      {"hard swish there", wse, unary("HardSwish", 14, row), "change"},
      {"not less", ipu, binary("GreaterOrEqual", 12, row, yes), "change", "compare-or-equal"},
      {"not greater", ipu, binary("LessOrEqual", 12, row, yes), "change", "compare-or-equal"},
      {"einstein",
       ipu,
       {"Einsum",
        12,
        {row, floats_of({8, 4})},
        {attribute("equation", "ij,jk->ik")},
        {floats_of({4, 4})}},
       "change",
       "einsum-to-matmul"},
      {"seeded",
       ipu,
       {"RandomNormalLike", 11, {row}, {attribute("seed", 1.0F)}, {row}},
       "change",
       "drop-seed"},
      {"drawn", ipu, {"RandomNormalLike", 11, {row}, {}, {row}}, ""},
      {"quantised",
       tsp,
       {"QuantizeLinear", 13, {row, constant_floats({})}, {}, {typed({4, 8}, type::u8)}},
       "change"},
      {"no number", ipu, {"IsNaN", 9, {row}, {}, {yes}, ""}, ""},
      {"no number there", tsp, {"IsNaN", 13, {row}, {}, {yes}, ""}, "unknown", "guard-removed"},
      {"somebody's own", ipu, {"FastGelu", 11, {row}, {}, {row}, "com.microsoft"}, "unknown"},
      {"attention",
       ipu,
       {"MultiHeadAttention",
        11,
        {floats_of({1, 4, 8})},
        {},
        {floats_of({1, 4, 8})},
        "com.microsoft"},
       "change",
       "attention-spelled-out"},
  };
}

class AdviseRows : public testing::TestWithParam<UseCase> {};

TEST_P(AdviseRows, SaysWhatTheUseMeets) {
  const UseCase& use = GetParam();
  const Json found = advice_about(model_of(use.node), use.target, use.asked);
  const Json& target = found["targets"][0];
  std::vector<Json> about;
  for (const Json& finding : target["findings"]) {
    if (finding["operator"].is_string()) about.push_back(finding);
  }
  if (use.severity.empty()) {
    EXPECT_TRUE(about.empty()) << about.front().dump(1);
    return;
  }
  ASSERT_FALSE(about.empty()) << target.dump(1);
  EXPECT_EQ(about.front()["severity"], use.severity) << about.front().dump(1);
  EXPECT_EQ(about.front()["nodes"], Json({"the_node"}));
  EXPECT_EQ(about.front()["evidence"] == "none", use.severity == "unknown");
  if (use.rewrite.empty()) return;
  EXPECT_EQ(about.front()["rewrite"], use.rewrite) << about.front().dump(1);
}

std::vector<UseCase> all_uses() {
  std::vector<UseCase> all;
  for (auto* part : {windows, recurrences, selections, operands, types, rows}) {
    for (UseCase& one : part()) all.push_back(std::move(one));
  }
  return all;
}

TEST(AdviseRowsCount, IsAtLeastSixty) { EXPECT_GE(all_uses().size(), 60U); }

INSTANTIATE_TEST_SUITE_P(Table, AdviseRows, testing::ValuesIn(all_uses()),
                         [](const testing::TestParamInfo<UseCase>& one) {
                           std::string name = one.param.node.operation + "_" + one.param.what +
                                              "_" + std::to_string(one.index);
                           for (char& letter : name) {
                             const bool fine = (letter >= 'a' && letter <= 'z') ||
                                               (letter >= 'A' && letter <= 'Z') ||
                                               (letter >= '0' && letter <= '9');
                             if (!fine) letter = '_';
                           }
                           return name;
                         });

}  // namespace
}  // namespace weft::cli
