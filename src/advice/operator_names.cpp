// SPDX-License-Identifier: Apache-2.0
// Operators of the standard's default domain, all sets (onnx 1.23's schemas), and names that
// exporters and vendors use without being in it.
#include "advice/operator_names.hpp"

#include <algorithm>
#include <string_view>

namespace weft::advice {
namespace {

constexpr std::string_view standard =
    "Abs Acos Acosh Add AffineGrid And ArgMax ArgMin Asin Asinh Atan Atanh Attention "
    "AveragePool BatchNormalization Bernoulli BitCast BitShift BitwiseAnd BitwiseNot "
    "BitwiseOr BitwiseXor BlackmanWindow Cast CastLike CausalConvWithState Ceil Celu "
    "CenterCropPad Clip Col2Im Compress Concat ConcatFromSequence Constant ConstantOfShape "
    "Conv ConvInteger ConvTranspose Cos Cosh CumProd CumSum DFT DeformConv DepthToSpace "
    "DequantizeLinear Det Div Dropout DynamicQuantizeLinear Einsum Elu Equal Erf Exp Expand "
    "EyeLike Flatten Floor GRU Gather GatherElements GatherND Gelu Gemm GlobalAveragePool "
    "GlobalLpPool GlobalMaxPool Greater GreaterOrEqual GridSample GroupNormalization "
    "HammingWindow HannWindow HardSigmoid HardSwish Hardmax Identity If ImageDecoder "
    "InstanceNormalization IsInf IsNaN LRN LSTM LayerNormalization LeakyRelu Less LessOrEqual "
    "LinearAttention Log LogSoftmax Loop LpNormalization LpPool MatMul MatMulInteger Max "
    "MaxPool MaxRoiPool MaxUnpool Mean MeanVarianceNormalization MelWeightMatrix Min Mish Mod "
    "Mul Multinomial Neg NegativeLogLikelihoodLoss NonMaxSuppression NonZero Not OneHot "
    "Optional OptionalGetElement OptionalHasElement Or PRelu Pad Pow QLinearConv "
    "QLinearMatMul QuantizeLinear RMSNormalization RNN RandomNormal RandomNormalLike "
    "RandomUniform RandomUniformLike Range Reciprocal ReduceL1 ReduceL2 ReduceLogSum "
    "ReduceLogSumExp ReduceMax ReduceMean ReduceMin ReduceProd ReduceSum ReduceSumSquare "
    "RegexFullMatch Relu Reshape Resize ReverseSequence RoiAlign RotaryEmbedding Round STFT "
    "Scan Scatter ScatterElements ScatterND Selu SequenceAt SequenceConstruct SequenceEmpty "
    "SequenceErase SequenceInsert SequenceLength SequenceMap Shape Shrink Sigmoid Sign Sin "
    "Sinh Size Slice Softmax SoftmaxCrossEntropyLoss Softplus Softsign SpaceToDepth Split "
    "SplitToSequence Sqrt Squeeze StringConcat StringNormalizer StringSplit Sub Sum SwiGLU "
    "Swish Tan Tanh TensorScatter TfIdfVectorizer ThresholdedRelu Tile TopK Transpose Trilu "
    "Unique Unsqueeze Upsample Where Xor ";

constexpr std::string_view others = "CTCLoss MultiHeadAttention Silu SimplifiedLayerNormalization";

}  // namespace

const std::vector<std::string>& operator_names() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> out;
    for (const std::string_view words : {standard, others}) {
      for (std::size_t at = 0; at < words.size();) {
        const std::size_t end = std::min(words.find(' ', at), words.size());
        if (end > at) out.emplace_back(words.substr(at, end - at));
        at = end + 1;
      }
    }
    return out;
  }();
  return names;
}

bool is_operator_name(const std::string& name) {
  const auto& all = operator_names();
  return std::find(all.begin(), all.end(), name) != all.end();
}

}  // namespace weft::advice
