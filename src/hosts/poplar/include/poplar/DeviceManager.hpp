// SPDX-License-Identifier: Apache-2.0
// Finds devices. The machine is weft's default IPU, or what WEFT_TOPOLOGY names.
#pragma once

#include <cstddef>
#include <poplar/Device.hpp>
#include <poplar/OptionFlags.hpp>
#include <poplar/TargetType.hpp>
#include <vector>

namespace poplar {

class DeviceManager {
 public:
  DeviceManager();
  static DeviceManager createDeviceManager();
  static DeviceManager getDeviceManager() { return createDeviceManager(); }

  std::size_t getNumDevices() const;
  std::vector<Device> getDevices() const;
  /// One device of so many IPUs; none when no machine is that large.
  std::vector<Device> getDevices(TargetType type, unsigned requiredNumIPUs,
                                 const OptionFlags& options = {}) const;
  Device getDevice(unsigned deviceManagerId, const OptionFlags& options = {}) const;
  Device acquireAvailableDevice(unsigned numIpus = 1, const OptionFlags& options = {}) const;
  Device acquireDeviceById(unsigned deviceId, const OptionFlags& options = {}) const;
  std::vector<unsigned> getChildDeviceIds(unsigned parentId, unsigned numChildDeviceIpus = 1) const;
};

}  // namespace poplar
