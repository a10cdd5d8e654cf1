// SPDX-License-Identifier: Apache-2.0
// Classes of the module for wafers; a session's commands by tiles are in sessions.cpp.
#include <pybind11/stl.h>

#include "hosts/python/module/wafer_session.hpp"

namespace weft::hosts::python {

namespace py = pybind11;

void add_wafer_programs(py::module_& module) {
  py::class_<WaferProgram> program(module, "WaferProgram", "What cslc left in a folder.");
  py::class_<WaferProgram::Variable>(program, "Variable")
      .def_readonly("name", &WaferProgram::Variable::name)
      .def_readonly("element_bytes", &WaferProgram::Variable::element_bytes)
      .def_readonly("elements", &WaferProgram::Variable::elements);
  py::class_<WaferProgram::Function>(program, "Function")
      .def_readonly("name", &WaferProgram::Function::name)
      .def_readonly("parameters", &WaferProgram::Function::parameters);
  py::class_<WaferProgram::Stream>(program, "Stream")
      .def_readonly("name", &WaferProgram::Stream::name)
      .def_readonly("into_machine", &WaferProgram::Stream::into_machine)
      .def_readonly("color", &WaferProgram::Stream::color);
  program.def(py::init<const std::string&>(), py::arg("folder"))
      .def_property_readonly("width", &WaferProgram::width, "PEs of the rectangle.")
      .def_property_readonly("height", &WaferProgram::height)
      .def_property_readonly("offset", &WaferProgram::offset, "Where it lies on the fabric: x, y.")
      .def_property_readonly("variables", &WaferProgram::variables, "What the host can copy.")
      .def_property_readonly("functions", &WaferProgram::functions, "What the host can launch.")
      .def_property_readonly("streams", &WaferProgram::streams, "By color.")
      .def("memory_bytes", &WaferProgram::memory_bytes, py::arg("x"), py::arg("y"))
      .def("symbol",
           [](const WaferProgram& of, std::uint32_t x, std::uint32_t y, const std::string& name) {
             const WaferProgram::Place place = of.symbol(x, y, name);
             return py::make_tuple(place.address, place.bytes);
           })
      .def("open", &WaferProgram::open, py::call_guard<py::gil_scoped_release>(),
           "A session of it.");
}

}  // namespace weft::hosts::python
