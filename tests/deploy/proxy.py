"""A real nginx over deploy/nginx.conf, and a stand-in for what is behind it."""

import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPResponse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from signal import SIGQUIT
from string import Template
from threading import Thread

from collab.boot import nginx
from collab.boot.children import Child
from collab.boot.folder import free_port
from collab.boot.steps import ROOT

CONF = ROOT / "deploy" / "nginx.conf"
PATIENCE = 60.0


class Nginx:
    """nginx on a free port in front of servers on 127.0.0.1."""

    def __init__(self, folder: Path, servers: Sequence[int], port: int = 0) -> None:
        """Write its configuration; nothing is started yet."""
        binary = nginx.find()
        assert binary, "no nginx: make test installs it"
        self.port = port or free_port()
        self.access, self.errors = folder / "access.log", folder / "errors.log"
        conf = folder / "nginx.conf"
        conf.write_text(filled(folder, self.port, servers))
        # As root, its workers would be nobody, who may not enter a test's folder.
        whose = "user root;" if os.geteuid() == 0 else ""
        self.child = Child(
            "nginx",
            [binary, "-c", str(conf), "-e", "stderr", "-g", f"daemon off; {whose}"],
            log=self.errors,
            stop_with=SIGQUIT,
            patience=PATIENCE,
        )

    def start(self) -> None:
        """Start it and return when it answers."""
        self.child.start()
        self.child.wait_until(self._alive, PATIENCE)

    def told(self) -> tuple[str, str]:
        """Stop it in order, and give what it logged: accesses, errors."""
        self.child.stop()
        return self.access.read_text(), self.errors.read_text()

    def ask(
        self,
        path: str,
        headers: dict[str, str] | None = None,
        *,
        method: str = "GET",
        body: bytes | None = None,
        source: str = "127.0.0.1",
    ) -> tuple[HTTPResponse, bytes]:
        """Send one request from an address of this machine."""
        here = (source, 0)
        wire = HTTPConnection("127.0.0.1", self.port, PATIENCE, source_address=here)
        wire.request(method, path, body, headers or {})
        answer = wire.getresponse()
        content = answer.read()
        wire.close()
        return answer, content

    def _alive(self) -> bool:
        try:
            return self.ask("/alive")[0].status == 204
        except OSError:
            return False


def values(folder: Path, port: int, servers: Sequence[int]) -> dict[str, str]:
    """Name what the template leaves open."""
    return {
        "NGINX_RUN": str(folder),
        "NGINX_LOG": str(folder / "access.log"),
        "NGINX_LISTEN": f"127.0.0.1:{port}",
        "NGINX_SCHEME": "http",
        "NGINX_SERVERS": "".join(f"server 127.0.0.1:{one};" for one in servers),
        "NGINX_RESOLVER": "127.0.0.1",
        "NGINX_INCLUDE": str(folder / "site" / "*.conf"),
    }


def filled(folder: Path, port: int, servers: Sequence[int]) -> str:
    """Fill the template in, as envsubst does."""
    return Template(CONF.read_text()).safe_substitute(values(folder, port, servers))


class Echo(BaseHTTPRequestHandler):
    """Answers every request with its path and headers as JSON."""

    def do_GET(self) -> None:
        """Answer."""
        heard = {"path": self.path, "headers": dict(self.headers), "pad": "x" * 2000}
        content = json.dumps(heard).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Cache-Control", "no-cache")
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def echoing() -> Iterator[int]:
    """Run an Echo; gives its port."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Echo) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
            thread.join()
