// SPDX-License-Identifier: Apache-2.0
// NumPy's archives: read as NumPy writes them, and refused where they are broken.
#include <gtest/gtest.h>
#include <unistd.h>
#include <zlib.h>

#include <cstring>
#include <filesystem>
#include <fstream>

#include "base/error.hpp"
#include "cli/compile/npz.hpp"

namespace weft {
namespace {

namespace fs = std::filesystem;

void put(std::string& to, std::uint64_t value, unsigned bytes) {
  for (unsigned i = 0; i < bytes; ++i) to += static_cast<char>(value >> (8 * i));
}

/// A .npy of version 1: two rows of three f32, 0 to 5.
std::string array(const std::string& descr = "<f4", const std::string& order = "False",
                  const std::string& shape = "(2, 3)") {
  std::string head =
      "{'descr': '" + descr + "', 'fortran_order': " + order + ", 'shape': " + shape + ", }";
  head.resize(117, ' ');
  head += '\n';
  std::string out("\x93NUMPY\x01\x00", 8);
  put(out, head.size(), 2);
  out += head;
  for (int i = 0; i < 6; ++i) {
    const auto value = static_cast<float>(i);
    out.append(reinterpret_cast<const char*>(&value), sizeof value);
  }
  return out;
}

std::string deflated(const std::string& data) {
  z_stream stream{};
  deflateInit2(&stream, 9, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY);
  std::string out(data.size() + 64, '\0');
  std::string in = data;
  stream.next_in = reinterpret_cast<Bytef*>(in.data());
  stream.avail_in = static_cast<uInt>(in.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(out.size() - stream.avail_out);
  deflateEnd(&stream);
  return out;
}

/// A zip file of one member "x.npy"; `wide`: with numbers of 64 bits, as NumPy has them.
std::string archive(const std::string& data, bool packed, bool wide = false) {
  const std::string stored = packed ? deflated(data) : data;
  const auto sum = crc32_z(0, reinterpret_cast<const Bytef*>(data.data()), data.size());
  const std::string name = "x.npy";
  const auto common = [&](std::string& to, bool numbers_wide) {
    put(to, 0, 2);  // flags
    put(to, packed ? 8 : 0, 2);
    put(to, 0, 4);  // time
    put(to, sum, 4);
    put(to, numbers_wide ? 0xffffffff : stored.size(), 4);
    put(to, numbers_wide ? 0xffffffff : data.size(), 4);
    put(to, name.size(), 2);
    put(to, wide ? 20 : 0, 2);
  };
  const auto extra = [&](std::string& to) {
    if (!wide) return;
    put(to, 1, 2);
    put(to, 16, 2);
    put(to, data.size(), 8);
    put(to, stored.size(), 8);
  };
  std::string out;
  put(out, 0x04034b50, 4);
  put(out, 45, 2);
  common(out, wide);
  out += name;
  extra(out);
  out += stored;
  const std::uint64_t directory = out.size();
  put(out, 0x02014b50, 4);
  put(out, 45, 2);
  put(out, 45, 2);
  common(out, wide);
  put(out, 0, 2);  // comment
  put(out, 0, 2);  // disk
  put(out, 0, 2);  // attributes
  put(out, 0, 4);
  put(out, 0, 4);  // local header
  out += name;
  extra(out);
  const std::uint64_t size = out.size() - directory;
  put(out, 0x06054b50, 4);
  put(out, 0, 4);
  put(out, 1, 2);
  put(out, 1, 2);
  put(out, size, 4);
  put(out, directory, 4);
  put(out, 0, 2);
  return out;
}

class Npz : public testing::Test {
 protected:
  void SetUp() override {
    path_ =
        (fs::temp_directory_path() / ("weft-npz-" + std::to_string(getpid()) + ".npz")).string();
  }
  void TearDown() override { fs::remove(path_); }
  trace::Tensor read(const std::string& bytes, const std::string& name = "x") const {
    std::ofstream(path_, std::ios::binary) << bytes;
    return cli::NpzFile(path_).read(name);
  }
  std::string refusal(const std::string& bytes, const std::string& name = "x") const {
    try {
      read(bytes, name);
    } catch (const Error& error) {
      return error.what();
    }
    return "was read";
  }
  std::string path_;
};

TEST_F(Npz, StoredAndDeflatedArraysAreRead) {
  for (const bool packed : {false, true}) {
    for (const bool wide : {false, true}) {
      const trace::Tensor x = read(archive(array(), packed, wide));
      EXPECT_EQ(x.type, trace::ElementType::f32);
      EXPECT_EQ(x.shape, (std::vector<std::uint64_t>{2, 3}));
      float last = 0;
      std::memcpy(&last, x.bytes.data() + 20, sizeof last);
      EXPECT_EQ(last, 5.0F);
    }
  }
}

TEST_F(Npz, WhatIsNotReadIsSaid) {
  EXPECT_NE(refusal(archive(array(), true), "y").find("has no array 'y'"), std::string::npos);
  EXPECT_NE(refusal(archive(array(">f4"), false)).find("little-endian"), std::string::npos);
  EXPECT_NE(refusal(archive(array("|O"), false)).find("type '|O'"), std::string::npos);
  EXPECT_NE(refusal(archive(array("<f4", "True"), false)).find("Fortran"), std::string::npos);
  EXPECT_NE(refusal(archive(array("<f4", "False", "(2, 4)"), false)).find("shape"),
            std::string::npos);
  EXPECT_NE(
      refusal(archive(array("<f4", "False", "(99999999999, 99999999999)"), false)).find("shape"),
      std::string::npos);
  EXPECT_NE(refusal("no zip file, but long enough to be one").find("no archive of NumPy"),
            std::string::npos);
}

// Cut anywhere, or with any byte changed, it is refused or says what it said before.
TEST_F(Npz, DamageIsRefused) {
  for (const bool packed : {false, true}) {
    const std::string whole = archive(array(), packed, true);
    const trace::Tensor right = read(whole);
    for (std::size_t length = 0; length < whole.size(); ++length) {
      EXPECT_NE(refusal(whole.substr(0, length)), "was read") << length;
    }
    for (std::size_t at = 0; at < whole.size(); ++at) {
      std::string changed = whole;
      changed[at] = static_cast<char>(changed[at] ^ 0x41);
      try {
        EXPECT_EQ(read(changed).bytes, right.bytes) << at;
      } catch (const Error& error) {
        EXPECT_NE(error.category(), Category::internal);
      }
    }
  }
}

}  // namespace
}  // namespace weft
