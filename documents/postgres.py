"""Where Postgres is, for work that goes past Django, and what tells that it is away."""

from typing import Final

import psycopg
from django.db import OperationalError, connection
from psycopg.conninfo import make_conninfo
from psycopg_pool import PoolTimeout

LOST: Final = (
    psycopg.OperationalError,
    psycopg.errors.IdleInTransactionSessionTimeout,
    psycopg.errors.ReadOnlySqlTransaction,
    PoolTimeout,
    OperationalError,
)
"""What any use of the log, or of Django's database, raises while Postgres is away,
takes nothing, or has ended a transaction of a process that hung."""


def conninfo() -> str:
    """Give the connection string of Django's database, with its options for libpq."""
    given = connection.settings_dict
    return make_conninfo(
        host=given["HOST"],
        port=given["PORT"],
        user=given["USER"],
        password=given["PASSWORD"],
        dbname=given["NAME"],
        **given["OPTIONS"],
    )
