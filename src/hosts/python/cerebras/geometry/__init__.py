# SPDX-License-Identifier: Apache-2.0
"""Points and rectangles of PEs."""
