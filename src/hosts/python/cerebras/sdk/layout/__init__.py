# SPDX-License-Identifier: Apache-2.0
"""Programs put together in Python: code regions, their colors and ports, and the ways between."""
