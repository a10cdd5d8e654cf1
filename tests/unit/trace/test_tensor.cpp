// SPDX-License-Identifier: Apache-2.0
// Job data in HDF5 and NPY files: what is written reads back; what is broken is named.
#include <gtest/gtest.h>

#include <cstring>
#include <fstream>

#include "base/error.hpp"
#include "support/scratch.hpp"
#include "trace/tensor.hpp"

namespace weft::trace {
namespace {

/// Serial code: one rank is enough.
class TensorFile : public test::Scratch {
 protected:
  void SetUp() override {
    if (!test::world().is_root()) GTEST_SKIP();
  }
  void write_bytes(const std::string& name, const std::string& bytes) const {
    std::ofstream(path(name), std::ios::binary) << bytes;
  }
  std::string refusal(const std::string& name, const std::string& dataset = "") const {
    try {
      read_tensor(path(name), dataset);
    } catch (const Error& error) {
      EXPECT_EQ(error.category(), Category::input);
      EXPECT_NE(std::string(error.what()).find(name), std::string::npos) << error.what();
      return error.what();
    }
    return "nothing was refused";
  }
  /// A .npy file with this header text and this many data bytes.
  static std::string npy(const std::string& header, std::size_t data_bytes) {
    std::string text("\x93NUMPY\x01\x00", 8);
    text += static_cast<char>(header.size());
    text += '\0';
    return text + header + std::string(data_bytes, '\1');
  }
};

Tensor counting(ElementType type, std::vector<std::uint64_t> shape) {
  Tensor tensor{type, std::move(shape), {}};
  tensor.bytes.resize(tensor.elements() * size_bytes(type));
  for (std::size_t i = 0; i < tensor.bytes.size(); ++i) tensor.bytes[i] = std::byte(i * 37 % 251);
  return tensor;
}

#define EXPECT_CONTAINS(text, part) EXPECT_NE((text).find(part), std::string::npos) << (text)

TEST_F(TensorFile, EveryTypeAndShapeReadsBack) {
  for (int t = 0; t <= static_cast<int>(ElementType::f64); ++t) {
    for (const auto& shape : {std::vector<std::uint64_t>{}, {5}, {2, 3, 4}, {3, 0}}) {
      const Tensor tensor = counting(static_cast<ElementType>(t), shape);
      write_tensor(path("t.npy"), "", tensor);
      write_tensor(path("t.h5"), "group/x", tensor);
      EXPECT_EQ(read_tensor(path("t.npy")), tensor) << describe(tensor);
      EXPECT_EQ(read_tensor(path("t.h5"), "group/x"), tensor) << describe(tensor);
    }
  }
}

TEST_F(TensorFile, AnotherTypeOrShapeIsNamed) {
  write_tensor(path("t.npy"), "", counting(ElementType::f32, {4, 3}));
  EXPECT_NO_THROW(read_tensor(path("t.npy"), "", ElementType::f32, {4, 3}));
  try {
    read_tensor(path("t.npy"), "", ElementType::f16, {4, 3});
    ADD_FAILURE() << "f32 was taken for f16";
  } catch (const Error& error) {
    const std::string text = error.what();
    EXPECT_CONTAINS(text, "holds f32 [4, 3]; f16 [4, 3] is needed");
  }
  EXPECT_THROW(read_tensor(path("t.npy"), "", ElementType::f32, {3, 4}), Error);
}

TEST_F(TensorFile, BrokenNpyIsNamed) {
  const std::string good = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }\n";
  write_bytes("good.npy", npy(good, 24));
  EXPECT_EQ(describe(read_tensor(path("good.npy"))), "f32 [2, 3]");
  const auto changed = [&](const std::string& from, const std::string& to) {
    std::string text = good;
    return text.replace(text.find(from), from.size(), to);
  };
  struct Case {
    std::string bytes;
    const char* message;
  };
  for (const Case& c :
       {Case{"", "not a NumPy"}, Case{"hello world", "not a NumPy"},
        Case{npy(good, 24).substr(0, 30), "cut off"}, Case{npy(good, 23), "the file has 23"},
        Case{npy(good, 25), "the file has 25"}, Case{npy(changed("<f4", ">f4"), 24), "big-endian"},
        Case{npy(changed("<f4", "<c8"), 24), "'<c8' is not supported"},
        Case{npy(changed("'<f4'", "[('a', '<f4')]"), 24), "not plain numbers"},
        Case{npy(changed("False", "True"), 24), "Fortran"},
        Case{npy(changed("(2, 3)", "(2, x)"), 24), "bad shape"},
        Case{npy(changed("(2, 3)", "(99999999999, 99999999999)"), 24), "too large"},
        Case{npy(changed("'shape'", "'shapes'"), 24), "no 'shape'"}}) {
    write_bytes("bad.npy", c.bytes);
    EXPECT_CONTAINS(refusal("bad.npy"), c.message);
  }
  EXPECT_CONTAINS(refusal("none.npy"), "cannot open");
  EXPECT_CONTAINS(refusal("good.npy", "x"), "without a name");
}

TEST_F(TensorFile, BrokenHdf5IsNamed) {
  write_tensor(path("t.h5"), "x", counting(ElementType::u16, {40, 40}));
  EXPECT_CONTAINS(refusal("t.h5", "y"), "dataset 'y'");
  EXPECT_CONTAINS(refusal("t.h5"), "which dataset");
  EXPECT_CONTAINS(refusal("none.h5", "x"), "cannot open");
  std::ifstream in(path("t.h5"), std::ios::binary);
  const std::string whole((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  write_bytes("half.h5", whole.substr(0, whole.size() / 2));
  EXPECT_CONTAINS(refusal("half.h5", "x"), "truncated");
  write_bytes("text.h5", "x = 1\n");
  EXPECT_CONTAINS(refusal("text.h5", "x"), "not an HDF5 file");
  std::string scrambled = whole;
  for (std::size_t i = 60; i < 2000 && i < scrambled.size(); i += 3) scrambled[i] = '\x7f';
  write_bytes("scrambled.h5", scrambled);
  EXPECT_CONTAINS(refusal("scrambled.h5", "x"), "broken");
}

TEST_F(TensorFile, WhatCannotBeWrittenIsASystemError) {
  for (const char* name : {"none/t.npy", "none/t.h5"}) {
    try {
      write_tensor(path(name), "x", counting(ElementType::u8, {2}));
      ADD_FAILURE() << name;
    } catch (const Error& error) {
      EXPECT_EQ(error.category(), Category::system);
    }
  }
}

}  // namespace
}  // namespace weft::trace
