// SPDX-License-Identifier: Apache-2.0
// poplin: convolutions, one vertex a batch item, conv group and block of the field on every tile.
#include "poplin/Convolution.hpp"

#include <array>
#include <map>

#include "hosts/poplar/libraries/library_options.hpp"
#include "hosts/poplar/libraries/poplin/conv_plan.hpp"
#include "poplar/Program.hpp"
#include "popops/Cast.hpp"
#include "popops/ElementWise.hpp"
#include "poputil/TileMapping.hpp"
#include "poputil/Util.hpp"
#include "poputil/VertexTemplates.hpp"

namespace poplin {

using poplar::DebugContext;
using poplar::Graph;
using poplar::OptionFlags;
using poplar::Tensor;
using poplar::program::Copy;
using poplar::program::Execute;
using poplar::program::Sequence;
using namespace weft::libraries;

namespace {

/// The type of sums; options as convolutions have them.
poplar::Type partials_of(const OptionFlags& options, const poplar::Type& input) {
  weft::check_options(convolution_table(), options);
  const auto found = options.find("partialsType");
  return found != options.end() ? partials_type(found->second, input) : poplar::FLOAT;
}

class Build {
 public:
  Build(Graph& graph, const ConvParams& params, const OptionFlags& options,
        const DebugContext& context)
      : graph_(graph),
        params_(params),
        shape_(conv_shape(params)),
        partials_(partials_of(options, params.inputType)),
        amp_(amp_groups(graph.getTarget(), params.inputType, partials_)),
        plan_(plan_convolution(graph.getTarget(), shape_, params.inputType, partials_)),
        output_groups_(ceil_divide(shape_.outputs, amp_.outputs)),
        context_(context) {
    params.validate();
  }

  /// [batch][groups][channels][height][width], placed near the outputs that need it.
  Tensor new_input() const {
    const Shape& field = params_.inputFieldShape;
    const std::size_t height = field.size() == 2 ? field[0] : 1;
    const std::size_t width = field.back();
    const Tensor in = blocked_activations(graph_, params_.inputType, shape_.batch, shape_.groups,
                                          shape_.inputs, amp_.inputs, height, width, context_);
    map_field(in, shape_.inputs, amp_.inputs, height, width);
    return in;
  }
  Tensor new_output(const poplar::Type& type) const {
    const Tensor out =
        blocked_activations(graph_, type, shape_.batch, shape_.groups, shape_.outputs, amp_.outputs,
                            shape_.y.output, shape_.x.output, named(context_, "out"));
    map_field(out, shape_.outputs, amp_.outputs, shape_.y.output, shape_.x.output);
    return out;
  }
  Tensor new_weights() const {
    return blocked_weights(graph_, params_.inputType, shape_, amp_, context_);
  }

  /// `in` and `weights` transformed, of five dimensions.
  Tensor run(const Tensor& in, Tensor weights, Sequence& prog) {
    if (scattered(weights) && plan_.parts() > 1) {
      const Tensor copy = new_weights();
      prog.add(Copy(weights, copy, false, named(context_, "rearrange")));
      weights = copy;
    }
    const bool direct = params_.outputType == partials_;
    const Tensor partials = new_output(partials_);
    const auto cs = graph_.addComputeSet(named(context_, "Convolve"));
    for_parts(
        [&](unsigned tile, const Part& batch, const Part& channels, const Part& y, const Part& x) {
          for (std::size_t item = batch.begin; item < batch.end; ++item) {
            for (std::size_t group = channels.begin / output_groups_;
                 group * output_groups_ < channels.end; ++group) {
              add_vertex(cs, tile, item, group, channels, y, x, in, weights, partials);
            }
          }
        });
    prog.add(Execute(cs, context_));
    if (direct) return partials;
    const Tensor out = new_output(params_.outputType);
    const auto last = [](const Tensor& t) { return t.dimShuffle({0, 1, 3, 4, 2}); };
    prog.add(popops::cast(graph_, last(partials), last(out), context_));
    return out;
  }

