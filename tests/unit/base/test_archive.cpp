// SPDX-License-Identifier: Apache-2.0
// Values survive their bytes; sealed bytes are refused unless they are whole, known and untouched.
#include <gtest/gtest.h>

#include "base/archive.hpp"
#include "base/build_info.hpp"
#include "base/bytes.hpp"
#include "support/damage.hpp"

namespace weft {
namespace {

constexpr StoredForm form{"picture", 3};

enum class Colour : std::uint8_t { red, green };

struct Line {
  std::string name;
  std::vector<std::uint32_t> points;
  Colour colour = Colour::red;
  bool closed = false;
  friend bool operator==(const Line&, const Line&) = default;
};

template <typename Archive>
void visit(Archive& a, Line& line) {
  visit_all(a, line.name, line.points, line.colour, line.closed);
}

std::vector<std::byte> content() {
  ByteWriter out;
  std::vector<Line> lines{{"a", {1, 2, 3}, Colour::green, true}, {"", {}, Colour::red, false}};
  visit(out, lines);
  out.values(std::vector<double>{0.5, -1.0});
  return out.take();
}

void read(std::span<const std::byte> bytes) {
  ByteReader in(bytes, "lines");
  std::vector<Line> lines;
  visit(in, lines);
  in.values<double>();
  in.finish();
}

std::string refusal(std::span<const std::byte> bytes, const StoredForm& expected = form) {
  return test::reading([&](auto stored) { unseal(expected, stored, "the file"); }, bytes);
}

TEST(Bytes, OneDescriptionServesBothDirections) {
  const std::vector<std::byte> bytes = content();
  ByteReader in(bytes, "lines");
  std::vector<Line> lines;
  visit(in, lines);
  EXPECT_EQ(lines, (std::vector<Line>{{"a", {1, 2, 3}, Colour::green, true}, {}}));
  EXPECT_EQ(in.values<double>(), (std::vector<double>{0.5, -1.0}));
  in.finish();
}

TEST(Bytes, NoPartIsRead) { test::expect_no_part_is_read(read, content()); }

TEST(Bytes, ACountThatTheBytesDoNotHoldAsksForNoMemory) {
  ByteWriter out;
  out.value(std::uint64_t{1} << 60U);
  for (const auto& reader :
       {+[](ByteReader& in) { in.values<std::uint64_t>(); }, +[](ByteReader& in) { in.text(); },
        +[](ByteReader& in) { in.count(); },
        +[](ByteReader& in) {
          std::vector<Line> lines;
          visit(in, lines);
        }}) {
    EXPECT_EQ(test::reading(
                  [&](auto bytes) {
                    ByteReader in(bytes, "lines");
                    reader(in);
                  },
                  out.bytes()),
              "lines: ends too early");
  }
}

TEST(Bytes, ValuesOutsideOfTheirRangeAreRefused) {
  const std::vector<std::byte> two{std::byte{2}};
  EXPECT_EQ(test::reading([](auto bytes) { ByteReader(bytes, "flag").value<bool>(); }, two),
            "flag: holds a value outside of its range");
  EXPECT_EQ(test::reading([](auto b) { ByteReader(b, "line").enumerator(Colour::green); }, two),
            "line: holds a value outside of its range");
}

TEST(Bytes, ElementsForAPlaceOfAnotherSizeAreRefused) {
  ByteWriter out;
  out.values(std::vector<std::uint32_t>{1, 2, 3});
  std::array<std::uint32_t, 2> place{};
  ByteReader in(out.bytes(), "state");
  EXPECT_THROW(in.values_into(std::span<std::uint32_t>(place)), Error);
}

TEST(Archive, GivesBackItsContent) {
  const std::vector<std::byte> bytes = content();
  const std::vector<std::byte> sealed = seal(form, bytes);
  const auto inside = unseal(form, sealed, "the file");
  EXPECT_TRUE(std::equal(inside.begin(), inside.end(), bytes.begin(), bytes.end()));
  EXPECT_EQ(unseal(form, seal(form, {}), "the file").size(), 0U);
}

TEST(Archive, NoPartAndNoChangedBitIsRead) {
  std::vector<std::byte> sealed = seal(form, content());
  const auto read_sealed = [](auto stored) { unseal(form, stored, "the file"); };
  test::expect_no_part_is_read(read_sealed, sealed);
  for (std::size_t at = 0; at < sealed.size(); ++at) {
    for (unsigned bit = 0; bit < 8; ++bit) {
      sealed[at] ^= std::byte{static_cast<unsigned char>(1U << bit)};
      ASSERT_NE(test::reading(read_sealed, sealed), "") << "byte " << at << ", bit " << bit;
      sealed[at] ^= std::byte{static_cast<unsigned char>(1U << bit)};
    }
  }
  sealed.push_back(std::byte{0});
  EXPECT_EQ(refusal(sealed), "the file: holds more than expected");
}

TEST(Archive, SaysWhatIsWrong) {
  const std::vector<std::byte> sealed = seal(form, content());
  EXPECT_EQ(refusal({}), "the file: is no picture of weft");
  EXPECT_EQ(refusal(content()), "the file: is no picture of weft");
  EXPECT_EQ(refusal(sealed, {"song", 3}),
            "the file: is no song: weft wrote something else into it");
  EXPECT_EQ(refusal(sealed, {"picture", 4}), "the file: was written by weft " + version() +
                                                 " in version 3 of a picture; this weft (" +
                                                 version() +
                                                 ") reads version 4 only: make it again");
  EXPECT_EQ(refusal(std::span(sealed).first(sealed.size() - 1)), "the file: ends too early");
  std::vector<std::byte> damaged = sealed;
  damaged.back() ^= std::byte{1};
  EXPECT_EQ(refusal(damaged),
            "the file: is damaged: its bytes are not those that weft " + version() + " wrote");
}

}  // namespace
}  // namespace weft
