// SPDX-License-Identifier: Apache-2.0
// Operands of control code: host requests, places that it reads, counts.
#include <string>

#include "frontends/poplar/control.hpp"

namespace weft::frontends::poplar {

namespace ipu = program::ipu;
using ipu::Operation;
using ipu::RequestKind;

namespace {

RequestKind request_of(StepKind kind) {
  switch (kind) {
    case StepKind::stream_to_view:
      return RequestKind::stream_to_array;
    case StepKind::view_to_stream:
      return RequestKind::array_to_stream;
    case StepKind::remote_to_view:
      return RequestKind::remote_to_array;
    case StepKind::view_to_remote:
      return RequestKind::array_to_remote;
    case StepKind::print:
      return RequestKind::print;
    default:
      return RequestKind::host_function;
  }
}

}  // namespace

void Control::request(const Step& step) {
  ipu::HostRequest request;
  request.kind = request_of(step.kind);
  request.name = step.name;
  for (const View& view : step.views) {
    request.arrays.push_back(
        at([&] { return "'" + step.name + "'"; }, [&] { return arrays_.number_of(view); }));
  }
  if (step.kind == StepKind::host_function) request.inputs = static_cast<std::uint32_t>(step.count);
  emit(Operation::request, static_cast<std::uint32_t>(program_.requests.size()));
  program_.requests.push_back(std::move(request));
}

std::uint32_t Control::here() {
  flush();
  return static_cast<std::uint32_t>(program_.code.size());
}

std::uint32_t Control::emit(Operation operation, std::uint32_t a, std::uint32_t b,
                            std::uint32_t c) {
  const std::uint32_t number = here();
  program_.code.push_back({operation, a, b, c});
  return number;
}

void Control::append(Operation operation, const std::vector<std::uint32_t>& operands) {
  for (const std::uint32_t operand : operands) emit(operation, operand);
}

std::uint32_t Control::place_of(const View& view) {
  const GraphModel& graph = context_.graph;
  if (view.elements() != 1) {
    complain(Complaint::type,
             "a predicate or selector is one element, not " + text_of(graph, view));
  }
  const ElementType type = graph.type_of(view);
  if (type != ElementType::boolean && type != ElementType::signed_int &&
      type != ElementType::unsigned_int) {
    complain(Complaint::type, "a predicate or selector is bool, int or unsigned int; " +
                                  text_of(graph, view) + " is " + std::string(ipu::name_of(type)));
  }
  std::vector<Segment> segments;
  at([&] { return "predicate or selector " + text_of(graph, view); },
     [&] { context_.placement.append(view.runs(), segments); });
  return place(segments.front(), type);
}

std::uint32_t Control::clock_place_of(const View& view, std::uint32_t tile) {
  const GraphModel& graph = context_.graph;
  std::vector<Segment> segments;
  at([&] { return "cycle count " + text_of(graph, view); },
     [&] { context_.placement.append(view.runs(), segments); });
  const bool good = view.elements() == 2 && graph.type_of(view) == ElementType::unsigned_int &&
                    segments.size() == 1 && segments.front().tile == tile;
  if (!good) {
    complain(Complaint::other, "a cycle count of tile " + std::to_string(tile) + " goes to " +
                                   text_of(graph, view) +
                                   "; it needs two neighbouring unsigned int on that tile");
  }
  return place(segments.front(), ElementType::unsigned_int);
}

std::uint32_t Control::place(const Segment& segment, ElementType type) {
  const auto number = static_cast<std::uint32_t>(program_.places.size());
  const auto [found, fresh] = places_.try_emplace({segment.tile, segment.address}, number);
  if (fresh) program_.places.push_back({segment.tile, segment.address, type});
  return found->second;
}

std::uint32_t Control::count(std::uint64_t value) {
  const auto number = static_cast<std::uint32_t>(program_.counts.size());
  const auto [found, fresh] = counts_.try_emplace(value, number);
  if (fresh) program_.counts.push_back(value);
  return found->second;
}

}  // namespace weft::frontends::poplar
