// SPDX-License-Identifier: Apache-2.0
// From a model to program, data, job and the values that must come out.
#include "lower/ipu/ipu.hpp"

#include "base/error.hpp"
#include "lower/ipu/model.hpp"
#include "lower/ipu/writer.hpp"
#include "lower/judge.hpp"

namespace weft::lower::ipu {

namespace {

std::string job_text(const std::vector<Lowered::Input>& inputs,
                     const std::vector<std::string>& streams, const std::vector<Array>& weights,
                     std::uint64_t runs, bool nodes) {
  std::string out = "[program]\npoplar = \"main.cpp\"\narguments = [\"--runs\", \"" +
                    std::to_string(runs) + "\"" + (nodes ? ", \"--nodes\"" : "") + "]\n";
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    out += "\n[[input]]\nstream = " + quoted(streams[i]) +
           "\ndata = " + quoted("inputs.h5:" + inputs[i].name) + "\n";
  }
  for (const Array& array : weights) {
    out += "\n[[input]]\ntensor = " + quoted(array.name) +
           "\ndata = " + quoted("weights.h5:" + array.name) + "\n";
  }
  return out;
}

}  // namespace

Lowered lower(const Request& request) {
  const auto model = std::make_shared<Model>();
  model->graph = request.graph;
  model->machine = machine_of(*request.machine);
  model->floats = request.precision == Precision::fp16 ? Kind::half : Kind::single;
  require_supported(*model, request.machine->name());
  require_room(*model, *request.machine);
  Writer writer(*model, request.model);
  Lowered out;
  out.files.push_back({"main.cpp", writer.text()});
  out.weights = writer.weights();
  out.inputs = writer.inputs();
  out.results = writer.results();
  out.job = [inputs = out.inputs, streams = writer.streams(), weights = out.weights](
                std::uint64_t runs, bool nodes) {
    return job_text(inputs, streams, weights, runs, nodes);
  };
  out.evaluation_bytes = evaluation_bytes(*model);
  out.evaluate = [model, results = out.results](const std::vector<graph::Tensor>& inputs) {
    std::vector<Numbers> given;
    for (std::size_t i = 0; i < inputs.size(); ++i) {
      const graph::ValueId id = model->graph->inputs[i];
      given.push_back(numbers_of(inputs[i], model->kind(id), "'" + model->value(id).name + "'"));
    }
    const std::vector<Numbers> values = evaluate(*model, given);
    Evaluated out;
    for (const Result& result : results) {
      out.values.push_back(tensor_of(values[index(result.value)]));
    }
    out.judgement = judge(*model, values);
    take_limits(out, results, [](graph::Numbers numbers, const graph::TensorType& type) {
      numbers.type = type;
      return graph::tensor_of(numbers);
    });
    return out;
  };
  return out;
}

}  // namespace weft::lower::ipu
