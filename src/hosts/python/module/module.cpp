// SPDX-License-Identifier: Apache-2.0
// The extension module weft._session: its import brings the ranks up.
#include <pybind11/stl.h>

#include "hosts/python/module/host_session.hpp"
#include "hosts/python/module/tsp_programs.hpp"
#include "hosts/python/module/wafer_session.hpp"

namespace py = pybind11;
using namespace weft::hosts::python;

PYBIND11_MODULE(_session, module) {
  module.doc() = "Sessions on emulated machines. Ranks other than 0 serve and exit in this import.";
  {
    const py::gil_scoped_release others_run;
    start_ranks();
  }
  translate_errors();
  add_sessions(module);
  add_tsp_programs(module);
  add_wafer_programs(module);
  module.def("name_program", &name_program, py::arg("name"),
             "What summaries call the program from now on.");
  module.def("interpreter_ends", &interpreter_ends, py::arg("interrupted"));
}
