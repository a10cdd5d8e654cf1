# SPDX-License-Identifier: Apache-2.0
"""Compiled programs on an emulated wafer: SdkRuntime and what it is called with."""
