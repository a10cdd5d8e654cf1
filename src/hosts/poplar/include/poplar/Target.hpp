// SPDX-License-Identifier: Apache-2.0
// What a graph is compiled for: the numbers of the emulated machine.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <poplar/GlobalExchangeConstraints.hpp>
#include <poplar/OptionFlags.hpp>
#include <poplar/StringRef.hpp>
#include <poplar/TargetType.hpp>
#include <poplar/Type.hpp>
#include <poplar/Version.hpp>
#include <string>
#include <vector>

namespace poplar {

namespace core {
struct TargetImpl;
}

/// All values come from the machine's topology file. A target that was default constructed has
/// none: asking it throws poplar_error.
class Target {
 public:
  Target();
  Target(const Target&);
  Target(Target&&) noexcept;
  Target& operator=(const Target&);
  Target& operator=(Target&&) noexcept;
  ~Target();

  TargetType getTargetType() const;
  std::string getTargetSystemString() const;
  std::string getTargetArchString() const;  ///< "ipu1", "ipu2", "ipu21", "cpu"
  unsigned getNumIPUs() const;
  unsigned getTilesPerIPU() const;
  unsigned getNumTiles() const;
  unsigned getNumWorkerContexts() const;
  unsigned getBytesPerTile() const;
  std::uint64_t getMemoryBytes() const;
  double getTileClockFrequency() const;  ///< Hz
  unsigned getExchangeBytesPerCycle() const;
  unsigned getMemcpyBytesPerCycle() const;
  unsigned getMinIPUSyncDelay() const;
  unsigned getMaxIPUSyncDelay() const;
  double getMaxExchangeBytesPerCycle() const { return getExchangeBytesPerCycle(); }
  unsigned getGlobalSyncCycles() const;
  const std::vector<GlobalExchangeConstraint>& getGlobalExchangeConstraints() const;
  bool supportsExchangeBusSharing() const;
  unsigned getTilesPerSharedExchangeBus() const;
  const std::vector<unsigned>& getMemoryElementOffsets() const;
  unsigned getInterleavedMemoryElementIndex() const;
  unsigned getNumStrideBits() const;
  unsigned getDataPathWidth() const;  ///< bits
  unsigned getRptCountMax() const;
  unsigned getAtomicStoreGranularity() const;
  bool hasHalfFloat() const { return true; }

  unsigned getFloatVectorWidth() const { return getVectorWidth(FLOAT); }
  unsigned getHalfVectorWidth() const { return getVectorWidth(HALF); }
  unsigned getQuarterVectorWidth() const { return getDataPathWidth() / 8; }
  unsigned getVectorWidth(const Type& type) const;
  std::size_t getTypeSize(const Type& type) const;  ///< bytes
  unsigned getTypeAlignment(const Type& type) const {
    return static_cast<unsigned>(getTypeSize(type));
  }

  unsigned getFp16InFp16OutConvUnitsPerTile() const;
  unsigned getFp16InFp32OutConvUnitsPerTile() const;
  unsigned getFp32InFp32OutConvUnitsPerTile() const;
  unsigned getNumConvUnits(const Type& inputType, const Type& partialType) const;
  unsigned getNumConvUnits(bool floatActivations, bool floatPartial) const;
  unsigned getWeightsPerConvUnit(const Type& type) const;
  unsigned getWeightsPerConvUnit(bool floatActivations) const {
    return getWeightsPerConvUnit(floatActivations ? FLOAT : HALF);
  }
  unsigned getConvUnitCoeffLoadBytesPerCycle() const;
  unsigned getConvUnitInputLoadElemsPerCycle(const Type& type) const;
  unsigned getConvUnitInputLoadElemsPerCycle(bool floatActivations) const {
    return getConvUnitInputLoadElemsPerCycle(floatActivations ? FLOAT : HALF);
  }
  unsigned getConvUnitMaxPipelineDepth(const Type& type) const;
  unsigned getFp16ConvUnitMaxPipelineDepth() const { return getConvUnitMaxPipelineDepth(HALF); }
  unsigned getFp32ConvUnitMaxPipelineDepth() const { return getConvUnitMaxPipelineDepth(FLOAT); }
  unsigned getFp16ConvUnitInputLoadElemsPerCycle() const {
    return getConvUnitInputLoadElemsPerCycle(HALF);
  }
  unsigned getFp32ConvUnitInputLoadElemsPerCycle() const {
    return getConvUnitInputLoadElemsPerCycle(FLOAT);
  }

  /// The same machine with fewer tiles or IPUs.
  Target createVirtualTarget(unsigned numIPUs, unsigned tilesPerIPU) const;
  static Target createCPUTarget(bool accurateHalf = false, unsigned numIPUs = 1);
  /// `systemType`: "ipu1", "ipu2", "ipu21" or the name of a system such as "IPU-POD16".
  static Target createIPUTarget(unsigned numIPUs, StringRef systemType,
                                const OptionFlags& options = {});
  static Target createIPUTarget(unsigned numIPUs, unsigned tilesPerIPU, StringRef systemType,
                                const OptionFlags& options = {});

  std::size_t hash() const;
  bool operator==(const Target& other) const;
  bool operator!=(const Target& other) const { return !(*this == other); }

  /// For the library.
  const core::TargetImpl& getImpl() const;
  explicit Target(std::shared_ptr<const core::TargetImpl> impl);

 private:
  std::shared_ptr<const core::TargetImpl> impl_;
};

/// fp16 as the device stores it, to and from host numbers; `n` elements.
void copyDeviceHalfToFloat(const Target& target, const void* src, float* dst, std::size_t n);
void copyFloatToDeviceHalf(const Target& target, const float* src, void* dst, std::size_t n);
void copyDeviceHalfToDouble(const Target& target, const void* src, double* dst, std::size_t n);
void copyDoubleToDeviceHalf(const Target& target, const double* src, void* dst, std::size_t n);

}  // namespace poplar

namespace std {
template <>
struct hash<poplar::Target> {
  size_t operator()(const poplar::Target& target) const { return target.hash(); }
};
}  // namespace std
