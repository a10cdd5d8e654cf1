// SPDX-License-Identifier: Apache-2.0
// Devices: machines to run on. Emulated ones are always there and never taken.
#pragma once

#include <map>
#include <memory>
#include <poplar/OptionFlags.hpp>
#include <poplar/Target.hpp>
#include <string>
#include <vector>

namespace poplar {

class Device {
 public:
  Device();
  Device(const Device&);
  Device(Device&&) noexcept;
  Device& operator=(const Device&);
  Device& operator=(Device&&) noexcept;
  ~Device();

  unsigned getId() const;
  const Target& getTarget() const;
  /// Always succeeds.
  bool attach() const;
  bool isAttached() const;
  void detach() const;
  void reset() const {}
  void getDriverVersion(unsigned& major, unsigned& minor, unsigned& point) const;
  bool supportsRemoteBuffers() const { return true; }
  bool hasGateway() const { return false; }
  std::map<std::string, std::string> getAttributes() const;
  std::vector<unsigned> getDriverIDs() const;
  std::vector<int> getNumaNodesUsedForIPUs() const { return {}; }

  /// The same machine with so many tiles an IPU.
  Device createVirtualDevice(unsigned tilesPerIPU);
  static Device createCPUDevice(unsigned numDevices = 1);
  static Device createSimulatorDevice(const Target& target, const OptionFlags& options = {});

  /// For the library.
  Device(const Target& target, unsigned id);

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace poplar
