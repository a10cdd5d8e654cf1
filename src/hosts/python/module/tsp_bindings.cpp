// SPDX-License-Identifier: Apache-2.0
// Tensor programs and their schedules, as the module's classes.
#include <pybind11/numpy.h>
#include <pybind11/stl.h>

#include "base/counted.hpp"
#include "base/error.hpp"
#include "hosts/python/module/tsp_programs.hpp"
#include "numerics/tsp_operation.hpp"

namespace weft::hosts::python {

namespace py = pybind11;
namespace tsp = program::tsp;

namespace {

using tsp::TensorId;
using tsp::TensorProgram;
using tsp::TensorShape;

tsp::VectorType type_named(const std::string& name) {
  if (const auto type = numerics::find_vector_type(name)) return *type;
  fail(Category::input, "'" + name + "' is no type of a TSP's elements");
}

TensorId constant(TensorProgram& program, const std::string& name, const std::string& type,
                  const TensorShape& shape, const py::array& data) {
  const py::array array = py::array::ensure(data, py::array::c_style);
  if (!array) throw py::error_already_set();
  return program.constant(
      name, type_named(type), shape,
      {static_cast<const std::byte*>(array.data()), static_cast<std::size_t>(array.nbytes())});
}

TensorId elementwise(TensorProgram& program, const std::string& operation,
                     const std::vector<TensorId>& operands, const std::string& name) {
  const auto found = numerics::find_vector_operation(operation);
  if (!found || operands.size() != numerics::traits_of(*found).operands) {
    fail(Category::input, "'" + operation + "' is no operation of " +
                              counted(operands.size(), "operand") + " on a TSP");
  }
  if (operands.size() == 1) return program.unary(*found, operands[0], name);
  return program.binary(*found, operands[0], operands[1], name);
}

std::unique_ptr<HostSession> open_from_python(const py::bytes& program) {
  const std::string_view text = program;
  return open_tsp(std::as_bytes(std::span(text)));
}

void add_tensor_program(py::module_& module) {
  py::class_<TensorProgram>(module, "TensorProgram",
                            "Tensors and operations; each method gives a tensor's number.")
      .def(py::init<>())
      .def("input",
           [](TensorProgram& program, const std::string& name, const std::string& type,
              const TensorShape& shape) { return program.input(name, type_named(type), shape); })
      .def("constant", &constant)
      .def("matmul", &TensorProgram::matmul)
      .def("elementwise", &elementwise)
      .def("convert",
           [](TensorProgram& program, TensorId a, const std::string& type,
              const std::string& name) { return program.convert(a, type_named(type), name); })
      .def("softmax", &TensorProgram::softmax)
      .def("layer_norm", &TensorProgram::layer_norm)
      .def("transpose", &TensorProgram::transpose)
      .def("reshape", &TensorProgram::reshape)
      .def("output", &TensorProgram::output);
}

}  // namespace

void add_tsp_programs(py::module_& module) {
  add_tensor_program(module);
  py::class_<ScheduledBytes>(module, "ScheduledBytes")
      .def_property_readonly("bytes",
                             [](const ScheduledBytes& scheduled) {
                               return py::bytes(
                                   reinterpret_cast<const char*>(scheduled.bytes.data()),
                                   scheduled.bytes.size());
                             })
      .def_readonly("cycles", &ScheduledBytes::cycles)
      .def_readonly("instructions", &ScheduledBytes::instructions)
      .def_readonly("machine", &ScheduledBytes::machine)
      .def_readonly("clock_hz", &ScheduledBytes::clock_hz);
  module.def("schedule", &schedule_for_machine, py::call_guard<py::gil_scoped_release>());
  module.def("open_tsp", &open_from_python);
}

}  // namespace weft::hosts::python
