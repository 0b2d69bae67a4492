"""Where Postgres is, for work that goes past Django: workers, and long readings."""

from django.db import connection
from psycopg.conninfo import make_conninfo


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
