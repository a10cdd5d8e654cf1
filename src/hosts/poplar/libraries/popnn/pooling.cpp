// SPDX-License-Identifier: Apache-2.0
// popnn: pooling, its outputs spread over the tiles, one vertex on each.
#include "popnn/Pooling.hpp"

#include <algorithm>
#include <limits>
#include <string>
#include <utility>

#include "base/counted.hpp"
#include "base/error.hpp"
#include "hosts/poplar/libraries/library_options.hpp"
#include "hosts/poplar/libraries/poplin/conv_plan.hpp"
#include "hosts/poplar/libraries/support.hpp"
#include "poputil/Util.hpp"
#include "poputil/VertexTemplates.hpp"

namespace popnn {
namespace pooling {

using poplar::DebugContext;
using poplar::Graph;
using poplar::OptionFlags;
using poplar::Tensor;
using poplar::program::Execute;
using poplar::program::Sequence;
using namespace weft::libraries;

PoolParams::PoolParams(PoolingType type, std::vector<std::size_t> field,
                       std::vector<std::size_t> kernel, std::vector<unsigned> strides,
                       std::vector<int> lower, std::vector<int> upper, std::size_t channels,
                       std::size_t batch, poplar::Type element)
    : poolingType(type),
      inputFieldShape(std::move(field)),
      kernelShape(std::move(kernel)),
      stride(std::move(strides)),
      inputTruncationOrPaddingLower(std::move(lower)),
      inputTruncationOrPaddingUpper(std::move(upper)),
      numChannels(channels),
      batchSize(batch),
      dType(element) {}

namespace {

/// A dimension of the field: what is cut off is gone, `offset` is where output 0 begins.
struct PoolAxis {
  std::size_t cut = 0, input = 1, kernel = 1, output = 1;
  int stride = 1, offset = 0;
  Part inputs_of(const Part& outputs) const {
    const auto at = [&](std::size_t output_number) {
      return static_cast<long>(output_number) * stride + offset;
    };
    const auto size = static_cast<long>(input);
    const long begin = std::clamp(at(outputs.begin), 0L, size);
    const long end = std::clamp(at(outputs.end - 1) + static_cast<long>(kernel), begin, size);
    return {static_cast<std::size_t>(begin), static_cast<std::size_t>(end)};
  }
  /// Elements that are not padding, over all windows.
  std::uint64_t taken() const {
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < output; ++i) sum += inputs_of({i, i + 1}).size();
    return sum;
  }
};

void need_lengths(const PoolParams& params) {
  const std::size_t dims = params.inputFieldShape.size();
  need(params.kernelShape.size() == dims && params.stride.size() == dims &&
           params.inputTruncationOrPaddingLower.size() == dims &&
           params.inputTruncationOrPaddingUpper.size() == dims,
       "popnn::pooling: kernel, strides and padding have a number for each of the field's " +
           weft::counted(dims, "dimension"));
}

PoolAxis axis_of(const PoolParams& params, std::size_t dim) {
  const int lower = params.inputTruncationOrPaddingLower[dim];
  const int upper = params.inputTruncationOrPaddingUpper[dim];
  const long length = static_cast<long>(params.inputFieldShape[dim]) + lower + upper;
  PoolAxis axis;
  axis.kernel = params.kernelShape[dim];
  need(axis.kernel != 0 && params.stride[dim] != 0 && length >= static_cast<long>(axis.kernel),
       "popnn::pooling: a kernel of " + std::to_string(axis.kernel) + " with stride " +
           std::to_string(params.stride[dim]) + " along dimension " + std::to_string(dim) +
           ", whose padded length is " + std::to_string(length));
  axis.cut = lower < 0 ? static_cast<std::size_t>(-lower) : 0;
  const std::size_t end = upper < 0 ? static_cast<std::size_t>(-upper) : 0;
  axis.input = params.inputFieldShape[dim] - axis.cut - end;
  axis.stride = static_cast<int>(params.stride[dim]);
  axis.offset = -std::max(lower, 0);
  axis.output = (static_cast<std::size_t>(length) - axis.kernel) / params.stride[dim] + 1;
  return axis;
}

struct PoolAxes {
  PoolAxis y, x;
};

PoolAxes axes_of(const PoolParams& params) {
  need_lengths(params);
  const std::size_t dims = params.getNumFieldDims();
  if (dims != 1 && dims != 2) {
    weft::fail(weft::Category::unsupported, "popnn::pooling: fields of " +
                                                weft::counted(dims, "dimension") +
                                                "; there are one and two");
  }
  PoolAxes axes;
  if (dims == 2) axes.y = axis_of(params, 0);
  axes.x = axis_of(params, dims - 1);
  return axes;
}

class PoolBuild {
 public:
  PoolBuild(Graph& graph, const PoolParams& params, const DebugContext& context)
      : graph_(graph),
        params_(params),
        axes_(axes_of(params)),
        group_(graph.getTarget().getWeightsPerConvUnit(params.dType)),
        groups_(ceil_divide(params.numChannels, group_)),
        context_(context) {}