 private:
  /// Calls `each` with the tile and its part of the output.
  template <class Each>
  void for_parts(const Each& each) const {
    const std::size_t channels = shape_.groups * output_groups_;
    unsigned tile = 0;
    for (std::size_t b = 0; b < plan_.batch_parts; ++b) {
      for (std::size_t c = 0; c < plan_.channel_parts; ++c) {
        for (std::size_t i = 0; i < plan_.y_parts; ++i) {
          for (std::size_t j = 0; j < plan_.x_parts; ++j) {
            each(tile++, part_of(shape_.batch, plan_.batch_parts, b),
                 part_of(channels, plan_.channel_parts, c),
                 part_of(shape_.y.output, plan_.y_parts, i),
                 part_of(shape_.x.output, plan_.x_parts, j));
          }
        }
      }
    }
  }
  unsigned tile(std::size_t b, std::size_t c, std::size_t i, std::size_t j) const {
    return static_cast<unsigned>(
        ((b * plan_.channel_parts + c) * plan_.y_parts + i) * plan_.x_parts + j);
  }

  /// Maps activations: the part of the field decides, then the channels.
  void map_field(const Tensor& t, std::size_t channels, std::size_t group, std::size_t height,
                 std::size_t width) const {
    const std::size_t blocks = ceil_divide(channels, group);
    for (std::size_t item = 0; item < shape_.batch; ++item) {
      for (std::size_t g = 0; g < shape_.groups; ++g) {
        for (std::size_t block = 0; block < blocks; ++block) {
          const Part own = group_of(channels, group, block);
          const std::size_t b = owner(shape_.batch, plan_.batch_parts, item);
          const std::size_t c =
              owner(shape_.groups * blocks, plan_.channel_parts, g * blocks + block);
          for (std::size_t i = 0; i < plan_.y_parts; ++i) {
            const Part y = part_of(height, plan_.y_parts, i);
            for (std::size_t j = 0; j < plan_.x_parts; ++j) {
              const Part x = part_of(width, plan_.x_parts, j);
              if (y.size() == 0 || x.size() == 0) continue;
              graph_.setTileMapping(
                  t[item][g].slice({own.begin, y.begin, x.begin}, {own.end, y.end, x.end}),
                  tile(b, c, i, j));
            }
          }
        }
      }
    }
  }
  static std::size_t owner(std::size_t count, std::size_t parts, std::size_t index) {
    std::size_t part = index * parts / count;
    while (part_of(count, parts, part).end <= index) ++part;
    return part;
  }

  bool scattered(const Tensor& weights) const {
    return !weights_of(weights, 0, 0, 0).isContiguous();
  }
  Tensor weights_of(const Tensor& weights, std::size_t g, std::size_t o, std::size_t i) const {
    const Part outputs = group_of(shape_.outputs, amp_.outputs, o);
    const Part inputs = group_of(shape_.inputs, amp_.inputs, i);
    return weights[g]
        .slice({outputs.begin, inputs.begin}, {outputs.end, inputs.end})
        .dimShuffle({2, 3, 1, 0})
        .flatten();
  }

