// SPDX-License-Identifier: Apache-2.0
// Weights in files beside the model: where they may lie, and what is said where they do not.
#include <functional>

#include "support.hpp"

namespace weft::onnx {
namespace {

using test::OnnxModel;
namespace fs = std::filesystem;
namespace type = test::onnx_type;

/// A model whose weights lie in `location`; the file weights.bin has `has` bytes.
std::string external_refusal(const std::vector<std::pair<std::string, std::string>>& entries,
                             std::size_t has = 64,
                             const std::function<void(const Folder&)>& prepare = {}) {
  const Folder folder;
  folder.write("weights.bin", std::string(has, '\0'));
  if (prepare) prepare(folder);
  OnnxModel model;
  model.input("x", {4}).initializer(test::external_tensor("w", type::f32, {4}, entries));
  model.node("Add", {"x", "w"}, {"y"}).output("y");
  return refusal_of_file(folder.write("model.onnx", model.bytes()));
}

/// What a list says of a model whose weights would lie as `entries` say.
std::string external_list_refusal(const std::vector<std::pair<std::string, std::string>>& entries) {
  OnnxModel model;
  model.input("x", {4}).initializer(test::external_tensor("w", type::f32, {4}, entries));
  model.node("Add", {"x", "w"}, {"y"}).output("y");
  return list_refusal(model);
}

TEST(OnnxExternalData, MayBeAbsentFromAList) {
  const std::pair<std::string, std::string> where{"location", "absent.bin"};
  EXPECT_EQ(external_list_refusal({where}), "");
  EXPECT_EQ(external_list_refusal({where, {"offset", "48"}, {"length", "16"}}), "");
  EXPECT_EQ(external_list_refusal({{"location", "no/folder.bin"}}), "");
  expect_refusal(external_list_refusal({where, {"length", "15"}}), {"15 bytes"});
  expect_refusal(external_list_refusal({where, {"offset", "-1"}}), {"no number"});
  expect_refusal(external_list_refusal({}), {"without a location"});
  expect_refusal(external_list_refusal({{"location", "/absent.bin"}}), {"model's folder"});
  expect_refusal(external_list_refusal({{"location", "../absent.bin"}}), {"model's folder"});
  expect_refusal(external_list_refusal({{"location", "."}}),
                 {"has its data in '.': ", "regular file"});
}

TEST(OnnxExternalData, AreReadWhereTheyAre) {
  EXPECT_EQ(external_refusal({{"location", "weights.bin"}}), "");
  EXPECT_EQ(external_refusal({{"location", "weights.bin"}, {"offset", "48"}, {"length", "16"}}),
            "");
  EXPECT_EQ(external_refusal({{"location", "./weights.bin"}}, 16), "");
  const Folder folder;
  const float values[] = {1, 2, 3, 4};
  folder.write("d.bin", std::string(3, 'x') +
                            std::string(reinterpret_cast<const char*>(values), sizeof values));
  OnnxModel model;
  model.input("x", {4}).node("Add", {"x", "w"}, {"y"}).output("y");
  model.initializer(
      test::external_tensor("w", type::f32, {4}, {{"location", "d.bin"}, {"offset", "3"}}));
  model.initializer(test::external_tensor("none", type::f32, {0}, {{"location", "absent.bin"}}));
  const graph::Graph graph = import_model(folder.write("model.onnx", model.bytes()));
  EXPECT_EQ(answers(graph, {floats_of({4}, {0, 0, 0, 0})})[0].floats,
            (std::vector<double>{1, 2, 3, 4}));
}

TEST(OnnxExternalData, AreRefusedWhereTheyAreNot) {
  const std::pair<std::string, std::string> where{"location", "weights.bin"};
  expect_refusal(external_refusal({where}, 15), {"'w'", "16 bytes", "has 15"});
  expect_refusal(external_refusal({where}, 0), {"has 0"});
  expect_refusal(external_refusal({where, {"offset", "49"}}), {"byte 49"});
  expect_refusal(external_refusal({where, {"offset", "18446744073709551615"}}), {"'w'"});
  expect_refusal(external_refusal({where, {"offset", "99999999999999999999"}}), {"no number"});
  expect_refusal(external_refusal({where, {"offset", "-1"}}), {"no number"});
  expect_refusal(external_refusal({where, {"length", "15"}}), {"15 bytes"});
  expect_refusal(external_refusal({}), {"without a location"});
  expect_refusal(external_refusal({{"location", "absent.bin"}}), {"cannot be read"});
  expect_refusal(external_refusal({{"location", "/etc/passwd"}}), {"model's folder"});
  expect_refusal(external_refusal({{"location", "../weights.bin"}}), {"model's folder"});
  expect_refusal(external_refusal({{"location", "a/../../b"}}), {"model's folder"});
  expect_refusal(external_refusal({{"location", std::string("weights.bin\0x", 13)}}),
                 {"model's folder"});
  expect_refusal(external_refusal({{"location", "."}}), {"has its data in '.': ", "regular file"});
  const auto link_out = [](const Folder& folder) {
    fs::create_symlink("/proc/self/exe", folder.path("link.bin"));
  };
  expect_refusal(external_refusal({{"location", "link.bin"}}, 64, link_out), {"link out"});
}

}  // namespace
}  // namespace weft::onnx
