// SPDX-License-Identifier: Apache-2.0
// What a job adds to the Poplar program that it runs: a machine, data for its handles, and an eye
// on what the program gives to the host.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "topology/topology.hpp"

namespace poplar::core {
class EngineImpl;
struct ExecutableImpl;
}  // namespace poplar::core

namespace weft::hosts::poplar {

/// Lives on rank 0. What it throws ends the program.
class JobSide {
 public:
  virtual ~JobSide() = default;
  /// The machine of targets that name none, and overrides of its constants ("a.b=c").
  virtual std::string topology() const = 0;
  virtual std::vector<topology::Assignment> constants() const = 0;
  /// Where codelet files are that are not where the program says; ends without a '/'.
  virtual std::string codelet_folder() const = 0;
  /// An engine was made of this.
  virtual void compiled(const ::poplar::core::ExecutableImpl& executable) = 0;
  /// An engine was loaded: streams may be connected and tensors written.
  virtual void loaded(::poplar::core::EngineImpl& engine) = 0;
  /// The host has read a tensor, or a stream has brought its next elements. Streams to the host
  /// need no other connection.
  virtual void tensor_read(const std::string& handle, std::span<const std::byte> data) = 0;
  virtual void stream_brought(const std::string& handle, std::span<const std::byte> data) = 0;
  /// Something failed; the program is about to see it as an exception of Poplar's.
  virtual void failed(const Error& error) = 0;
};

/// Null where a program runs by itself.
JobSide* job_side();
/// It stays the caller's; null takes it away.
void set_job_side(JobSide* side);
/// `path`, or the file of that name in the job's codelet folder when there is none at `path`.
std::string find_codelets(const std::string& path);

}  // namespace weft::hosts::poplar
