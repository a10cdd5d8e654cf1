// SPDX-License-Identifier: Apache-2.0
// HostFunction, under the name of its own header.
#pragma once

#include <poplar/GraphElements.hpp>
