// SPDX-License-Identifier: Apache-2.0
// Finds devices. The machine is the job's, or what WEFT_TOPOLOGY names, or weft's default: a pod of
// 64 IPUs. There are no devices of more IPUs than it has; of a chip that WEFT_TOPOLOGY names there
// are as many as in a pod.
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
