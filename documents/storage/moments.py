"""Times as a log keeps them: whole milliseconds since 1970, in UTC."""

import time
from datetime import UTC, datetime, timedelta
from typing import Final

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND: Final = timedelta(milliseconds=1)


def now_ms() -> int:
    """Give the milliseconds since 1970 until now."""
    return time.time_ns() // 1_000_000


def milliseconds(at: datetime) -> int:
    """Count the milliseconds since 1970; what is finer is cut off."""
    return (at - _EPOCH) // _MILLISECOND


def moment(at: int) -> datetime:
    """Give the time so many milliseconds after 1970."""
    return _EPOCH + at * _MILLISECOND


def whole_milliseconds(at: datetime) -> datetime:
    """Cut off what is finer than a log keeps."""
    return moment(milliseconds(at))
