// SPDX-License-Identifier: Apache-2.0
// An IPU whose constants a program may set before it makes the device.
#pragma once

#include <poplar/Device.hpp>
#include <poplar/GlobalExchangeConstraints.hpp>
#include <poplar/OptionFlags.hpp>
#include <string>
#include <vector>

namespace poplar {

/// Data members start with the machine's own constants; what a program sets replaces them and is
/// marked as set by the user wherever constants are reported.
struct IPUModel {
  enum class RelativeSyncDelayType {
    AUTO,     ///< as the machine has it
    NO_DELAY  ///< a sync costs nothing beyond minIPUSyncDelay
  };
  enum class ExchangeType {
    BARE_NAKED_WITH_AGGRESSIVE_MULTICAST,
    BARE_NAKED_WITH_MULTICAST,
    BARE_NAKED_WITHOUT_MULTICAST,
    AGGRESSIVE_MULTICAST = BARE_NAKED_WITH_AGGRESSIVE_MULTICAST
  };

  IPUModel();  ///< "ipu2"
  /// "ipu1", "ipu2" or "ipu21".
  IPUModel(const char* IPUVersion);

  unsigned numIPUs;
  unsigned tilesPerIPU;
  unsigned numWorkerContexts;
  unsigned memoryBytesPerTile;
  unsigned bytesPerTile;  ///< the same under its older name; what is changed counts
  unsigned exchangeBytesPerCycle;
  unsigned memcpyBytesPerCycle;
  unsigned minIPUSyncDelay;  ///< cycles
  unsigned globalSyncCycles;
  double tileClockFrequency;  ///< Hz
  RelativeSyncDelayType relativeSyncDelay;
  ExchangeType IPUExchangeType;
  std::vector<GlobalExchangeConstraint> globalExchangeConstraints;
  bool compileIPUCode;  ///< read by nobody: codelets are compiled for the host

  Device createDevice(OptionFlags options = {}, bool accurateHalf = false,
                      unsigned deviceManagerId = 0) const;

 private:
  std::string version_;
};

}  // namespace poplar
