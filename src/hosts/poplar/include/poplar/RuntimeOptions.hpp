// SPDX-License-Identifier: Apache-2.0
// How an engine behaves at run time is said in its OptionFlags.
#pragma once

#include <poplar/OptionFlags.hpp>
