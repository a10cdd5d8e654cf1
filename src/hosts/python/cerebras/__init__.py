# SPDX-License-Identifier: Apache-2.0
"""The wafer SDK's host API on weft's emulated wafers."""
