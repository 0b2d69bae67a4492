"""The Django application of the running process."""

from django.apps import AppConfig


class CollabConfig(AppConfig):
    """Everything live: sockets, rooms, presence."""

    name = "collab"
