"""The Django application of the running process."""

from django.apps import AppConfig


class CollabConfig(AppConfig):
    """Everything live: sockets, rooms, presence."""

    name = "collab"

    def ready(self) -> None:
        """Listen for changes of rights, so that open sockets hear of them."""
        from collab import revocation  # noqa: PLC0415  (needs the models)

        revocation.listen()
