// SPDX-License-Identifier: Apache-2.0
// A row's share of a product of matrix and vector, and the sum of such shares.

#include <poplar/Vertex.hpp>

using namespace poplar;

/// out = sum of a[i] * b[i], in order.
class Product : public Vertex {
 public:
  Input<Vector<float>> a;
  Input<Vector<float>> b;
  Output<float> out;

  bool compute() {
    float sum = 0;
    for (unsigned i = 0; i < a.size(); ++i) sum += a[i] * b[i];
    *out = sum;
    return true;
  }
};

/// out = sum of in[i], in order.
class Sum : public Vertex {
 public:
  Input<Vector<float>> in;
  Output<float> out;

  bool compute() {
    float sum = 0;
    for (unsigned i = 0; i < in.size(); ++i) sum += in[i];
    *out = sum;
    return true;
  }
};
