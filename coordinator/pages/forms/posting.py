"""Forms of pages: they work without a script.

A form is sent to an address of its own, or its page's, and issues the commands that the API issues. When it is done
the browser is led on; when it is refused it gets its page again, with the sentence and with what it had filled in. Whose
session has ended signs in first, and gets the same.
"""

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final, TypeVar

import msgspec
from litestar import Response, post
from litestar.datastructures import FormMultiDict
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.response import Redirect

from coordinator.http.admission.door import PAGE_OPTION
from coordinator.http.admission.sessions import Session
from coordinator.http.admission.unwritten import PAGE_AGAIN_OPTION, refuse_unwritten
from coordinator.http.browsers import wants_page
from coordinator.http.caller import PUBLIC, AnyRequest, admit, caller_of, origin_of
from coordinator.http.commanding import ordered
from coordinator.http.requests.refusals import Unidentified
from coordinator.http.requests.sentences import explain
from coordinator.http.responses.problems import KINDS, lacking
from coordinator.http.shared import shared_of
from coordinator.node import Node
from coordinator.pages.forms.unsent import MOST_BYTES, TOO_LARGE, unsent
from coordinator.pages.once import FIELD, Once, once
from coordinator.pages.rendering.site import Address
from coordinator.pages.serving.asking import identity
from coordinator.pages.serving.pages import pages_of
from coordinator.unavailable import Doubtful, Unavailable
from coordinator.writer.outcome import Outcome
from core.access.roles import Role
from core.deciding import AnswerT, Command, Order
from core.refusals import BadInput, Refusal

StructT = TypeVar("StructT", bound=msgspec.Struct)

WAS: Final = "was_"
"""With the name of a field behind it, the field in which a page says what stood in that one before anybody wrote there."""
LOGIN: Final = "/admin/login"
SEE_OTHER: Final = 303
_IN_DOUBT = "This may have been recorded or not; send it again from this page as it is, and it will be recorded once."


class Because(msgspec.Struct, frozen=True):
    """Why something is done."""

    reason: str = ""


class Sent(msgspec.Struct, frozen=True):
    """A form as it was sent.

    Attributes:
        request: that brought it.
        node: where it is to be done.
        page: the address of the page on which it stands.
        values: those in the form's address.
        fields: what was filled in, by name; of a name that comes several times, all of it, separated by commas.
    """

    request: AnyRequest
    node: Node
    page: Address
    values: Mapping[str, str]
    fields: Mapping[str, Any]

    def read(self, kind: type[StructT]) -> StructT:
        """Return what was filled in; what was left empty, or as the page had it, has the struct's own value.

        Raises:
            BadInput: a field does not hold what it should.
        """
        fields = self.fields
        filled = {name: value for name, value in fields.items() if value not in ("", fields.get(f"{WAS}{name}"))}
        try:
            return msgspec.convert(filled, kind, strict=False)
        except msgspec.ValidationError as error:
            raise BadInput(explain(str(error), kind, filled, "the form", nullable=False)) from None

    def read_id(self, name: str) -> int:
        """Return an id in the form's address.

        Raises:
            BadInput: it is none.
        """
        return identity(self.values[name])

    def confirm(self) -> None:
        """Have it said that what can't be undone is meant.

        Raises:
            BadInput: it was not.
        """
        if self.fields.get("confirmed") != "yes":
            raise BadInput("Nothing was done: tick the box that says that you mean it.")

    def done(self, outcome: Outcome | None = None, **query: object) -> str:
        """Return the address of the form's page, saying as which event something was recorded; 0 stands for none."""
        return self.page.turned(done=outcome.position if outcome else 0, **query)

    async def perform(self, command: Command[AnswerT], *, client: str | None = None) -> Outcome[AnswerT]:
        """Have a command decided; when the same form of one page is sent twice, the second gets the first's answer."""
        return await self.node.perform(await self.ordered(command, client=client))

    async def ordered(self, command: Command[AnswerT], *, client: str | None = None) -> Order[AnswerT]:
        """Return the order of a command; one of the same form of one page, sent twice, is the same."""
        sent = self._once(type(command))
        return await ordered(self.request, command, client=client, key=sent.key, content=sent.content)

    def secret(self, kind: type[Command]) -> bytes:
        """Return 256 bits for the secret that a command of some kind makes: the same when the form is sent twice."""
        return self._once(kind).secret()

    def _once(self, kind: type[Command]) -> Once:
        """Return what tells a command from others; one form may issue several, each of another kind."""
        filled = sorted((name, value) for name, value in self.fields.items() if name != FIELD)
        return once(self.fields.get(FIELD), repr((kind.__name__, self.request.scope["path"], filled)).encode())


