"""Whether each table of a document can be distributed by it: what scaling.md says."""

from pathlib import Path

from django.apps import apps

from bench.citus import EVERYWHERE, hindrances

TOLD = (Path(__file__).parents[2] / "docs" / "scaling.md").read_text()


def test_what_hinders_is_what_the_document_says() -> None:
    assert hindrances() == {
        "documents_bookmark": ["the primary key lacks the document"],
        "documents_membership": [
            "the primary key lacks the document",
            "link: a key to documents_sharelink without the document",
        ],
        "documents_sharelink": [
            "the primary key lacks the document",
            "token_hash is unique without the document",
        ],
    }


def test_every_table_of_a_document_is_told() -> None:
    models = set(apps.get_app_config("documents").get_models()) - {*EVERYWHERE}
    tables = {model._meta.db_table for model in models}
    short = {f"`{table.removeprefix('documents')}`" for table in tables}
    told = TOLD.replace("documents_", "_")
    assert [one for one in sorted(short) if one not in told] == []
