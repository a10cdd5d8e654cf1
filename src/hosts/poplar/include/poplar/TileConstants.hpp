// SPDX-License-Identifier: Apache-2.0
// Constants of a tile that every generation of the IPU shares.
#pragma once

#define CTXT_WORKERS 6U
