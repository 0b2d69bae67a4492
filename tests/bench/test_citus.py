"""Whether each table of a document can be distributed by it: what scaling.md says."""

from bench.citus import hindrances


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
