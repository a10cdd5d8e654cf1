// SPDX-License-Identifier: Apache-2.0
// Engine: Poplar's functions on what engine_impl.hpp does.
#include <cstring>
#include <poplar/Engine.hpp>
#include <poplar/exceptions.hpp>
#include <pva/pva.hpp>

#include "base/number_text.hpp"
#include "hosts/poplar/api/state.hpp"
#include "hosts/poplar/engine/engine_impl.hpp"
#include "hosts/poplar/profile/profile.hpp"

namespace poplar {

Engine::Engine(const Graph& graph, ArrayRef<program::Program> programs, const OptionFlags& options,
               ProgressFunc progress, const DebugContext& debugContext)
    : impl_(new core::EngineImpl(
          compileGraph(graph, programs, options, std::move(progress), debugContext).getImpl(),
          options)) {}

Engine::Engine(const Graph& graph, program::Program program, const OptionFlags& options,
               ProgressFunc progress, const DebugContext& debugContext)
    : Engine(graph, ArrayRef<program::Program>(&program, 1), options, std::move(progress),
             debugContext) {}

Engine::Engine(const Executable& executable, const OptionFlags& options)
    : impl_(new core::EngineImpl(executable.getImpl(), options)) {}

Engine::Engine(Engine&&) noexcept = default;
Engine& Engine::operator=(Engine&&) noexcept = default;
Engine::~Engine() = default;

void Engine::prepare(const Device& device) { impl_->prepare(device); }
void Engine::deploy() { impl_->deploy(); }
void Engine::load(const Device& device) {
  impl_->prepare(device);
  impl_->deploy();
}
void Engine::run(unsigned program, const std::string&) { impl_->run(program); }
void Engine::loadAndRun(const Device& device, unsigned program) {
  load(device);
  run(program);
}
void Engine::stop() { impl_->stop(); }

// --- data ---

namespace {

std::size_t distance(const void* begin, const void* end) {
  return static_cast<std::size_t>(static_cast<const std::byte*>(end) -
                                  static_cast<const std::byte*>(begin));
}

void check_replica(unsigned index) {
  if (index != 0) throw index_error("there is one replica, number 0, and none of number", index);
}

}  // namespace

void Engine::connectStream(StringRef handle, void* begin, void* end) {
  auto* first = static_cast<std::byte*>(begin);
  // A range without an end of its own is one transfer long.
  const std::size_t bytes = begin == end ? impl_->bytes_of_stream(handle) : distance(begin, end);
  impl_->connect_stream(handle, first, first + bytes);
}
void Engine::connectStream(StringRef handle, void* p) { connectStream(handle, p, p); }
void Engine::connectStream(StringRef handle, unsigned index, void* begin, void* end) {
  check_replica(index);
  connectStream(handle, begin, end);
}
void Engine::connectStreamToCallback(StringRef handle, StreamCallbackHandle callback) {
  impl_->connect_callback(handle, callback.share());
}
void Engine::connectStreamToCallback(StringRef handle, unsigned index,
                                     StreamCallbackHandle callback) {
  check_replica(index);
  connectStreamToCallback(handle, std::move(callback));
}
void Engine::connectHostFunction(StringRef handle, unsigned index, HostCallbackHandle callback) {
  check_replica(index);
  impl_->connect_function(handle, callback.share());
}

std::vector<std::string> Engine::listStreams() const {
  std::vector<std::string> names;
  for (const auto& [name, stream] : impl_->executable().streams) {
    names.push_back((stream.to_device ? "in: " : "out: ") + name);
  }
  return names;
}

void Engine::readTensor(StringRef handle, void* buffer, void* bufferEnd) {
  impl_->read_tensor(handle, buffer, distance(buffer, bufferEnd));
}
void Engine::readTensor(StringRef handle, void* buffer) { impl_->read_tensor(handle, buffer, 0); }
void Engine::writeTensor(StringRef handle, const void* buffer, const void* bufferEnd) {
  impl_->write_tensor(handle, buffer, distance(buffer, bufferEnd));
}
void Engine::writeTensor(StringRef handle, const void* buffer) {
  impl_->write_tensor(handle, buffer, 0);
}

void Engine::copyFromRemoteBuffer(StringRef handle, void* buffer, std::uint64_t repeatIndex,
                                  unsigned replicationIndex) {
  check_replica(replicationIndex);
  std::memcpy(buffer, impl_->remote_row(handle, repeatIndex), impl_->row_bytes(handle));
}
void Engine::copyToRemoteBuffer(void* buffer, StringRef handle, std::uint64_t repeatIndex,
                                unsigned replicationIndex) {
  check_replica(replicationIndex);
  std::memcpy(impl_->remote_row(handle, repeatIndex), buffer, impl_->row_bytes(handle));
}

void Engine::setPrintStream(std::ostream& stream) { impl_->set_print_stream(stream); }

// --- time and profiles ---

Engine::TimerTimePoint Engine::getTimeStamp() {
  TimerTimePoint point;
  point.cycles_ = impl_->now();
  point.hz_ = impl_->executable().target.getTileClockFrequency();
  return point;
}

std::string Engine::reportTiming(const TimerTimePoint& start, const TimerTimePoint& end) {
  const auto cycles = static_cast<double>(end.cycles_ - start.cycles_);
  return weft::fixed(cycles, 0) + " cycles (" +
         weft::fixed(end.hz_ > 0 ? cycles / end.hz_ * 1e6 : 0.0, 3) + " us emulated)";
}

void Engine::resetExecutionProfile() { impl_->reset_profile(); }
void Engine::disableExecutionProfiling() {}
void Engine::enableExecutionProfiling() {}

void Engine::printProfileSummary(std::ostream& out, const OptionFlags& options) {
  core::print_profile_summary(out, impl_->executable(), impl_->execution_totals(), options);
}
ProfileValue Engine::getGraphProfile() { return core::graph_profile(impl_->executable()); }
pva::Report Engine::getReport(bool) { return pva::Report(getGraphProfile()); }
ProfileValue Engine::getExecutionProfile() {
  return core::execution_profile(impl_->executable(), impl_->execution_totals());
}
ProfileValue Engine::getProfile() {
  ProfileValue::Map both;
  both["graphProfile"] = getGraphProfile();
  both["executionProfile"] = getExecutionProfile();
  return ProfileValue(std::move(both));
}
OptionFlags Engine::getEngineOptions() const { return impl_->options(); }

}  // namespace poplar
