// SPDX-License-Identifier: Apache-2.0
// The libraries' codelets, compiled in, made known to a process.
#pragma once

namespace weft::libraries {

/// Registers them all, once. Every rank does so before it runs or serves a program.
void register_library_codelets();

}  // namespace weft::libraries
