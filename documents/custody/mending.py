"""Mending what is kept beside a log: snapshots are rebuilt, other caches dropped.

Never touches the log. What became another since it was looked at is left alone.
"""

from uuid import UUID

from django.db import transaction

from documents.custody.checking import COLUMNS, EXCERPT, SNAPSHOT, Finding, Stale
from documents.models import Columns, Document, Head, Reading, Snapshot
from documents.storage.snapshots import verify


def mend(finding: Finding) -> list[str]:
    """Mend what can be mended, and tell what was."""
    return [stale.cache for stale in finding.stale if _mended(finding, stale)]


def _mended(finding: Finding, stale: Stale) -> bool:
    if stale.cache == SNAPSHOT:
        return _rebuilt(finding, stale)
    if stale.cache == EXCERPT:
        seen = Document.objects.filter(pk=finding.document, excerpt_seq=stale.seq)
        return bool(seen.update(excerpt="", excerpt_seq=0))
    table = Columns if stale.cache == COLUMNS else Reading
    kept = table.objects.filter(document=finding.document)
    return bool(kept.filter(seq=stale.seq, epoch=stale.epoch).delete()[0])


def _rebuilt(finding: Finding, stale: Stale) -> bool:
    """Put what the log gives in place of a snapshot; a faulty log keeps the one it has.

    Without it such a log might not open at all. Raises Unsound.
    """
    built = finding.snapshot
    if built is None:
        return False
    verify(built.state, built.ledger)
    with transaction.atomic():
        if not _of_epoch(finding.document, built.epoch):
            return False
        kept = Snapshot.objects.filter(document=finding.document)
        kept.filter(seq=stale.seq, epoch=stale.epoch).delete()
        made = Snapshot(document_id=finding.document, **built._asdict())
        Snapshot.objects.bulk_create([made], ignore_conflicts=True)
    return True


def _of_epoch(document: UUID, epoch: int) -> bool:
    return Head.objects.filter(document=document, epoch=epoch).exists()
