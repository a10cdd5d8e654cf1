// SPDX-License-Identifier: Apache-2.0
// Counts of the IPU's repeat instruction, for codelets that name them.
#pragma once

/// As many turns as a hardware loop may have, and more: here it is any unsigned number.
using rptsize_t = unsigned;
