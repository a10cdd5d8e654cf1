// SPDX-License-Identifier: Apache-2.0
// What a codelet file holds.
#pragma once

#include <string>

namespace poplar {

enum class CodeletFileType {
  PreprocessedAsmSource,
  AsmSource,
  CSource,
  CppSource,
  IrSource,
  Object,
  Auto  ///< by its extension
};
/// By the extension of a path; parse_error when none fits.
CodeletFileType getCodeletFileType(const char* path);
std::string getExtensionFromFileType(CodeletFileType type);
std::string getLanguageOption(CodeletFileType type);

}  // namespace poplar
