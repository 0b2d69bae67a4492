"""Whose caret is whose in one room: a socket speaks for its own Yjs clients only.

Stock clients repeat everybody's states, and come back under the same client id while
their old socket still lives. Knows nothing of the network.
"""

from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, cast

from collab.awareness import Json, State, stamp
from collab.participant import Participant

CLIENTS: Final = 20
"""Yjs clients that one socket may speak for: a tab has one, and a new one whenever
its client id turns out to be somebody else's."""


@dataclass(slots=True)
class Caret:
    """The latest state of a Yjs client; `holder` is None in another process.

    `fresh` says that it was heard since the last sweep.
    """

    state: State
    user: object
    holder: Participant | None
    fresh: bool = True


@dataclass(slots=True)
class Carets:
    """All carets that sockets of a room were told of."""

    _known: dict[int, Caret] = field(default_factory=dict)

    def states(self) -> list[State]:
        """The latest states."""
        return [caret.state for caret in self._known.values()]

    def concern(self, participant: Participant) -> Callable[[int], bool]:
        """Tell which clients' states are worth reading in a participant's message.

        Stock clients repeat everybody's; those are skipped unread.
        """

        def concerns(client: int) -> bool:
            caret = self._known.get(client)
            return caret is None or caret.user == participant.person.id

        return concerns

    def take(self, participant: Participant, states: Sequence[State]) -> list[State]:
        """Give those states that the participant may speak for, stamped by us."""
        if len(states) == 1 and states[0].state is not None:
            self._claim(participant, states[0])
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

    def _claim(self, participant: Participant, state: State) -> None:
        """Take a client id that nobody has, or, at first, one's own from a dead tab.

        A stock client that has its id only repeats what others showed.
        """
        most = CLIENTS if participant.palimpsest else 1
        if state.client in participant.clients or len(participant.clients) >= most:
            return
        caret = self._known.get(state.client)
        if caret is not None:
            if not _is_comeback(participant, state, caret):
                return
            if caret.holder is not None:
                caret.holder.clients.discard(state.client)
            caret.holder = participant
        participant.clients.add(state.client)

    def _is_new(self, participant: Participant, state: State) -> bool:
        caret = self._known.get(state.client)
        return caret is None or caret.holder is participant

    def _remember(self, state: State, holder: Participant | None) -> None:
        if state.state is None:
            self._known.pop(state.client, None)
            return
        self._known[state.client] = Caret(state, _user_of(state), holder)

    def hear(self, states: Sequence[State]) -> list[State]:
        """Take note of carets that another process told of; give those believed.

        A caret held here is believed of another process only when its person came
        back there.
        """
        believed = [state for state in states if self._is_theirs(state)]
        for state in believed:
            self._remember(state, None)
        return believed

    def _is_theirs(self, state: State) -> bool:
        caret = self._known.get(state.client)
        if caret is None or caret.holder is None:
            return True
        if _user_of(state) != caret.user or state.clock <= caret.state.clock:
            return False
        caret.holder.clients.discard(state.client)
        return True

    @property
    def has_foreign(self) -> bool:
        """Whether some carets belong to other processes."""
        return any(caret.holder is None for caret in self._known.values())

    def sweep(self, alive: Container[int]) -> list[State]:
        """Forget carets of processes that died; give the states that clear them.

        `alive` are the clients that Redis still holds; what was just heard may not
        have come there yet.
        """
        gone = []
        for client, caret in list(self._known.items()):
            if caret.holder is None and not caret.fresh and client not in alive:
                del self._known[client]
                gone.append(replace(caret.state, state=None))
            caret.fresh = False
        return gone

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


def _user_of(state: State) -> Json:
    user = (state.state or {}).get("user")
    return user.get("id") if isinstance(user, dict) else None


def _is_comeback(participant: Participant, state: State, caret: Caret) -> bool:
    """Whether a socket's first word may be for its own id on an older socket.

    The same state as we stamped it is another tab's, repeated.
    """
    if caret.user != participant.person.id or participant.spoke:
        return False
    return state.clock >= caret.state.clock and state != caret.state
