"""Talking to a coordinator that runs, over HTTP."""

import os
import socket
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit

import msgspec

from coordinator.cli.ending import Exit, Failure
from coordinator.cli.terminal.saying import say
from coordinator.setup.addresses import is_loopback
from coordinator.setup.credentials import ADMIN_KEY, API_KEY, secret
from core.addresses import addresses
from core.refusals import BadInput

if TYPE_CHECKING:
    import httpx

STARTING_SECONDS = 15.0
"""How long a coordinator on the same machine may take from `tallystick serve &` to its first answer."""
_LOOK_SECONDS = 0.1
_TIMEOUT_SECONDS = 60
_PASSING_TROUBLES = {429, 502, 503, 504}
_WAYS_IN: Mapping[tuple[str, ...], str] = {
    ADMIN_KEY: (
        "set TALLYSTICK_ADMIN_KEY_FILE=DATA_DIR/admin.key, where DATA_DIR is the coordinator's data directory, or"
        " TALLYSTICK_ADMIN_KEY to the key itself"
    ),
    API_KEY: (
        "set TALLYSTICK_API_KEY_FILE to a file with a key in it; whoever runs the coordinator makes one with"
        " `tallystick keys create`"
    ),
}
"""What to do about a key that is missing or wrong, by the variables that would hold it."""


class Broken(Exception):  # noqa: N818 - names what was met
    """A long answer broke off."""


