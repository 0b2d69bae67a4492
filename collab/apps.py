"""The Django application of the running process."""

from django.apps import AppConfig


class CollabConfig(AppConfig):
    """Everything live: sockets, rooms, presence."""

    name = "collab"

    def ready(self) -> None:
        """Listen for changes of rights, so that open sockets hear of them."""
        from allauth.account.signals import password_reset  # noqa: PLC0415

        from collab import doors, revocation  # noqa: PLC0415  (they need the models)

        revocation.listen()
        password_reset.connect(doors.release)
