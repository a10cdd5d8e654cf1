// SPDX-License-Identifier: Apache-2.0
// Tables by layer.
#include <gtest/gtest.h>

#include "analysis/layers.hpp"

namespace weft::analysis {
namespace {

Layers two_layers(const std::string& first, const std::string& second) {
  Layers out;
  out.run_cycles = 100;
  out.list = {{"relu", first, 1, 10, 30, {{"compute", 20}}, 20},
              {"linear", second, 1, 30, 40, {{"compute", 10}}, 10}};
  return out;
}

TEST(Layers, AFolderThatAllSourcesShareIsToldOnce) {
  const std::string text = describe_layers(
      two_layers("node 'a' (Conv) of /home/u/net/resnet.py:97, in forward, node 'b' (Relu) of "
                 "/home/u/net/resnet.py:98, in forward",
                 "node 'c' (Gemm) of /home/u/networks/tail.py:7, in forward"));
  EXPECT_NE(text.find("node 'a' (Conv) of net/resnet.py:97, in forward, node 'b' (Relu) of "
                      "net/resnet.py:98, in forward\n"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("node 'c' (Gemm) of networks/tail.py:7, in forward\n"), std::string::npos);
  EXPECT_NE(text.find("\nIts lines are of files in /home/u/\n"), std::string::npos) << text;
}

TEST(Layers, WhereThereIsNoSuchFolderPathsStayWhole) {
  for (const std::string second : {"node 'c' (Gemm) of /srv/tail.py:7, in forward",
                                   "node 'c' (Gemm)", "node 'c' (Gemm) of tail.py:7"}) {
    const std::string first = "node 'a' (Conv) of /home/resnet.py:97, in forward";
    const std::string text = describe_layers(two_layers(first, second));
    const bool told = second.find("/srv") == std::string::npos;
    EXPECT_EQ(text.find("Its lines are of files in /home/\n") != std::string::npos, told) << text;
    EXPECT_EQ(text.find(first) != std::string::npos, !told) << text;
    EXPECT_NE(text.find(second), std::string::npos) << text;
  }
  EXPECT_EQ(describe_layers(two_layers("", "")).find("Its lines"), std::string::npos);
}

}  // namespace
}  // namespace weft::analysis
