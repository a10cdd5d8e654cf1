// SPDX-License-Identifier: Apache-2.0
// Names and values of the options of poplibs' functions.
#include "hosts/poplar/libraries/library_options.hpp"

namespace weft::libraries {
namespace {

constexpr OptionUse yes = OptionUse::honoured;
constexpr OptionUse idle = OptionUse::without_effect;
constexpr OptionUse no = OptionUse::unsupported;

constexpr const char* types = "half|float";
constexpr const char* own_planner = "weft's planner takes no constraints";
constexpr const char* sums_in_float = "sums of halves are formed in float";
constexpr const char* rounds_as_the_tile =
    "products round as the tile does: setStochasticRounding before and after";

}  // namespace

const OptionTable& elementwise_table() {
  static const OptionTable table{"popops::map",
                                 {{"enableExpressionOptimizations", "bool", idle},
                                  {"enableGenerateCodelet", "bool", idle},
                                  {"enableVectorBroadcastOptimisations", "bool", idle},
                                  {"forceGenerateCodelet", "bool", idle}}};
  return table;
}

const OptionTable& scaled_add_table() {
  static const OptionTable table{
      "popops::scaledAddTo",
      {{"optimizeForSpeed", "bool", idle}, {"scaleFloatToHalfTolerance", "number", idle}}};
  return table;
}

const OptionTable& reduce_table() {
  static const OptionTable table{"popops::reduce",
                                 {{"accumType.interTile", types, no, "float", sums_in_float},
                                  {"accumType.inVertex", types, no, "float", sums_in_float}}};
  return table;
}

const OptionTable& slice_table() {
  static const OptionTable table{"popops slices",
                                 {{"availableMemoryProportion", "number", idle},
                                  {"indicesAreSorted", "bool", idle},
                                  {"indicesDistribution", "uniform|onePoint", idle},
                                  {"internal.alwaysIncludeBaseRearrangementCost", "bool", idle},
                                  {"operationForUpdate", "none|add|max|mul", idle},
                                  {"paddingIndexUsed", "bool", yes},
                                  {"partialType", types, idle},
                                  {"planConstraints", "text", no, "|{}", own_planner},
                                  {"remapOutOfBoundIndices", "bool", yes},
                                  {"usedForSlice", "bool", idle},
                                  {"usedForUpdate", "bool", idle},
                                  {"validateIndices", "bool", yes}}};
  return table;
}

const OptionTable& matmul_table() {
  static const OptionTable table{
      "poplin::matMul",
      {{"availableMemoryProportion", "number", yes},
       {"disableSRForAMPVertices", "bool", no, "false", rounds_as_the_tile},
       {"enableFastReduce", "bool", idle},
       {"enableMultiStageReduce", "bool", idle},
       {"fullyConnectedPass", "NONE|INFERENCE_FWD|TRAINING_FWD|TRAINING_BWD|TRAINING_WU", idle},
       {"gatherOutput", "bool", idle},
       {"inputRHSIsPreArranged", "bool", idle},
       {"partialsType", types, yes},
       {"planConstraints", "text", no, "|{}", own_planner},
       {"remapOutputTensor", "bool", idle},
       {"use128BitConvUnitLoad", "bool", idle}}};
  return table;
}

const OptionTable& convolution_table() {
  static const OptionTable table{
      "poplin::convolution",
      {{"availableMemoryProportion", "number", idle},
       {"disableSRForAMPVertices", "bool", no, "false", rounds_as_the_tile},
       {"disableTransformations", "bool", idle},
       {"enableConvDithering", "bool", idle},
       {"enableFastReduce", "bool", idle},
       {"enableMultiStageReduce", "bool", idle},
       {"enableTileLevelExpandDims", "bool", idle},
       {"experimental.convTransformsEstimates", "bool", idle},
       {"experimental.slicVmac16", "bool", idle},
       {"gatherConvOutput", "bool", idle},
       {"insertTransformsCycleCountProgs", "bool", no, "false",
        "no cycle counts are put into a convolution: cycleCount() counts any program"},
       {"partialsType", types, yes},
       {"partialsType.interIPU", types, idle},   // a sum has one type all the way,
       {"partialsType.interTile", types, idle},  // and no channel is split over tiles
       {"pass",
        "NONE|NONE_MATMUL|INFERENCE_FWD|TRAINING_FWD|TRAINING_BWD|TRAINING_WU|FC_INFERENCE_FWD|"
        "FC_TRAINING_FWD|FC_TRAINING_BWD|FC_TRAINING_WU",
        idle},
       {"planConstraints", "text", no, "|{}", own_planner},
       {"planConstraintsOutputFilename", "text", no, "", "weft's planner writes no constraints"},
       {"remapOutputTensor", "bool", idle},
       {"startTileMultiplier", "count", idle},
       {"use128BitConvUnitLoad", "bool", idle}}};
  return table;
}

const OptionTable& activation_table() {
  static const OptionTable table{"popnn", elementwise_table().options};
  return table;
}

const OptionTable& norm_table() {
  static const OptionTable table{"popnn::layerNorm",
                                 {{"groupNormStridedChannelGrouping", "bool", idle}}};
  return table;
}

const OptionTable& pooling_table() {
  static const OptionTable table{"popnn::pooling",
                                 {{"optimizeForSpeed", "bool", idle},
                                  {"poolUseIntrospectiveMapping", "bool", idle},
                                  {"useFloatPartialsWhereBeneficial", "bool", idle}}};
  return table;
}

const OptionTable& recurrent_table() {
  static const OptionTable table{"popnn::rnn::Rnn", {{"codeReuse", "bool", idle}}};
  return table;
}

const OptionTable& qr_table() {
  static const OptionTable table{"poplin::experimental::QRFactorization",
                                 {{"rowsPerIteration", "count", idle}}};
  return table;
}

const OptionTable& collectives_table() {
  static const OptionTable table{
      "gcl",
      {{"link", "auto|broadcast|same_direction|opposite_directions", idle},
       {"maxBytesPerTile", "count", idle},
       {"method",
        "auto|clockwise_ring|anticlockwise_ring|bidirectional_ring_pair|meet_in_middle_ring|"
        "quad_directional_ring",
        idle},
       {"syncful.useOptimisedLayout", "bool", idle},
       {"topology", "text", idle},
       {"useReplicatedImplementation", "bool", idle},
       {"useSynclessCollectives", "true|false|auto|hybrid", idle}}};
  return table;
}

}  // namespace weft::libraries
