"""Keep snapshots as they are: who opens a document waits for what decompresses them."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("documents", "0003_chain_existing_logs")]

    operations = [
        migrations.RunSQL(
            "ALTER TABLE documents_snapshot ALTER COLUMN state SET STORAGE EXTERNAL",
            "ALTER TABLE documents_snapshot ALTER COLUMN state SET STORAGE EXTENDED",
        )
    ]
