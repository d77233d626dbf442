"""The coordinator at the other end of the wire, which may be away for a while."""

import threading
from collections.abc import Callable, Mapping
from functools import partial
from http import HTTPStatus
from importlib.metadata import version
from typing import Literal, Self, TypeVar

import httpx
import msgspec
import structlog

from core.addresses import addresses
from core.refusals import Refusal

_CONNECT_SECONDS = 5.0
_ANSWER_SECONDS = 30.0
_ANSWER_SECONDS_OF_SEVERAL = 10.0
_HURRIED_SECONDS = 3.0
_PUT_OFF = 3
"""So many times in a row an address may say that it can't serve just now, before it is another one's turn."""
USER_AGENT = f"tallystick/{version('tallystick')}"
"""By which the coordinator knows a worker's version."""
_PROBLEM = "application/problem+json"
_PASSING = frozenset({HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS})

Method = Literal["GET", "POST", "PUT", "DELETE"]
AnswerT = TypeVar("AnswerT")

_log = structlog.get_logger(__name__)


class Away(Exception):  # noqa: N818 - it reads as what is the case
    """The coordinator can't be reached, or can't serve just now; trying again later helps.

    Attributes:
        seconds: after which it wants to be asked again at the earliest.
    """

    def __init__(self, sentence: str, seconds: float = 0.0) -> None:
        super().__init__(sentence)
        self.seconds = seconds


class Fault(Away):
    """The coordinator stumbled over this very request; others may go well."""


class TurnedDown(Refusal):
    """The coordinator does not accept the request; trying again does not help.

    Attributes:
        status: of HTTP, 400 to 499.
    """

    def __init__(self, sentence: str, status: int) -> None:
        super().__init__(sentence)
        self.status = status


class _Problem(msgspec.Struct, frozen=True):
    detail: str


class Coordinator:
    """Sends requests, from any number of threads, and tells in the log when the coordinator goes away and comes back.

    Where it has several addresses the first is asked until it gives no answer, or says too often that it can't serve; then
    the next, and after the last the first again. What was not answered is sent to the next at once, with the same key: it
    may have been heard.

    Args:
        url: its address, `http://127.0.0.1:8000`, or those of its nodes with commas between.
        key: what it is sent as Bearer; empty for none.

    Raises:
        BadInput: one of the addresses is none.
    """

    def __init__(self, url: str, key: str = "") -> None:
        self.urls = addresses(url)
        self._asked = 0
        self._put_off = 0
        self._patience = _ANSWER_SECONDS if len(self.urls) == 1 else _ANSWER_SECONDS_OF_SEVERAL
        self._there = True
        self._lock = threading.Lock()
        self._client = httpx.Client(
            headers={"User-Agent": USER_AGENT} | ({"Authorization": f"Bearer {key}"} if key else {}),
            limits=httpx.Limits(max_connections=None, max_keepalive_connections=None),
        )

    def __enter__(self) -> Self:
        """Nothing is opened before the first request."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close what connections there are."""
        self._client.close()

    @property
    def url(self) -> str:
        """The address whose turn it is."""
        return self.urls[self._asked]

    def hurry(self) -> None:
        """Wait less for answers from now on: the worker is stopping."""
        self._patience = _HURRIED_SECONDS

    def call(
        self,
        method: Method,
        path: str,
        answer: type[AnswerT],
        *,
        query: Mapping[str, str | float] | None = None,
        body: bytes | None = None,
        key: str = "",
        wait: float = 0.0,
    ) -> AnswerT:
        """Send a request and return what is answered.

        Args:
            method: of HTTP.
            path: from the root.
            answer: what the answer is read as.
            query: what stands behind the path.
            body: JSON.
            key: by which the coordinator recognises that the same is sent again; empty for none.
            wait: for how many seconds the coordinator was asked to wait before it answers.

        Raises:
            Away: there was no answer, or one that says to try again later.
            TurnedDown: the coordinator does not accept it.
        """
        return self._call(method, path, partial(_read, answer=answer), query, body, key, wait)

    def hand_in(self, path: str, body: bytes, key: str) -> bool:
        """Post something that was done; return whether it had come in before, with the same key.

        Raises:
            Away, TurnedDown: as of `call`.
        """
        return self._call("POST", path, _had_come_in, None, body, key, 0.0)

    def _call(
        self,
        method: Method,
        path: str,
        read: Callable[[httpx.Response], AnswerT],
        query: Mapping[str, str | float] | None,
        body: bytes | None,
        key: str,
        wait: float,
    ) -> AnswerT:
        headers = {"Content-Type": "application/json"} if body is not None else {}
        if key:
            headers["Idempotency-Key"] = key
        timeout = httpx.Timeout(self._patience + wait, connect=_CONNECT_SECONDS)
        send = partial(self._client.request, method, params=query, content=body, headers=headers, timeout=timeout)
        try:
            return self._answered(send, path, read)
        except Fault as fault:
            _log.warning("coordinator_stumbled", method=method, path=path, reason=str(fault))
            raise

    def _answered(
        self, send: Callable[..., httpx.Response], path: str, read: Callable[[httpx.Response], AnswerT]
    ) -> AnswerT:
        """Send a request to one address after the other until one answers."""
        others = len(self.urls) - 1
        while True:
            url = self.url
            try:
                answer = read(send(url=url + path))
            except httpx.RequestError as error:
                away = Away(f"no answer ({str(error) or type(error).__name__})")
                self._note(url, away, silent=True)
                if not others:
                    raise away from error
                others -= 1
            except Fault:  # it is there
                raise
            except Away as away:
                self._note(url, away)
                raise
            else:
                self._note(url, None)
                return answer

    def _note(self, url: str, away: Away | None, *, silent: bool = False) -> None:
        """Tell when it goes away, and when it comes back; not each time in between. Let the next have its turn."""
        with self._lock:
            before, self._there = self._there, away is None
            if url == self.url:
                self._put_off = self._put_off + 1 if away else 0
                if silent or self._put_off == _PUT_OFF:
                    self._asked, self._put_off = (self._asked + 1) % len(self.urls), 0
        if before and away:
            _log.warning("coordinator_away", coordinator=url, reason=str(away))
        elif not before and not away:
            _log.info("coordinator_back", coordinator=url)


def _read(response: httpx.Response, answer: type[AnswerT]) -> AnswerT:
    """Tell an answer from a refusal, and both from the words of somebody else in the coordinator's place."""
    status = response.status_code
    try:
        if response.is_success:
            return msgspec.json.decode(response.content, type=answer)
        if not response.headers.get("content-type", "").startswith(_PROBLEM):
            raise Away(f"what answers is not a coordinator: its status is {status}", _retry_after(response))
        detail = msgspec.json.decode(response.content, type=_Problem).detail
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise Away(f"what answers is not a coordinator that this worker knows: {error}") from error
    if status == HTTPStatus.INTERNAL_SERVER_ERROR:
        raise Fault(detail)
    if status > HTTPStatus.INTERNAL_SERVER_ERROR or status in _PASSING:
        raise Away(detail, _retry_after(response))
    raise TurnedDown(detail, status)


def _had_come_in(response: httpx.Response) -> bool:
    _read(response, msgspec.Raw)
    return "tallystick-repeated" in response.headers


def _retry_after(response: httpx.Response) -> float:
    """Return what Retry-After says when it says it in seconds, which is how the coordinator does."""
    said = response.headers.get("retry-after", "")
    return float(said) if said.isdecimal() else 0.0
