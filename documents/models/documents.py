"""What people edit, and who was given which role in it.

`documents.access` alone decides rights.
"""

import uuid
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from documents.models.people import User

TITLE_LENGTH = 200
EXCERPT_LENGTH = 200


class Role(models.TextChoices):
    """What a person may do with a document, from most to least."""

    OWNER = "owner", _("owner")
    EDITOR = "editor", _("editor")
    COMMENTER = "commenter", _("commenter")
    READER = "reader", _("reader")


class Audience(models.TextChoices):
    """Who may see the history of a document, which is a right of its own."""

    OWNER = "owner", _("nobody but the owner")
    EDITORS = "editors", _("editors")
    READERS = "readers", _("everybody who can read")


class Document(models.Model):
    """What people edit; its content is its log.

    `excerpt` is the first line as of `excerpt_seq`: a cache, kept by
    `documents.engine.readings` so that a list of documents reads no log.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    title = models.CharField(_("title"), max_length=TITLE_LENGTH, blank=True)
    owner = models.ForeignKey(User, models.PROTECT, related_name="owned")
    created = models.DateTimeField(_("created"))
    trashed = models.DateTimeField(_("trashed"), null=True, blank=True)
    history_for = models.CharField(
        _("history for"),
        max_length=10,
        choices=Audience.choices,
        default=Audience.EDITORS,
    )
    excerpt = models.CharField(max_length=EXCERPT_LENGTH, blank=True, editable=False)
    excerpt_seq = models.BigIntegerField(default=0, editable=False)

    def __str__(self) -> str:
        """Say the title."""
        return self.title


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
