"""Link the logs that were written before there was a chain."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from documents.storage.chain import START, Entry, link
from documents.storage.moments import milliseconds, whole_milliseconds


def chain_existing_logs(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    update_rows = apps.get_model("documents", "Update").objects
    for head in apps.get_model("documents", "Head").objects.iterator():
        chain = START
        rows = update_rows.filter(document_id=head.document_id).order_by("seq")
        for row in rows.iterator():
            at = whole_milliseconds(row.at)
            entry = Entry(
                row.seq, row.author_id, milliseconds(at), row.recovered, bytes(row.payload)
            )
            chain = link(chain, head.document_id, entry)
            update_rows.filter(document_id=head.document_id, seq=row.seq).update(
                at=at, chain=chain
            )
        head.chain = chain
        head.save(update_fields=["chain"])


class Migration(migrations.Migration):
    dependencies = [("documents", "0002_chain_chapters_history")]

    operations = [
        # What zstd has packed Postgres need not try to compress again.
        migrations.RunSQL(
            "ALTER TABLE documents_chapter ALTER COLUMN body SET STORAGE EXTERNAL",
            migrations.RunSQL.noop,
        ),
        migrations.RunPython(chain_existing_logs, migrations.RunPython.noop),
    ]
