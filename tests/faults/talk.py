"""What one person says in a document's chat, and hears: pure, messages in, faults out.

What is not heard is said again under the same key, as `frontend/src/chat` does.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

Message = tuple[str, str]
"""Its key and its text."""


@dataclass(eq=False)
class Talk:
    """Of one browser. `heard` is by epoch: an older backup may lack what was heard."""

    unheard: dict[str, str] = field(default_factory=dict)
    heard: defaultdict[int, dict[int, Message]] = field(
        default_factory=lambda: defaultdict(dict)
    )
    later: bool = False
    """Whether something was not stored, and is to be said again."""

    def say(self, text: str) -> str:
        """Say something and give its key."""
        key = uuid4().hex
        self.unheard[key] = text
        return key

    def hear(self, epoch: int, told: Mapping[str, Any]) -> None:
        """Hear a message, perhaps one's own: then it is stored."""
        self.unheard.pop(told["key"], None)
        self.heard[epoch][told["number"]] = (told["key"], told["text"])

    def faults(self, epoch: int, stored: Mapping[int, Message]) -> Iterator[str]:
        """Say what is wrong with a chat that holds these messages by number."""
        if sorted(stored) != list(range(1, len(stored) + 1)):
            yield f"numbers have gaps: {sorted(stored)}"
        for number, message in self.heard[epoch].items():
            if stored.get(number) != message:
                yield f"message {number} was heard and is lost"