  void add_vertex(poplar::ComputeSet cs, unsigned tile, std::size_t item, std::size_t g,
                  const Part& channels, const Part& y, const Part& x, const Tensor& in,
                  const Tensor& weights, const Tensor& out) {
    Part rows = shape_.y.inputs_of(y);
    Part columns = shape_.x.inputs_of(x);
    if (rows.size() == 0) rows = {0, 1};  // all padding: the vertex reads none of them
    if (columns.size() == 0) columns = {0, 1};
    const std::size_t first = std::max(channels.begin, g * output_groups_) - g * output_groups_;
    const std::size_t last = std::min(channels.end, (g + 1) * output_groups_) - g * output_groups_;
    const std::size_t input_groups = ceil_divide(shape_.inputs, amp_.inputs);
    std::vector<Tensor> ins, blocks, outs;
    for (std::size_t i = 0; i < input_groups; ++i) {
      ins.push_back(
          known(ins_, {item, g, i, rows.begin, rows.end, columns.begin, columns.end}, [&] {
            const Part own = group_of(shape_.inputs, amp_.inputs, i);
            return in[item][g]
                .slice({own.begin, rows.begin, columns.begin}, {own.end, rows.end, columns.end})
                .dimShuffle({1, 2, 0})
                .flatten();
          }));
    }
    for (std::size_t o = first; o < last; ++o) {
      const Part own = group_of(shape_.outputs, amp_.outputs, o);
      for (std::size_t i = 0; i < input_groups; ++i) {
        blocks.push_back(known(blocks_, {g, o, i}, [&] { return weights_of(weights, g, o, i); }));
      }
      outs.push_back(out[item][g]
                         .slice({own.begin, y.begin, x.begin}, {own.end, y.end, x.end})
                         .dimShuffle({1, 2, 0})
                         .flatten());
    }
    const auto v = graph_.addVertex(
        cs, poputil::templateVertex("poplin::ConvPartialnx1", params_.inputType, partials_));
    graph_.connect(v["in"], ins);
    graph_.connect(v["weights"], blocks);
    graph_.connect(v["out"], outs);
    set(v, "Height", "Y", shape_.y, y, rows);
    set(v, "Width", "X", shape_.x, x, columns);
    graph_.setTileMapping(v, tile);
  }
  void set(poplar::VertexRef v, const std::string& size, const std::string& axis,
           const ConvAxis& numbers, const Part& outputs, const Part& inputs) {
    graph_.setInitialValue(v["out" + size], static_cast<unsigned>(outputs.size()));
    graph_.setInitialValue(v["in" + size], static_cast<unsigned>(inputs.size()));
    graph_.setInitialValue(v["kernel" + size], static_cast<unsigned>(numbers.kernel));
    graph_.setInitialValue(v["stride" + axis], numbers.stride);
    graph_.setInitialValue(v["kernelDilation" + axis], numbers.kernel_dilation);
    graph_.setInitialValue(v["inputDilation" + axis], numbers.input_dilation);
    const int place = static_cast<int>(outputs.begin) * numbers.stride + numbers.offset -
                      static_cast<int>(inputs.begin) * numbers.input_dilation;
    graph_.setInitialValue(v["offset" + axis], place);
  }

  /// Many vertices read the same operand.
  template <std::size_t n>
  using Operands = std::map<std::array<std::size_t, n>, Tensor>;
  template <std::size_t n, class Make>
  static const Tensor& known(Operands<n>& all, const std::array<std::size_t, n>& which,
                             const Make& make) {
    const auto found = all.find(which);
    return found != all.end() ? found->second : all.emplace(which, make()).first->second;
  }

