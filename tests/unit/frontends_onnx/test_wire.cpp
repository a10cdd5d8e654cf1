// SPDX-License-Identifier: Apache-2.0
// Protobuf's wire format: every form, packed and not, and what is no message.
#include "frontends/onnx/wire.hpp"
#include "support.hpp"
#include "support/onnx_writer.hpp"

namespace weft::onnx {
namespace {

using test::Proto;

Bytes bytes_of(const std::string& text) {
  return {reinterpret_cast<const std::byte*>(text.data()), text.size()};
}

/// Reads all fields, skipping them; "" or what refused them.
std::string skipped(const std::string& text) {
  try {
    Wire wire(bytes_of(text), bytes_of(text));
    while (wire.next()) wire.skip();
    return "";
  } catch (const Error& error) {
    EXPECT_EQ(error.category(), Category::input);
    return error.what();
  }
}

TEST(OnnxWire, ReadsEveryForm) {
  const Proto proto =
      Proto().whole(1, -3).single(2, 1.5F).text(3, "abc").message(4, Proto().varint(1, 300));
  Wire wire(bytes_of(proto.bytes()), bytes_of(proto.bytes()));
  ASSERT_TRUE(wire.next());
  EXPECT_EQ(wire.field(), 1U);
  EXPECT_EQ(wire.whole(), -3);
  ASSERT_TRUE(wire.next());
  EXPECT_EQ(wire.single(), 1.5F);
  ASSERT_TRUE(wire.next());
  EXPECT_EQ(wire.text(), "abc");
  ASSERT_TRUE(wire.next());
  Wire inside = wire.message();
  ASSERT_TRUE(inside.next());
  EXPECT_EQ(inside.varint(), 300U);
  EXPECT_FALSE(inside.next());
  EXPECT_FALSE(wire.next());
}

TEST(OnnxWire, ReadsPackedAndSingleNumbersAlike) {
  const Proto packed = Proto().wholes(1, {1, -1, 300}).wholes(1, {7});
  const Proto single = Proto().whole(1, 1).whole(1, -1).whole(1, 300).whole(1, 7);
  for (const Proto& proto : {packed, single}) {
    Wire wire(bytes_of(proto.bytes()), bytes_of(proto.bytes()));
    std::vector<std::int64_t> numbers;
    while (wire.next()) varints_of(wire.varints(), numbers);
    EXPECT_EQ(numbers, (std::vector<std::int64_t>{1, -1, 300, 7}));
  }
  const float values[] = {1, 2, 3};
  const std::string_view raw(reinterpret_cast<const char*>(values), sizeof values);
  const Proto reals = Proto().text(1, raw).single(1, 4);
  Wire wire(bytes_of(reals.bytes()), bytes_of(reals.bytes()));
  std::vector<float> numbers;
  while (wire.next()) singles_of(wire.fixed(4), numbers);
  EXPECT_EQ(numbers, (std::vector<float>{1, 2, 3, 4}));
}

TEST(OnnxWire, SkipsGroupsWithAllThatIsInThem) {
  const std::string start(1, static_cast<char>((5U << 3U) | 3U));
  const std::string end(1, static_cast<char>((5U << 3U) | 4U));
  const std::string inside = Proto().whole(1, 9).text(2, "x").single(3, 1).bytes();
  EXPECT_EQ(skipped(start + inside + start + inside + end + end), "");
  EXPECT_NE(skipped(start + inside).find("has no end"), std::string::npos);
  EXPECT_NE(skipped(end).find("did not begin"), std::string::npos);
  const std::string other_end(1, static_cast<char>((6U << 3U) | 4U));
  EXPECT_NE(skipped(start + other_end).find("ends as another"), std::string::npos);
  std::string nest;
  for (int i = 0; i < 100'000; ++i) nest += start;
  EXPECT_NE(skipped(nest).find("deep"), std::string::npos);
}

TEST(OnnxWire, RefusesWhatIsNoMessage) {
  using std::string_literals::operator""s;
  EXPECT_NE(skipped("\x80"s).find("within a number"), std::string::npos);
  EXPECT_NE(skipped("\x08"s + std::string(10, '\xff') + "\x01").find("ten bytes"),
            std::string::npos);
  EXPECT_NE(skipped("\x00\x01"s).find("number that no field"), std::string::npos);
  EXPECT_NE(skipped("\x0e"s).find("form that protobuf"), std::string::npos);
  EXPECT_NE(skipped("\x0f"s).find("form that protobuf"), std::string::npos);
  EXPECT_NE(skipped("\x0d\x01\x02\x03"s).find("says that it has 4 bytes"), std::string::npos);
  EXPECT_NE(skipped("\x0a\xff\xff\xff\xff\xff\xff\xff\xff\x7f"s).find("are there"),
            std::string::npos);
  // The fault's place in the file.
  EXPECT_EQ(skipped("\x08\x01\x0a\x05\x00"s).find("byte 4: "), 0U);
}

TEST(OnnxWire, RefusesAValueOfAnotherForm) {
  const Proto proto = Proto().text(1, "abc");
  Wire wire(bytes_of(proto.bytes()), bytes_of(proto.bytes()));
  ASSERT_TRUE(wire.next());
  EXPECT_THROW((void)wire.varint(), Error);
  EXPECT_THROW((void)wire.single(), Error);
  std::vector<std::int64_t> numbers;
  EXPECT_THROW(varints_of(bytes_of("\x80"), numbers), Error);
  Wire five(bytes_of(proto.bytes()), bytes_of(proto.bytes()));
  ASSERT_TRUE(five.next());
  EXPECT_THROW((void)five.fixed(4), Error) << "three bytes are no singles";
}

TEST(OnnxWire, RefusesMessagesThatNestWithoutEnd) {
  Proto proto;
  for (int i = 0; i < 80; ++i) proto = Proto().message(1, proto);
  const auto descend = [](Wire wire, auto&& self) -> void {
    while (wire.next()) self(wire.message(), self);
  };
  EXPECT_THROW(descend(Wire(bytes_of(proto.bytes()), bytes_of(proto.bytes())), descend), Error);
}

}  // namespace
}  // namespace weft::onnx
