// SPDX-License-Identifier: Apache-2.0
// Arrays of a model as files hold them, and inputs for its runs.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "graph/graph.hpp"
#include "lower/lowered.hpp"
#include "trace/tensor.hpp"

namespace weft::cli {

trace::Tensor stored(const graph::Tensor& tensor);
graph::Tensor loaded(const trace::Tensor& tensor);

/// A model's inputs, for several runs.
struct ModelInputs {
  std::uint64_t runs = 1;
  std::vector<graph::Tensor> whole;  ///< with an axis of runs in front; in the model's order
  /// Those of one run.
  std::vector<graph::Tensor> of_run(std::uint64_t run) const;
};

/// From the datasets, or of a .npz the arrays, of the inputs' names in `path`: of the model's
/// shape, or several of these one behind the other. Category::input, naming file and dataset, for
/// what does not fit, and element for a NaN.
ModelInputs read_inputs(const std::string& path, const lower::Lowered& lowered,
                        const graph::Graph& model);
/// The largest magnitude that each value has, by ValueId, for the inputs in `path`, in fp64; 0 of
/// whole numbers. As read_inputs; "" stands for pattern_inputs. Infinite inputs are
/// Category::input.
std::vector<double> largest_magnitudes(const std::string& path, const graph::Graph& model);
/// One run of numbers that depend on nothing: floats between -1 and 1; 0 and 1 where the model
/// takes whole numbers or conditions.
ModelInputs pattern_inputs(const lower::Lowered& lowered, const graph::Graph& model);

}  // namespace weft::cli