  Graph& graph_;
  const ConvParams& params_;
  ConvShape shape_;
  poplar::Type partials_;
  AmpGroups amp_;
  ConvPlan plan_;
  std::size_t output_groups_;
  DebugContext context_;
  Operands<3> blocks_;  ///< weights by conv group, output group, input group
  Operands<7> ins_;     ///< by item, conv group, input group, rows, columns
};

/// Truncated and flipped along the dimensions of the field, which begin at `first`.
Tensor transformed(Tensor t, const ConvParams::InputTransform& change, unsigned first) {
  for (unsigned dim = 0; dim < change.flip.size(); ++dim) {
    const std::size_t end = t.dim(first + dim) - change.truncationUpper[dim];
    t = t.slice(change.truncationLower[dim], end, first + dim);
    if (change.flip[dim]) t = t.reverse(first + dim);
  }
  return t;
}

/// With a field of two dimensions.
Tensor planar(const Tensor& t, unsigned first) {
  return t.rank() == first + 2 ? t : t.expand({first});
}

void need_shape(const Tensor& t, const Shape& shape, const std::string& what) {
  need(t.shape() == shape, "poplin::convolution: " + what + " of shape " +
                               poputil::shapeToString(t.shape()) + ", the parameters say " +
                               poputil::shapeToString(shape));
}

Shape with_field(Shape shape, const Shape& field) {
  shape.insert(shape.end(), field.begin(), field.end());
  return shape;
}

}  // namespace

Tensor createInput(Graph& graph, const ConvParams& params, const DebugContext& debugContext,
                   const OptionFlags& options, PlanningCache* /*cache*/) {
  const Tensor in = Build(graph, params, options, debugContext).new_input();
  return in.reshape(
      with_field({params.batchSize, params.getNumInputChans()}, params.inputFieldShape));
}

Tensor createWeights(Graph& graph, const ConvParams& params, const DebugContext& debugContext,
                     const OptionFlags& options, PlanningCache* /*cache*/) {
  ConvParams whole = params;  // truncation concerns the use, not the tensor
  whole.kernelTransform = ConvParams::InputTransform(params.kernelShape.size());
  whole.inputTransform = ConvParams::InputTransform(params.kernelShape.size());
  whole.outputTransform = ConvParams::OutputTransform(params.kernelShape.size());
  for (std::size_t dim = 0; dim < params.kernelShape.size(); ++dim) {
    whole.inputFieldShape[dim] = std::max(params.inputFieldShape[dim], params.kernelShape[dim]);
  }
  const Tensor weights = Build(graph, whole, options, debugContext).new_weights();
  return weights.reshape(with_field(
      {params.numConvGroups, params.outputChannelsPerConvGroup, params.inputChannelsPerConvGroup},
      params.kernelShape));
}

Tensor createBiases(Graph& graph, const Tensor& activations, const DebugContext& debugContext,
                    const OptionFlags& options, PlanningCache* /*cache*/) {
  weft::check_options(convolution_table(), options);
  need(activations.rank() >= 2, "poplin::createBiases: activations have a batch and channels");
  const Tensor biases =
      graph.addVariable(activations.elementType(), {activations.dim(1)}, debugContext);
  poputil::mapTensorLinearly(graph, biases);
  return biases;
}

Tensor convolution(Graph& graph, const Tensor& in, const Tensor& weights, const ConvParams& params,
                   bool transposeAndFlipWeights, Sequence& prog, const DebugContext& debugContext,
                   const OptionFlags& options, PlanningCache* /*cache*/) {
  const Lends sums(graph, "poplin", "popops");
  const auto dims = static_cast<unsigned>(params.inputFieldShape.size());
  Tensor kernel = weights;
  if (transposeAndFlipWeights) {
    kernel = kernel.dimShufflePartial({1}, {2});
    for (unsigned dim = 0; dim < dims; ++dim) kernel = kernel.reverse(3 + dim);
  }
  need_shape(in, with_field({params.batchSize, params.getNumInputChans()}, params.inputFieldShape),
             "an input");
  need_shape(kernel,
             with_field({params.numConvGroups, params.outputChannelsPerConvGroup,
                         params.inputChannelsPerConvGroup},
                        params.kernelShape),
             "weights");
  need(in.elementType() == params.inputType && weights.elementType() == params.inputType,
       "poplin::convolution: input and weights are of the type that the parameters name");
  Build build(graph, params, options, named(debugContext, "Conv"));
  const Tensor field =
      planar(transformed(in, params.inputTransform, 2), 2)
          .reshapePartial(1, 2, {params.numConvGroups, params.inputChannelsPerConvGroup});
  const Tensor out =
      build.run(field, planar(transformed(kernel, params.kernelTransform, 3), 3), prog);
  return out.reshape(
      with_field({params.batchSize, params.getNumOutputChans()}, params.getOutputFieldShape()));
}

void convolutionWithOutput(Graph& graph, const Tensor& in, const Tensor& weights, const Tensor& out,
                           const ConvParams& params, bool transposeAndFlipWeights, Sequence& prog,
                           const DebugContext& debugContext, const OptionFlags& options,
                           PlanningCache* cache) {
  const Tensor result = convolution(graph, in, weights, params, transposeAndFlipWeights, prog,
                                    debugContext, options, cache);
  need_shape(out, result.shape(), "an output");
  prog.add(Copy(result, out, false, debugContext));
}

void addBias(Graph& graph, const Tensor& in, const Tensor& biases, Sequence& prog,
             const DebugContext& debugContext, const OptionFlags& options) {
  weft::check_options(convolution_table(), options);
  const Lends additions(graph, "poplin", "popops");
  need(in.rank() >= 2 && biases.numElements() == in.dim(1),
       "poplin::addBias: one bias a channel of the activations");
  Shape shape(in.rank() - 1, 1);
  shape[0] = in.dim(1);
  popops::addInPlace(graph, in, biases.reshape(shape), prog, named(debugContext, "addBias"));
}

void weightsTransposeChansFlipXY(Graph& /*graph*/, const Tensor& weightsIn,
                                 const Tensor& weightsOut, Sequence& prog,
                                 const DebugContext& debugContext, const OptionFlags& options,
                                 PlanningCache* /*cache*/) {
  weft::check_options(convolution_table(), options);
  Tensor from = weightsIn.dimShufflePartial({1}, {2});
  for (unsigned dim = 3; dim < from.rank(); ++dim) from = from.reverse(dim);
  need_shape(weightsOut, from.shape(), "an output");
  prog.add(Copy(from, weightsOut, false, debugContext));
}

}  // namespace poplin