  /// `in` and the result [batch][channels][height][width].
  Tensor run(const Tensor& in, Sequence& prog) {
    const std::size_t tiles = graph_.getTarget().getNumTiles();
    const std::size_t units = params_.batchSize * groups_;
    y_parts_ = std::clamp<std::size_t>(tiles / units, 1, axes_.y.output);
    x_parts_ = std::clamp<std::size_t>(tiles / (units * y_parts_), 1, axes_.x.output);
    const std::size_t parts = units * y_parts_ * x_parts_;
    const std::size_t each = ceil_divide(parts, tiles);
    const Tensor out =
        blocked_activations(graph_, params_.dType, params_.batchSize, 1, params_.numChannels,
                            group_, axes_.y.output, axes_.x.output, named(context_, "out"))
            .squeeze({1});
    const auto cs = graph_.addComputeSet(context_);
    for (std::size_t part = 0; part < parts; ++part) {
      add_vertex(cs, static_cast<unsigned>(part / each), part, in, out);
    }
    prog.add(Execute(cs, context_));
    return out;
  }

 private:
  void add_vertex(poplar::ComputeSet cs, unsigned tile, std::size_t part, const Tensor& in,
                  const Tensor& out) {
    const Part x = part_of(axes_.x.output, x_parts_, part % x_parts_);
    const Part y = part_of(axes_.y.output, y_parts_, part / x_parts_ % y_parts_);
    const std::size_t unit = part / x_parts_ / y_parts_;
    const std::size_t item = unit / groups_;
    const Part channels = group_of(params_.numChannels, group_, unit % groups_);
    Part rows = axes_.y.inputs_of(y);
    Part columns = axes_.x.inputs_of(x);
    if (rows.size() == 0) rows = {0, 1};  // all padding: the vertex reads none of them
    if (columns.size() == 0) columns = {0, 1};
    const auto block = [&](const Tensor& t, const Part& h, const Part& w) {
      return t[item].slice({channels.begin, h.begin, w.begin}, {channels.end, h.end, w.end});
    };
    const Tensor target = block(out, y, x);
    graph_.setTileMapping(target, tile);
    const bool largest = params_.poolingType == PoolingType::MAX;
    const auto v = graph_.addVertex(
        cs, poputil::templateVertex(largest ? "popnn::MaxPooling" : "popnn::SumPooling",
                                    params_.dType));
    graph_.connect(v["in"],
                   std::vector<Tensor>{block(in, rows, columns).dimShuffle({1, 2, 0}).flatten()});
    graph_.connect(v["out"], std::vector<Tensor>{target.dimShuffle({1, 2, 0}).flatten()});
    set(v, "Height", "Y", axes_.y, y, rows);
    set(v, "Width", "X", axes_.x, x, columns);
    if (!largest) graph_.setInitialValue(v["mean"], params_.poolingType == PoolingType::AVG);
    graph_.setTileMapping(v, tile);
  }

