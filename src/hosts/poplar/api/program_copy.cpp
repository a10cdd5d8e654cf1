// SPDX-License-Identifier: Apache-2.0
// Copies between tensors, streams and remote buffers.
#include <poplar/Program.hpp>
#include <poplar/exceptions.hpp>

#include "base/counted.hpp"
#include "hosts/poplar/api/elements.hpp"
#include "hosts/poplar/api/program_support.hpp"
#include "hosts/poplar/api/state.hpp"

namespace poplar::program {
namespace {

using core::new_step;
using core::Step;
using core::StepKind;

void check_types(const Type& a, const Type& b, const std::string& what) {
  if (core::element_type(a) == core::element_type(b)) return;
  throw type_error("Copy: " + what + " hold elements of types " + a.toString() + " and " +
                   b.toString());
}

void check_writable(const Tensor& tensor) {
  if (tensor.containsConstant()) {
    throw control_program_error("Copy: the destination " + tensor.getDebugStr() +
                                " holds constants");
  }
}

std::shared_ptr<Step> between(const Tensor& src, const Tensor& dst, const DebugContext& name) {
  if (src.numElements() != dst.numElements()) {
    throw control_program_error("Copy: a source of shape " + src.shapeToString() +
                                " and a destination of shape " + dst.shapeToString() +
                                " have different numbers of elements");
  }
  check_types(src.elementType(), dst.elementType(), "source and destination");
  check_writable(dst);
  auto step = new_step(StepKind::copy, name.getPathName());
  step->views = {core::view_of(src), core::view_of(dst)};
  return step;
}

std::shared_ptr<Step> streaming(const DataStream& stream, const Tensor& tensor, bool to_device) {
  if (isHostToDevice(stream.type()) != to_device) {
    throw control_program_error("Copy: stream '" + stream.handle() + "' goes the other way");
  }
  check_types(stream.elementType(), tensor.elementType(),
              "stream '" + stream.handle() + "' and its tensor");
  if (stream.numElements() != tensor.numElements()) {
    throw control_program_error("Copy: a transfer of stream '" + stream.handle() + "' has " +
                                weft::counted(stream.numElements(), "element") +
                                ", a tensor of shape " + tensor.shapeToString() + " has " +
                                std::to_string(tensor.numElements()));
  }
  if (to_device) check_writable(tensor);
  auto step =
      new_step(to_device ? StepKind::stream_to_view : StepKind::view_to_stream, stream.handle());
  step->views = {core::view_of(tensor)};
  return step;
}

std::shared_ptr<Step> remote(const RemoteBuffer& buffer, const Tensor& tensor, const Tensor* offset,
                             bool to_device) {
  const std::size_t rows = offset == nullptr ? 1 : offset->numElements();
  check_types(buffer.elementType(), tensor.elementType(),
              "remote buffer '" + buffer.handle() + "' and its tensor");
  if (tensor.numElements() != rows * buffer.numElements()) {
    throw control_program_error(
        "Copy: " + weft::counted(rows, "row") + " of remote buffer '" + buffer.handle() +
        "' with " + weft::counted(rows * buffer.numElements(), "element") + ", a tensor of shape " +
        tensor.shapeToString() + " has " + std::to_string(tensor.numElements()));
  }
  if (offset != nullptr && offset->elementType() != UNSIGNED_INT && offset->elementType() != INT) {
    throw type_error("Copy: offsets into remote buffer '" + buffer.handle() + "' are of type " +
                     offset->elementType().toString() + ", not unsigned int");
  }
  if (to_device) check_writable(tensor);
  auto step =
      new_step(to_device ? StepKind::remote_to_view : StepKind::view_to_remote, buffer.handle());
  step->views = {core::view_of(tensor)};
  if (offset != nullptr) step->views.push_back(core::view_of(*offset));
  return step;
}

}  // namespace

Copy::Copy(Tensor src, Tensor dst, bool, const DebugContext& debugContext)
    : Program(between(src, dst, debugContext)) {}
Copy::Copy(const DataStream& stream, Tensor dst, bool, const DebugContext&)
    : Program(streaming(stream, dst, true)) {}
Copy::Copy(Tensor src, const DataStream& stream, bool, const DebugContext&)
    : Program(streaming(stream, src, false)) {}
Copy::Copy(const RemoteBuffer& buffer, Tensor dst, const DebugContext&)
    : Program(remote(buffer, dst, nullptr, true)) {}
Copy::Copy(const RemoteBuffer& buffer, Tensor dst, Tensor offset, const DebugContext&)
    : Program(remote(buffer, dst, &offset, true)) {}
Copy::Copy(Tensor src, const RemoteBuffer& buffer, const DebugContext&)
    : Program(remote(buffer, src, nullptr, false)) {}
Copy::Copy(Tensor src, const RemoteBuffer& buffer, Tensor offset, const DebugContext&)
    : Program(remote(buffer, src, &offset, false)) {}

CrossReplicaCopy::CrossReplicaCopy(Tensor src, Tensor dst, std::map<unsigned, unsigned> replicaMap,
                                   const DebugContext& debugContext) {
  for (const auto& [from, to] : replicaMap) {
    if (from != 0 || to != 0) {
      throw graph_replication_error("CrossReplicaCopy: there is one replica, number 0");
    }
  }
  step_ = between(src, dst, debugContext);
}

}  // namespace poplar::program
