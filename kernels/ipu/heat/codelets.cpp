// SPDX-License-Identifier: Apache-2.0
// One step of the heat equation on a tile's block of a plate, rows dealt to the workers.
#include <poplar/Vertex.hpp>

using poplar::Input;
using poplar::Output;
using poplar::Vector;

/// new = old + (((north + south) + (west + east)) - 4 old) / 4, and each worker's largest change.
class Heat : public poplar::MultiVertex {
 public:
  Input<Vector<float>> block;  // [height][width]
  Input<Vector<float>> north;  // [width]
  Input<Vector<float>> south;
  Input<Vector<float>> west;  // [height]
  Input<Vector<float>> east;
  Output<Vector<float>> next;     // as block
  Output<Vector<float>> changes;  // [workers]
  unsigned width;

  bool compute(unsigned worker) {
    const unsigned height = block.size() / width;
    float largest = 0.0F;
    for (unsigned y = worker; y < height; y += numWorkers()) {
      const float* here = &block[y * width];
      const float* above = y == 0 ? &north[0] : here - width;
      const float* below = y + 1 == height ? &south[0] : here + width;
      for (unsigned x = 0; x < width; ++x) {
        const float left = x == 0 ? west[y] : here[x - 1];
        const float right = x + 1 == width ? east[y] : here[x + 1];
        const float sum = (above[x] + below[x]) + (left + right);
        const float change = (sum - 4.0F * here[x]) * 0.25F;
        next[y * width + x] = here[x] + change;
        const float size = change < 0.0F ? -change : change;
        if (size > largest) largest = size;
      }
    }
    changes[worker] = largest;
    return true;
  }
};
