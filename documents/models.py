"""The tables of Palimpsest: people, documents, logs and rights.

Everything of a document is keyed by the document first, so that a table can be
distributed by document id. `documents.storage.log` alone writes heads, updates, writers
and snapshots; `documents.access` alone decides rights.
"""

import uuid
from typing import ClassVar

from django.contrib.auth.models import AbstractUser
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.utils.translation import gettext_lazy as _

from documents.people import PersonManager, hue_of
from documents.storage.chain import START
from documents.wording import KEY_LENGTH

TITLE_LENGTH = 200
EXCERPT_LENGTH = 200
ANCHOR_BYTES = 64


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


class Head(models.Model):
    """The last seq of a log, alone in its row: the lock that orders its writers.

    Every edit moves it: no index holds what an edit changes, so that Postgres moves it
    within its page (heap-only tuples), and the author is not looked up once more.
    """

    document = models.OneToOneField(
        Document, models.CASCADE, primary_key=True, related_name="head"
    )
    seq = models.BigIntegerField(default=0)
    epoch = models.IntegerField(default=1)
    author = models.ForeignKey(
        User,
        models.SET_NULL,
        null=True,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )
    at = models.DateTimeField()
    chain = models.BinaryField(max_length=32, default=START)


class Update(models.Model):
    """One CRDT change of a log; never changed, only packed into a chapter.

    `author` outlives the account, so that what the chain vouches for never changes,
    and two former members stay two. `at` has whole milliseconds. Who appends holds the
    head, which vouches for the document: Postgres need not look for it at each edit.
    """

    pk = models.CompositePrimaryKey("document_id", "seq")
    document = models.ForeignKey(
        Document,
        models.CASCADE,
        related_name="updates",
        db_index=False,
        db_constraint=False,
    )
    seq = models.BigIntegerField()
    author = models.ForeignKey(
        User,
        models.DO_NOTHING,
        null=True,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )
    at = models.DateTimeField()
    recovered = models.BooleanField(default=False)
    payload = models.BinaryField()
    chain = models.BinaryField(max_length=32, null=True)


class Chapter(models.Model):
    """Old updates of a log, packed losslessly, and the chain's ends around them."""

    pk = models.CompositePrimaryKey("document_id", "first")
    document = models.ForeignKey(
        Document, models.CASCADE, related_name="chapters", db_index=False
    )
    first = models.BigIntegerField()
    last = models.BigIntegerField()
    before = models.BinaryField(max_length=32)
    after = models.BinaryField(max_length=32)
    body = models.BinaryField()


class Redaction(models.Model):
    """A stretch of a log that was rewritten; the chain keeps the ends around it."""

    pk = models.CompositePrimaryKey("document_id", "first")
    document = models.ForeignKey(
        Document, models.CASCADE, related_name="redactions", db_index=False
    )
    first = models.BigIntegerField()
    last = models.BigIntegerField()
    before = models.BinaryField(max_length=32)
    after = models.BinaryField(max_length=32)
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()


class Writer(models.Model):
    """Which user a Yjs client id of a document belongs to: the first who used it."""

    pk = models.CompositePrimaryKey("document_id", "client_id")
    document = models.ForeignKey(
        Document, models.CASCADE, related_name="writers", db_index=False
    )
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


class Columns(models.Model):
    """Who inserted and deleted each id of a log, and when, as of `seq`: a cache."""

    document = models.OneToOneField(
        Document, models.CASCADE, primary_key=True, related_name="columns"
    )
    seq = models.BigIntegerField()
    epoch = models.IntegerField()
    body = models.BinaryField()


class Reading(models.Model):
    """What an engine read of a document as of `seq`, and words to search: a cache."""

    document = models.OneToOneField(
        Document, models.CASCADE, primary_key=True, related_name="reading"
    )
    seq = models.BigIntegerField()
    epoch = models.IntegerField()
    text = models.TextField()
    words = SearchVectorField()

    class Meta:
        """Search by words."""

        indexes: ClassVar = [GinIndex(fields=["words"], name="words_of_readings")]


class Bookmark(models.Model):
    """A name that a person gave to a seq; a locked one stays until it is unlocked."""

    document = models.ForeignKey(Document, models.CASCADE, related_name="bookmarks")
    seq = models.BigIntegerField()
    name = models.CharField(_("name"), max_length=TITLE_LENGTH)
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()
    locked = models.BooleanField(default=False)


class Visit(models.Model):
    """How much of a document a person has seen: up to which seq, and when."""

    pk = models.CompositePrimaryKey("document_id", "user_id")
    document = models.ForeignKey(
        Document, models.CASCADE, related_name="visits", db_index=False
    )
    user = models.ForeignKey(User, models.CASCADE, related_name="+", db_index=False)
    seq = models.BigIntegerField()
    at = models.DateTimeField()


class ChatMessage(models.Model):
    """What somebody said beside the text: 1, 2, 3, … of each document.

    Never changed but for one thing: what is taken back loses its text, by an entry of
    its own that `removes` it, so that everybody hears of it in its order.
    """

    pk = models.CompositePrimaryKey("document_id", "number")
    document = models.ForeignKey(
        Document, models.CASCADE, related_name="chat", db_index=False
    )
    number = models.BigIntegerField()
    author = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    key = models.CharField(max_length=KEY_LENGTH)
    at = models.DateTimeField()
    text = models.TextField()
    removes = models.BigIntegerField(null=True)

    class Meta:
        """What an author sends again is the same message."""

        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["document", "author", "key"], name="said_once"
            )
        ]


class Thread(models.Model):
    """What people say about one passage of the text: open, or settled.

    `start` and `end` are relative positions of Yjs, `quote` the passage's words when
    they were last told. Each change of any thread takes its document's next revision.
    """

    pk = models.CompositePrimaryKey("document_id", "number")
    document = models.ForeignKey(
        Document, models.CASCADE, related_name="threads", db_index=False
    )
    number = models.BigIntegerField()
    revision = models.BigIntegerField()
    start = models.BinaryField(max_length=ANCHOR_BYTES)
    end = models.BinaryField(max_length=ANCHOR_BYTES)
    quote = models.TextField()
    settled = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")

    class Meta:
        """Browsers ask for what changed after the last revision that they know."""

        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["document", "revision"], name="one_change_a_revision"
            )
        ]


class Comment(models.Model):
    """One remark of a thread: 1, 2, 3, … of each. Taken back it has no text."""

    pk = models.CompositePrimaryKey("document_id", "thread", "number")
    document = models.ForeignKey(
        Document, models.CASCADE, related_name="comments", db_index=False
    )
    thread = models.BigIntegerField()
    number = models.BigIntegerField()
    author = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    key = models.CharField(max_length=KEY_LENGTH)
    at = models.DateTimeField()
    text = models.TextField()

    class Meta:
        """What an author sends again is the same comment."""

        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["document", "author", "key"], name="commented_once"
            )
        ]


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
