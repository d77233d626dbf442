"""The files of the page that checks a log: what is served is what was released."""

import hashlib

from coordinator.pages.log.checking import CHECKER, SUMS, published


def test_what_is_served_has_the_hashes_that_were_released(client):
    assert {name for name, _ in published()} == {path.name for path in CHECKER.iterdir()} - {SUMS}
    for name, digest in published():
        response = client.get(f"/check/{name}")
        assert hashlib.sha256(response.content).hexdigest() == digest, (
            f"{name} was changed: `cd {CHECKER} && sha256sum *.html *.css *.js > {SUMS}` states the hashes anew"
        )
        assert "unsafe" not in response.headers["content-security-policy"]
    assert client.get(f"/check/{SUMS}").content == (CHECKER / SUMS).read_bytes()


def test_the_audit_states_the_hashes_and_leads_to_the_page(client, visitor):
    page = visitor.get("/audit").text
    assert 'href="/check/check.html"' in page
    assert all(f"{digest}  {name}" in page for name, digest in published())


def test_no_other_file_is_given_away(client):
    response = client.get("/check/checking.py")
    assert (response.status_code, response.json()["detail"][:30]) == (404, "There is no file 'checking.py'")
