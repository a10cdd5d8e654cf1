// SPDX-License-Identifier: Apache-2.0
// Numbers as text: values, and no say of a global locale.
#include <gtest/gtest.h>

#include <limits>
#include <locale>

#include "base/ascii.hpp"
#include "base/number_text.hpp"
#include "base/text_stream.hpp"

namespace weft {
namespace {

/// As a German writes numbers: 1.234,5.
struct Comma : std::numpunct<char> {
  char do_decimal_point() const override { return ','; }
  char do_thousands_sep() const override { return '.'; }
  std::string do_grouping() const override { return "\3"; }
};

TEST(NumberText, WritesAsPrintfDoes) {
  EXPECT_EQ("1234.50", fixed(1234.5, 2));
  EXPECT_EQ("-0", fixed(-0.25, 0));
  EXPECT_EQ("1.2e+03", scientific(1234.5, 1));
  EXPECT_EQ("1.23e+03", general(1234.5, 3));
  EXPECT_EQ("0.1", general(0.1, 6));
  EXPECT_EQ("0.1", shortest(0.1));
  EXPECT_EQ("-1.7976931348623157e+308", shortest(std::numeric_limits<double>::lowest()));
  EXPECT_EQ("inf", general(std::numeric_limits<double>::infinity(), 6));
  EXPECT_EQ(309U, fixed(std::numeric_limits<double>::max(), 0).size());
}

TEST(NumberText, ReadsWholeTextsOnly) {
  EXPECT_EQ(0.6, real_of("0.6"));
  EXPECT_EQ(-1e-3, real_of("-1e-3"));
  for (const char* wrong : {"", "0,6", "0.6 ", " 0.6", "0.6x", "+", "1e999"}) {
    EXPECT_FALSE(real_of(wrong)) << wrong;
  }
  EXPECT_EQ(18446744073709551615U, whole_of("18446744073709551615"));
  for (const char* wrong : {"", "-1", "1.0", "18446744073709551616", "0x1"}) {
    EXPECT_FALSE(whole_of(wrong)) << wrong;
  }
}

TEST(NumberText, DoesNotFollowTheGlobalLocale) {
  const std::locale before = std::locale::global(std::locale(std::locale::classic(), new Comma));
  std::ostringstream follows;
  TextStream text;
  follows << 1234567 << ' ' << 0.5;
  text << 1234567 << ' ' << 0.5;
  const std::string written = fixed(1234.5, 1);
  std::locale::global(before);
  EXPECT_EQ("1.234.567 0,5", follows.str());
  EXPECT_EQ("1234567 0.5", text.str());
  EXPECT_EQ("1234.5", written);
}

TEST(Ascii, KnowsNoOtherLetters) {
  EXPECT_TRUE(ascii::is_letter('z') && ascii::is_letter('A') && ascii::is_digit('9'));
  EXPECT_TRUE(ascii::is_blank('\t') && ascii::is_blank(' ') && ascii::is_blank('\r'));
  EXPECT_FALSE(ascii::is_letter('\xe9') || ascii::is_letter('_') || ascii::is_blank('\xa0'));
}

}  // namespace
}  // namespace weft
