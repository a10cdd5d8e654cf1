// SPDX-License-Identifier: Apache-2.0
// The host's side: weights in, inputs as streams, values as streams back; as a job's commands and
// as a script for the vendor's runtime.
#include "graph/shapes.hpp"
#include "lower/wse/writer.hpp"

namespace weft::lower::wse {

namespace {

std::string digits_of(std::int64_t value) { return std::to_string(value); }

/// The PE that a strip's values leave by.
std::int64_t exit_of(const Strip& strip) { return strip.x + strip.columns - 1; }

std::string type_of(const graph::TensorType& type) {
  if (!is_floating(type.element)) return "i32";
  return type.element == graph::Element::f16 ? "f16" : "f32";
}

std::string region(std::int64_t x, std::int64_t columns, std::int64_t rows) {
  return "region = [" + digits_of(x) + ", 0, " + digits_of(columns) + ", " + digits_of(rows) +
         "]\n";
}

std::string stream_keys(std::int64_t x, const graph::TensorType& type) {
  return region(x, 1, 1) + "elements = " + digits_of(graph::count_of(type.shape)) + "\ntype = \"" +
         type_of(type) + "\"\n";
}

std::string stream_in(const Plan& plan, const Written& written, const Strip& strip) {
  const Lowered::Input& input = written.inputs[static_cast<std::size_t>(strip.input)];
  (void)plan;
  return "\n[[command]]\nstream_in = \"MEMCPYH2D_DATA_1\"\nname = " + quoted(input.name) + "\n" +
         stream_keys(exit_of(strip), input.type) + "data = " + quoted("inputs.h5:" + input.name) +
         "\n";
}

constexpr const char* script_head =
    R"(import argparse

import h5py
import numpy as np
from cerebras.sdk.runtime.sdkruntimepybind import (  # pylint: disable=no-name-in-module
    MemcpyDataType, MemcpyOrder, SdkRuntime)

# symbol, dataset, first column, columns, rows, whether it is fp16
WEIGHTS = [
)";

constexpr const char* script_tail =
    R"(


def words(array):
    """One 32-bit word an element, as memcpy moves them."""
    array = np.ascontiguousarray(array).ravel()
    if array.dtype == np.float16:
        return array.view(np.uint16).astype(np.uint32)
    if array.dtype == np.float32:
        return array.view(np.uint32)
    return array.astype(np.int32).view(np.uint32)


def numbers(received):
    """The inverse, for floats."""
    if FLOATS == np.float16:
        return received.astype(np.uint16).view(np.float16)
    return received.view(np.float32)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--name", default="out", help="folder that cslc wrote")
    parser.add_argument("--cmaddr", help="address of a CS system")
    arguments = parser.parse_args()
    runner = SdkRuntime(arguments.name, cmaddr=arguments.cmaddr)
    order = MemcpyOrder.ROW_MAJOR
    runner.load()
    runner.run()
    with h5py.File("weights.h5", "r") as file:
        for symbol, dataset, x, columns, rows, half in WEIGHTS:
            array = file[dataset][()]
            kind = MemcpyDataType.MEMCPY_16BIT if half else MemcpyDataType.MEMCPY_32BIT
            runner.memcpy_h2d(runner.get_id(symbol), words(array), x, 0, columns, rows,
                              array.shape[-1], streaming=False, data_type=kind, order=order,
                              nonblock=False)
    stream_in, stream_out = 0, 1  # host_in and host_out of the layout
    kind = MemcpyDataType.MEMCPY_32BIT
    wrong = 0
    with h5py.File("inputs.h5", "r") as given, h5py.File("expected.h5", "r") as expected:
        for run in range(given[INPUTS[0][0]].shape[0]):
            for dataset, x in INPUTS:
                array = words(given[dataset][run])
                runner.memcpy_h2d(stream_in, array, x, 0, 1, 1, array.size, streaming=True,
                                  data_type=kind, order=order, nonblock=True)
            for dataset, x, shape in OUTPUTS:
                received = np.zeros(int(np.prod(shape)), np.uint32)
                runner.memcpy_d2h(received, stream_out, x, 0, 1, 1, received.size, streaming=True,
                                  data_type=kind, order=order, nonblock=False)
                wrong += int((received != words(expected[dataset][run])).sum())
                print(f"run {run}: {dataset} = {numbers(received).reshape(shape)}")
    runner.stop()
    if wrong:
        raise SystemExit(f"{wrong} elements are not as expected")
    print("SUCCESS")


if __name__ == "__main__":
    main()
)";

}  // namespace

