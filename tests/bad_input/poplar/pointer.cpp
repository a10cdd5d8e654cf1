// SPDX-License-Identifier: Apache-2.0
// A vertex may not hold a pointer.
#include <poplar/Vertex.hpp>

class Pointer : public poplar::Vertex {
 public:
  poplar::Output<float> out;
  float* elsewhere;

  bool compute() { return true; }
};
