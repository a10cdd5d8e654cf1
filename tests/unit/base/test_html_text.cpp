// SPDX-License-Identifier: Apache-2.0
// What HTML takes for markup.
#include <gtest/gtest.h>

#include "base/html_text.hpp"

namespace weft {
namespace {

TEST(HtmlText, EscapesMarkupAndKeepsTheRest) {
  EXPECT_EQ(html_text("a<b> & \"c\"\nd'"), "a&lt;b&gt; &amp; &quot;c&quot;<br>d'");
  EXPECT_EQ(html_text(""), "");
}

}  // namespace
}  // namespace weft
