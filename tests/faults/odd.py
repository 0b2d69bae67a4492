"""A web process to which odd things happen: its clock jumps, its messages get lost.

It also drops a slow reader soon. Started by the first test that wants it.
"""

from functools import cached_property
from pathlib import Path

from collab.boot.web import Web
from tests.faults.browser import Door
from tests.faults.site import Site, door, up


class Odd:
    """See the module; its address is fixed when it is first asked for."""

    def __init__(self, site: Site) -> None:
        self._site = site

    @property
    def _clock(self) -> Path:
        return self._site.folder / "clock"

    @cached_property
    def web(self) -> Web:
        """The process, which reads its time by a file."""
        self.jump(0)
        web = self._site.another(
            CHANNEL_LAYER_BACKEND="tests.lossy.MischievousChannelLayer",
            UNSENT_BYTES="50000",
        )
        python, dash, *rest = web.child.command
        bent = [python, dash, "tests.faults.jumpy", str(self._clock), *rest]
        web.child.command = bent
        return web

    def jump(self, seconds: int) -> None:
        """Let its clock be off by so much."""
        self._clock.write_text(str(seconds))

    async def open(self) -> Door:
        """Have it running, and give its door."""
        if not self.web.child.running:
            await up(self.web)
        return door(self.web)

    def end(self) -> None:
        """Stop it, where it runs."""
        if "web" in vars(self):
            self.web.stop()
