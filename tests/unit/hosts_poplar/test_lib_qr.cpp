// SPDX-License-Identifier: Apache-2.0
// Householder's factorization against the same in double, over shapes and placements.
#include <gtest/gtest.h>

#include <cmath>
#include <poplar/exceptions.hpp>
#include <poplin/experimental/QRFactorization.hpp>
#include <poputil/exceptions.hpp>

#include "library_run.hpp"

using namespace poplar;

namespace weft::test {
namespace {

std::vector<float> identity(std::size_t m) {
  std::vector<float> out(m * m, 0.0F);
  for (std::size_t i = 0; i < m; ++i) out[i * m + i] = 1.0F;
  return out;
}

/// R in double, its diagonal with the signs that the library says.
std::vector<double> triangular(std::vector<double> a, std::size_t m, std::size_t n) {
  for (std::size_t k = 0; k < std::min(n, m - 1); ++k) {
    double squares = 0;
    for (std::size_t i = k; i < m; ++i) squares += a[i * n + k] * a[i * n + k];
    const double target = a[k * n + k] > 0 ? -std::sqrt(squares) : std::sqrt(squares);
    std::vector<double> v(m, 0.0);
    for (std::size_t i = k; i < m; ++i) v[i] = a[i * n + k];
    v[k] -= target;
    double length = 0;
    for (const double x : v) length += x * x;
    if (length == 0) continue;
    for (std::size_t j = k; j < n; ++j) {
      double dot = 0;
      for (std::size_t i = k; i < m; ++i) dot += v[i] * a[i * n + j];
      for (std::size_t i = k; i < m; ++i) a[i * n + j] -= 2 * dot / length * v[i];
    }
  }
  return a;
}

void check(std::size_t m, std::size_t n, unsigned tiles, bool made, const std::vector<float>& a) {
  SCOPED_TRACE(testing::Message() << m << 'x' << n << " on " << tiles << (made ? " made" : ""));
  LibraryRun run(tiles);
  Tensor matrix, q;
  if (made) {
    const auto both =
        poplin::experimental::createQRFactorizationMatrices(run.graph, FLOAT, m, n, "qr");
    matrix = both[0];
    q = both[1];
    run.set(matrix, a);
    run.set(q, identity(m));
  } else {
    matrix = run.input(FLOAT, {m, n}, a);
    q = run.input(FLOAT, {m, m}, identity(m));
  }
  poplin::experimental::QRFactorization(run.graph, matrix, q, run.prog, "qr",
                                        {{"rowsPerIteration", "16"}});
  const auto found = run.results<float>({matrix, q});
  const auto expected = triangular({a.begin(), a.end()}, m, n);
  for (std::size_t i = 0; i < m * n; ++i) {
    if (i / n > i % n) {
      EXPECT_EQ(found[0][i], 0.0F) << i;
    } else {
      EXPECT_NEAR(double{found[0][i]}, expected[i], 2e-4) << i;
    }
  }
  for (std::size_t i = 0; i < m; ++i) {  // Q R = A, Q Q^T = 1
    for (std::size_t j = 0; j < n; ++j) {
      double sum = 0;
      for (std::size_t k = 0; k < n; ++k)
        sum += double{found[1][i * m + k]} * double{found[0][k * n + j]};
      EXPECT_NEAR(sum, double{a[i * n + j]}, 2e-4) << i << ' ' << j;
    }
    for (std::size_t j = 0; j < m; ++j) {
      double sum = 0;
      for (std::size_t k = 0; k < m; ++k)
        sum += double{found[1][i * m + k]} * double{found[1][j * m + k]};
      EXPECT_NEAR(sum, i == j ? 1.0 : 0.0, 1e-5) << i << ' ' << j;
    }
  }
}

TEST(QrFactorization, ProductIsTheMatrix) {
  on_ranks([] {
    check(8, 8, 4, true, fractions(64, 4.0F, 1));
    check(20, 7, 5, true, fractions(140, 4.0F, 2));
    check(13, 13, 40, true, fractions(169, 4.0F, 3));
    check(9, 5, 4, false, fractions(45, 4.0F, 4));
    check(1, 1, 2, true, {-3.0F});
    check(3, 1, 2, false, {0.0F, 0.0F, 0.0F});
    check(4, 3, 3, true, {1, 2, 3, 0, 0, 4, 0, 0, 5, 0, 0, 6});  // of rank 2
  });
}

TEST(QrFactorization, WhatPoplibsRefuses) {
  LibraryRun run;
  using poplin::experimental::QRFactorization;
  using poputil::poplibs_error;
  const auto matrix = [&](const Type& type, std::size_t m, std::size_t n) {
    const Tensor t = run.graph.addVariable(type, {m, n}, "t");
    poputil::mapTensorLinearly(run.graph, t);
    return t;
  };
  Tensor wide = matrix(FLOAT, 2, 3);
  Tensor tall = matrix(FLOAT, 3, 2);
  Tensor half = matrix(HALF, 3, 2);
  Tensor two = matrix(FLOAT, 2, 2);
  Tensor three = matrix(FLOAT, 3, 3);
  EXPECT_THROW(QRFactorization(run.graph, wide, two, run.prog), poplibs_error);
  EXPECT_THROW(QRFactorization(run.graph, tall, two, run.prog), poplibs_error);
  EXPECT_THROW(QRFactorization(run.graph, half, three, run.prog), poplibs_error);
  for (const char* value : {"0", "-1", "many", ""}) {
    EXPECT_THROW(
        QRFactorization(run.graph, tall, three, run.prog, {}, {{"rowsPerIteration", value}}),
        invalid_option);
  }
  EXPECT_THROW(QRFactorization(run.graph, tall, three, run.prog, {}, {{"rows", "1"}}),
               invalid_option);
  EXPECT_THROW(poplin::experimental::createQRFactorizationMatrices(run.graph, FLOAT, 2, 3),
               poplibs_error);
}

}  // namespace
}  // namespace weft::test
