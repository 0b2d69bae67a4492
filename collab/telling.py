"""Rows of a log as those hear of them who are here: each kind of message made once."""

from dataclasses import dataclass

from collab.protocol import Change, Stretch, as_message


@dataclass(eq=False, slots=True)
class Telling:
    """Rows first..last, merged into a payload; of no rows, where none were stored."""

    first: int
    last: int
    payload: bytes
    _change: bytes = b""
    _stretch: bytes = b""

    @property
    def empty(self) -> bool:
        """Whether there is nothing to tell."""
        return self.last < self.first

    def change(self) -> bytes:
        """Give the WebSocket message for whoever speaks y-websocket."""
        self._change = self._change or as_message(Change(self.payload))
        return self._change

    def stretch(self) -> bytes:
        """Give the WebSocket message for whoever speaks palimpsest."""
        message = self._stretch or as_message(
            Stretch(self.first, self.last, self.payload)
        )
        self._stretch = message
        return message

    def prepare(self, *, palimpsest: bool) -> None:
        """Make one while there is time: most people speak what its author does."""
        if palimpsest:
            self.stretch()
        else:
            self.change()