  void set(poplar::VertexRef v, const std::string& size, const std::string& axis,
           const PoolAxis& numbers, const Part& outputs, const Part& inputs) {
    graph_.setInitialValue(v["out" + size], static_cast<unsigned>(outputs.size()));
    graph_.setInitialValue(v["in" + size], static_cast<unsigned>(inputs.size()));
    graph_.setInitialValue(v["kernel" + size], static_cast<unsigned>(numbers.kernel));
    graph_.setInitialValue(v["stride" + axis], numbers.stride);
    const int place = static_cast<int>(outputs.begin) * numbers.stride + numbers.offset -
                      static_cast<int>(inputs.begin);
    graph_.setInitialValue(v["offset" + axis], place);
  }

  Graph& graph_;
  const PoolParams& params_;
  PoolAxes axes_;
  std::size_t group_, groups_;
  std::size_t y_parts_ = 1, x_parts_ = 1;
  DebugContext context_;
};

}  // namespace

std::vector<std::size_t> PoolParams::getOutputFieldShape() const {
  need_lengths(*this);
  std::vector<std::size_t> shape;
  for (std::size_t dim = 0; dim < getNumFieldDims(); ++dim) {
    shape.push_back(axis_of(*this, dim).output);
  }
  return shape;
}
std::vector<std::size_t> getOutputFieldShape(const PoolParams& params) {
  return params.getOutputFieldShape();
}

const char* asString(const PoolingType& method) {
  switch (method) {
    case PoolingType::MAX:
      return "max";
    case PoolingType::AVG:
      return "avg";
    case PoolingType::SUM:
      return "sum";
  }
  throw poputil::poplibs_error("popnn::pooling: pooling of an unknown kind");
}

std::ostream& operator<<(std::ostream& o, const PoolParams& params) {
  return o << asString(params.poolingType) << " pooling of " << params.batchSize << " x "
           << params.numChannels << " fields " << poputil::shapeToString(params.inputFieldShape)
           << " by " << poputil::shapeToString(params.kernelShape);
}

std::uint64_t getFwdFlops(const PoolParams& params) {
  const PoolAxes axes = axes_of(params);
  const std::uint64_t outputs = axes.y.output * axes.x.output;
  const std::uint64_t divisions = params.poolingType == PoolingType::AVG ? outputs : 0;
  return params.batchSize * params.numChannels * (axes.y.taken() * axes.x.taken() + divisions);
}
double getFwdPerfectCycleCount(const Graph& graph, const PoolParams& params) {
  const poplar::Target& target = graph.getTarget();
  return static_cast<double>(getFwdFlops(params)) /
         (static_cast<double>(target.getNumTiles()) * target.getVectorWidth(params.dType));
}

Tensor pool(Graph& graph, const PoolParams& params, const Tensor& in, Sequence& prog,
            const DebugContext& debugContext, const OptionFlags& options) {
  weft::check_options(pooling_table(), options);
  Shape shape{params.batchSize, params.numChannels};
  shape.insert(shape.end(), params.inputFieldShape.begin(), params.inputFieldShape.end());
  need(in.shape() == shape && in.numElements() != 0,
       "popnn::pooling: an input of shape " + poputil::shapeToString(in.shape()) +
           ", the parameters say " + poputil::shapeToString(shape));
  need(in.elementType() == params.dType &&
           (params.dType == poplar::FLOAT || params.dType == poplar::HALF),
       "popnn::pooling: input and parameters are of one type, float or half");
  const PoolAxes axes = axes_of(params);
  const Tensor field = in.rank() == 4 ? in : in.expand({2});
  const Tensor kept = field.slice(axes.y.cut, axes.y.cut + axes.y.input, 2)
                          .slice(axes.x.cut, axes.x.cut + axes.x.input, 3);
  const std::string name = std::string(asString(params.poolingType)) + "Pool";
  const Tensor out = PoolBuild(graph, params, named(debugContext, name)).run(kept, prog);
  return in.rank() == 4 ? out : out.squeeze({2});
}

}  // namespace pooling
}  // namespace popnn
