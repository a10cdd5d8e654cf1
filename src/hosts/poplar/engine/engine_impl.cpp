// SPDX-License-Identifier: Apache-2.0
// Loading and running: the engine's session, and its tensors.
#include "hosts/poplar/engine/engine_impl.hpp"

#include <cstring>
#include <iostream>
#include <poplar/exceptions.hpp>

#include "base/counted.hpp"
#include "hosts/poplar/api/engine_options.hpp"
#include "hosts/poplar/api/job_side.hpp"
#include "hosts/poplar/api/program_support.hpp"
#include "hosts/poplar/api/translate.hpp"
#include "hosts/poplar/engine/host_marks.hpp"
#include "hosts/poplar/engine/session_plan.hpp"

namespace poplar::core {

namespace ipu = weft::program::ipu;
using weft::engine::CommandKind;
using weft::engine::HostCommand;
using weft::engine::Session;
using weft::hosts::poplar::runtime;

EngineImpl::EngineImpl(std::shared_ptr<const ExecutableImpl> executable, const OptionFlags& options)
    : executable_(std::move(executable)), options_(engine_options(options)), print_(&std::cerr) {
  if (auto* job = weft::hosts::poplar::job_side()) job->compiled(*executable_);
}

EngineImpl::~EngineImpl() {
  try {
    stop();
  } catch (const std::exception& error) {
    std::cerr << "poplar: the engine did not end in order: " << error.what() << '\n';
  }
}

// --- life ---

void EngineImpl::prepare(const Device& device) {
  const Target& wanted = executable_->target;
  if (device.getTarget() != wanted) {
    throw poplar_error("load: the graph was compiled for " + wanted.getTargetArchString() +
                       " with " + weft::counted(wanted.getNumTiles(), "tile") + ", the device is " +
                       device.getTarget().getTargetArchString() + " with " +
                       weft::counted(device.getTarget().getNumTiles(), "tile") +
                       ", or their constants differ");
  }
  if (!device.isAttached()) throw poplar_error("load: the device is not attached");
  prepared_ = true;
}

void EngineImpl::deploy() {
  if (!prepared_) throw poplar_error("deploy: the engine was not prepared for a device");
  open_ = translated([&] { return runtime().open(plan_of(*executable_)); });
  profile_from_ = {};
  if (auto* job = weft::hosts::poplar::job_side()) job->loaded(*this);
}

void EngineImpl::stop() {
  if (!open_) return;
  const auto open = std::move(open_);
  open_.reset();
  translated([&] { runtime().close(*open); });
}

Session& EngineImpl::open_session() {
  if (!open_) throw tensor_io_state_error("the engine is not loaded onto a device");
  if (!open_->session) {
    throw tensor_io_state_error(
        "the engine is no longer on its device: another engine was loaded, or its run failed");
  }
  return *open_->session;
}

namespace {

/// Marks of the host that come next are set at the cycle that the session has come to.
struct MarkClock {
  explicit MarkClock(const Session& session) : session_(session) {}
  ~MarkClock() { weft::hosts::poplar::set_mark_clock(session_.now()); }
  const Session& session_;
};

}  // namespace

template <typename Body>
auto EngineImpl::with_session(Body&& body) {
  Session& session = open_session();
  try {
    const MarkClock clock(session);
    return translated([&] { return body(session); });
  } catch (...) {
    open_->session.reset();
    throw;
  }
}

std::uint64_t EngineImpl::now() { return open_ && open_->session ? open_->session->now() : 0; }

ExecutionTotals EngineImpl::all_totals() {
  if (!open_ || !open_->session) return {};
  return with_session([](Session& session) {
    weft::engine::Profile profile = session.profile();
    return ExecutionTotals{session.now(), std::move(profile.counters), std::move(profile.stages)};
  });
}

ExecutionTotals EngineImpl::execution_totals() { return since(all_totals(), profile_from_); }

void EngineImpl::reset_profile() { profile_from_ = all_totals(); }

// --- programs ---

void EngineImpl::check_connected(unsigned program) const {
  for (const std::uint32_t number : requests_of(executable_->program, program)) {
    const ipu::HostRequest& request = executable_->program.requests[number];
    const bool stream = request.kind == ipu::RequestKind::stream_to_array ||
                        request.kind == ipu::RequestKind::array_to_stream;
    const bool taken = request.kind == ipu::RequestKind::array_to_stream &&
                       weft::hosts::poplar::job_side() != nullptr;
    if (stream && !taken && streams_.count(request.name) == 0) {
      throw stream_connection_error("stream '" + request.name + "' is used by program " +
                                    std::to_string(program) +
                                    " and was not connected (Engine::connectStream)");
    }
    if (request.kind == ipu::RequestKind::host_function && functions_.count(request.name) == 0) {
      throw stream_connection_error("host function '" + request.name + "' is used by program " +
                                    std::to_string(program) +
                                    " and was not connected (Engine::connectHostFunction)");
    }
  }
}

void EngineImpl::run(unsigned program) {
  open_session();
  if (program >= executable_->program.entries.size()) {
    throw control_program_error("run: there is no program " + std::to_string(program) +
                                ": the engine has " +
                                std::to_string(executable_->program.entries.size()));
  }
  check_connected(program);
  with_session([&](Session& session) {
    HostCommand launch;
    launch.kind = CommandKind::launch;
    launch.name = "program";
    launch.arguments = {program};
    const auto id = session.submit(std::move(launch));
    while (const auto request = session.host_request()) {
      weft::hosts::poplar::set_mark_clock(session.now());
      serve(executable_->program.requests.at(request->number));
      session.answer();
    }
    session.wait(id);
  });
}

// --- arrays ---

std::vector<std::byte> EngineImpl::read_array(std::uint32_t array) {
  const ipu::HostArray& info = executable_->program.arrays.at(array);
  if (info.bytes == 0) return {};
  const std::uint32_t size = bytes_of(info.type);
  Session& session = open_session();
  return session
      .run(weft::engine::array_copy(CommandKind::copy_out, info.name, info.bytes / size, size))
      .data;
}

void EngineImpl::write_array(std::uint32_t array, std::span<const std::byte> data) {
  const ipu::HostArray& info = executable_->program.arrays.at(array);
  if (info.bytes == 0) return;
  const std::uint32_t size = bytes_of(info.type);
  Session& session = open_session();
  session.run(weft::engine::array_copy(CommandKind::copy_in, info.name, info.bytes / size, size),
              data);
}

namespace {

const ArrayHandle& find_handle(const std::map<std::string, ArrayHandle>& handles,
                               const std::string& name, const char* what) {
  const auto found = handles.find(name);
  if (found != handles.end()) return found->second;
  throw poplar_error(std::string(what) + ": there is no handle '" + name + "'");
}

void check_size(const std::string& handle, std::size_t buffer, std::size_t tensor,
                const char* what) {
  if (buffer == 0 || buffer == tensor) return;
  throw poplar_error(std::string(what) + ": tensor '" + handle + "' has " +
                     weft::counted(tensor, "byte") + ", the buffer " + std::to_string(buffer));
}

}  // namespace

void EngineImpl::read_tensor(const std::string& handle, void* buffer, std::size_t bytes) {
  const ArrayHandle& found = find_handle(executable_->reads, handle, "readTensor");
  check_size(handle, bytes, executable_->program.arrays[found.array].bytes, "readTensor");
  const std::vector<std::byte> data =
      with_session([&](Session&) { return read_array(found.array); });
  if (!data.empty()) std::memcpy(buffer, data.data(), data.size());
  if (auto* job = weft::hosts::poplar::job_side()) job->tensor_read(handle, data);
}

void EngineImpl::write_tensor(const std::string& handle, const void* buffer, std::size_t bytes) {
  const ArrayHandle& found = find_handle(executable_->writes, handle, "writeTensor");
  const std::size_t size = executable_->program.arrays[found.array].bytes;
  check_size(handle, bytes, size, "writeTensor");
  with_session([&](Session&) {
    write_array(found.array, std::span(static_cast<const std::byte*>(buffer), size));
  });
}

}  // namespace poplar::core