std::string job_text(const Plan& plan, const Machine&, const Written& written, std::uint64_t runs,
                     bool nodes) {
  std::string out = "[program]\ncsl = \"layout.csl\"\n\n[program.parameters]\nnodes = " +
                    std::string(nodes ? "1" : "0") + "\n";
  for (const Strip& strip : plan.strips) {
    for (const Part& part : strip.parts) {
      out += "\n[[command]]\ncopy_in = " + quoted(part.symbol) +
             "\nname = " + quoted(part.array.name) + "\n" +
             region(strip.x + part.first_column, strip.columns - part.first_column, part.rows()) +
             "data = " + quoted("weights.h5:" + part.array.name) + "\n";
    }
  }
  // Streams go in one after the other: with several, the words of a run before those of the next.
  std::vector<std::string> in;
  for (const Strip& strip : plan.strips) {
    if (strip.input >= 0) in.push_back(stream_in(plan, written, strip));
  }
  if (in.size() == 1) {
    out += in[0];
  } else {
    for (std::uint64_t run = 0; run < runs; ++run) {
      for (const std::string& one : in) out += one + "items = [" + std::to_string(run) + ", 1]\n";
    }
  }
  for (std::size_t i = 0; i < written.results.size(); ++i) {
    const Result& result = written.results[i];
    if (!nodes && !result.output) continue;
    out += "\n[[command]]\nstream_out = \"MEMCPYD2H_DATA_1\"\nname = " + quoted(result.node) +
           "\n" + stream_keys(exit_of(plan.strips[written.strips[i]]), result.type) +
           "items = " + std::to_string(runs) + "\nresult = " + quoted(result.name) + "\n";
  }
  return out;
}

std::string script_text(const Plan& plan, const Machine& machine, const Written& written) {
  std::string weights;
  std::string inputs;
  std::string outputs;
  for (const Strip& strip : plan.strips) {
    for (const Part& part : strip.parts) {
      const bool half = part.array.data.type().element == graph::Element::f16;
      weights += "    (" + quoted(part.symbol) + ", " + quoted(part.array.name) + ", " +
                 digits_of(strip.x + part.first_column) + ", " +
                 digits_of(strip.columns - part.first_column) + ", " + digits_of(part.rows()) +
                 ", " + (half ? "True" : "False") + "),\n";
    }
    if (strip.input < 0) continue;
    const Lowered::Input& input = written.inputs[static_cast<std::size_t>(strip.input)];
    inputs += "    (" + quoted(input.name) + ", " + digits_of(exit_of(strip)) + "),\n";
  }
  for (std::size_t i = 0; i < written.results.size(); ++i) {
    const Result& result = written.results[i];
    if (!result.output) continue;
    std::string shape;
    for (const std::int64_t extent : result.type.shape) shape += digits_of(extent) + ", ";
    outputs += "    (" + quoted(result.name) + ", " +
               digits_of(exit_of(plan.strips[written.strips[i]])) + ", (" + shape + ")),\n";
  }
  return "#!/usr/bin/env cs_python\n\"\"\"Runs " + written.title +
         " on a wafer or in the vendor's simulator; written by weft compile.\n\n"
         "Weights, inputs and expected outputs are in the HDF5 files beside this script. The\n"
         "outputs must have the bits of those that weft computed.\n\"\"\"\n" +
         script_head + weights +
         R"(]
# dataset, column
INPUTS = [
)" + inputs +
         R"(]
# dataset, column, shape
OUTPUTS = [
)" + outputs +
         "]\nFLOATS = np." + (machine.half ? "float16" : "float32") + script_tail;
}

std::string commands_text(const Plan& plan, const Machine& machine) {
  // The vendor's simulator wants seven columns and two rows more, for memcpy.
  constexpr std::int64_t more_columns = 7;
  constexpr std::int64_t more_rows = 2;
  return "#!/usr/bin/env bash\n# Compiles and runs the program with the vendor's SDK.\n\nset -e\n\n"
         "cslc --arch=" +
         machine.architecture +
         " ./layout.csl --fabric-dims=" + digits_of(plan.width + more_columns) + "," +
         digits_of(plan.height + more_rows) +
         " --fabric-offsets=4,1 \\\n  --params=nodes:0 -o out --memcpy --channels 1\n"
         "cs_python run.py --name out\n";
}

}  // namespace weft::lower::wse
