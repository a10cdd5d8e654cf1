// SPDX-License-Identifier: Apache-2.0
// What the host does for a running program: streams, prints, functions, remote buffers.
#include <algorithm>
#include <cstring>
#include <poplar/exceptions.hpp>

#include "hosts/poplar/api/elements.hpp"
#include "hosts/poplar/api/job_side.hpp"
#include "hosts/poplar/engine/engine_impl.hpp"
#include "hosts/poplar/engine/print_tensor.hpp"

namespace poplar::core {

namespace ipu = weft::program::ipu;
using ipu::RequestKind;

// --- connecting ---

namespace {

const StreamInfo& find_stream(const ExecutableImpl& executable, const std::string& handle) {
  const auto found = executable.streams.find(handle);
  if (found == executable.streams.end()) {
    throw stream_connection_error("the graph has no stream '" + handle + "'");
  }
  return found->second;
}

const RemoteInfo& find_remote(const ExecutableImpl& executable, const std::string& handle) {
  const auto found = executable.remote_buffers.find(handle);
  if (found == executable.remote_buffers.end()) {
    throw poplar_error("the graph has no remote buffer '" + handle + "'");
  }
  return found->second;
}

}  // namespace

std::size_t EngineImpl::bytes_of_stream(const std::string& handle) const {
  const StreamInfo& stream = find_stream(*executable_, handle);
  return stream.elements * size_of(stream.type);
}

void EngineImpl::connect_stream(const std::string& handle, std::byte* begin, std::byte* end) {
  const std::size_t needed = bytes_of_stream(handle);
  if (needed > 0 && (begin == nullptr || begin >= end)) {
    throw stream_connection_error("stream '" + handle + "' is connected to no memory");
  }
  streams_[handle] = {begin, end, begin, nullptr};
}

void EngineImpl::connect_callback(const std::string& handle,
                                  std::shared_ptr<StreamCallback> callback) {
  find_stream(*executable_, handle);
  if (!callback) throw stream_connection_error("stream '" + handle + "': the callback is empty");
  streams_[handle] = {nullptr, nullptr, nullptr, std::move(callback)};
}

void EngineImpl::connect_function(const std::string& handle,
                                  std::shared_ptr<HostCallback> callback) {
  const auto& known = executable_->host_functions;
  const bool found = std::any_of(known.begin(), known.end(),
                                 [&](const auto& function) { return function.name == handle; });
  if (!found) throw stream_connection_error("the graph has no host function '" + handle + "'");
  functions_[handle] = std::move(callback);
}

// --- serving ---

void EngineImpl::serve(const ipu::HostRequest& request) {
  switch (request.kind) {
    case RequestKind::stream_to_array:
    case RequestKind::array_to_stream:
      return serve_stream(request);
    case RequestKind::print: {
      const ipu::HostArray& array = executable_->program.arrays.at(request.arrays.at(0));
      *print_ << printed(decode(request.name), array.shape, read_array(request.arrays[0]))
              << std::flush;
      return;
    }
    case RequestKind::host_function:
      return serve_function(request);
    case RequestKind::remote_to_array:
    case RequestKind::array_to_remote:
      return serve_remote(request);
    case RequestKind::callback:
      return;
  }
}

namespace {

/// Copies between a transfer and the stream's memory, which begins again at its end.
template <typename Copy>
void go_round(StreamEnd& stream, std::size_t bytes, Copy&& copy) {
  for (std::size_t at = 0; at < bytes;) {
    if (stream.next == stream.end) stream.next = stream.begin;
    const std::size_t some =
        std::min(bytes - at, static_cast<std::size_t>(stream.end - stream.next));
    copy(at, stream.next, some);
    stream.next += some;
    at += some;
  }
}

}  // namespace

void EngineImpl::serve_stream(const ipu::HostRequest& request) {
  const std::uint32_t array = request.arrays.at(0);
  if (request.kind == RequestKind::array_to_stream) {
    std::vector<std::byte> data = read_array(array);
    auto* const job = weft::hosts::poplar::job_side();
    if (job != nullptr) job->stream_brought(request.name, data);
    const auto found = streams_.find(request.name);
    if (found == streams_.end()) return;  // the job alone wants it
    StreamEnd& stream = found->second;
    if (stream.callback) {
      stream.callback->fetch(data.data());
      stream.callback->complete();
    } else {
      go_round(stream, data.size(), [&](std::size_t at, std::byte* place, std::size_t some) {
        std::memcpy(place, data.data() + at, some);
      });
    }
    return;
  }
  StreamEnd& stream = streams_.at(request.name);
  std::vector<std::byte> data(executable_->program.arrays.at(array).bytes);
  if (stream.callback) {
    if (stream.callback->prefetch(data.data()) != StreamCallback::Result::Success) {
      stream.callback->fetch(data.data());
    }
  } else {
    go_round(stream, data.size(), [&](std::size_t at, const std::byte* place, std::size_t some) {
      std::memcpy(data.data() + at, place, some);
    });
  }
  write_array(array, data);
  if (stream.callback) stream.callback->complete();
}

void EngineImpl::serve_function(const ipu::HostRequest& request) {
  std::vector<std::vector<std::byte>> data;
  for (std::size_t i = 0; i < request.arrays.size(); ++i) {
    const std::uint32_t array = request.arrays[i];
    data.push_back(i < request.inputs
                       ? read_array(array)
                       : std::vector<std::byte>(executable_->program.arrays.at(array).bytes));
  }
  std::vector<const void*> inputs;
  std::vector<void*> outputs;
  for (std::size_t i = 0; i < data.size(); ++i) {
    if (i < request.inputs) {
      inputs.push_back(data[i].data());
    } else {
      outputs.push_back(data[i].data());
    }
  }
  HostCallback& callback = *functions_.at(request.name);
  callback(inputs.data(), inputs.size(), outputs.data(), outputs.size());
  for (std::size_t i = request.inputs; i < data.size(); ++i)
    write_array(request.arrays[i], data[i]);
}

// --- remote buffers ---

std::size_t EngineImpl::row_bytes(const std::string& handle) const {
  const RemoteInfo& buffer = find_remote(*executable_, handle);
  return buffer.elements * size_of(buffer.type);
}

std::byte* EngineImpl::remote_row(const std::string& handle, std::uint64_t row) {
  const RemoteInfo& buffer = find_remote(*executable_, handle);
  if (row >= buffer.rows) {
    throw poplar_error("remote buffer '" + handle + "' has no row " + std::to_string(row) +
                       ": it has " + std::to_string(buffer.rows));
  }
  std::vector<std::byte>& data = remote_[handle];
  if (data.empty()) data.resize(buffer.rows * row_bytes(handle));
  return data.data() + row * row_bytes(handle);
}

void EngineImpl::serve_remote(const ipu::HostRequest& request) {
  std::vector<std::uint32_t> rows = {0};
  if (request.arrays.size() > 1) {
    const std::vector<std::byte> offsets = read_array(request.arrays[1]);
    rows.resize(offsets.size() / sizeof(std::uint32_t));
    std::memcpy(rows.data(), offsets.data(), offsets.size());
  }
  const std::size_t bytes = row_bytes(request.name);
  if (request.kind == RequestKind::array_to_remote) {
    const std::vector<std::byte> data = read_array(request.arrays[0]);
    for (std::size_t i = 0; i < rows.size(); ++i) {
      std::memcpy(remote_row(request.name, rows[i]), data.data() + i * bytes, bytes);
    }
    return;
  }
  std::vector<std::byte> data(rows.size() * bytes);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    std::memcpy(data.data() + i * bytes, remote_row(request.name, rows[i]), bytes);
  }
  write_array(request.arrays[0], data);
}

}  // namespace poplar::core
