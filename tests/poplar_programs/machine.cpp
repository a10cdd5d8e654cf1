// SPDX-License-Identifier: Apache-2.0
// Which machine a program finds: its own choice, or WEFT_TOPOLOGY's.
#include <poplar/DeviceManager.hpp>
#include <poplar/IPUModel.hpp>

int main(int count, char** words) {
  const poplar::Device device =
      count > 1 ? poplar::IPUModel(words[1]).createDevice()
                : poplar::DeviceManager().getDevices(poplar::TargetType::IPU, 1).at(0);
  const poplar::Target& target = device.getTarget();
  std::cout << target.getTargetArchString() << " " << target.getNumTiles() << " "
            << target.getTileClockFrequency() / 1e6 << "\n";
  return 0;
}
