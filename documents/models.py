"""The tables of Palimpsest: people, documents, logs and rights.

Everything of a document is keyed by the document first, so that a table can be
distributed by document id. `documents.log` alone writes heads, updates, writers
and snapshots; `documents.access` alone decides rights.
"""

import uuid
from typing import ClassVar

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _

from documents.people import PersonManager, hue_of

TITLE_LENGTH = 200
EXCERPT_LENGTH = 200


class User(AbstractUser):
    """A person, who signs in by e-mail; `hue` is their colour in every document."""

    username = None  # type: ignore[assignment]
    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    email = models.EmailField(_("e-mail address"), unique=True)
    name = models.CharField(_("name"), max_length=80)
    hue = models.PositiveSmallIntegerField(_("colour"), default=1)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    objects: ClassVar[PersonManager] = PersonManager()  # type: ignore[assignment]

    def __str__(self) -> str:
        """Say the name that others see."""
        return self.name or self.email

    def choose_hue(self) -> None:
        """Give the colour that follows from the e-mail address."""
        self.hue = hue_of(self.email)


class Role(models.TextChoices):
    """What a person may do with a document, from most to least."""

    OWNER = "owner", _("owner")
    EDITOR = "editor", _("editor")
    COMMENTER = "commenter", _("commenter")
    READER = "reader", _("reader")


class Document(models.Model):
    """What people edit; its content is its log.

    `excerpt` is the first line as of `excerpt_seq`: a cache, kept by
    `documents.excerpts` so that a list of documents reads no log.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    title = models.CharField(_("title"), max_length=TITLE_LENGTH, blank=True)
    owner = models.ForeignKey(User, models.PROTECT, related_name="owned")
    created = models.DateTimeField(_("created"))
    trashed = models.DateTimeField(_("trashed"), null=True, blank=True)
    excerpt = models.CharField(max_length=EXCERPT_LENGTH, blank=True, editable=False)
    excerpt_seq = models.BigIntegerField(default=0, editable=False)

    def __str__(self) -> str:
        """Say the title."""
        return self.title


class Head(models.Model):
    """The last seq of a log, alone in its row: the lock that orders its writers."""

    document = models.OneToOneField(
        Document, models.CASCADE, primary_key=True, related_name="head"
    )
    seq = models.BigIntegerField(default=0)
    epoch = models.IntegerField(default=1)
    author = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()


class Update(models.Model):
    """One CRDT change of a log; never changed, never deleted."""

    pk = models.CompositePrimaryKey("document_id", "seq")
    document = models.ForeignKey(Document, models.CASCADE, related_name="updates")
    seq = models.BigIntegerField()
    author = models.ForeignKey(
        User, models.SET_NULL, null=True, related_name="+", db_index=False
    )
    at = models.DateTimeField()
    recovered = models.BooleanField(default=False)
    payload = models.BinaryField()


class Writer(models.Model):
    """Which user a Yjs client id of a document belongs to: the first who used it."""

    pk = models.CompositePrimaryKey("document_id", "client_id")
    document = models.ForeignKey(Document, models.CASCADE, related_name="writers")
    client_id = models.BigIntegerField()
    user = models.ForeignKey(
        User, models.SET_NULL, null=True, related_name="+", db_index=False
    )


class Snapshot(models.Model):
    """The squashed merge of the first `seq` updates: a cache, made from the log."""

    document = models.OneToOneField(
        Document, models.CASCADE, primary_key=True, related_name="snapshot"
    )
    seq = models.BigIntegerField()
    epoch = models.IntegerField()
    state = models.BinaryField()
    ledger = models.BinaryField()


class ShareLink(models.Model):
    """A link that gives a role to any signed-in person who opens it."""

    document = models.ForeignKey(Document, models.CASCADE, related_name="links")
    token_hash = models.BinaryField(max_length=32, unique=True)
    role = models.CharField(max_length=10, choices=Role.choices)
    created = models.DateTimeField()
    expires = models.DateTimeField(null=True, blank=True)


class Membership(models.Model):
    """A role given to a person, in person or by opening a link.

    What came by a link goes with the link.
    """

    document = models.ForeignKey(Document, models.CASCADE, related_name="memberships")
    user = models.ForeignKey(User, models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=10, choices=Role.choices)
    link = models.ForeignKey(ShareLink, models.CASCADE, null=True, blank=True)

    class Meta:
        """One grant of each kind a person and document."""

        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["document", "user", "link"],
                name="one_grant_of_each_kind",
                nulls_distinct=False,
            )
        ]
