// SPDX-License-Identifier: Apache-2.0
// Targets: a machine's topology behind Poplar's getters.
#include <algorithm>
#include <poplar/Target.hpp>
#include <poplar/exceptions.hpp>

#include "base/counted.hpp"
#include "base/environment.hpp"
#include "hosts/poplar/api/elements.hpp"
#include "hosts/poplar/api/engine_options.hpp"
#include "hosts/poplar/api/job_side.hpp"
#include "hosts/poplar/api/translate.hpp"
#include "hosts/poplar/target/target_impl.hpp"
#include "machine/machine.hpp"
#include "numerics/half.hpp"

namespace poplar {
namespace core {

const weft::topology::Topology& topology_of(const Target& target) {
  return *target.getImpl().topology;
}

namespace {

/// What WEFT_TOPOLOGY says; empty when it is not set.
std::string named_machine() { return weft::environment("WEFT_TOPOLOGY"); }

}  // namespace

void check_named_machine() {
  const std::string name = named_machine();
  if (name.empty()) return;
  const std::string variable = "WEFT_TOPOLOGY: ";
  std::string family;
  try {
    family = weft::topology::load_topology(name).family();
  } catch (const weft::Error& error) {
    weft::fail(error.category(), variable + error.what());
  }
  if (family != "ipu") {
    weft::fail(weft::Category::input, variable + "'" + name + "' describes no IPU");
  }
}

std::string default_topology(unsigned ipus) {
  if (const auto* job = weft::hosts::poplar::job_side()) return job->topology();
  if (std::string name = named_machine(); !name.empty()) return name;
  if (ipus <= 1) return "graphcore-gc200";
  if (ipus <= 4) return "graphcore-m2000";
  return ipus <= 16 ? "graphcore-pod16" : "graphcore-pod64";
}

unsigned ipus_of_machine() {
  const auto* job = weft::hosts::poplar::job_side();
  constexpr unsigned largest = 64;  // default_topology(): a pod
  if (job == nullptr && named_machine().empty()) return largest;
  return translated([&] {
    const auto constants =
        job == nullptr ? std::vector<weft::topology::Assignment>() : job->constants();
    const auto machine = weft::topology::load_topology(default_topology(largest), constants);
    const auto ipus = static_cast<unsigned>(machine.max_region().height);
    return job == nullptr && ipus == 1 ? largest : ipus;
  });
}

namespace {

/// Offsets of a tile's memory elements, bytes from the start of its memory. From a copy of the
/// topology: no run rests on them, only programs that ask.
std::vector<unsigned> memory_elements(weft::topology::Topology topology) {
  std::vector<unsigned> offsets;
  const auto step = static_cast<unsigned>(topology.integer("tile.memory_element_bytes"));
  const auto bytes = static_cast<unsigned>(topology.integer("tile.memory_bytes"));
  for (unsigned at = 0; at < bytes; at += step) offsets.push_back(at);
  return offsets;
}

}  // namespace

Target target_of(weft::topology::Topology topology, TargetType type, const std::string& system) {
  if (topology.family() != "ipu") {
    weft::fail(weft::Category::input, "topology '" + topology.name() + "' describes no IPU");
  }
  const weft::Rectangle region = topology.max_region();
  auto made = std::make_shared<TargetImpl>();
  made->memory_elements = memory_elements(topology);
  made->topology = std::make_shared<const weft::topology::Topology>(std::move(topology));
  made->type = type;
  made->tiles_per_ipu = region.width;
  made->ipus = region.height;
  made->system = system;
  return Target(std::move(made));
}

Target make_target(const std::string& topology, TargetType type, unsigned ipus,
                   unsigned tiles_per_ipu, const std::vector<weft::topology::Assignment>& overrides,
                   const std::string& system) {
  return translated([&] {
    const auto* job = weft::hosts::poplar::job_side();
    std::vector<weft::topology::Assignment> all;
    if (job != nullptr) all = job->constants();
    all.insert(all.end(), overrides.begin(), overrides.end());
    const auto set = [&](const char* key, unsigned value) {
      if (value != 0) all.emplace_back(std::string("region.") + key + "=" + std::to_string(value));
    };
    const weft::topology::Topology plain = weft::topology::load_topology(topology);
    const weft::Rectangle most = plain.max_region();
    // Only what differs is overridden, so that a machine as it is keeps its origins.
    const unsigned width = tiles_per_ipu == static_cast<unsigned>(most.width) ? 0 : tiles_per_ipu;
    const unsigned height = ipus == static_cast<unsigned>(most.height) ? 0 : ipus;
    set("max_width_tiles", width);
    set("default_width_tiles", width);
    set("max_height_tiles", height);
    set("default_height_tiles", height);
    return target_of(weft::machine::load_topology(topology, all), type, system);
  });
}

}  // namespace core

namespace {

unsigned constant(const Target& target, const char* key) {
  return core::translated(
      [&] { return static_cast<unsigned>(core::topology_of(target).integer(key)); });
}

/// The topology that a system's name means.
std::string topology_of_system(const std::string& system, unsigned ipus) {
  if (system.empty() || system == "ipu2") return core::default_topology(ipus);
  if (system == "ipu1") return "graphcore-gc2";
  if (system == "ipu21") return "graphcore-bow";
  return core::default_topology(ipus);
}

}  // namespace

Target::Target() = default;
Target::Target(const Target&) = default;
Target::Target(Target&&) noexcept = default;
Target& Target::operator=(const Target&) = default;
Target& Target::operator=(Target&&) noexcept = default;
Target::~Target() = default;
Target::Target(std::shared_ptr<const core::TargetImpl> impl) : impl_(std::move(impl)) {}

const core::TargetImpl& Target::getImpl() const {
  if (!impl_) throw poplar_error("the target was default constructed and describes no machine");
  return *impl_;
}

TargetType Target::getTargetType() const { return getImpl().type; }
std::string Target::getTargetSystemString() const { return getImpl().system; }
std::string Target::getTargetArchString() const {
  if (getImpl().type == TargetType::CPU) return "cpu";
  const weft::topology::Topology& topology = core::topology_of(*this);
  if (topology.text("chip.generation") == "mk1") return "ipu1";
  return topology.name() == "graphcore-bow" ? "ipu21" : "ipu2";
}

unsigned Target::getNumIPUs() const { return getImpl().ipus; }
unsigned Target::getTilesPerIPU() const { return getImpl().tiles_per_ipu; }
unsigned Target::getNumTiles() const { return getImpl().ipus * getImpl().tiles_per_ipu; }
unsigned Target::getNumWorkerContexts() const { return constant(*this, "tile.worker_contexts"); }
unsigned Target::getBytesPerTile() const { return constant(*this, "tile.memory_bytes"); }
std::uint64_t Target::getMemoryBytes() const {
  return std::uint64_t{getBytesPerTile()} * getNumTiles();
}
double Target::getTileClockFrequency() const {
  return static_cast<double>(core::topology_of(*this).clock_hz());
}
unsigned Target::getExchangeBytesPerCycle() const {
  return constant(*this, "exchange.bytes_per_cycle");
}
unsigned Target::getMemcpyBytesPerCycle() const {
  return constant(*this, "tile.copy_bytes_per_cycle");
}
unsigned Target::getMinIPUSyncDelay() const { return constant(*this, "sync.internal_cycles"); }
unsigned Target::getMaxIPUSyncDelay() const { return getMinIPUSyncDelay(); }
unsigned Target::getGlobalSyncCycles() const {
  return constant(*this, "sync.external_fixed_cycles");
}
const std::vector<GlobalExchangeConstraint>& Target::getGlobalExchangeConstraints() const {
  return getImpl().constraints;
}
bool Target::supportsExchangeBusSharing() const { return getTilesPerSharedExchangeBus() > 1; }
unsigned Target::getTilesPerSharedExchangeBus() const {
  return constant(*this, "exchange.tiles_per_shared_bus");
}
const std::vector<unsigned>& Target::getMemoryElementOffsets() const {
  return getImpl().memory_elements;
}
unsigned Target::getInterleavedMemoryElementIndex() const {
  return constant(*this, "tile.interleaved_from_bytes") /
         constant(*this, "tile.memory_element_bytes");
}
unsigned Target::getNumStrideBits() const { return 10; }
unsigned Target::getDataPathWidth() const { return constant(*this, "tile.data_path_bits"); }
unsigned Target::getRptCountMax() const { return constant(*this, "tile.repeat_count_max"); }
unsigned Target::getAtomicStoreGranularity() const {
  return constant(*this, "tile.atomic_store_bytes");
}

unsigned Target::getVectorWidth(const Type& type) const {
  const auto width = static_cast<unsigned>(getDataPathWidth() / (8 * getTypeSize(type)));
  return std::max(width, 1U);
}
std::size_t Target::getTypeSize(const Type& type) const { return core::size_of(type); }

unsigned Target::getFp16InFp16OutConvUnitsPerTile() const {
  return constant(*this, "amp.fp16_in_fp16_out_units");
}
unsigned Target::getFp16InFp32OutConvUnitsPerTile() const {
  return constant(*this, "amp.fp16_in_fp32_out_units");
}
unsigned Target::getFp32InFp32OutConvUnitsPerTile() const {
  return constant(*this, "amp.fp32_in_fp32_out_units");
}
unsigned Target::getNumConvUnits(const Type& inputType, const Type& partialType) const {
  if (inputType == FLOAT) return getFp32InFp32OutConvUnitsPerTile();
  return partialType == FLOAT ? getFp16InFp32OutConvUnitsPerTile()
                              : getFp16InFp16OutConvUnitsPerTile();
}
unsigned Target::getNumConvUnits(bool floatActivations, bool floatPartial) const {
  return getNumConvUnits(floatActivations ? FLOAT : HALF, floatPartial ? FLOAT : HALF);
}
unsigned Target::getWeightsPerConvUnit(const Type& type) const {
  return constant(*this, type == FLOAT ? "amp.weights_per_unit_fp32" : "amp.weights_per_unit_fp16");
}
unsigned Target::getConvUnitCoeffLoadBytesPerCycle() const {
  return constant(*this, "amp.coefficient_load_bytes_per_cycle");
}
unsigned Target::getConvUnitInputLoadElemsPerCycle(const Type& type) const {
  return std::max(1U, getVectorWidth(type) / 2);
}
unsigned Target::getConvUnitMaxPipelineDepth(const Type& type) const {
  return type == FLOAT ? 2 : 4;
}

Target Target::createVirtualTarget(unsigned numIPUs, unsigned tilesPerIPU) const {
  if (numIPUs == 0 || numIPUs > getNumIPUs() || tilesPerIPU == 0 ||
      tilesPerIPU > getTilesPerIPU()) {
    throw invalid_machine_model("a virtual target of " + std::to_string(numIPUs) + " IPUs with " +
                                weft::counted(tilesPerIPU, "tile") + " does not fit into " +
                                std::to_string(getNumIPUs()) + " IPUs with " +
                                std::to_string(getTilesPerIPU()));
  }
  return core::translated([&] {
    auto document = weft::topology::Document::parse_text(core::topology_of(*this).text(), "target");
    std::vector<weft::topology::Assignment> changes;
    for (const char* key : {"region.max_width_tiles=", "region.default_width_tiles="}) {
      changes.emplace_back(key + std::to_string(tilesPerIPU));
    }
    for (const char* key : {"region.max_height_tiles=", "region.default_height_tiles="}) {
      changes.emplace_back(key + std::to_string(numIPUs));
    }
    weft::topology::override_constants(document, changes);
    return core::target_of(weft::topology::Topology::from_document(document), getImpl().type,
                           getImpl().system);
  });
}

Target Target::createCPUTarget(bool, unsigned numIPUs) {
  // One worker and a memory that no program fills: what a processor is to Poplar.
  return core::make_target("graphcore-gc200", TargetType::CPU, numIPUs, 1,
                           {"tile.worker_contexts=1", "tile.memory_bytes=1073741824"}, "cpu");
}

Target Target::createIPUTarget(unsigned numIPUs, StringRef systemType, const OptionFlags& options) {
  return createIPUTarget(numIPUs, 0, systemType, options);
}

Target Target::createIPUTarget(unsigned numIPUs, unsigned tilesPerIPU, StringRef systemType,
                               const OptionFlags& options) {
  weft::check_options(core::target_table(), options, "createIPUTarget");
  const std::string system = systemType;
  return core::make_target(topology_of_system(system, numIPUs), TargetType::IPU, numIPUs,
                           tilesPerIPU, {}, system);
}

bool Target::operator==(const Target& other) const {
  if (impl_ == other.impl_) return true;
  if (!impl_ || !other.impl_) return false;
  return impl_->type == other.impl_->type &&
         impl_->topology->text() == other.impl_->topology->text();
}

std::size_t Target::hash() const {
  return impl_ ? std::hash<std::string>()(impl_->topology->text()) : 0;
}

// --- fp16 ---

void copyDeviceHalfToFloat(const Target&, const void* src, float* dst, std::size_t n) {
  const auto* bits = static_cast<const std::uint16_t*>(src);
  for (std::size_t i = 0; i < n; ++i) dst[i] = weft::numerics::float_from_half(bits[i]);
}
void copyFloatToDeviceHalf(const Target&, const float* src, void* dst, std::size_t n) {
  auto* bits = static_cast<std::uint16_t*>(dst);
  for (std::size_t i = 0; i < n; ++i) bits[i] = weft::numerics::half_from_float(src[i]);
}
void copyDeviceHalfToDouble(const Target&, const void* src, double* dst, std::size_t n) {
  const auto* bits = static_cast<const std::uint16_t*>(src);
  for (std::size_t i = 0; i < n; ++i) {
    dst[i] = static_cast<double>(weft::numerics::float_from_half(bits[i]));
  }
}
void copyDoubleToDeviceHalf(const Target&, const double* src, void* dst, std::size_t n) {
  auto* bits = static_cast<std::uint16_t*>(dst);
  for (std::size_t i = 0; i < n; ++i) bits[i] = weft::numerics::half_from_double(src[i]);
}

}  // namespace poplar
