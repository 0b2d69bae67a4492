"""What each edit writes: no index twice, no look at rows that its head vouches for."""

from django.conf import settings
from django.db import migrations, models
from django.db.models import CASCADE, SET_NULL

OWNED = {
    "chapter": "chapters",
    "redaction": "redactions",
    "visit": "visits",
    "writer": "writers",
}
"""Whose primary key begins with the document, and so is an index on it."""


class Migration(migrations.Migration):
    dependencies = [("documents", "0004_snapshots_uncompressed")]

    operations = [
        *(
            migrations.AlterField(
                model,
                "document",
                models.ForeignKey(
                    "documents.document", CASCADE, related_name=rows, db_index=False
                ),
            )
            for model, rows in OWNED.items()
        ),
        migrations.AlterField(
            "update",
            "document",
            models.ForeignKey(
                "documents.document",
                CASCADE,
                related_name="updates",
                db_index=False,
                db_constraint=False,
            ),
        ),
        migrations.AlterField(
            "head",
            "author",
            models.ForeignKey(
                settings.AUTH_USER_MODEL,
                SET_NULL,
                null=True,
                related_name="+",
                db_index=False,
                db_constraint=False,
            ),
        ),
        # Room for a head's next version on its own page.
        migrations.RunSQL(
            "ALTER TABLE documents_head SET (fillfactor = 50)",
            "ALTER TABLE documents_head RESET (fillfactor)",
        ),
    ]
