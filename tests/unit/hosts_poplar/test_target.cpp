// SPDX-License-Identifier: Apache-2.0
// Targets and devices show the topologies' constants, and the program's changes to them.
#include <gtest/gtest.h>

#include <cstdlib>
#include <poplar/DeviceManager.hpp>
#include <poplar/IPUModel.hpp>
#include <poplar/exceptions.hpp>

#include "hosts/poplar/api/job_side.hpp"
#include "hosts/poplar/target/target_impl.hpp"
#include "support/poplar_graph.hpp"

using namespace poplar;

namespace {

TEST(Target, ShowsTheSecondGeneration) {
  const auto devices = DeviceManager::createDeviceManager().getDevices(TargetType::IPU, 1);
  ASSERT_EQ(devices.size(), 1U);
  EXPECT_TRUE(devices[0].attach());
  const Target& target = devices[0].getTarget();
  EXPECT_EQ(target.getNumTiles(), 1472U);
  EXPECT_EQ(target.getNumWorkerContexts(), 6U);
  EXPECT_EQ(target.getBytesPerTile(), 638976U);
  EXPECT_EQ(target.getExchangeBytesPerCycle(), 4U);
  EXPECT_EQ(target.getVectorWidth(FLOAT), 2U);
  EXPECT_EQ(target.getVectorWidth(HALF), 4U);
  EXPECT_EQ(target.getTargetArchString(), "ipu2");
  EXPECT_EQ(target.getTypeSize(HALF), 2U);
  EXPECT_EQ(target.getMemoryElementOffsets().size(), 39U);
}

TEST(Target, GrowsWithTheNumberOfIpus) {
  const DeviceManager manager = DeviceManager::createDeviceManager();
  EXPECT_EQ(manager.getDevices(TargetType::IPU, 2).at(0).getTarget().getNumTiles(), 2944U);
  EXPECT_EQ(manager.getDevices(TargetType::IPU, 16).at(0).getTarget().getNumIPUs(), 16U);
  EXPECT_TRUE(manager.getDevices(TargetType::IPU, 65).empty());
  EXPECT_THROW(manager.acquireAvailableDevice(65), poplar_error);
}

/// A job on a machine by name.
class OnMachine : public weft::hosts::poplar::JobSide {
 public:
  explicit OnMachine(std::string machine, std::vector<weft::topology::Assignment> constants = {})
      : machine_(std::move(machine)), constants_(std::move(constants)) {
    weft::hosts::poplar::set_job_side(this);
  }
  ~OnMachine() override { weft::hosts::poplar::set_job_side(nullptr); }
  std::string topology() const override { return machine_; }
  std::vector<weft::topology::Assignment> constants() const override { return constants_; }
  std::string codelet_folder() const override { return "."; }
  void compiled(const core::ExecutableImpl& /*executable*/) override {}
  void loaded(core::EngineImpl& /*engine*/) override {}
  void tensor_read(const std::string&, std::span<const std::byte>) override {}
  void stream_brought(const std::string&, std::span<const std::byte>) override {}
  void failed(const weft::Error& /*error*/) override {}

 private:
  std::string machine_;
  std::vector<weft::topology::Assignment> constants_;
};

/// IPUs of every device that a program finds.
std::vector<unsigned> found_ipus() {
  const DeviceManager manager = DeviceManager::createDeviceManager();
  std::vector<unsigned> out;
  for (const Device& device : manager.getDevices()) out.push_back(device.getTarget().getNumIPUs());
  EXPECT_EQ(out.size(), manager.getNumDevices());
  return out;
}

TEST(DeviceManager, OffersWhatTheJobsMachineHas) {
  const DeviceManager manager = DeviceManager::createDeviceManager();
  {
    const OnMachine job("graphcore-gc200");
    EXPECT_EQ(found_ipus(), std::vector<unsigned>{1});
    EXPECT_TRUE(manager.getDevices(TargetType::IPU, 2).empty());
    EXPECT_TRUE(manager.getDevices(TargetType::IPU_MODEL, 2).empty());
    EXPECT_THROW(manager.acquireAvailableDevice(2), poplar_error);
    EXPECT_THROW(manager.acquireDeviceById(1), poplar_error);
  }
  {
    const OnMachine job("graphcore-m2000");
    EXPECT_EQ(found_ipus(), (std::vector<unsigned>{1, 2, 4}));
    EXPECT_EQ(manager.getDevices(TargetType::IPU, 2).size(), 1U);
  }
  {
    const OnMachine job("graphcore-m2000",
                        {"region.max_height_tiles=3", "region.default_height_tiles=3"});
    EXPECT_EQ(found_ipus(), (std::vector<unsigned>{1, 2, 3}));
  }
  EXPECT_EQ(found_ipus(), (std::vector<unsigned>{1, 2, 4, 8, 16, 32, 64}));
}

TEST(DeviceManager, OffersWhatTheNamedMachineHas) {
  ::setenv("WEFT_TOPOLOGY", "graphcore-m2000", 1);
  EXPECT_EQ(found_ipus(), (std::vector<unsigned>{1, 2, 4}));
  ::setenv("WEFT_TOPOLOGY", "graphcore-gc2", 1);  // a chip: as many as are asked for
  EXPECT_EQ(found_ipus().back(), 64U);
  ::unsetenv("WEFT_TOPOLOGY");
}

TEST(IPUModel, VersionsAreMachines) {
  EXPECT_EQ(IPUModel("ipu1").createDevice().getTarget().getTilesPerIPU(), 1216U);
  EXPECT_EQ(IPUModel("ipu21").createDevice().getTarget().getTargetArchString(), "ipu21");
  EXPECT_EQ(IPUModel().tilesPerIPU, 1472U);
  EXPECT_THROW(IPUModel("ipu3"), invalid_machine_model);
}

TEST(IPUModel, ChangesAreTheUsersConstants) {
  IPUModel model;
  model.numIPUs = 2;
  model.tilesPerIPU = 8;
  model.minIPUSyncDelay = 5;
  const Device device = model.createDevice();
  const Target& target = device.getTarget();
  EXPECT_EQ(target.getNumTiles(), 16U);
  EXPECT_EQ(target.getMinIPUSyncDelay(), 5U);
  EXPECT_EQ(core::topology_of(target).constant("sync.internal_cycles").source, "set by the user");
  EXPECT_EQ(target, model.createDevice().getTarget());
  EXPECT_NE(target, IPUModel().createDevice().getTarget());
}

TEST(Target, VirtualAndEmpty) {
  Device device = weft::test::small_device(8);
  EXPECT_EQ(device.createVirtualDevice(3).getTarget().getNumTiles(), 3U);
  EXPECT_THROW(device.createVirtualDevice(9), invalid_machine_model);
  Device found = DeviceManager().getDevices(TargetType::IPU, 1).at(0);
  EXPECT_FALSE(found.createVirtualDevice(4).isAttached());
  EXPECT_TRUE(found.attach());
  EXPECT_TRUE(found.createVirtualDevice(4).isAttached());
  EXPECT_THROW(Target().getNumTiles(), poplar_error);
  EXPECT_THROW(Device().getId(), poplar_error);
  EXPECT_EQ(Device::createCPUDevice().getTarget().getNumTiles(), 1U);
}

TEST(IPUModel, TakesASyncWithoutDelay) {
  IPUModel model;
  model.minIPUSyncDelay = 0;
  EXPECT_EQ(1U, model.createDevice().getTarget().getMinIPUSyncDelay());
}

}  // namespace
