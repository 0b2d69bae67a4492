"""A consumer between two frames of its socket."""

import weakref
from typing import Any

from collab.consumers import DocumentConsumer


class Frame(dict[str, object]):
    """A message that one can watch going."""


class Server:
    """What a server puts into the scope, told nothing here."""

    at_once = None

    def write(self, payload: bytes) -> None:
        raise AssertionError(payload)

    def unsent(self) -> int:
        return 0


async def test_a_socket_that_waits_keeps_nothing_of_its_last_frame() -> None:
    heard: list[weakref.ref[Frame]] = []

    async def receive() -> Any:
        if not heard:
            frame = Frame(type="websocket.receive", bytes=bytes(100_000))
            heard.append(weakref.ref(frame))
            return frame
        assert heard[0]() is None
        return {"type": "websocket.disconnect"}

    async def send(message: object) -> None:
        raise AssertionError(message)

    scope: Any = {"type": "websocket", "socket": Server()}
    await DocumentConsumer()(scope, receive, send)
    assert heard
