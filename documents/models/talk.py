"""What people say about a document: its chat, and comments on passages of its text."""

from typing import ClassVar

from django.db import models

from documents.models.documents import Document
from documents.models.people import User
from documents.wording import KEY_LENGTH

ANCHOR_BYTES = 64


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
