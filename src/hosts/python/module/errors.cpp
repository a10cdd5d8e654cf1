// SPDX-License-Identifier: Apache-2.0
// weft's errors as exceptions of package weft.
#include <string>

#include "base/error.hpp"
#include "hosts/python/module/host_session.hpp"

namespace weft::hosts::python {

namespace py = pybind11;

namespace {

const char* name_of(Category category) {
  switch (category) {
    case Category::input:
      return "input";
    case Category::unsupported:
      return "unsupported";
    case Category::program:
      return "program";
    case Category::deadlock:
      return "deadlock";
    case Category::limit:
      return "limit";
    case Category::system:
      return "system";
    case Category::check:
      return "check";
    case Category::interrupted:
      return "interrupted";
    case Category::internal:
      return "internal";
  }
  return "internal";
}

void raise(const Error& error) {
  if (error.category() == Category::interrupted) {
    // Python's own handler may have noted the signal already: it is raised once.
    if (PyErr_CheckSignals() == 0) PyErr_SetString(PyExc_KeyboardInterrupt, error.what());
    return;
  }
  const bool unsupported = error.category() == Category::unsupported;
  const py::object type =
      py::module_::import("weft.errors").attr(unsupported ? "Unsupported" : "Error");
  const py::object raised = type(std::string(error.what()), name_of(error.category()));
  PyErr_SetObject(type.ptr(), raised.ptr());
}

}  // namespace

void translate_errors() {
  py::register_exception_translator([](std::exception_ptr pointer) {
    try {
      if (pointer) std::rethrow_exception(pointer);
    } catch (const Error& error) {
      raise(error);
    }
  });
}

}  // namespace weft::hosts::python
