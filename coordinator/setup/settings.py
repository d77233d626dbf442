"""How a coordinator is set up: one frozen struct, which `configuring` reads.

Secrets are no settings: they come from the environment or from files (`coordinator.setup.credentials`), and are printed nowhere.
"""

import ipaddress
import socket
from pathlib import Path
from typing import Annotated, Any, Literal, TypeAlias, get_args, get_type_hints

from msgspec import Meta, Struct, field
from msgspec.structs import force_setattr

from coordinator.setup.addresses import is_loopback, origin_of, peers_in
from core.counting.chunks import LEAST_N
from core.refusals import BadInput
from core.tasks.valkey_address import require_valkey
from core.wording import shortened

PREFIX = "TALLYSTICK_"

LEGACY_NAMES = {
    "API_HOST": "host",
    "AGMEM_COORDINATOR_HOST": "host",
    "API_PORT": "port",
    "AGMEM_COORDINATOR_PORT": "port",
    "NODE_NAME": "node_name",
    "DEFAULT_WORK_TIMEOUT_MINUTES": "drop_in_timeout_minutes",
}
"""Environment names of the systems replaced, and the settings that they stand for; the `TALLYSTICK_` name wins."""

OTHER_VARIABLES = {
    "TALLYSTICK_CONFIG": "the TOML file, when no `--config` names one",
    "TALLYSTICK_ADMIN_KEY": "the key that administers the coordinator (`ADMIN_API_KEY` is understood too)",
    "TALLYSTICK_ADMIN_KEY_FILE": "a file that holds it (`ADMIN_API_KEY_FILE` too)",
    "TALLYSTICK_COORDINATOR": "address of the coordinator that commands and workers talk to, or those of its nodes with commas or spaces between",
    "TALLYSTICK_API_KEY": "the key that commands and workers send to it (`API_KEY` too)",
    "TALLYSTICK_API_KEY_FILE": "a file that holds it (`API_KEY_FILE` too)",
    "API_KEY": "in a coordinator's environment, a key that opens everything but administration to whoever sends it",
    "API_KEY_FILE": "a file that holds it",
    "TALLYSTICK_POSTGRES_PASSWORD": "the password for the database that `postgres` names",
    "TALLYSTICK_POSTGRES_PASSWORD_FILE": "a file that holds it",
    "TALLYSTICK_FAILPOINT": "for tests: where the coordinator shall die",
}
"""Variables that are no settings."""


_PLACE = "Where it lives and answers"
_CALLERS = "Who may call, and how much"
_WORK = "What work there is, and who does it"
_TASKS = "Tasks"

_Origin: TypeAlias = Annotated[str, Meta(pattern=r"^(\*|https?://[A-Za-z0-9.*:\[\]-]+)\Z")]


def _meaning(group: str, what: str, accepted: str, **bounds: Any) -> Meta:
    """Describe a setting: what it is, among which others it is shown, and what it accepts in the words of a refusal."""
    return Meta(description=what, extra={"accepted": accepted, "group": group}, **bounds)