class Coordinator:
    """A coordinator at the other end of the wire.

    Every call raises `Failure` when nobody answers, or the answer is an error. The first one waits for a coordinator on
    this machine that is still starting, and only then reads the key: at a first start it is made there.

    Args:
        url: its address, `http://127.0.0.1:8000`, or those of its nodes with commas between: where nobody answers at one,
            the next is asked, unless the request may have been heard and has no key.
        key: the variables of the environment, `API_KEY` or `ADMIN_KEY`, that hold what it is sent as Bearer.
        patience: for how many seconds to wait for one that is starting.
    """

    def __init__(self, url: str, key: tuple[str, ...] = API_KEY, patience: float | None = None) -> None:
        import httpx  # noqa: PLC0415 - takes longer to import than most commands take to run

        try:
            self._urls = addresses(url)
        except BadInput as refusal:
            raise Failure(Exit.USAGE, refusal.sentence) from None
        self._asked = 0
        self._key = key
        self._sent: str | None = None
        self._patience = STARTING_SECONDS if patience is None else patience
        self._met = False
        self._client = httpx.Client(timeout=_TIMEOUT_SECONDS)
        self._unheard = (httpx.ConnectError, httpx.ConnectTimeout, ConnectionRefusedError)
        self._trouble = (httpx.TransportError, OSError)

    @property
    def url(self) -> str:
        """The address that is asked."""
        return self._urls[self._asked]

    def __enter__(self) -> Self:
        """Nothing is opened before the first call."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close what connections there are."""
        self.close()

    def close(self) -> None:
        """Close what connections there are."""
        self._client.close()

    def get(self, path: str, **query: str | float) -> Any:
        """Ask for something."""
        return self._call("GET", path, params=query)

    def get_as_it_is(self, path: str, **query: str | float) -> bytes:
        """Ask for something whose bytes matter."""
        content: bytes = self._answer("GET", path, params=query).content
        return content

    @contextmanager
    def lines(self, path: str) -> Iterator[Iterator[bytes]]:
        """Ask for something long; yields its whole lines as they come.

        Raises:
            Broken: nobody answers, or the answer broke off; the lines so far were whole.
        """
        try:
            if not self._met:
                self._meet()
            with self._client.stream("GET", self.url + path) as response:
                if not response.is_success:
                    response.read()
                    raise self._failure(response)
                yield _whole_lines(response.iter_bytes())
        except self._trouble as error:
            raise Broken(self._silence(error)) from error

    def post(self, path: str, body: object, key: str | None = None) -> Any:
        """Hand something in; with a key, sending it again changes nothing."""
        return self._send("POST", path, body, key)

    def put(self, path: str, body: object, key: str | None = None) -> Any:
        """Change something; the key as above."""
        return self._send("PUT", path, body, key)

    def delete(self, path: str) -> Any:
        """Take something back."""
        return self._call("DELETE", path)

    def health(self) -> Any:
        """Return what the coordinator says of its health, good or bad."""
        return self._call("GET", "/health", accepted={200, 503})

    def _send(self, method: str, path: str, body: object, key: str | None) -> Any:
        headers = {"Content-Type": "application/json"} | ({"Idempotency-Key": key} if key else {})
        return self._call(method, path, content=msgspec.json.encode(body), headers=headers)

    def _call(self, method: str, path: str, accepted: set[int] | None = None, **options: Any) -> Any:
        content = self._answer(method, path, accepted, **options).content
        try:
            return msgspec.json.decode(content)
        except msgspec.DecodeError:
            raise Failure(
                Exit.REFUSED, f"What answers at {self.url} is not a coordinator: {path} is not JSON."
            ) from None

    def _answer(self, method: str, path: str, accepted: set[int] | None = None, **options: Any) -> "httpx.Response":
        repeatable = method == "GET" or "Idempotency-Key" in options.get("headers", {})
        others = len(self._urls) - 1
        while True:
            try:
                if not self._met:
                    self._meet()
                response = self._client.request(method, self.url + path, **options)
                break
            except self._trouble as error:
                if not others or not (repeatable or isinstance(error, self._unheard)):
                    raise Failure(Exit.UNREACHABLE, self._silence(error)) from None
                others -= 1
                self._asked = (self._asked + 1) % len(self._urls)
        if not (response.status_code in accepted if accepted else response.is_success):
            raise self._failure(response)
        return response

    def _silence(self, error: Exception) -> str:
        distrust = _distrust(error)
        if distrust:
            return (
                f"The certificate of {self.url} is not trusted here ({distrust}); have SSL_CERT_FILE name a file that holds it,"
                " or that of whoever signed it."
            )
        return (
            f"No coordinator answers at {' or '.join(self._urls)} ({getattr(error, 'strerror', None) or error}); start one with"
            " `tallystick serve`, or name another with --coordinator."
        )

    def _meet(self) -> None:
        """Wait until somebody answers at the address where it is the only one and on this machine; from then on have the key with all."""
        if self._patience and len(self._urls) == 1:
            self._await_start()
        self._sent = secret(os.environ, self._key)
        if self._sent:
            self._client.headers["Authorization"] = f"Bearer {self._sent}"
        self._met = True

    def _await_start(self) -> None:
        """Return when somebody answers, or at once when that is on another machine.

        Raises:
            OSError: it has taken too long.
        """
        parts = urlsplit(self.url)
        host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
        if not is_loopback(host):
            return
        deadline = time.monotonic() + self._patience
        said = False
        while True:
            try:
                socket.create_connection((host, port), _TIMEOUT_SECONDS).close()
            except ConnectionRefusedError:
                if time.monotonic() > deadline:
                    raise
            else:
                self._client.get(f"{self.url}/health/live")  # it listens before it has made its keys
                return
            if not said:
                say(f"Nobody answers at {self.url} yet; waiting {self._patience:.0f} seconds for it.", err=True)
                said = True
            time.sleep(_LOOK_SECONDS)

    def _failure(self, response: "httpx.Response") -> Failure:
        """Return a refusal in the coordinator's own words; about a key, with what to do."""
        try:
            said = msgspec.json.decode(response.content, type=dict[str, Any]).get("detail")
        except msgspec.DecodeError:
            said = None
        detail = said if isinstance(said, str) else f"The coordinator answered {response.status_code}."
        if response.status_code == HTTPStatus.UNAUTHORIZED:
            lacking = detail.partition(";")[0].rstrip(".")
            if self._key == ADMIN_KEY:
                lacking = f"{self.url} {'does not know this admin key' if self._sent else 'wants the admin key'}"
            return Failure(Exit.REFUSED, f"{lacking}; {_WAYS_IN[self._key]}.")
        return Failure(Exit.UNREACHABLE if response.status_code in _PASSING_TROUBLES else Exit.REFUSED, detail)


def _distrust(error: BaseException | None) -> str:
    """Return what is wrong with the certificate that was shown, where there is no answer because of it; else nothing."""
    import ssl  # noqa: PLC0415 - httpx has brought it by now

    while error is not None and not isinstance(error, ssl.SSLCertVerificationError):
        error = error.__cause__ or error.__context__
    return "" if error is None else error.verify_message.rstrip(".")


def _whole_lines(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Yield the lines of a text; what stands after the last line feed was cut off."""
    rest = b""
    for piece in pieces:
        *lines, rest = (rest + piece).split(b"\n")
        for line in lines:
            yield line + b"\n"
