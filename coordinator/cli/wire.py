"""Talking to a coordinator."""

from typing import TYPE_CHECKING, Any, Self

import msgspec

from coordinator.cli.ending import Exit, Failure

if TYPE_CHECKING:
    import httpx

_TIMEOUT_SECONDS = 60
_PASSING_TROUBLES = {429, 502, 503, 504}


class Coordinator:
    """A coordinator at the other end of the wire.

    Every call raises `Failure` when nobody answers, or the answer is an error.

    Args:
        url: its address, `http://127.0.0.1:8000`.
        key: what it is sent as Bearer; None for nothing.
    """

    def __init__(self, url: str, key: str | None = None) -> None:
        import httpx  # noqa: PLC0415 - takes longer to import than most commands take to run

        self.url = url.rstrip("/")
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        try:
            parsed = httpx.URL(self.url)
        except httpx.InvalidURL as error:
            raise Failure(Exit.USAGE, f"{url!r} is no address of a coordinator: {error}.") from None
        if parsed.scheme not in {"http", "https"} or not parsed.host:
            raise Failure(
                Exit.USAGE, f"{url!r} is no address of a coordinator; one such as http://127.0.0.1:8000 is accepted."
            )
        self._client = httpx.Client(base_url=parsed, headers=headers, timeout=_TIMEOUT_SECONDS)
        self._trouble = httpx.TransportError

    def __enter__(self) -> Self:
        """Nothing is opened before the first call."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close what connections there are."""
        self._client.close()

    def get(self, path: str, **query: str | float) -> Any:
        """Ask for something."""
        return self._call("GET", path, params=query)

    def get_as_it_is(self, path: str, **query: str | float) -> bytes:
        """Ask for something whose bytes matter."""
        content: bytes = self._answer("GET", path, params=query).content
        return content

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
            raise Failure(Exit.REFUSED, f"What answers at {self.url} is no coordinator: {path} is not JSON.") from None

    def _answer(self, method: str, path: str, accepted: set[int] | None = None, **options: Any) -> "httpx.Response":
        try:
            response = self._client.request(method, path, **options)
        except self._trouble as error:
            raise Failure(
                Exit.UNREACHABLE,
                f"No coordinator answers at {self.url} ({error}); start one with `tallystick serve`, or name another"
                " with --coordinator.",
            ) from None
        if not (response.status_code in accepted if accepted else response.is_success):
            raise _failure(response)
        return response


def _failure(response: "httpx.Response") -> Failure:
    """What a refusal says, in the coordinator's own words."""
    try:
        detail = msgspec.json.decode(response.content, type=dict[str, Any]).get("detail")
    except msgspec.DecodeError:
        detail = None
    exit_code = Exit.UNREACHABLE if response.status_code in _PASSING_TROUBLES else Exit.REFUSED
    return Failure(
        exit_code, detail if isinstance(detail, str) else f"The coordinator answered {response.status_code}."
    )
