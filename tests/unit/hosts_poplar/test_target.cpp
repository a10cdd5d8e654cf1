// SPDX-License-Identifier: Apache-2.0
// Targets and devices show the topologies' constants, and the program's changes to them.
#include <gtest/gtest.h>

#include <poplar/DeviceManager.hpp>
#include <poplar/IPUModel.hpp>
#include <poplar/exceptions.hpp>

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
  EXPECT_THROW(Target().getNumTiles(), poplar_error);
  EXPECT_THROW(Device().getId(), poplar_error);
  EXPECT_EQ(Device::createCPUDevice().getTarget().getNumTiles(), 1U);
}

}  // namespace
