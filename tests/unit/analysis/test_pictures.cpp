// SPDX-License-Identifier: Apache-2.0
// Pictures as files, their text, and colors: only those of the legend, and apart for all eyes.
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <limits>

#include "analysis/font.hpp"
#include "analysis/picture_file.hpp"
#include "analysis/task_picture.hpp"
#include "analysis/timeline_parts.hpp"
#include "base/error.hpp"
#include "base/text_file.hpp"
#include "support/scratch.hpp"

namespace weft::analysis {
namespace {

using PictureFiles = test::Scratch;

Image labelled() {
  Image image(120, 60, white);
  image.fill(10, 20, 30, 30, {200, 40, 40});
  image.fill(40, 20, 30, 30, {40, 40, 200});
  image.text(10, 2, "a < b & \"c\"", text_height, black);
  image.text_upwards(90, 55, "upwards", small_text_height, black);
  return image;
}

TEST_F(PictureFiles, HoldWhatTheirNameSays) {
  if (!test::world().is_root()) return;
  const Image image = labelled();
  for (const char* name : {"a.png", "a.svg", "a.pdf"}) write_picture(image, path(name));
  EXPECT_EQ(text_of_file(path("a.png")).substr(0, 4), "\x89PNG");
  EXPECT_EQ(text_of_file(path("a.pdf")).substr(0, 5), "%PDF-");
  const std::string svg = text_of_file(path("a.svg"));
  EXPECT_EQ(svg.substr(0, 5), "<?xml");
  EXPECT_NE(svg.find(">a &lt; b &amp; &quot;c&quot;</text>"), std::string::npos) << svg;
  EXPECT_NE(svg.find(">upwards</text>"), std::string::npos) << svg;
  EXPECT_NE(svg.find("fill=\"#c82828\""), std::string::npos) << svg;
}

TEST_F(PictureFiles, AreTheSameBytesEachTime) {
  const Image image = labelled();
  EXPECT_EQ(png_of(image), png_of(labelled()));
  EXPECT_EQ(svg_of(image), svg_of(labelled()));
  const std::string pdf = pdf_of(image);
  EXPECT_EQ(pdf, pdf_of(labelled()));
  const auto date = pdf.find("/CreationDate");
  ASSERT_NE(date, std::string::npos);
  EXPECT_NE(pdf.substr(date, 40).find("20000101"), std::string::npos) << pdf.substr(date, 40);
}

TEST_F(PictureFiles, OfAnotherEndingAreRefused) {
  for (const char* name : {"a.jpg", "a", ".png", "a.png.txt", "-"}) {
    EXPECT_FALSE(is_picture_name(name)) << name;
    EXPECT_THROW(require_picture_name(name, "-o"), Error) << name;
  }
}

TEST(PictureText, IsMadeShowable) {
  EXPECT_EQ(shown_text("\xc3\xa9t\xc3\xa9"), "\xc3\xa9t\xc3\xa9");
  EXPECT_EQ(shown_text("a\tb\x7f"), "a?b?");
  EXPECT_EQ(shown_text("\xff\xc3"), "??");
  EXPECT_EQ(shown_text("\xed\xa0\x80"), "???");  // half of a surrogate pair
  EXPECT_EQ(shown_text("\xf0\x9f\x98\x80"), "\xf0\x9f\x98\x80");
  EXPECT_GT(Image::text_width("mmmm", text_height), Image::text_width("iiii", text_height));
  EXPECT_EQ(Image::text_width("", text_height), 0);
}

TEST(PictureBoxes, OfOneColorSideBySideAreOne) {
  Image image(100, 10, white);
  for (int x = 0; x < 50; ++x) image.fill(x, 0, 1, 10, black);
  EXPECT_EQ(image.boxes().size(), 2U);  // and the background
  EXPECT_EQ(image.boxes().back().width, 50);
}

TEST(PictureBoxes, TooManyAreWrittenAsPixels) {
  Image image(400, 200, white);
  for (int y = 0; y < 200; ++y) {
    for (int x = 0; x < 400; ++x) {
      const auto shade = static_cast<std::uint8_t>((x * 7 + y * 13) % 251);
      image.fill(x, y, 1, 1, {shade, shade, shade});
    }
  }
  image.text(5, 5, "label", text_height, black);
  const std::string svg = svg_of(image);
  EXPECT_NE(svg.find("data:image/png;base64,iVBORw0KGgo"), std::string::npos);
  EXPECT_NE(svg.find(">label</text>"), std::string::npos);
  EXPECT_EQ(svg.find("<rect"), std::string::npos);
}

TEST(Shares, FillAsMuchAsTheyAre) {
  const std::array<Color, 3> colors{Color{1, 0, 0}, Color{0, 1, 0}, Color{0, 0, 1}};
  const auto drawn = [&](int height, std::array<std::uint64_t, 3> weights) {
    Image image(1, height, white);
    fill_shares(image, {0, 0, 1, height}, weights, colors);
    std::string text;
    for (int y = height - 1; y >= 0; --y) {
      const Color color = image.at(0, y);
      text += color == colors[0] ? 'r' : color == colors[1] ? 'g' : color == colors[2] ? 'b' : '.';
    }
    return text;
  };
  EXPECT_EQ(drawn(10, {50, 30, 20}), "rrrrrgggbb");
  EXPECT_EQ(drawn(1, {49, 50, 1}), "g");
  EXPECT_EQ(drawn(3, {40, 40, 20}), "rgb");
  EXPECT_EQ(drawn(2, {40, 40, 20}), "rg");
  EXPECT_EQ(drawn(4, {0, 0, 0}), "....");
  const std::uint64_t large = std::numeric_limits<std::uint64_t>::max();
  EXPECT_EQ(drawn(4, {large, large, 0}), "rrgg");
}

/// CIELAB (D65) of linear sRGB.
std::array<double, 3> lab_of(const std::array<double, 3>& rgb) {
  const double x = 0.4124 * rgb[0] + 0.3576 * rgb[1] + 0.1805 * rgb[2];
  const double y = 0.2126 * rgb[0] + 0.7152 * rgb[1] + 0.0722 * rgb[2];
  const double z = 0.0193 * rgb[0] + 0.1192 * rgb[1] + 0.9505 * rgb[2];
  const auto f = [](double t) { return t > 0.008856 ? std::cbrt(t) : 7.787 * t + 16.0 / 116.0; };
  return {116 * f(y) - 16, 500 * (f(x / 0.95047) - f(y)), 200 * (f(y) - f(z / 1.08883))};
}

using Matrix = std::array<std::array<double, 3>, 3>;
/// Eyes with all three kinds of cones, and without one of them (Machado, Oliveira, Fernandes 2009).
constexpr std::array<Matrix, 4> eyes{{{{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}},
                                      {{{0.152286, 1.052583, -0.204868},
                                        {0.114503, 0.786281, 0.099216},
                                        {-0.003882, -0.048116, 1.051998}}},
                                      {{{0.367322, 0.860646, -0.227968},
                                        {0.280085, 0.672501, 0.047413},
                                        {-0.011820, 0.042940, 0.968881}}},
                                      {{{1.255528, -0.076749, -0.178779},
                                        {-0.078411, 0.930809, 0.147602},
                                        {0.004733, 0.691367, 0.303900}}}}};

std::array<double, 3> seen(const Matrix& eye, Color color) {
  const auto linear = [](std::uint8_t part) {
    const double c = part / 255.0;
    return c <= 0.04045 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4);
  };
  const std::array<double, 3> rgb{linear(color.red), linear(color.green), linear(color.blue)};
  std::array<double, 3> out{};
  for (std::size_t i = 0; i < 3; ++i) {
    for (std::size_t j = 0; j < 3; ++j) out[i] += eye[i][j] * rgb[j];
    out[i] = std::min(1.0, std::max(0.0, out[i]));
  }
  return lab_of(out);
}

/// The least distance of two colors, to any eye.
double apart(std::span<const Color> colors) {
  double least = 1000;
  for (const Matrix& eye : eyes) {
    for (std::size_t a = 0; a < colors.size(); ++a) {
      for (std::size_t b = a + 1; b < colors.size(); ++b) {
        const auto one = seen(eye, colors[a]);
        const auto other = seen(eye, colors[b]);
        least =
            std::min(least, std::hypot(one[0] - other[0], one[1] - other[1], one[2] - other[2]));
      }
    }
  }
  return least;
}

TEST(Legends, AreApartForAllEyes) {
  const std::array<Color, 2> red_and_green{Color{196, 62, 58}, Color{90, 120, 40}};
  EXPECT_LT(apart(red_and_green), 15);  // the measure knows what many do not see
  EXPECT_GT(apart(tile_phase_colors()), 20);
  const std::vector<std::string> parts(4, "part");
  for (const char* lane : {"tasks", "vector operations"}) {
    EXPECT_GT(apart(colors_of_lane({lane, parts, "none", {}, never, {}})), 18) << lane;
  }
  EXPECT_GT(apart(colors_of_lane({"issued", {"a", "b"}, "none", {}, never, {}})), 20);
  EXPECT_GT(apart(colors_of_lane({"stalls", {"a", "b", "c", "d", "e"}, "none", {}, never, {}})),
            15);
}

}  // namespace
}  // namespace weft::analysis
