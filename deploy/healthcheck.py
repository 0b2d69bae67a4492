"""Asks this container's web process for /healthz; exits with 1 where it is unwell."""

import sys
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlsplit

from collab.environment import origins, required

PATIENCE = 4.0


def main(host: str = "127.0.0.1", port: int = 8000) -> int:
    """Ask once, by a name that the process answers to."""
    name = urlsplit(required("ORIGINS", origins)[0]).netloc
    wire = HTTPConnection(host, port, timeout=PATIENCE)
    try:
        wire.request("GET", "/healthz", headers={"Host": name})
        return 0 if wire.getresponse().status == 200 else 1
    except (OSError, HTTPException):
        return 1
    finally:
        wire.close()


if __name__ == "__main__":
    sys.exit(main())
