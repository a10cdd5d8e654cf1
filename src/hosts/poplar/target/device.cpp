// SPDX-License-Identifier: Apache-2.0
// Devices, the manager that finds them, and models whose constants a program sets.
#include <algorithm>
#include <cstdlib>
#include <poplar/Device.hpp>
#include <poplar/DeviceManager.hpp>
#include <poplar/IPUModel.hpp>
#include <poplar/exceptions.hpp>

#include "hosts/poplar/api/engine_options.hpp"
#include "hosts/poplar/api/translate.hpp"
#include "hosts/poplar/target/target_impl.hpp"

namespace poplar {

struct Device::Impl {
  Target target;
  unsigned id = 0;
  bool attached = false;
};

Device::Device() = default;
Device::Device(const Device&) = default;
Device::Device(Device&&) noexcept = default;
Device& Device::operator=(const Device&) = default;
Device& Device::operator=(Device&&) noexcept = default;
Device::~Device() = default;
Device::Device(const Target& target, unsigned id)
    : impl_(std::make_shared<Impl>(Impl{target, id, target.getTargetType() != TargetType::IPU})) {}

namespace {

template <typename Impl>
Impl& checked(const std::shared_ptr<Impl>& impl) {
  if (!impl) throw poplar_error("the device was default constructed and is no machine");
  return *impl;
}

}  // namespace

unsigned Device::getId() const { return checked(impl_).id; }
const Target& Device::getTarget() const { return checked(impl_).target; }
bool Device::attach() const { return checked(impl_).attached = true; }
bool Device::isAttached() const { return checked(impl_).attached; }
void Device::detach() const { checked(impl_).attached = false; }

void Device::getDriverVersion(unsigned& major, unsigned& minor, unsigned& point) const {
  major = 1;
  minor = 0;
  point = 0;
}

std::map<std::string, std::string> Device::getAttributes() const {
  return {{"IPU version", getTarget().getTargetArchString()}, {"emulated by", "weft"}};
}

std::vector<unsigned> Device::getDriverIDs() const {
  std::vector<unsigned> ids;
  for (unsigned i = 0; i < getTarget().getNumIPUs(); ++i) ids.push_back(getId() + i);
  return ids;
}

Device Device::createVirtualDevice(unsigned tilesPerIPU) {
  Device made(getTarget().createVirtualTarget(getTarget().getNumIPUs(), tilesPerIPU), getId());
  made.impl_->attached = made.impl_->attached || isAttached();
  return made;
}

Device Device::createCPUDevice(unsigned numDevices) {
  return Device(Target::createCPUTarget(false, numDevices), 0);
}

Device Device::createSimulatorDevice(const Target& target, const OptionFlags& options) {
  weft::check_options(core::engine_table(), options, "createSimulatorDevice");
  return Device(target, 0);
}

// --- manager ---

namespace {

/// IPUs of each device that programs find: powers of two, as a pod is partitioned, and the whole.
std::vector<unsigned> sizes() {
  const unsigned most = core::ipus_of_machine();
  std::vector<unsigned> out;
  for (unsigned n = 1; n <= most; n *= 2) out.push_back(n);
  if (out.back() != most) out.push_back(most);
  return out;
}

}  // namespace

DeviceManager::DeviceManager() = default;
DeviceManager DeviceManager::createDeviceManager() { return DeviceManager(); }
std::size_t DeviceManager::getNumDevices() const { return sizes().size(); }

std::vector<Device> DeviceManager::getDevices() const {
  std::vector<Device> out;
  for (unsigned id = 0; id < getNumDevices(); ++id) out.push_back(getDevice(id));
  return out;
}

std::vector<Device> DeviceManager::getDevices(TargetType type, unsigned requiredNumIPUs,
                                              const OptionFlags& options) const {
  weft::check_options(core::target_table(), options, "getDevices");
  if (type == TargetType::CPU) return {Device::createCPUDevice()};
  if (requiredNumIPUs == 0 || requiredNumIPUs > core::ipus_of_machine()) return {};
  if (type == TargetType::IPU_MODEL) {
    IPUModel model;
    model.numIPUs = requiredNumIPUs;
    return {model.createDevice(options)};
  }
  const Target target = core::make_target(core::default_topology(requiredNumIPUs), type,
                                          requiredNumIPUs, 0, {}, "weft");
  const std::vector<unsigned> known = sizes();
  const auto at = std::find(known.begin(), known.end(), requiredNumIPUs);
  return {Device(target, static_cast<unsigned>(at - known.begin()))};
}

Device DeviceManager::getDevice(unsigned deviceManagerId, const OptionFlags& options) const {
  if (deviceManagerId >= getNumDevices()) {
    throw poplar_error("there is no device " + std::to_string(deviceManagerId) + ": there are " +
                       std::to_string(getNumDevices()));
  }
  return getDevices(TargetType::IPU, sizes()[deviceManagerId], options).front();
}

Device DeviceManager::acquireAvailableDevice(unsigned numIpus, const OptionFlags& options) const {
  const std::vector<Device> found = getDevices(TargetType::IPU, numIpus, options);
  if (found.empty()) {
    throw poplar_error("no machine has " + std::to_string(numIpus) + " IPUs: the largest has " +
                       std::to_string(core::ipus_of_machine()));
  }
  found.front().attach();
  return found.front();
}

Device DeviceManager::acquireDeviceById(unsigned deviceId, const OptionFlags& options) const {
  Device device = getDevice(deviceId, options);
  device.attach();
  return device;
}

std::vector<unsigned> DeviceManager::getChildDeviceIds(unsigned parentId,
                                                       unsigned numChildDeviceIpus) const {
  std::vector<unsigned> ids;
  const std::vector<unsigned> known = sizes();
  for (unsigned id = 0; id < parentId && id < known.size(); ++id) {
    if (known[id] == numChildDeviceIpus) ids.push_back(id);
  }
  return ids;
}

// --- models ---

namespace {

std::string topology_of_version(const std::string& version, unsigned ipus) {
  if (version == "ipu1") return "graphcore-gc2";
  if (version == "ipu21") return "graphcore-bow";
  if (version != "ipu2") {
    throw invalid_machine_model("IPUModel: '" + version + "' is not ipu1, ipu2 or ipu21");
  }
  return core::default_topology(ipus);
}

}  // namespace

IPUModel::IPUModel() : IPUModel("ipu2") {}

IPUModel::IPUModel(const char* IPUVersion) : version_(IPUVersion) {
  const Target target = core::make_target(topology_of_version(version_, 1), TargetType::IPU_MODEL,
                                          1, 0, {}, version_);
  numIPUs = 1;
  tilesPerIPU = target.getTilesPerIPU();
  numWorkerContexts = target.getNumWorkerContexts();
  memoryBytesPerTile = bytesPerTile = target.getBytesPerTile();
  exchangeBytesPerCycle = target.getExchangeBytesPerCycle();
  memcpyBytesPerCycle = target.getMemcpyBytesPerCycle();
  minIPUSyncDelay = target.getMinIPUSyncDelay();
  globalSyncCycles = target.getGlobalSyncCycles();
  tileClockFrequency = target.getTileClockFrequency();
  relativeSyncDelay = RelativeSyncDelayType::AUTO;
  IPUExchangeType = ExchangeType::AGGRESSIVE_MULTICAST;
  compileIPUCode = false;
}

Device IPUModel::createDevice(OptionFlags options, bool, unsigned deviceManagerId) const {
  weft::check_options(core::target_table(), options, "IPUModel::createDevice");
  const std::string topology = topology_of_version(version_, numIPUs);
  const IPUModel plain(version_.c_str());
  std::vector<weft::topology::Assignment> changes;
  const auto set = [&](const char* key, auto now, auto before) {
    if (now != before) {
      changes.emplace_back(std::string(key) + "=" +
                           std::to_string(static_cast<std::uint64_t>(now)));
    }
  };
  const unsigned bytes = bytesPerTile != plain.bytesPerTile ? bytesPerTile : memoryBytesPerTile;
  set("tile.memory_bytes", bytes, plain.memoryBytesPerTile);
  set("tile.worker_contexts", numWorkerContexts, plain.numWorkerContexts);
  set("tile.copy_bytes_per_cycle", memcpyBytesPerCycle, plain.memcpyBytesPerCycle);
  set("exchange.bytes_per_cycle", exchangeBytesPerCycle, plain.exchangeBytesPerCycle);
  // Programs set no delay at all; a sync takes the machine a cycle.
  set("sync.internal_cycles", std::max(1U, minIPUSyncDelay), plain.minIPUSyncDelay);
  set("sync.external_fixed_cycles", globalSyncCycles, plain.globalSyncCycles);
  set("clock.frequency_hz", tileClockFrequency, plain.tileClockFrequency);
  const Target target =
      core::make_target(topology, TargetType::IPU_MODEL, numIPUs, tilesPerIPU, changes, version_);
  if (globalExchangeConstraints.empty()) return Device(target, deviceManagerId);
  auto made = std::make_shared<core::TargetImpl>(target.getImpl());
  made->constraints = globalExchangeConstraints;
  return Device(Target(std::move(made)), deviceManagerId);
}

}  // namespace poplar
