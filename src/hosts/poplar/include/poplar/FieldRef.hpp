// SPDX-License-Identifier: Apache-2.0
// FieldRef, under the name of its own header.
#pragma once

#include <poplar/GraphElements.hpp>
