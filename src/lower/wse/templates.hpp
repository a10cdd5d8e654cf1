// SPDX-License-Identifier: Apache-2.0
// The CSL of kernels/wse/onnx, compiled in: a program's folder has copies of what it takes.
#pragma once

#include <string>

namespace weft::lower::wse {

/// Category::internal where there is none of that name ("window.csl").
const std::string& template_text(const std::string& name);

}  // namespace weft::lower::wse
