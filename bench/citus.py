"""Whether the schema can be distributed by document id, as Citus asks.

Primary and unique keys must hold the document, and foreign keys must go to what lies
on the same node (with the document in them), or to tables that all nodes hold.
"""

from collections.abc import Iterator
from typing import Final

from django.apps import apps
from django.db.models import Field, ForeignKey, Model, UniqueConstraint
from django.db.models.options import Options

from documents.models import Document, User

EVERYWHERE: Final = (User,)
"""Held whole by all nodes: reference tables."""


def hindrances() -> dict[str, list[str]]:
    """Tell what keeps which table of a document from being distributed."""
    models = apps.get_app_config("documents").get_models()
    found = {_options(model).db_table: list(_hindrances(model)) for model in models}
    return {table: reasons for table, reasons in sorted(found.items()) if reasons}


def _hindrances(model: type[Model]) -> Iterator[str]:
    if model in EVERYWHERE:
        return
    if not _holds(model, [field.name for field in _options(model).pk_fields]):
        yield "the primary key lacks the document"
    for field in _options(model).local_fields:
        if field.unique and not field.primary_key:
            yield f"{field.name} is unique without the document"
        if isinstance(field, ForeignKey) and not _near(field):
            yield f"{field.name}: a key to {_table(field)} without the document"
    for constraint in _options(model).constraints:
        if not isinstance(constraint, UniqueConstraint):
            continue
        if not _holds(model, list(constraint.fields)):
            yield f"{constraint.name} lacks the document"


def _options(model: type[Model]) -> "Options[Model]":
    return model._meta  # noqa: SLF001  (Django documents it)


def _holds(model: type[Model], names: list[str]) -> bool:
    if model is Document:
        return names == ["id"]
    return any(_is_document(_options(model).get_field(name)) for name in names)


def _is_document(field: object) -> bool:
    return isinstance(field, ForeignKey) and field.related_model is Document


def _near(field: "Field[object, object]") -> bool:
    related = field.related_model
    bound = getattr(field, "db_constraint", True)
    return related in (*EVERYWHERE, Document) or not bound


def _table(field: "Field[object, object]") -> str:
    related = field.related_model
    assert isinstance(related, type)
    table: str = _options(related).db_table
    return table
