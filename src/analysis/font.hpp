// SPDX-License-Identifier: Apache-2.0
// How wide text is, and what of it can be shown.
#pragma once

#include <string>
#include <string_view>

namespace weft::analysis {

/// The font of pictures, which every installation of fontconfig on Debian has; where it lacks,
/// fontconfig's choice.
inline constexpr const char* font_family = "DejaVu Sans";

/// Size in pixels of the font whose lines are `height` pixels from the top of capitals to the
/// bottom of g, and from that top to the line that letters stand on.
double font_size(int height);
int font_rise(int height);

/// Advance of a line that shown_text() made, in whole pixels.
int font_width(const std::string& line, int height);

/// The line as UTF-8: what is none, and characters that control, become question marks.
std::string shown_text(std::string_view line);

}  // namespace weft::analysis
