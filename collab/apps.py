"""The Django application of the running process."""

from django.apps import AppConfig


class CollabConfig(AppConfig):
    """Everything live: sockets, rooms, presence."""

    name = "collab"

    def ready(self) -> None:
        """Listen for what is changed over HTTP, so that open sockets hear of it."""
        from allauth.account.signals import password_reset  # noqa: PLC0415

        from collab import (  # noqa: PLC0415  (they need the models)
            commenting,
            doors,
            revocation,
        )

        revocation.listen()
        commenting.listen()
        password_reset.connect(doors.release)
