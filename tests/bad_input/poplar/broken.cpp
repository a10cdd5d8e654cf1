// SPDX-License-Identifier: Apache-2.0
// A codelet that does not compile.
#include <poplar/Vertex.hpp>

class Broken : public poplar::Vertex {
 public:
  poplar::Output<float> out;

  bool compute() {
    *out = undeclared + 1;
    return true;
  }
};
