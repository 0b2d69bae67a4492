"""A program whose clock jumps: `python -m tests.faults.jumpy FILE MODULE ARGUMENT…`.

Wall time is off by the seconds that FILE says at that moment; the monotonic clock is
left alone, as it is when an administrator or NTP sets the time.
"""

import datetime as module
import runpy
import sys
import time
from pathlib import Path
from typing import Self, SupportsIndex

from typing_extensions import override

_real_time, _real_ns = time.time, time.time_ns
_Real = module.datetime


class _Kind(type):
    """What the database gives is a datetime, too."""

    def __instancecheck__(cls, instance: object) -> bool:
        return isinstance(instance, _Real)


class _Jumpy(_Real, metaclass=_Kind):
    @classmethod
    def now(cls, tz: module.tzinfo | None = None) -> Self:
        return cls.fromtimestamp(time.time(), tz)

    @classmethod
    def utcnow(cls) -> Self:
        return cls.now(module.UTC).replace(tzinfo=None)

    @override
    def __reduce_ex__(self, protocol: SupportsIndex) -> str | tuple[object, ...]:
        """Travel to worker processes, whose clock is right, as a plain one."""
        return _Real.combine(self.date(), self.timetz()).__reduce_ex__(protocol)


def main(file: Path) -> None:
    """Bend the clock, then become the module."""

    def off() -> int:
        return int(file.read_text())

    time.time = lambda: _real_time() + off()
    time.time_ns = lambda: _real_ns() + off() * 1_000_000_000
    module.datetime = _Jumpy  # type: ignore[misc]


if __name__ == "__main__":
    main(Path(sys.argv[1]))
    sys.argv = sys.argv[2:]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