class Settings(Struct, frozen=True, kw_only=True):
    """A coordinator's settings."""

    data_dir: Annotated[
        Path,
        _meaning(_PLACE, "where the log and everything beside it lives", "a directory"),
    ] = Path("data")
    host: Annotated[
        str,
        _meaning(_PLACE, "address to listen on", "a host name or an IP address", pattern=r"^[^\s\x00-\x1f\x7f]+\Z"),
    ] = "127.0.0.1"
    port: Annotated[
        int,
        _meaning(_PLACE, "port to listen on; 0 for any free one", "a whole number from 0 to 65535", ge=0, le=65535),
    ] = 8000
    desks: Annotated[
        int,
        _meaning(
            _PLACE,
            "how many processes answer requests before the one that writes; 0 for one that does both",
            "a whole number from 0 to 64",
            ge=0,
            le=64,
        ),
    ] = 0
    node_name: Annotated[
        str,
        _meaning(
            _PLACE,
            "by what name this coordinator calls itself; else the host's",
            "a name of up to 253 characters in one line",
            max_length=253,
            pattern=r"^[^\s\x00-\x1f\x7f]([^\n\x00-\x1f\x7f]*[^\s\x00-\x1f\x7f])?\Z",
        ),
    ] = field(default_factory=socket.gethostname)
    postgres: Annotated[
        str,
        _meaning(
            _PLACE,
            "address of the PostgreSQL database through which several nodes share a log, without a password; empty for a"
            " log of its own",
            "an address such as postgresql://tallystick@localhost/tallystick",
            pattern=r"^\Z|^postgres(ql)?://[^\s\x00-\x1f\x7f]+\Z",
        ),
    ] = ""
    nodes: Annotated[
        tuple[str, ...],
        _meaning(
            _PLACE,
            "the nodes that share the log, this one among them, and where they reach each other; none for one alone",
            "a list of nodes such as one=10.0.0.1:8001",
        ),
    ] = ()
    allow_anonymous: Annotated[
        tuple[Literal["read", "work", "submit"], ...] | None,
        _meaning(
            _CALLERS,
            "what callers without a key may do, `none` for nothing; when not set, everything but administration on a"
            " loopback address and nothing on any other",
            "a list of read, work and submit, or none",
        ),
    ] = None
    trusted_proxies: Annotated[
        tuple[str, ...],
        _meaning(
            _CALLERS,
            "proxies whose `X-Forwarded-*` headers are believed; `allow_anonymous` must be set with them",
            "a list of IP addresses or networks such as 10.0.0.0/8",
        ),
    ] = ()
    webhook_networks: Annotated[
        tuple[str, ...],
        _meaning(
            _CALLERS,
            "networks that events may be delivered to besides public ones",
            "a list of IP addresses or networks such as 10.0.0.0/8",
        ),
    ] = ()
    cors_origins: Annotated[
        tuple[_Origin, ...],
        _meaning(
            _CALLERS, "web origins whose pages may call the API", "a list of origins such as http://localhost:3000"
        ),
    ] = ("http://localhost:3000",)
    embed_origins: Annotated[
        tuple[_Origin, ...],
        _meaning(
            _CALLERS,
            "web origins whose pages may frame charts of `/embed/…`; `*` for any",
            "a list of origins such as https://forum.example, or *",
        ),
    ] = ()
    requests_per_second: Annotated[
        int,
        _meaning(
            _CALLERS,
            "how many writes a second one client, with one key, may send for long",
            "a whole number from 1 to 1000000",
            ge=1,
            le=10**6,
        ),
    ] = 2_000
    requests_at_once: Annotated[
        int,
        _meaning(
            _CALLERS,
            "how many writes it may send at once after a pause",
            "a whole number from 1 to 100000000",
            ge=1,
            le=10**8,
        ),
    ] = 200_000
    workers: Annotated[
        int,
        _meaning(
            _WORK,
            "how many workers to start beside the coordinator, each for every kind of work that this machine can do",
            "a whole number from 0 to 1000",
            ge=0,
            le=1_000,
        ),
    ] = 0
    lease_seconds: Annotated[
        int,
        _meaning(
            _WORK, "how long a silent worker keeps its assignment", "a whole number from 1 to 86400", ge=1, le=86_400
        ),
    ] = 120
    minimum_worker_version: Annotated[
        str,
        _meaning(
            _WORK,
            "the oldest version of `tallystick work` that is given work; empty for any",
            "a version such as 1.2.0",
            pattern=r"^\Z|^[0-9]{1,9}(\.[0-9]{1,9})*\Z",
        ),
    ] = ""
    work_seconds: Annotated[
        int,
        _meaning(
            _WORK,
            "how much work one assignment holds, at its worker's speed",
            "a whole number from 1 to 86400",
            ge=1,
            le=86_400,
        ),
    ] = 600
    longest_job_hours: Annotated[
        int,
        _meaning(
            _WORK,
            "for how long work may be taken that is done without a network, by `tallystick take`",
            "a whole number from 1 to 8760",
            ge=1,
            le=8_760,
        ),
    ] = 168
    drop_in_timeout_minutes: Annotated[
        int,
        _meaning(
            _WORK,
            "how long a client of the system replaced keeps its assignment when it does not say",
            "a whole number from 1 to 525600",
            ge=1,
            le=525_600,
        ),
    ] = 7_200
    drop_in_strategy: Annotated[
        Literal["yield", "ladder", "progressive"],
        _meaning(
            _WORK,
            "which numbers come first for who asks for `standard` work, as those clients always do",
            "yield (where curves promise the most finds for their time), ladder (nearest to its target) or progressive"
            " (the least was spent on it)",
        ),
    ] = "yield"
    drop_in_beside_residues: Annotated[
        bool,
        _meaning(
            _WORK,
            "whether those clients are given numbers, too, whose residues wait for somebody to run stage 2",
            "true or false",
        ),
    ] = False
    number_ceiling_digits: Annotated[
        int,
        _meaning(_WORK, "how long a submitted number may be", "a whole number from 10 to 100000", ge=10, le=100_000),
    ] = 10_000
    counting_ceiling: Annotated[
        int,
        _meaning(_WORK, "up to where primes are counted", f"a whole number from {LEAST_N} to 10^31", ge=LEAST_N),
    ] = 10**18
    seed_machines: Annotated[
        bool,
        _meaning(
            _WORK, "whether a few machines are registered at the first start, to run simulations on", "true or false"
        ),
    ] = False
    valkey: Annotated[
        str,
        _meaning(
            _TASKS,
            "address of a Valkey server through which tasks go; empty for none",
            "an address such as valkey://localhost:6379",
        ),
    ] = ""
    max_waiting_tasks: Annotated[
        int,
        _meaning(
            _TASKS,
            "how many tasks may wait before further ones are turned away",
            "a whole number from 1 to 1000000",
            ge=1,
            le=10**6,
        ),
    ] = 10_000

    @property
    def open_roles(self) -> tuple[Literal["read", "work", "submit"], ...]:
        """The roles of callers without a key."""
        if self.allow_anonymous is not None:
            return self.allow_anonymous
        return ("read", "work", "submit") if is_loopback(self.host) else ()

    def __post_init__(self) -> None:
        """Check what the types can't say."""
        peers = peers_in(self.nodes)
        if self.nodes and not (self.postgres and self.node_name in peers):
            raise BadInput(
                f"nodes does not name {self.node_name!r}, or postgres is not set: nodes share a log in a database, and each is"
                " named there, with node_name saying which one this is."
            )
        if self.nodes and self.desks:
            raise BadInput("desks and nodes are both set; one of them is accepted: a node answers in one process.")
        if self.counting_ceiling > 10**31:
            raise BadInput(
                f"counting_ceiling is {self.counting_ceiling}; {accepted_by('counting_ceiling')} is accepted."
            )
        self._check_addresses()

    def _check_addresses(self) -> None:
        if self.valkey:
            require_valkey(self.valkey)
        for name in ("trusted_proxies", "webhook_networks"):
            for network in getattr(self, name):
                try:
                    ipaddress.ip_network(network, strict=False)
                except ValueError:
                    raise _not_among(name, network) from None
        for name in ("cors_origins", "embed_origins"):
            origins = {said: origin_of(said) for said in getattr(self, name)}
            for said, origin in origins.items():
                if origin is None:
                    raise _not_among(name, said)
            force_setattr(self, name, tuple(origins.values()))


def _not_among(name: str, said: str) -> BadInput:
    return BadInput(
        f"{name} names {shortened(repr(said))}; {accepted_by(name).removeprefix('a list of ')} are accepted."
    )


HINTS = get_type_hints(Settings, include_extras=True)
"""The type of each setting, by its name, with what is said of it."""


def meaning_of(name: str) -> Meta:
    """Return what is said of a setting."""
    meta = get_args(HINTS[name])[-1]
    assert isinstance(meta, Meta)
    return meta


def accepted_by(name: str) -> str:
    """Say what values a setting takes."""
    return str((meaning_of(name).extra or {})["accepted"])
