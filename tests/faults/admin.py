"""What an administrator of the database does to it, past the product."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import LiteralString
from uuid import UUID

import psycopg
from django.db import connection
from psycopg import sql
from psycopg.conninfo import make_conninfo

from collab.boot.web import Web
from documents.postgres import conninfo


@asynccontextmanager
async def superuser(database: str = "") -> AsyncIterator[psycopg.AsyncConnection]:
    """Connect to the database, or to another of the same server, in autocommit."""
    where = make_conninfo(conninfo(), dbname=database) if database else conninfo()
    async with await psycopg.AsyncConnection.connect(where, autocommit=True) as one:
        yield one


async def holders(web: Web) -> int:
    """How many transactions of a web process hold a head and wait for its word."""
    async with superuser() as one:
        cursor = await one.execute(
            "SELECT count(*) FROM pg_stat_activity JOIN pg_locks USING (pid)"
            " WHERE application_name = %s AND state = 'idle in transaction'"
            " AND relation = 'documents_head'::regclass AND mode = 'RowShareLock'",
            (f"web-{web.port}",),
        )
        [count] = await cursor.fetchone() or [0]
        return int(count)


@asynccontextmanager
async def read_only() -> AsyncIterator[None]:
    """Let nobody write meanwhile."""
    await _setting("default_transaction_read_only", "on")
    try:
        yield
    finally:
        await _setting("default_transaction_read_only", None)


async def _setting(name: LiteralString, value: str | None) -> None:
    """Set a setting for all sessions at once, or reset it."""
    async with superuser() as one:
        change = sql.SQL("ALTER SYSTEM RESET {}").format(sql.Identifier(name))
        if value is not None:
            change = sql.SQL("ALTER SYSTEM SET {} = {}").format(
                sql.Identifier(name), sql.Literal(value)
            )
        await one.execute(change)
        await one.execute("SELECT pg_reload_conf()")


@asynccontextmanager
async def refusing() -> AsyncIterator[None]:
    """Let the database take no connection meanwhile, and end those it has."""
    await _refuse(connections=True)
    try:
        yield
    finally:
        await _refuse(connections=False)


async def _refuse(*, connections: bool) -> None:
    """Let the database take no connection any more and end those it has, or mend it."""
    name = sql.Identifier(str(connection.settings_dict["NAME"]))
    async with superuser("postgres") as one:
        await one.execute(
            sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS {}").format(
                name, sql.Literal(not connections)
            )
        )
        await one.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s",
            (connection.settings_dict["NAME"],),
        )


_SLOW: LiteralString = """
CREATE OR REPLACE FUNCTION faults_slow() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF coalesce(current_setting('faults.slept', true), '') <> 'yes' THEN
    PERFORM set_config('faults.slept', 'yes', true), pg_sleep({});
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER faults_slow AFTER UPDATE ON documents_head
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION faults_slow();
"""
"""Deferred to the commit, once a transaction."""


@asynccontextmanager
async def slow(seconds: float) -> AsyncIterator[None]:
    """Let each commit that moves a head take longer meanwhile."""
    async with superuser() as one:
        await one.execute(sql.SQL(_SLOW).format(sql.Literal(seconds)))
        try:
            yield
        finally:
            await one.execute("DROP TRIGGER faults_slow ON documents_head")


_REFUSING: LiteralString = """
CREATE OR REPLACE FUNCTION faults_full() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'could not extend file' USING ERRCODE = {};
END $$;
CREATE TRIGGER faults_full BEFORE INSERT ON documents_update
  FOR EACH STATEMENT EXECUTE FUNCTION faults_full();
"""


async def refuse_rows(code: str | None) -> None:
    """Let Postgres refuse each new row with this SQLSTATE, or no more."""
    async with superuser() as one:
        if code is None:
            await one.execute("DROP TRIGGER faults_full ON documents_update")
        else:
            await one.execute(sql.SQL(_REFUSING).format(sql.Literal(code)))


async def fall_back(document: UUID, rows: int) -> None:
    """Take the last rows of a log away, as if they had never been committed."""
    async with superuser() as one, one.transaction():
        cursor = await one.execute(
            "SELECT seq FROM documents_head WHERE document_id = %s FOR UPDATE",
            (document,),
        )
        [seq] = await cursor.fetchone() or [0]
        await one.execute(
            "DELETE FROM documents_update WHERE document_id = %s AND seq > %s",
            (document, seq - rows),
        )
        await one.execute(
            "UPDATE documents_head h SET seq = u.seq, chain = u.chain"
            " FROM documents_update u WHERE h.document_id = u.document_id"
            " AND (u.document_id, u.seq) = (%s, %s)",
            (document, seq - rows),
        )
