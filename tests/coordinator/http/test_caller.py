"""Who may call what."""

import pytest
from litestar import Litestar, Router, get, post, websocket
from litestar.connection import ASGIConnection, WebSocket
from litestar.exceptions import ImproperlyConfiguredException, WebSocketDisconnect
from msgspec.structs import replace

from coordinator.http.admission.door import ADMIN_KEY_MISSING, ADMIN_KEY_WRONG, Door, ExposedWithoutKeys, check_exposure
from coordinator.http.admission.keyring import Keyring
from coordinator.http.admission.sessions import Sessions
from coordinator.http.caller import PUBLIC, AnyRequest, caller_of, needs, origin_of
from coordinator.server.application import build_app
from coordinator.server.contexts import CONTEXTS
from coordinator.setup.addresses import is_loopback
from coordinator.setup.settings import Settings
from core.access.roles import ROLES

FORWARDED = ["Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "Via", "X-Real-IP"]


def route_for(role):
    @get(f"/may/{role}", guards=[needs(role)], name=role)
    async def who(request: AnyRequest) -> dict[str, str | None]:
        return {"actor": caller_of(request).actor}

    return who


@get("/either", guards=[needs("work", "submit")])
async def either() -> str:
    return "in"


@get("/public", guards=[PUBLIC])
async def public(request: AnyRequest) -> dict[str, str | None]:
    return {"actor": caller_of(request).actor}


@post("/write", guards=[needs("submit")])
async def write() -> str:
    return "written"


@get("/inner", guards=[needs("read")])
async def inner() -> str:
    return "in"


@websocket("/socket", guards=[needs("read")])
async def socket(socket: WebSocket) -> None:
    await socket.accept()
    await socket.send_text(caller_of(socket).actor or "anonymous")
    await socket.close()


ROUTES = [
    *map(route_for, ROLES),
    either,
    public,
    write,
    Router("/nested", route_handlers=[inner], guards=[needs("admin")]),
    socket,
]


@pytest.fixture
def door(serving):
    def open_door(**settings):
        return serving(routers=ROUTES, ingests=[], **settings)

    return open_door


def key_with(client, admin, *roles):
    response = client.post("/api/v1/admin/keys", json={"roles": roles}, headers=admin)
    return response.json()["key"]


def test_on_loopback_everything_but_administration_is_open(door):
    with door() as client:
        assert {role: client.get(f"/may/{role}").status_code for role in ROLES} == {
            "read": 200,
            "work": 200,
            "submit": 200,
            "admin": 401,
        }


def test_a_missing_and_a_wrong_admin_key_are_told_apart(door):
    with door() as client:
        assert client.get("/may/admin").json()["detail"] == ADMIN_KEY_MISSING
        for header in ({"X-Admin-Key": "guess"}, {"X-API-Key": "guess"}, {"Authorization": "Bearer guess"}):
            response = client.get("/may/admin", headers=header)
            assert (response.status_code, response.json()["detail"]) == (401, ADMIN_KEY_WRONG)
            assert response.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize(
    "form", ["X-Admin-Key: {}", "X-API-Key: {}", "Authorization: Bearer {}", "authorization: bearer {}"]
)
def test_the_admin_key_opens_everything_however_it_is_sent(door, admin_key, form):
    name, _, value = form.format(admin_key).partition(": ")
    with door() as client:
        for role in ROLES:
            response = client.get(f"/may/{role}", headers={name: value})
            assert response.json() == {"actor": "operator"}


def test_a_key_opens_its_roles_only_and_is_the_actor(door, admin):
    with door() as client:
        bearer = {"Authorization": f"Bearer {key_with(client, admin, 'read', 'work')}"}
        assert client.get("/may/read", headers=bearer).json() == {"actor": "key-1"}
        assert client.get("/either", headers=bearer).status_code == 200
        response = client.get("/may/submit", headers=bearer)
        assert response.status_code == 403
        needed = "The key has the roles read and work; this address needs"
        assert response.json()["detail"] == f"{needed} submit, and answers those who send no key."
        response = client.get("/may/admin", headers=bearer)
        assert (response.status_code, response.json()["detail"]) == (403, f"{needed} admin.")
        three = {"X-API-Key": key_with(client, admin, "read", "work", "submit")}
        detail = client.get("/may/admin", headers=three).json()["detail"]
        assert detail == "The key has the roles read, work and submit; this address needs admin."


def test_a_key_with_the_role_admin_includes_the_others(door, admin):
    with door() as client:
        header = {"X-API-Key": key_with(client, admin, "admin")}
        assert {client.get(f"/may/{role}", headers=header).status_code for role in ROLES} == {200}


def test_a_key_that_is_not_known_never_passes_for_none(door):
    with door() as client:
        assert client.get("/may/read", headers={"X-API-Key": "guess"}).status_code == 401
        assert client.get("/public", headers={"X-API-Key": "guess"}).json() == {"actor": None}
        assert client.get("/may/read", headers={"X-API-Key": ""}).status_code == 200
        assert client.get("/may/read", headers={"Authorization": "Basic Zm9vOmJhcg=="}).status_code == 200
        assert client.get("/may/read", headers={"X-API-Key": "\xff\x00".encode("latin-1")}).status_code == 401


def test_a_revoked_key_opens_nothing_from_then_on(door, admin):
    with door() as client:
        header = {"X-API-Key": key_with(client, admin, "read")}
        assert client.get("/may/read", headers=header).status_code == 200
        client.delete("/api/v1/admin/keys/1", headers=admin)
        assert client.get("/may/read", headers=header).status_code == 401


def test_keys_are_known_again_after_a_restart(door, admin):
    with door() as client:
        header = {"X-API-Key": key_with(client, admin, "read")}
        revoked = {"X-API-Key": key_with(client, admin, "read")}
        client.delete("/api/v1/admin/keys/2", headers=admin)
    with door(allow_anonymous=()) as client:
        assert client.get("/may/read", headers=header).status_code == 200
        assert client.get("/may/read", headers=revoked).status_code == 401


def test_the_key_that_the_systems_replaced_shared_opens_everything_but_administration(door, admin, monkeypatch):
    monkeypatch.setenv("API_KEY", "shared")
    with door(allow_anonymous=()) as client:
        for header in ({"X-API-Key": "shared"}, {"Authorization": "Bearer shared"}):
            assert [client.get(f"/may/{role}", headers=header).status_code for role in ("read", "work", "submit")] == [
                200
            ] * 3
        assert client.get("/may/admin", headers={"X-API-Key": "shared"}).status_code == 403
        assert client.get("/may/read", headers={"X-API-Key": "other"}).status_code == 401


def test_the_shared_key_counts_as_a_key_for_an_address_that_others_reach(monkeypatch):
    assert not Keyring("k").in_use
    assert Keyring("k", shared_key="shared").in_use


def test_a_revoked_key_opens_nothing_although_it_is_shared(door, admin, monkeypatch):
    with door() as client:
        key = key_with(client, admin, "read")
        client.delete("/api/v1/admin/keys/1", headers=admin)
    monkeypatch.setenv("API_KEY", key)
    with door(allow_anonymous=()) as client:
        assert client.get("/may/read", headers={"X-API-Key": key}).status_code == 401


@pytest.mark.parametrize("name", FORWARDED)
def test_a_forwarded_request_without_a_key_is_refused_where_openness_was_not_stated(door, admin, name):
    with door() as client:
        response = client.get("/may/read", headers={name: "for=192.0.2.7"})
        assert response.status_code == 403
        assert "--allow-anonymous" in response.json()["detail"]
        assert client.get("/public", headers={name: "x"}).status_code == 200
        assert client.get("/may/read", headers={name: "x"} | admin).status_code == 200


def test_a_forwarded_request_is_admitted_where_it_was_stated_what_callers_without_a_key_may_do(door):
    forwarded = {"X-Forwarded-For": "192.0.2.7"}
    with door(allow_anonymous=("read",)) as client:
        assert client.get("/may/read", headers=forwarded).status_code == 200
        assert client.get("/may/submit", headers=forwarded).status_code == 401


@pytest.mark.parametrize(
    ("peer", "forwarded", "address"),
    [
        (("10.1.2.3", 80), b"198.51.100.7", "198.51.100.7"),
        (("10.1.2.3", 80), b"203.0.113.9, 198.51.100.7, 192.0.2.1", "198.51.100.7"),
        (("10.1.2.3", 80), b"", "10.1.2.3"),
        (("192.0.2.2", 80), b"198.51.100.7", "192.0.2.2"),
        (("box", 80), b"198.51.100.7", "box"),
        (None, b"198.51.100.7", "an unknown address"),
    ],
)
def test_only_what_a_trusted_proxy_says_of_an_address_is_believed(tmp_path, peer, forwarded, address):
    settings = Settings(data_dir=tmp_path, trusted_proxies=("10.0.0.0/8", "192.0.2.1"), allow_anonymous=())
    connection = ASGIConnection({"type": "http", "headers": [(b"x-forwarded-for", forwarded)], "client": peer})
    assert Door(settings, Keyring("k"), Sessions(Keyring("k"))).address_of(connection) == address


def test_who_names_proxies_must_say_what_callers_without_a_key_may_do(tmp_path):
    with pytest.raises(ExposedWithoutKeys, match=r"10.0.0.0/8 would bring requests of others; say with --allow"):
        check_exposure(Settings(data_dir=tmp_path, trusted_proxies=("10.0.0.0/8",)), keys_exist=True)
    check_exposure(Settings(data_dir=tmp_path, trusted_proxies=("10.0.0.0/8",), allow_anonymous=()), keys_exist=True)


@pytest.mark.parametrize(
    ("settings", "host", "status"),
    [
        ({}, "127.0.0.1:8404", 200),
        ({}, "127.9.9.9", 200),
        ({}, "[::1]:8404", 200),
        ({}, "localhost", 200),
        ({}, "LocalHost.:8404", 200),
        ({"node_name": "ledger.example"}, "Ledger.example:8404", 200),
        ({"cors_origins": ("https://board.example:444",)}, "board.example", 200),
        ({}, "evil.example:8404", 421),
        ({}, "127.0.0.1.evil.example", 421),
        ({}, "192.0.2.7:8404", 421),
        ({}, "[::1", 421),
        ({}, "", 421),
        ({"host": "0.0.0.0", "allow_anonymous": ("read", "submit")}, "evil.example", 421),
        ({"host": "0.0.0.0", "allow_anonymous": ("read", "submit")}, "192.0.2.7:8404", 200),
        ({"host": "0.0.0.0", "allow_anonymous": ("read",)}, "evil.example", 200),
    ],
)
def test_who_has_no_key_must_ask_for_a_host_of_this_coordinator(door, admin, settings, host, status):
    with door(**settings) as client:
        for brought in ({}, {"X-API-Key": ""}):
            response = client.get("/may/read", headers={"Host": host} | brought)
            assert response.status_code == status
        assert client.get("/public", headers={"Host": host}).status_code == status
        assert client.get("/public", headers={"Host": host, "X-API-Key": "guess"}).status_code == status
        assert client.get("/may/read", headers={"Host": host} | admin).status_code == 200
        assert client.get("/public", headers={"Host": host} | admin).status_code == 200
    assert status == 200 or response.json()["detail"].startswith(f"The request is for the host {host!r}")


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_what_a_page_of_another_site_embeds_takes_no_work(door, admin, site):
    with door() as client:
        for address, header, status in (
            ("/may/work", {"Sec-Fetch-Site": site}, 403),
            ("/may/work", {"Sec-Fetch-Site": site} | admin, 200),
            ("/may/work", {"Sec-Fetch-Site": "same-origin"}, 200),
            ("/may/work", {"Origin": "https://elsewhere.example", "Sec-Fetch-Site": site}, 403),
            ("/may/work", {"Origin": "http://localhost:3000", "Sec-Fetch-Site": site}, 200),
            ("/may/read", {"Sec-Fetch-Site": site}, 200),
        ):
            assert client.get(address, headers=header).status_code == status
        assert client.post("/write", headers={"Sec-Fetch-Site": site}).status_code == 403


@pytest.mark.parametrize(("peer", "origin"), [("192.0.2.1", "https://ledger"), ("192.0.2.2", "http://ledger")])
def test_only_a_trusted_proxy_is_believed_that_it_was_asked_by_https(serving, peer, origin):
    with serving(trusted_proxies=("192.0.2.1",), allow_anonymous=("read",)) as client:
        headers = [(b"host", b"ledger"), (b"x-forwarded-proto", b"https")]
        scope = {"type": "http", "method": "GET", "path": "/", "query_string": b"", "root_path": "", "scheme": "http"}
        ends = {"client": (peer, 80), "server": ("127.0.0.1", 8000)}
        state = {"shared": client.app.state.shared}
        connection = ASGIConnection({**scope, **ends, "headers": headers, "state": state})
        assert origin_of(connection) == origin


def test_with_nobody_allowed_every_role_needs_a_key(door):
    with door(allow_anonymous=()) as client:
        response = client.get("/may/read")
        assert response.status_code == 401
        assert (
            response.json()["detail"]
            == "A key with the role read is required; send it as Authorization: Bearer or X-API-Key."
        )
        assert "work or submit" in client.get("/either").json()["detail"]
        assert client.get("/public").status_code == 200


def test_a_page_of_another_origin_may_not_write_without_a_key(door, admin):
    with door() as client:
        assert client.post("/write", headers={"Origin": "https://elsewhere.example"}).status_code == 403
        assert client.post("/write", headers={"Origin": "http://localhost:3000"}).status_code == 201
        assert (
            client.post("/write", headers={"Origin": "http://localhost:8000", "Host": "localhost:8000"}).status_code
            == 201
        )
        assert client.post("/write", headers={"Origin": "https://elsewhere.example"} | admin).status_code == 201
        assert client.get("/may/read", headers={"Origin": "https://elsewhere.example"}).status_code == 200


def test_the_innermost_role_counts(door):
    with door() as client:
        assert client.get("/nested/inner").status_code == 200


def test_a_web_socket_is_guarded_as_well(door):
    with door() as client, client.websocket_connect("/socket") as connection:
        assert connection.receive_text() == "anonymous"
    for settings, headers, code in (
        ({"allow_anonymous": ()}, {}, 4401),
        ({}, {"X-API-Key": "guess"}, 4401),
        ({}, {"Forwarded": "for=192.0.2.7"}, 4403),
        ({}, {"Origin": "https://elsewhere.example"}, 4403),
        ({}, {"Host": "evil.example"}, 4421),
    ):
        with door(**settings) as client:
            session = client.websocket_connect("/socket", headers=headers)
            with pytest.raises(WebSocketDisconnect) as closed, session:
                pass
        assert closed.value.code == code


def test_a_route_that_states_no_role_is_refused(tmp_path):
    @get("/open")
    async def unguarded() -> str:
        return "in"

    with pytest.raises(ImproperlyConfiguredException, match="neither needs"):
        build_app(Settings(data_dir=tmp_path), [replace(CONTEXTS[0], routers=[unguarded])])


def test_a_route_with_a_before_request_of_its_own_is_refused(tmp_path):
    async def mine(_: AnyRequest) -> None:
        return None

    @get("/open", guards=[needs("admin")], before_request=mine)
    async def unguarded() -> str:
        return "in"

    with pytest.raises(ImproperlyConfiguredException, match="before_request"):
        build_app(Settings(data_dir=tmp_path), [replace(CONTEXTS[0], routers=[unguarded])])


def test_every_route_that_is_served_states_its_role(client):
    app: Litestar = client.app
    handlers = [handler for route in app.routes for handler in getattr(route, "route_handlers", [])]
    stated = [handler.opt.get("roles") for handler in handlers if handler.http_methods != {"OPTIONS"}]
    assert len(stated) > 20
    assert None not in stated


@pytest.mark.parametrize(
    ("host", "loopback"),
    [("127.0.0.1", True), ("127.9.9.9", True), ("::1", True), ("localhost", True), ("0.0.0.0", False), ("box", False)],
)
def test_exposure_is_checked_by_the_address(tmp_path, host, loopback):
    settings = Settings(data_dir=tmp_path, host=host)
    assert is_loopback(host) is loopback
    if loopback:
        check_exposure(settings, keys_exist=False)
    else:
        with pytest.raises(ExposedWithoutKeys, match="--allow-anonymous"):
            check_exposure(settings, keys_exist=False)
    check_exposure(settings, keys_exist=True)
    check_exposure(Settings(data_dir=tmp_path, host=host, allow_anonymous=()), keys_exist=False)


def test_on_an_address_that_others_reach_nothing_is_open_by_default(door):
    with door(host="0.0.0.0") as client:
        assert client.get("/may/read").status_code == 401


def test_the_admin_key_is_made_once_and_nobody_else_may_read_it(door, tmp_path, monkeypatch):
    monkeypatch.delenv("TALLYSTICK_ADMIN_KEY")
    with door():
        first = (tmp_path / "admin.key").read_text().strip()
        assert (tmp_path / "admin.key").stat().st_mode & 0o777 == 0o600
        assert len(first) >= 40
    with door() as client:
        assert client.get("/may/admin", headers={"X-Admin-Key": first}).status_code == 200
    assert first.encode() not in (tmp_path / "log.db").read_bytes()
