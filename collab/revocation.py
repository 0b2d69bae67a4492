"""Telling open sockets, in every process, that somebody's standing may have changed.

A socket that hears it asks anew who it belongs to and what they may do. A message
that is lost is made good by the process' own round (RECHECK_SECONDS).
"""

from collections.abc import Iterable

from asgiref.sync import async_to_sync
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models.signals import post_delete, post_save

from collab.exchange import announce, user_group
from documents.access import rights_changed
from documents.models import User


def listen() -> None:
    """Connect to every event that can change somebody's standing."""
    rights_changed.connect(_rights)
    # `user_logged_out` is sent while the session still lives; its row going is the end.
    post_delete.connect(_session, sender=Session)
    # A new password, a deactivated account: both are saved with the user.
    post_save.connect(_user, sender=User)


def _rights(users: Iterable[int], **_: object) -> None:
    _tell(users)


def _session(instance: Session, **_: object) -> None:
    user = instance.get_decoded().get(SESSION_KEY)
    if user is not None:
        transaction.on_commit(lambda: _tell([int(user)]))


def _user(instance: User, *, created: bool, **_: object) -> None:
    if not created:
        transaction.on_commit(lambda: _tell([instance.pk]))


def _tell(users: Iterable[int]) -> None:
    rights = {user_group(user): {"type": "rights", "user": user} for user in users}
    async_to_sync(announce)(rights)
