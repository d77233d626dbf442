"""Machines on networks of their own, by the kernel's network namespaces: what is pulled out is gone without a word.

Each machine has two links: at the front are clients and the other machines, at the back is PostgreSQL. Only root may make them.
"""

import itertools
import secrets
import subprocess
from functools import cache
from subprocess import DEVNULL

_OURS = range(64, 128)
"""Of 100.64.0.0/10, which is nobody's own: one network for each bridge, of 256 addresses."""


def _ip(*words):
    subprocess.run(["ip", *words], check=True, capture_output=True)


@cache
def can_be_made():
    """Tell whether this machine lets us have networks."""
    name = f"try-{secrets.token_hex(4)}"
    try:
        made = subprocess.run(["ip", "netns", "add", name], stdout=DEVNULL, stderr=DEVNULL, check=False).returncode == 0
    except FileNotFoundError:
        return False
    if made:
        _ip("netns", "del", name)
    return made


class Networks:
    """A network at the front and one at the back, on which this machine has the first address."""

    def __init__(self):
        self._bridges = [_Bridge(side) for side in "fb"]
        self._numbers = itertools.count(2)
        self._machines = []

    @property
    def back(self):
        """This machine's address at the back."""
        return self._bridges[1].address(1)

    def machine(self):
        """Return one machine more."""
        machine = Machine(self._bridges, next(self._numbers))
        self._machines.append(machine)
        return machine

    def close(self):
        """Leave none of it."""
        for one in (*self._machines, *self._bridges):
            one.close()


class _Bridge:
    def __init__(self, side):
        self.name = f"{side}{secrets.token_hex(4)}"
        self._net = f"100.{secrets.choice(_OURS)}.{secrets.randbelow(256)}"
        _ip("link", "add", self.name, "type", "bridge")
        _ip("addr", "add", f"{self.address(1)}/24", "dev", self.name)
        _ip("link", "set", self.name, "up")

    def address(self, number):
        return f"{self._net}.{number}"

    def close(self):
        _ip("link", "del", self.name)


class Machine:
    """A network namespace.

    Attributes:
        address: by which it is reached.
        command: what runs a program there.
    """

    def __init__(self, bridges, number):
        self._name = f"tallystick-{secrets.token_hex(4)}"
        self._links = [f"{bridge.name}-{number}" for bridge in bridges]
        self.address = bridges[0].address(number)
        self.command = ("ip", "netns", "exec", self._name)
        _ip("netns", "add", self._name)
        _ip("-netns", self._name, "link", "set", "lo", "up")
        for bridge, link, side in zip(bridges, self._links, ("front", "back"), strict=True):
            _ip("link", "add", link, "type", "veth", "peer", "name", side, "netns", self._name)
            _ip("link", "set", link, "master", bridge.name, "up")
            _ip("-netns", self._name, "addr", "add", f"{bridge.address(number)}/24", "dev", side)
            _ip("-netns", self._name, "link", "set", side, "up")

    def cut(self):
        """Have nothing come through to PostgreSQL, nor back."""
        _ip("link", "set", self._links[1], "down")

    def mend(self):
        """Have it come through again."""
        _ip("link", "set", self._links[1], "up")

    def unplug(self):
        """Have it reach nobody."""
        for link in self._links:
            _ip("link", "set", link, "down")

    def plug(self):
        """Have it reach everybody again."""
        for link in self._links:
            _ip("link", "set", link, "up")

    def close(self):
        """Be no more."""
        _ip("netns", "del", self._name)
