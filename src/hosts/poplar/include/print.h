// SPDX-License-Identifier: Apache-2.0
// printf for codelets: to the standard output of the rank that holds the tile.
#pragma once

#include <stdio.h>
