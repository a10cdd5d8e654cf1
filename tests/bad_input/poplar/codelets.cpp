// SPDX-License-Identifier: Apache-2.0
// Codelets of the wrong programs: one that works, three that do not.
#include <cassert>
#include <poplar/Vertex.hpp>

using namespace poplar;

class Scale : public Vertex {
 public:
  Input<Vector<float>> in;
  Output<Vector<float>> out;
  float factor;

  bool compute() {
    for (unsigned i = 0; i < out.size(); ++i) out[i] = in[i] * factor;
    return true;
  }
};

class Divide : public Vertex {
 public:
  InOut<Vector<float>> data;
  int divisor;

  bool compute() {
    data[0] = static_cast<float>(100 / divisor);
    return true;
  }
};

class Stray : public Vertex {
 public:
  InOut<Vector<float>> data;

  bool compute() {
    data[data.size() + 2] = 1;
    return true;
  }
};

class Assert : public Vertex {
 public:
  InOut<Vector<float>> data;

  bool compute() {
    assert(data.size() == 3);
    return true;
  }
};
