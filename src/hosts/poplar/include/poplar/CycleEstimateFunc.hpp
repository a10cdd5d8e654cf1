// SPDX-License-Identifier: Apache-2.0
// The type of functions that estimate a vertex's cycles.
#pragma once

#include <poplar/VertexIntrospector.hpp>
