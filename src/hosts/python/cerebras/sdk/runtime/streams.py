# SPDX-License-Identifier: Apache-2.0
"""Words of a layout's streams, sent and received by the streams' names."""
import numpy as np

import weft

from . import host_array
from .enums import MemcpyDataType

WIDE = MemcpyDataType.MEMCPY_32BIT


class Streams:
    """Those of a compiled layout; a program that cslc compiled has none."""

    def __init__(self, named):
        self._named = named

    def number(self, name):
        """A stream's number, which stands for its name in send and receive."""
        self._find(name, "get_port_id")
        return list(self._named).index(name)

    def send(self, session, stream, data):
        """Submits words: 32 bits each. The command's number."""
        call = f"send({stream!r})"
        found = self._of_way(stream, True, call)
        words = self._words(data, None, call)
        return session.submit_tiles("stream_in", found.host_stream, (found.x, found.y, 1, 1),
                                    words.size, 4, words.astype(np.uint32).tobytes(), False)

    def receive(self, session, stream, data, size, nonblock):
        """Submits the wish for `size` words into an array: the command's number, and what puts them
        there."""
        call = f"receive({stream!r})"
        found = self._of_way(stream, False, call)
        words = self._words(data, size, call)
        if not data.flags.writeable:
            raise weft.Error(f"{call}: the array cannot be written")
        number = session.submit_tiles("stream_out", found.host_stream, (found.x, found.y, 1, 1),
                                      words.size, 4, b"", nonblock)

        def take(came):
            words[...] = host_array.from_bytes(came, WIDE)
        return number, take

    def _find(self, stream, call):
        name = stream
        if isinstance(stream, int) and 0 <= stream < len(self._named):
            name = list(self._named)[stream]
        if name not in self._named:
            known = ", ".join(self._named) or "none"
            raise weft.Error(f"{call}: the program has no such stream; its streams are {known}")
        return self._named[name]

    def _of_way(self, stream, into_machine, call):
        found = self._find(stream, call)
        if found.into_machine is not into_machine:
            raise weft.Error(f"{call}: this stream goes {'out of' if into_machine else 'into'} the "
                             "machine")
        return found

    @staticmethod
    def _words(data, size, call):
        """A flat view of an array's first `size` words, or all. 32 bits each."""
        if not isinstance(data, np.ndarray) or data.itemsize != 4 or not data.flags.c_contiguous:
            raise weft.Error(f"{call}: wants a contiguous numpy array of 32-bit elements")
        flat = data.reshape(-1).view(np.uint32)
        wanted = flat.size if size is None else int(size)
        if not 1 <= wanted <= flat.size:
            raise weft.Error(f"{call}: {wanted} words of an array of {flat.size}")
        return flat[:wanted]
