// SPDX-License-Identifier: Apache-2.0
// Squares the elements of a vector.
#include <poplar/Vertex.hpp>

class Square : public poplar::Vertex {
 public:
  poplar::InOut<poplar::Vector<float>> x;

  bool compute() {
    for (float& element : x) element *= element;
    return true;
  }
};
