// SPDX-License-Identifier: Apache-2.0
// What of a wafer's program is content: what tiles execute and the host can name.
#pragma once

#include "program/wse.hpp"

namespace weft::program::wse {

/// The program without what only reports show: paths and lines of its sources, texts of failed
/// assertions, names that the host cannot use. Two programs that differ in those alone run alike,
/// cycle for cycle, so a trace's hash covers this.
Program content(Program program);

}  // namespace weft::program::wse
