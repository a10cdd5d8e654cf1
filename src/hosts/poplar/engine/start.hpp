// SPDX-License-Identifier: Apache-2.0
// main() of a program that knows nothing of ranks, on all of them.
#pragma once

namespace weft::hosts::poplar {

using Main = int (*)(int argc, char** argv, char** environment);

/// Brings up MPI and Kokkos. Rank 0 runs `main` and returns what it returns; the others serve its
/// engines until it has ended, however it ends, and return 0.
int run_main(Main main, int argc, char** argv, char** environment);

}  // namespace weft::hosts::poplar
