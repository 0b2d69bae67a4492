"""The log of a document, what is kept to read it fast, and what people marked in it.

`documents.storage.log` alone writes heads, updates, writers and snapshots.
"""

from typing import ClassVar

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.utils.translation import gettext_lazy as _

from documents.models.documents import TITLE_LENGTH, Document
from documents.models.people import User
from documents.storage.chain import START


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
