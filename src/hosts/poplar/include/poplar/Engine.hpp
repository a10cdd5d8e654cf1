// SPDX-License-Identifier: Apache-2.0
// The engine: compiles a graph, loads it onto a device, runs its programs.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <ostream>
#include <poplar/ArrayRef.hpp>
#include <poplar/Device.hpp>
#include <poplar/Executable.hpp>
#include <poplar/Graph.hpp>
#include <poplar/OptionFlags.hpp>
#include <poplar/ProfileValue.hpp>
#include <poplar/Program.hpp>
#include <poplar/StreamCallback.hpp>
#include <poplar/StringRef.hpp>
#include <string>
#include <vector>

namespace pva {
class Report;
}

namespace poplar {

namespace core {
class EngineImpl;
}

/// A compiled graph on its way through load and runs. One engine holds the device at a time:
/// loading another one ends what the first has there.
class Engine {
 public:
  using ProgressFunc = std::function<void(int, int)>;
  class TimerTimePoint {
   public:
    TimerTimePoint() = default;

   private:
    friend class Engine;
    std::uint64_t cycles_ = 0;
    double hz_ = 0;
  };

  Engine(const Graph& graph, ArrayRef<program::Program> programs, const OptionFlags& options = {},
         ProgressFunc progress = ProgressFunc(), const DebugContext& debugContext = {});
  Engine(const Graph& graph, program::Program program, const OptionFlags& options = {},
         ProgressFunc progress = ProgressFunc(), const DebugContext& debugContext = {});
  Engine(const Executable& executable, const OptionFlags& options = {});
  Engine(Engine&&) noexcept;
  Engine& operator=(Engine&&) noexcept;
  ~Engine();

  void prepare(const Device& device);
  void deploy();
  void load(const Device& device);
  void run(unsigned program = 0, const std::string& debugName = "");
  void loadAndRun(const Device& device, unsigned program = 0);
  void stop();

  // Streams: n transfers read or write [begin, end) in turn, beginning again at its end.
  void connectStream(StringRef handle, void* begin, void* end);
  void connectStream(StringRef handle, void* p);
  void connectStream(StringRef handle, unsigned index, void* begin, void* end);
  template <typename T>
  void connectStream(StringRef handle, const gccs::ArrayRef<T>& data) {
    connectStream(handle, data.begin(), data.end());
  }
  void connectStreamToCallback(StringRef handle, StreamCallbackHandle callback);
  void connectStreamToCallback(StringRef handle, unsigned index, StreamCallbackHandle callback);
  void connectHostFunction(StringRef handle, unsigned index, HostCallbackHandle callback);
  void connectHostFunction(StringRef handle, HostCallbackHandle callback) {
    connectHostFunction(handle, 0, std::move(callback));
  }
  std::vector<std::string> listStreams() const;

  // Tensors by the handles of createHostRead and createHostWrite, row-major.
  void readTensor(StringRef handle, void* buffer, void* bufferEnd);
  void readTensor(StringRef handle, void* buffer);  ///< `buffer` is large enough
  template <typename T>
  void readTensor(StringRef handle, gccs::ArrayRef<T> buffer) {
    readTensor(handle, buffer.begin(), buffer.end());
  }
  void writeTensor(StringRef handle, const void* buffer, const void* bufferEnd);
  void writeTensor(StringRef handle, const void* buffer);
  template <typename T>
  void writeTensor(StringRef handle, ArrayRef<T> buffer) {
    writeTensor(handle, buffer.begin(), buffer.end());
  }
  void copyFromRemoteBuffer(StringRef handle, void* buffer, std::uint64_t repeatIndex,
                            unsigned replicationIndex = 0);
  void copyToRemoteBuffer(void* buffer, StringRef handle, std::uint64_t repeatIndex,
                          unsigned replicationIndex = 0);
  template <typename T>
  void copyToRemoteBuffer(ArrayRef<T> buffer, StringRef handle, std::uint64_t repeatIndex,
                          unsigned replicationIndex = 0) {
    copyToRemoteBuffer(const_cast<T*>(buffer.data()), handle, repeatIndex, replicationIndex);
  }

  /// Where PrintTensor writes; std::cerr until set.
  void setPrintStream(std::ostream& stream);
  void setPrintTensorStream(std::ostream& stream) { setPrintStream(stream); }

  // Time and profiles, in cycles of the emulated device.
  TimerTimePoint getTimeStamp();
  static std::string reportTiming(const TimerTimePoint& start, const TimerTimePoint& end);
  void resetExecutionProfile();
  void disableExecutionProfiling();
  void enableExecutionProfiling();
  void printProfileSummary(std::ostream& out, const OptionFlags& options = {});
  ProfileValue getGraphProfile();
  ProfileValue getExecutionProfile();
  ProfileValue getProfile();
  /// What libpva says of the compiled graph; include <pva/pva.hpp>.
  pva::Report getReport(bool reportExecution = true);
  OptionFlags getEngineOptions() const;

 private:
  std::unique_ptr<core::EngineImpl> impl_;
};

}  // namespace poplar
