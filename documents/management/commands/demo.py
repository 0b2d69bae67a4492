"""`manage.py demo`: two people to log in as, and a document worth reading."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction
from django.utils import timezone
from psycopg_pool import AsyncConnectionPool
from typing_extensions import override

from documents import access, comments, demo
from documents.comments import Anchor, Remark, Seen
from documents.models import Document, Role, User
from documents.storage import log
from documents.storage.appending import NewRow
from documents.storage.chat import Saying, append
from documents.storage.log import Log
from documents.yjs.admission import Ledger
from documents.yjs.composing import Composer
from documents.yjs.contents import STRING
from documents.yjs.positions import Position, Side
from documents.yjs.positions import encode as encode_position
from documents.yjs.updates import ClientId, Item, Update, encode, parse

CLIENTS = {demo.ANA: ClientId(2), demo.BO: ClientId(3)}
FIRST_PARAGRAPH = (ClientId(1), 0)  # the empty one of seq 1
BEGUN_AGO = timedelta(hours=1)


class Command(BaseCommand):
    """Harmless when repeated: what people did since is left as it is."""

    help = "Make two demo accounts and a demo document. Embedded mode only."

    @override
    def handle(self, *args: object, **options: object) -> None:
        """Make what is missing."""
        if not settings.EMBEDDED:
            raise CommandError("only for the embedded mode: start `make run` first")
        if User.objects.filter(email=demo.ANA).exists():
            return
        with transaction.atomic():
            people = {
                email: User.objects.create_user(email, demo.PASSWORD, name=name)
                for email, name in demo.NAMES.items()
            }
            begun = timezone.now() - BEGUN_AGO
            document = log.create(people[demo.ANA], demo.TITLE, begun)
            access.grant(document, people[demo.BO], Role.EDITOR)
        asyncio.run(write(document, people))
        discuss(document, people)


def discuss(document: Document, people: dict[str, User]) -> None:
    """Let the people of the demo comment on a passage of their text."""
    for number, remark in enumerate(demo.COMMENTS):
        said = Remark(people[remark.author], f"demo-{number}", remark.text)
        now = document.created + timedelta(minutes=remark.minute)
        if number == 0:
            comments.begin(document.pk, said, Seen(anchor(demo.PASSAGE), 1), now)
        else:
            comments.answer(document.pk, 1, said, now)


def anchor(words: str) -> Anchor:
    """Find where one run of the text says these words, all of plain letters."""
    client, clock = next(
        (client, item.clock + said.index(words))
        for client, item, said in runs()
        if words in said
    )
    ends: list[tuple[int, Side]] = [(clock, 0), (clock + len(words) - 1, -1)]
    start, end = (
        encode_position(Position((client, at), None, side)) for at, side in ends
    )
    return Anchor(start, end, words)


def runs() -> Iterator[tuple[ClientId, Item, str]]:
    """Give each run of the text, and what it says."""
    for _, update in composed():
        for client, section in update.structs.items():
            for item in section:
                if isinstance(item, Item) and item.kind == STRING:
                    assert isinstance(item.content, bytes)
                    yield client, item, item.content.decode()


async def write(document: Document, people: dict[str, User]) -> None:
    """Append what the people of the demo wrote, and say what they said."""
    given = connection.settings_dict
    address = {
        "host": given["HOST"],
        "port": given["PORT"],
        "user": given["USER"],
        "password": given["PASSWORD"],
        "dbname": given["NAME"],
    }
    ids = {email: user.pk for email, user in people.items()}
    async with AsyncConnectionPool(kwargs=address, min_size=1) as pool:
        await _write(Log(pool), document, ids)
        async with pool.connection() as connected:
            for number, remark in enumerate(demo.REMARKS):
                saying = Saying(ids[remark.author], f"demo-{number}", remark.text)
                now = document.created + timedelta(minutes=remark.minute)
                await append(connected, document.pk, saying, now)


async def _write(logs: Log, document: Document, ids: dict[str, int]) -> None:
    """Append each stretch at its minute."""
    opening = await logs.opening(document.pk)
    ledger = Ledger()
    for payload in opening.tail:
        ledger.absorb(parse(payload))
    seq = opening.head.seq
    for stretch, update in composed():
        admitted = ledger.admit(update).update
        seq += 1
        author = ids[stretch.author]
        now = document.created + timedelta(minutes=stretch.minute)
        async with logs.appending([document.pk], now) as appending:
            await appending.bind(document.pk, {CLIENTS[stretch.author]: author})
            row = NewRow(document.pk, seq, author, encode(admitted), recovered=False)
            await appending.append([row])


def composed() -> Iterator[tuple[demo.Stretch, Update]]:
    """Write each stretch after the last; the first replaces the paragraph of seq 1."""
    client, clock = FIRST_PARAGRAPH
    deletes = {client: ((clock, clock + 1),)}
    composers = {email: Composer(own) for email, own in CLIENTS.items()}
    last = FIRST_PARAGRAPH
    for stretch in demo.STRETCHES:
        for block in stretch.blocks:
            last = composers[stretch.author].add(block, last)
        yield stretch, Update(composers[stretch.author].written(), deletes)
        deletes = {}
