// SPDX-License-Identifier: Apache-2.0
// Where a node comes from, in lines of a program's comments.
#include "graph/comments.hpp"

#include <gtest/gtest.h>

#include <string>

namespace weft::graph {
namespace {

constexpr std::size_t columns = 80;

Node node_at(const std::string& file, const std::string& name, const std::string& code) {
  Node node;
  node.origins.push_back({name, "Softmax", {{file, 143, "forward", code}}, ""});
  return node;
}

TEST(Comments, ALongPathLosesItsFoldersInFront) {
  const std::string library = "/tmp/models/lib/python3.11/site-packages/torch/nn/modules/";
  const auto lines =
      comments_of(node_at(library + "activation.py", "node_softmax", "x=y"), columns);
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_EQ(lines[0],
            "node 'node_softmax' (Softmax) of .../nn/modules/activation.py:143, in "
            "forward");
  EXPECT_EQ(lines[1], "  x=y");
  EXPECT_EQ(comments_of(node_at("/a/b.py", "n", ""), columns),
            (std::vector<std::string>{"node 'n' (Softmax) of /a/b.py:143, in forward"}));
}

TEST(Comments, FileAndLineStayWhateverIsLong) {
  for (const std::size_t folders : {0U, 1U, 3U, 90U}) {
    for (const std::size_t letters : {0U, 5U, 40U, 300U}) {
      std::string path;
      for (std::size_t i = 0; i < folders; ++i) path += "/f" + std::to_string(i);
      const std::string name = "begin" + std::string(letters, 'n') + "end";
      const auto lines = comments_of(node_at(path + "/file.py", name, ""), columns);
      ASSERT_EQ(lines.size(), 1U);
      EXPECT_NE(lines[0].find("/file.py:143"), std::string::npos) << lines[0];
      EXPECT_NE(lines[0].find("'begi"), std::string::npos) << lines[0];
      EXPECT_NE(lines[0].find("end' (Softmax)"), std::string::npos) << lines[0];
      EXPECT_LE(lines[0].size(), columns) << lines[0];
    }
  }
  const std::string file(200, 'f');
  const auto lines = comments_of(node_at("/a/" + file + ".py", "n", ""), columns);
  EXPECT_NE(lines[0].find(file + ".py:143"), std::string::npos) << lines[0];
}

// The next line would be of the comment, and the program without a statement.
TEST(Comments, NoneTakesTheNextLineIn) {
  const auto lines = comments_of(node_at("m.py", "n", "x = a + \\\n  b \\"), columns);
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_EQ(lines[1], "  x = a + \\   b");
}

TEST(Comments, CharactersAreCutAsAWhole) {
  std::string code;
  for (int i = 0; i < 60; ++i) code += "\xc3\xa9";  // e with an accent
  for (std::size_t width = 20; width < 24; ++width) {
    const std::string cut = comment_text(code, width);
    EXPECT_LE(cut.size(), width);
    EXPECT_EQ(cut.size() % 2, 1U) << cut;  // whole ones and three dots
  }
}

TEST(Comments, ANodeOfSeveralSaysEach) {
  Node node = node_at("m.py", "conv", "");
  node.origins.push_back({"relu", "Relu", {{"m.py", 144, "", "y = relu(x)"}}, ""});
  EXPECT_EQ(comments_of(node, columns),
            (std::vector<std::string>{"node 'conv' (Softmax) of m.py:143, in forward",
                                      "node 'relu' (Relu) of m.py:144", "  y = relu(x)"}));
}

}  // namespace
}  // namespace weft::graph
