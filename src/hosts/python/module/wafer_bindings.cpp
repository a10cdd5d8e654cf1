// SPDX-License-Identifier: Apache-2.0
// Classes of the module for wafers; a session's commands by tiles are in sessions.cpp.
#include <pybind11/stl.h>

#include <string_view>
#include <tuple>

#include "hosts/csl/compile.hpp"
#include "hosts/python/module/wafer_session.hpp"

namespace weft::hosts::python {

namespace py = pybind11;
namespace wse = program::wse;

namespace {

/// x, y, variable, its bytes.
using GivenPreset = std::tuple<std::uint32_t, std::uint32_t, std::string, py::bytes>;

void compile_wafer_program(const std::string& layout, const std::string& machine,
                           const std::string& folder, const std::vector<std::string>& import_paths,
                           const std::vector<GivenPreset>& presets) {
  csl::CompileOptions options;
  options.layout = layout;
  options.machine = machine;
  options.import_paths = import_paths;
  for (const auto& [x, y, symbol, data] : presets) {
    const std::string_view bytes = data;
    const auto* first = reinterpret_cast<const std::byte*>(bytes.data());
    options.presets.push_back({x, y, symbol, {first, first + bytes.size()}});
  }
  const py::gil_scoped_release others_run;
  csl::write_compiled(folder, csl::compile(options));
}

}  // namespace

void add_wafer_programs(py::module_& module) {
  module.def("compile_wafer_program", &compile_wafer_program, py::arg("layout"), py::arg("machine"),
             py::arg("folder"), py::arg("import_paths"), py::arg("presets"),
             "Compiles a layout file as cslc does; presets: (x, y, variable, bytes).");
  py::class_<WaferProgram> program(module, "WaferProgram", "What cslc left in a folder.");
  program.attr("memory_name") = WaferProgram::memory_name;
  py::class_<wse::ExportedVariable>(program, "Variable")
      .def_readonly("name", &wse::ExportedVariable::name)
      .def_property_readonly(
          "element_bytes",
          [](const wse::ExportedVariable& variable) { return wse::bytes_of(variable.type); })
      .def_readonly("elements", &wse::ExportedVariable::elements);
  py::class_<wse::ExportedFunction>(program, "Function")
      .def_readonly("name", &wse::ExportedFunction::name)
      .def_property_readonly("parameters", [](const wse::ExportedFunction& function) {
        std::vector<std::string> names;
        for (const wse::Type type : function.parameters) names.emplace_back(wse::name_of(type));
        return names;
      });
  py::class_<wse::HostStream>(program, "Stream")
      .def_readonly("name", &wse::HostStream::name)
      .def_readonly("into_machine", &wse::HostStream::into_machine)
      .def_readonly("color", &wse::HostStream::color);
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
