"""The tables of Palimpsest: people, documents and rights, logs, talk.

Everything of a document is keyed by the document first, so that a table can be
distributed by document id.
"""

from documents.models.documents import (
    EXCERPT_LENGTH,
    TITLE_LENGTH,
    Audience,
    Document,
    Membership,
    Role,
    ShareLink,
)
from documents.models.logs import (
    Bookmark,
    Chapter,
    Columns,
    Head,
    Reading,
    Redaction,
    Snapshot,
    Update,
    Visit,
    Writer,
)
from documents.models.people import User
from documents.models.talk import (
    ANCHOR_BYTES,
    ChatMessage,
    Comment,
    Thread,
)

__all__ = [
    "ANCHOR_BYTES",
    "EXCERPT_LENGTH",
    "TITLE_LENGTH",
    "Audience",
    "Bookmark",
    "Chapter",
    "ChatMessage",
    "Columns",
    "Comment",
    "Document",
    "Head",
    "Membership",
    "Reading",
    "Redaction",
    "Role",
    "ShareLink",
    "Snapshot",
    "Thread",
    "Update",
    "User",
    "Visit",
    "Writer",
]
