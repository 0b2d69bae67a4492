"""Runs a bench that needs our server, on services of its own.

python -m bench peers [KIT [ROUNDS]] | growth | soak [MINUTES] | history [EDITS [EDITS]]
"""

import importlib
import sys

from bench.place import place


def main() -> None:
    """Bring up Postgres, Valkey and Django, then the bench that is named."""
    name, *given = sys.argv[1:]
    with place() as here:
        importlib.import_module(f"bench.{name}").main(here, *given)


if __name__ == "__main__":
    main()
