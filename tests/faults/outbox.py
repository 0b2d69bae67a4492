"""A browser's own edits that have no receipt, as `outbox.ts` of the front end has them.

Knows the order of frames on the present connection, no socket.
"""

from tests.faults.truth import Edit


class Outbox:
    """Frames are counted from 1 on each connection; None stands for a Step2."""

    def __init__(self) -> None:
        self.entries: list[Edit] = []
        self._sent: list[Edit | None] = []
        self._settled = 0

    def connected(self) -> None:
        """Count anew."""
        self._sent, self._settled = [], 0

    def sent(self, edit: Edit | None) -> None:
        """Take note of a frame with an update."""
        self._sent.append(edit)

    @property
    def waiting(self) -> list[Edit]:
        """What was not sent on this connection."""
        sent = set(self._sent)
        return [edit for edit in self.entries if edit not in sent]

    @property
    def empty(self) -> bool:
        """Whether all that was made or answered has a receipt."""
        return not self.entries and not self._sent

    def receipt(self, durable: int) -> list[Edit]:
        """Give the edits that are durable by the first so many frames."""
        count = max(0, durable - self._settled)
        done = {edit for edit in self._sent[:count] if edit is not None}
        self._sent = self._sent[count:]
        self._settled = max(self._settled, durable)
        settled = [edit for edit in self.entries if edit in done]
        self.entries = [edit for edit in self.entries if edit not in done]
        return settled
