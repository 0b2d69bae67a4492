"""Whose caret is whose in one room: a socket speaks for its own Yjs clients only.

Stock clients repeat everybody's states, and come back under the same client id while
their old socket still lives. Knows nothing of the network.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import cast

from collab.awareness import Json, State, stamp
from collab.participant import Participant


@dataclass(slots=True)
class Caret:
    """The latest state of a Yjs client; `holder` is None in another process."""

    state: State
    user: object
    holder: Participant | None


@dataclass(slots=True)
class Carets:
    """All carets that sockets of a room were told of."""

    _known: dict[int, Caret] = field(default_factory=dict)

    def states(self) -> list[State]:
        """The latest states."""
        return [caret.state for caret in self._known.values()]

    def take(self, participant: Participant, states: Sequence[State]) -> list[State]:
        """Give those states that the participant may speak for, stamped by us."""
        if len(states) == 1:
            self._claim(participant, states[0].client)
        participant.spoke = True
        user = participant.present().as_user()
        own = [
            stamp(state, cast("dict[str, Json]", user))
            for state in states
            if state.client in participant.clients and self._is_new(participant, state)
        ]
        for state in own:
            self._remember(state, participant)
        return own

    def _claim(self, participant: Participant, client: int) -> None:
        """Take a client id that nobody has, or, at first, one's own from a dead tab."""
        caret = self._known.get(client)
        if caret is None:
            participant.clients.add(client)
        elif caret.user == participant.person.id and not participant.spoke:
            if caret.holder is not None:
                caret.holder.clients.discard(client)
            caret.holder = participant
            participant.clients.add(client)

    def _is_new(self, participant: Participant, state: State) -> bool:
        caret = self._known.get(state.client)
        return caret is None or caret.holder is participant

    def _remember(self, state: State, holder: Participant | None) -> None:
        if state.state is None:
            self._known.pop(state.client, None)
            return
        user = state.state.get("user")
        person = user.get("id") if isinstance(user, dict) else None
        self._known[state.client] = Caret(state, person, holder)

    def hear(self, states: Sequence[State]) -> None:
        """Take note of carets that another process told of."""
        for state in states:
            caret = self._known.get(state.client)
            if caret is None or caret.holder is None:
                self._remember(state, None)

    def leave(self, participant: Participant) -> list[State]:
        """Forget a participant's carets and give the states that clear them.

        Under the same clock, as y-protocols does it: the client may come back with
        the next one.
        """
        gone = [
            caret.state for caret in self._known.values() if caret.holder is participant
        ]
        for state in gone:
            del self._known[state.client]
        return [replace(state, state=None) for state in gone]
