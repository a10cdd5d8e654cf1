// SPDX-License-Identifier: Apache-2.0
// Registration of the libraries' codelets: one function a source in kernels/ipu/library.
#include "hosts/poplar/libraries/register.hpp"

extern "C" {
void weft_register_binary();
void weft_register_broadcast();
void weft_register_cast();
void weft_register_convolution();
void weft_register_fill();
void weft_register_matmul();
void weft_register_pooling();
void weft_register_random();
void weft_register_reduce();
void weft_register_scaled_add();
void weft_register_slice();
void weft_register_ternary();
void weft_register_unary();
}

namespace weft::libraries {

void register_library_codelets() {
  static const bool once = [] {
    weft_register_binary();
    weft_register_broadcast();
    weft_register_cast();
    weft_register_convolution();
    weft_register_fill();
    weft_register_matmul();
    weft_register_pooling();
    weft_register_random();
    weft_register_reduce();
    weft_register_scaled_add();
    weft_register_slice();
    weft_register_ternary();
    weft_register_unary();
    return true;
  }();
  (void)once;
}

}  // namespace weft::libraries
