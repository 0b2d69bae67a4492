"""Asks whether known faults are in what the product is built from: `make audit`.

Says plainly when an index could not be asked: an audit of nothing must not look like
one without findings. Exits with 1 for findings, with 2 where nothing was audited;
with --where-reachable, as in `make check`, the latter is said and is no failure.
"""

import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parent.parent
PATIENCE: Final = 120.0

PYTHON: Final = (
    *(sys.executable, "-m", "pip_audit", "--requirement", "requirements.lock"),
    *("--disable-pip", "--no-deps", "--progress-spinner", "off", "--format", "json"),
)
NODE: Final = (
    *(sys.executable, "-m", "collab.boot", "npm"),
    *("audit", "--omit=dev", "--json"),
)


class Unasked(Exception):
    """The index did not say anything about what we use; the words tell why."""


def python_findings(answer: str) -> list[str]:
    """Read pip-audit's JSON. Raises Unasked where a package was skipped."""
    told = _read(answer)["dependencies"]
    skipped = [one for one in told if "skip_reason" in one]
    if skipped or not told:
        raise Unasked(
            f"{len(skipped)} of {len(told)} packages are unknown to the index"
        )
    return [
        f"{one['name']} {one['version']}: {fault['id']}"
        for one in told
        for fault in one["vulns"]
    ]


def node_findings(answer: str) -> list[str]:
    """Read npm's JSON. Raises Unasked where there is an error in its place."""
    told = _read(answer)
    if "vulnerabilities" not in told:
        raise Unasked(str(told.get("message") or told.get("error") or "no answer"))
    return [
        f"{name} {fault['range']}: {fault['severity']}"
        for name, fault in told["vulnerabilities"].items()
    ]


def _read(answer: str) -> Any:
    try:
        return json.loads(answer)
    except ValueError:
        raise Unasked("the answer is not JSON") from None


def _ask(command: Sequence[str]) -> str:
    asked = subprocess.run(  # noqa: S603  (our own command line)
        command, cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE, check=False
    )
    return asked.stdout


def main(
    ask: Callable[[Sequence[str]], str] = _ask, *, where_reachable: bool = False
) -> int:
    """Audit both worlds, say what was found, and give the exit code."""
    code, unasked = 0, 0 if where_reachable else 2
    for name, command, read in (
        ("Python", PYTHON, python_findings),
        ("Node", NODE, node_findings),
    ):
        try:
            found = read(ask(command))
        except (Unasked, subprocess.TimeoutExpired) as error:
            _say(f"{name}: NOT AUDITED, the index could not be asked: {error}")
            code = code or unasked
        else:
            _say(f"{name}: {len(found)} known faults", *found)
            code = 1 if found else code
    return code


def _say(*lines: str) -> None:
    print("\n  ".join(lines))  # noqa: T201


if __name__ == "__main__":
    sys.exit(main(where_reachable="--where-reachable" in sys.argv[1:]))
