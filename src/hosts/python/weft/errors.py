# SPDX-License-Identifier: Apache-2.0
"""What weft raises."""


class Error(RuntimeError):
    """A failure that weft tells of. `category` says whose fault it is: "input", "program", ..."""

    def __init__(self, message, category="input"):
        super().__init__(message)
        self.category = category


class Unsupported(Error, NotImplementedError):
    """weft lacks this. What is missing is named."""

    def __init__(self, message, category="unsupported"):
        super().__init__(message, category)
