// SPDX-License-Identifier: Apache-2.0
// Class Session of the module: numpy arrays to an emulated machine and back.
#include <pybind11/numpy.h>
#include <pybind11/stl.h>

#include <array>
#include <string_view>

#include "base/error.hpp"
#include "hosts/python/module/host_session.hpp"

namespace weft::hosts::python {

namespace py = pybind11;

namespace {

/// Bytes of an array, C order; it lives as long as `array`.
std::span<const std::byte> bytes_of(const py::array& array) {
  return {static_cast<const std::byte*>(array.data()), static_cast<std::size_t>(array.nbytes())};
}

void copy_in(HostSession& session, const std::string& name, const py::array& given) {
  const py::array array = py::array::ensure(given, py::array::c_style);
  if (!array) throw py::error_already_set();
  const auto bytes = bytes_of(array);
  const auto width = static_cast<std::uint32_t>(array.itemsize());
  const py::gil_scoped_release others_run;
  session.copy_in(name, bytes, width);
}

void copy_out(HostSession& session, const std::string& name, py::array& into) {
  if ((into.flags() & py::array::c_style) == 0 || !into.writeable()) {
    fail(Category::input, "copy_out: array '" + name + "' goes to a writeable array in C order");
  }
  std::vector<std::byte> bytes;
  {
    const auto elements = static_cast<std::uint64_t>(into.size());
    const auto width = static_cast<std::uint32_t>(into.itemsize());
    const py::gil_scoped_release others_run;
    bytes = session.copy_out(name, elements, width);
  }
  std::memcpy(into.mutable_data(), bytes.data(), bytes.size());
}

engine::CommandKind kind_named(const std::string& name) {
  using Kind = engine::CommandKind;
  for (const Kind kind :
       {Kind::copy_in, Kind::copy_out, Kind::launch, Kind::stream_in, Kind::stream_out}) {
    if (engine::name_of(kind) == name) return kind;
  }
  fail(Category::input, "no command is called '" + name + "'");
}

/// A rectangle as Python has it: x, y, width, height.
using Sides = std::array<std::uint32_t, 4>;

engine::CommandId submit_tiles(HostSession& session, const std::string& kind,
                               const std::string& name, const Sides& where, std::uint64_t elements,
                               std::uint32_t element_bytes, const py::bytes& data, bool nonblocking,
                               bool timeless) {
  engine::HostCommand command;
  command.kind = kind_named(kind);
  command.name = name;
  command.where = {where[0], where[1], where[2], where[3]};
  command.elements = elements;
  command.element_bytes = element_bytes;
  command.nonblocking = nonblocking;
  command.timeless = timeless;
  const std::string_view view = data;
  const py::gil_scoped_release others_run;
  return session.submit(std::move(command), std::as_bytes(std::span(view)));
}

engine::CommandId submit_launch(HostSession& session, const std::string& name,
                                std::vector<std::uint32_t> arguments) {
  engine::HostCommand command;
  command.kind = engine::CommandKind::launch;
  command.name = name;
  command.arguments = std::move(arguments);
  return session.submit(std::move(command), {});
}

py::tuple wait(HostSession& session, engine::CommandId command) {
  engine::Reply reply;
  {
    const py::gil_scoped_release others_run;
    reply = session.wait(command);
  }
  const py::bytes data(reinterpret_cast<const char*>(reply.data.data()), reply.data.size());
  return py::make_tuple(reply.begin, reply.end, data);
}

}  // namespace

void add_sessions(py::module_& module) {
  using Released = py::call_guard<py::gil_scoped_release>;
  py::class_<HostSession>(module, "Session", "A program on an emulated machine.")
      .def_property_readonly("is_open", &HostSession::is_open,
                             "False once another session was opened, or after close().")
      .def("copy_in", &copy_in, py::arg("name"), py::arg("array"),
           "Copies a whole array to the machine.")
      .def("copy_out", &copy_out, py::arg("name"), py::arg("into"),
           "Copies a whole array from the machine into one of numpy's, of its size.")
      .def("launch", &HostSession::launch, py::arg("name"),
           py::arg("arguments") = std::vector<std::uint32_t>(), Released(),
           "Runs a function of the program; the cycles in which it began and was done.")
      .def("submit_tiles", &submit_tiles, py::arg("kind"), py::arg("name"), py::arg("where"),
           py::arg("elements"), py::arg("element_bytes"), py::arg("data"), py::arg("nonblocking"),
           py::arg("timeless") = false,
           "Appends a copy or stream of a rectangle (x, y, width, height), bytes [y][x][element]; "
           "its number, for wait().")
      .def("submit_launch", &submit_launch, py::arg("name"), py::arg("arguments"),
           "Appends a launch with an argument word a parameter; its number, for wait().")
      .def("wait", &wait, py::arg("command"),
           "Runs until the command is done: its first cycle, its last, the bytes that it gave.")
      .def("is_done", &HostSession::is_done, py::arg("command"), Released(),
           "Whether the command is done; begins nothing for it.")
      .def_property_readonly("now", &HostSession::now, "The machine's cycle, host time.")
      .def("close", &HostSession::close, Released(), "Ends it in order; finishes its trace.");
}

}  // namespace weft::hosts::python
