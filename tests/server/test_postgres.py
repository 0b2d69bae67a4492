"""Connections to Postgres notice a host that is gone without a word."""

import os
import socket

import psycopg
import pytest
from django.db import connection

from documents.postgres import conninfo

pytestmark = [pytest.mark.server, pytest.mark.django_db]

WATCHED = {
    (socket.SOL_SOCKET, socket.SO_KEEPALIVE): 1,
    (socket.IPPROTO_TCP, socket.TCP_KEEPIDLE): 10,
    (socket.IPPROTO_TCP, socket.TCP_KEEPINTVL): 3,
    (socket.IPPROTO_TCP, socket.TCP_KEEPCNT): 3,
    (socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT): 15_000,
}


def test_the_kernel_watches_connections_of_django() -> None:
    connection.ensure_connection()
    assert connection.connection is not None
    assert _options(connection.connection.fileno()) == WATCHED


def test_the_kernel_watches_connections_of_the_log() -> None:
    with psycopg.connect(conninfo()) as own:
        assert _options(own.fileno()) == WATCHED


def _options(descriptor: int) -> dict[tuple[int, int], int]:
    with socket.socket(fileno=os.dup(descriptor)) as line:
        return {option: line.getsockopt(*option) for option in WATCHED}
