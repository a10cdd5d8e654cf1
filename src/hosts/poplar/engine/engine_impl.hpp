// SPDX-License-Identifier: Apache-2.0
// An engine: an executable, what the host connected to it, and its session while it is loaded.
//
// The room engine runs executables. engine.cpp is Poplar's Engine; EngineImpl loads the executable
// into a session (session_plan.hpp says what that needs), starts programs, and while they run does
// for them what only a host can (serve.cpp: streams, prints, functions, remote buffers).
// runtime.hpp is where sessions come from, a job's or this process's own; start.hpp and
// libc_start.cpp bring up the ranks around a main() that knows nothing of them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <ostream>
#include <poplar/Engine.hpp>
#include <set>
#include <string>
#include <vector>

#include "hosts/poplar/engine/runtime.hpp"
#include "hosts/poplar/graph/executable.hpp"
#include "hosts/poplar/profile/sums.hpp"

namespace poplar::core {

/// What a stream is connected to: memory that is gone through in turn, or a callback.
struct StreamEnd {
  std::byte* begin = nullptr;
  std::byte* end = nullptr;
  std::byte* next = nullptr;
  std::shared_ptr<StreamCallback> callback;
};

class EngineImpl {
 public:
  EngineImpl(std::shared_ptr<const ExecutableImpl> executable, const OptionFlags& options);
  ~EngineImpl();
  EngineImpl(const EngineImpl&) = delete;
  EngineImpl& operator=(const EngineImpl&) = delete;

  const ExecutableImpl& executable() const { return *executable_; }
  const OptionFlags& options() const { return options_; }
  const weft::hosts::poplar::OpenSession* session() const { return open_.get(); }

  void prepare(const Device& device);
  void deploy();
  void run(unsigned program);
  void stop();

  void connect_stream(const std::string& handle, std::byte* begin, std::byte* end);
  void connect_callback(const std::string& handle, std::shared_ptr<StreamCallback> callback);
  void connect_function(const std::string& handle, std::shared_ptr<HostCallback> callback);
  std::size_t bytes_of_stream(const std::string& handle) const;

  /// `bytes` is the size of the host's buffer, or 0 for "large enough".
  void read_tensor(const std::string& handle, void* buffer, std::size_t bytes);
  void write_tensor(const std::string& handle, const void* buffer, std::size_t bytes);
  /// A row of a remote buffer, made when it is first asked for.
  std::byte* remote_row(const std::string& handle, std::uint64_t row);
  std::size_t row_bytes(const std::string& handle) const;

  void set_print_stream(std::ostream& stream) { print_ = &stream; }
  std::uint64_t now();
  /// From here on execution_totals() counts.
  void reset_profile();
  /// What the machine has counted since it was loaded or the profile was reset; nothing while the
  /// engine is not on its device.
  ExecutionTotals execution_totals();

 private:
  weft::engine::Session& open_session();
  /// Calls `body` with the session; one that fails has ended.
  template <typename Body>
  auto with_session(Body&& body);
  void check_connected(unsigned program) const;
  void serve(const weft::program::ipu::HostRequest& request);
  void serve_stream(const weft::program::ipu::HostRequest& request);
  void serve_function(const weft::program::ipu::HostRequest& request);
  void serve_remote(const weft::program::ipu::HostRequest& request);
  ExecutionTotals all_totals();
  std::vector<std::byte> read_array(std::uint32_t array);
  void write_array(std::uint32_t array, std::span<const std::byte> data);

  std::shared_ptr<const ExecutableImpl> executable_;
  OptionFlags options_;
  std::map<std::string, StreamEnd> streams_;
  std::map<std::string, std::shared_ptr<HostCallback>> functions_;
  std::map<std::string, std::vector<std::byte>> remote_;
  std::ostream* print_;
  bool prepared_ = false;
  std::shared_ptr<weft::hosts::poplar::OpenSession> open_;
  ExecutionTotals profile_from_;  ///< what had been counted when the profile was reset
};

}  // namespace poplar::core
