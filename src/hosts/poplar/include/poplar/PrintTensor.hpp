// SPDX-License-Identifier: Apache-2.0
// How PrintTensor writes a tensor.
#pragma once

namespace poplar {

/// Widths and signs of a printed tensor.
struct PrintTensorFmt {
  enum class FloatFormat {
    Auto,        ///< as its values want
    Fixed,       ///< 1.5000000
    Scientific,  ///< 1.5000000e+00
    None         ///< as std::ostream writes it
  };
  explicit PrintTensorFmt(unsigned summariseThresholdElements = 1000, unsigned edgeItemCount = 3,
                          unsigned maxLineWidthChars = 75, unsigned digitCount = 8,
                          FloatFormat format = FloatFormat::Auto, char separatorChar = ' ',
                          char openBracketChar = '[', char closeBracketChar = ']')
      : summariseThreshold(summariseThresholdElements),
        edgeItems(edgeItemCount),
        maxLineWidth(maxLineWidthChars),
        digits(digitCount),
        floatFormat(format),
        separator(separatorChar),
        openBracket(openBracketChar),
        closeBracket(closeBracketChar) {}
  /// All elements, unaligned, on one line.
  static PrintTensorFmt disableFormatting() {
    return PrintTensorFmt(0xffffffffU, 0, 0xffffffffU, 6, FloatFormat::None, ',', '{', '}');
  }
  unsigned summariseThreshold;  ///< elements; a larger tensor is abridged
  unsigned edgeItems;           ///< shown at each end of an abridged dimension
  unsigned maxLineWidth;        ///< characters
  unsigned digits;
  FloatFormat floatFormat;
  char separator;
  char openBracket;
  char closeBracket;
};

}  // namespace poplar