Act = Callable[[Sent], Awaitable[str | Mapping[str, object]]]
"""Does what a form asks for; returns where to lead, or what the form's page shows besides."""


class Form(msgspec.Struct, frozen=True):
    """One kind of form.

    Attributes:
        path: where it is sent, with values in braces.
        page: the page on which it stands, with values among those of `path`.
        act: what it does.
        role: what it takes to send it; administrators have to be signed in.
        max_bytes: how large it may be.
    """

    path: str
    page: str
    act: Act
    role: Role
    max_bytes: int = 1024 * 1024


def handler(form: Form) -> HTTPRouteHandler:
    """Make the route of a form; who may send it is seen to here, so that what was written outlasts signing in.

    Raises:
        Unidentified: there is no session, or not any more, and it was no browser that asked.
    """

    async def take(request: AnyRequest, node: NamedDependency[Node]) -> Response[Any]:
        query = request.scope["query_string"].decode("latin-1")
        target = form.page.format(**request.path_params) + (f"?{query}" if query else "")
        try:
            session = await _admitted(request, form)
        except Unidentified:
            if not wants_page(request):
                refuse_unwritten(request.scope)  # whoever had the session may have recorded it
                raise
            return await _asked_to_sign_in(request, node, target)
        sent = await request.form()
        fields = _fields(sent)
        _, page = pages_of(request).at(target, origin_of(request))
        try:
            refuse_unwritten(request.scope)
            if session is not None:
                session.check(sent.get("token"))
            result = await form.act(Sent(request, node, page, request.path_params, fields))
        except Exception as error:
            status, problem = refused(error)
            shown: Mapping[str, object] = {"problem": problem, "said": fields, "sent_to": request.scope["path"]}
        else:
            if isinstance(result, str):
                return Redirect(result, status_code=SEE_OTHER)
            status, shown = HTTPStatus.OK, result
        return await pages_of(request).show_after(node, request, target, status, shown)

    path = re.sub(r"\{(\w+)\}", r"{\1:str}", form.path)
    return post(
        path,
        include_in_schema=False,
        guards=[PUBLIC],
        opt={PAGE_OPTION: True, PAGE_AGAIN_OPTION: True},
        status_code=HTTPStatus.OK,
        request_max_body_size=form.max_bytes,
    )(take)


def refused(error: Exception) -> tuple[int, str]:
    """Return the status code with which a form is answered that was not taken, and the sentence that its page shows.

    Raises:
        Exception: the error itself, when it is a fault of the program.
    """
    refusal = error if isinstance(error, Refusal | Unavailable) else lacking(error)
    if refusal is None:
        raise error
    kind = refusal.kind if isinstance(refusal, Refusal) else "unavailable"
    return KINDS[kind][0], _IN_DOUBT if isinstance(refusal, Doubtful) else str(refusal)


async def _admitted(request: AnyRequest, form: Form) -> Session | None:
    """Admit who sent a form; return their session, None of who needs none.

    Raises:
        Unidentified: a session is needed, or the one of the form has ended.
        Forbidden: the key does not open this, or the form stands on a page of another origin.
    """
    admit(request, (form.role,))
    session = caller_of(request).session
    if session is None and form.role == "admin":
        raise Unidentified("Forms are taken from those who have signed in; programs use the API.")
    if session is None and (await request.form()).get("token"):
        raise Unidentified("The session that the form belongs to has ended; nothing was recorded.")
    return session


async def _asked_to_sign_in(request: AnyRequest, node: Node, target: str) -> Response[Any]:
    """Ask who sent a form to sign in, by a page that holds what was written into it.

    Raises:
        Forbidden: the form stands on a page of another origin.
    """
    shared_of(request).door.check_origin(request, dict(request.scope["headers"]))
    length = request.headers.get("content-length", "")
    kept = ""
    if length.isdecimal() and int(length) <= MOST_BYTES:
        kept = unsent(request.scope["path"], _fields(await request.form())).carried()
    status, problem = HTTPStatus.UNAUTHORIZED, None if kept else TOO_LARGE
    try:
        refuse_unwritten(request.scope)
    except Unavailable as refusal:
        status, problem = HTTPStatus.SERVICE_UNAVAILABLE, str(refusal)
    shown = {"next": target, "unsent": kept, "problem": problem, "answering": False}
    return await pages_of(request).show_after(node, request, LOGIN, status, shown)


def _fields(sent: FormMultiDict) -> dict[str, Any]:
    return {name: _joined(sent.getall(name)) for name in sent if name != "token"}


def _joined(values: Sequence[Any]) -> Any:
    return values[0] if len(values) == 1 else ",".join(map(str, values))
