"""The engine seam: what reads a document's bytes, and nothing else of a CRDT engine.

The modules `with_*` are the only importers of CRDT engines. They run in
`python -m documents.engine NAME`, a process that may crash at no cost: it knows no
Django, no secret and no database. Asked by `documents.engine.reading` over its pipes.
"""

from importlib.util import find_spec
from typing import Final, Protocol

from documents.engine.rendering import Node

DEFAULT: Final = "pycrdt"
PACKAGES: Final = {DEFAULT: "pycrdt", "y-py": "y_py"}
"""Every engine by the name that settings give it, and the package that it needs.

y-py gives text and structure, but no marks, and every attribute as a string.
"""
ROOT: Final = "default"
"""Where the editor keeps its document."""


class Engine(Protocol):
    """What the module of an engine offers."""

    def tree_of(self, state: bytes) -> Node:
        """Read the ProseMirror document in the root of a whole Yjs V1 state.

        Raises whatever the engine raises, and may take the process along.
        """


def chosen(name: str) -> str:
    """Give the name back where there is such an engine and it is installed.

    Raises ValueError, which says what to do.
    """
    if name not in PACKAGES:
        raise ValueError(f"{name!r} is not one of {', '.join(PACKAGES)}")
    if find_spec(PACKAGES[name]) is None:
        raise ValueError(
            f"{name} is not installed: .venv/bin/uv pip install -r pyproject.toml"
            f" --extra {name} (Python 3.12 or older); or leave the variable unset"
        )
    return name
