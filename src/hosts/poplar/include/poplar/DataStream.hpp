// SPDX-License-Identifier: Apache-2.0
// Streams and buffers between the host and the device.
#pragma once

#include <cstddef>
#include <poplar/ReplicatedStreamMode.hpp>
#include <poplar/StringRef.hpp>
#include <poplar/Type.hpp>
#include <string>
#include <utility>

namespace poplar {

enum class DataStreamType {
  HostToDeviceFIFO,
  DeviceToHostFIFO,
  HostToDeviceBuffer,
  DeviceToHostBuffer
};
inline bool isDeviceToHost(DataStreamType type) {
  return type == DataStreamType::DeviceToHostFIFO || type == DataStreamType::DeviceToHostBuffer;
}
inline bool isHostToDevice(DataStreamType type) { return !isDeviceToHost(type); }
inline bool isRemoteBuffer(DataStreamType type) {
  return type == DataStreamType::HostToDeviceBuffer || type == DataStreamType::DeviceToHostBuffer;
}

/// A queue of elements in one direction; each copy moves numElements() of them.
class DataStream {
 public:
  DataStream() = default;
  DataStream(std::string handle, DataStreamType type, const Type& elementType,
             std::size_t numElements, ReplicatedStreamMode mode = ReplicatedStreamMode::REPLICATE)
      : handle_(std::move(handle)),
        type_(type),
        element_type_(elementType),
        elements_(numElements),
        mode_(mode) {}
  std::string handle() const { return handle_; }
  std::size_t numElements() const { return elements_; }
  unsigned replicationFactor() const { return 1; }
  ReplicatedStreamMode replicatedMode() const { return mode_; }
  DataStreamType type() const { return type_; }
  Type elementType() const { return element_type_; }
  friend bool operator==(const DataStream& a, const DataStream& b) {
    return a.handle_ == b.handle_ && a.type_ == b.type_;
  }
  friend bool operator!=(const DataStream& a, const DataStream& b) { return !(a == b); }

 private:
  std::string handle_;
  DataStreamType type_ = DataStreamType::HostToDeviceFIFO;
  Type element_type_;
  std::size_t elements_ = 0;
  ReplicatedStreamMode mode_ = ReplicatedStreamMode::REPLICATE;
};

/// getRepeats() rows of numElements() elements in the host's memory, reached from the device.
class RemoteBuffer {
 public:
  RemoteBuffer() = default;
  RemoteBuffer(std::string handle, const Type& elementType, std::size_t numElements,
               std::size_t repeats, bool rearrangeOnHost, bool optimiseMemory)
      : handle_(std::move(handle)),
        element_type_(elementType),
        elements_(numElements),
        repeats_(repeats),
        rearrange_on_host_(rearrangeOnHost),
        optimise_memory_(optimiseMemory) {}
  std::string handle() const { return handle_; }
  std::size_t numElements() const { return elements_; }
  std::size_t getRepeats() const { return repeats_; }
  Type elementType() const { return element_type_; }
  bool isRearrangeOnHost() const { return rearrange_on_host_; }
  bool isOptimisedForMemory() const { return optimise_memory_; }
  friend bool operator==(const RemoteBuffer& a, const RemoteBuffer& b) {
    return a.handle_ == b.handle_;
  }
  friend bool operator!=(const RemoteBuffer& a, const RemoteBuffer& b) { return !(a == b); }

 private:
  std::string handle_;
  Type element_type_;
  std::size_t elements_ = 0;
  std::size_t repeats_ = 1;
  bool rearrange_on_host_ = false;
  bool optimise_memory_ = false;
};

}  // namespace poplar
