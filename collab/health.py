"""`/healthz`: whether this process can serve; names what fails, never a secret."""

from collections.abc import Callable
from uuid import UUID

import structlog
from asgiref.sync import async_to_sync
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from collab import roster

_logger = structlog.get_logger(__name__)

NOBODY = UUID(int=0)


@never_cache
@require_safe
def healthz(_request: HttpRequest) -> JsonResponse:
    """Answer 200 where all is well, and 503 with what is not."""
    checks = {name: check() for name, check in CHECKS.items()}
    failing = sorted(name for name, well in checks.items() if not well)
    if failing:
        _logger.error("unwell", failing=",".join(failing))
    body = {name: "ok" if well else "failing" for name, well in checks.items()}
    return JsonResponse(body, status=503 if failing else 200)


def _postgres() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True


def _migrations() -> bool:
    try:
        executor = MigrationExecutor(connection)
    except DatabaseError:
        return False
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


def _redis() -> bool:
    try:
        async_to_sync(roster.present)([NOBODY], 0)
    except roster.RosterAway:
        return False
    return True


CHECKS: dict[str, Callable[[], bool]] = {
    "postgres": _postgres,
    "migrations": _migrations,
    "redis": _redis,
}
