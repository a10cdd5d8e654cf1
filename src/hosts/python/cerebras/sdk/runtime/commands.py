# SPDX-License-Identifier: Apache-2.0
"""Commands on their way: what was asked for, in order, and what is still to be fetched."""
from dataclasses import dataclass, field
from typing import Callable, Optional


@dataclass(eq=False)
class Task:
    """A command. `task_wait` and `is_task_done` of its runtime take it."""

    number: int
    streams_out: bool = False
    take: Optional[Callable[[bytes], None]] = field(default=None, repr=False)
    done: bool = False
    begin_cycle: Optional[int] = None
    end_cycle: Optional[int] = None


class Commands:
    """Of one session. A program's array is filled when its command is known to be done."""

    def __init__(self, session):
        self._session = session
        self._open = []

    def begin(self, number, nonblock, streams_out=False, take=None):
        """A submitted command, run to its end unless the program does not wait."""
        task = Task(number, streams_out, take)
        self._open.append(task)
        if not nonblock:
            self.wait(task)
        return task

    def wait(self, task):
        """Runs until it is done. What stood before it is done then, too, commands being served in
        order; but a stream to the host stays open beside others until its words have come."""
        if task.done:
            return
        self._finish(task)
        for other in [other for other in self._open if other.number < task.number]:
            if not other.streams_out or self._session.is_done(other.number):
                self._finish(other)

    def wait_for_all(self):
        """In the order asked for; a stream to the host may need words of later commands."""
        for task in sorted(self._open, key=lambda task: task.streams_out):
            self._finish(task)

    def belongs(self, task):
        """Whether it is of this session."""
        return task.done or task in self._open

    def _finish(self, task):
        self._open.remove(task)
        task.begin_cycle, task.end_cycle, data = self._session.wait(task.number)
        task.done = True
        if task.take is not None:
            task.take(data)
