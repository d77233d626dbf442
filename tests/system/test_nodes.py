"""Three real nodes on one real PostgreSQL: what each answers, and what becomes of names, sessions, leases and residue files."""

import re
import resource
import shutil
import signal
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from coordinator.residues.store import kept_in, residues_in
from tests.browser.written import forms_of
from tests.real.clusters import Cluster, head_of
from tests.real.servers import HTTP, tallystick
from tests.residue_files import residue_file
from tests.waiting import until

pytestmark = pytest.mark.drill
COMPOSITES = "/api/v1/admin/composites"
NUMBER = "(10^12+39)*(10^40+121)"


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    cluster = Cluster(tmp_path_factory.mktemp("nodes"))
    yield cluster
    cluster.close()


def test_what_a_follower_passed_on_can_be_read_there_when_it_is_answered(cluster):
    follower = cluster.followers[0]
    made = HTTP.post(f"{follower.address}/api/v1/composites/bulk", json=[{"number": NUMBER}])
    assert made.status_code == 200, made.text
    (composite,) = made.json()["composites"]
    shown = HTTP.get(f"{follower.address}/api/v1/composites/{composite['id']}")
    assert shown.json()["composite"]["status"] == "open"
    health = follower.health()
    assert (health["status"], health["role"], health["projections"]["lag"]) == ("healthy", "follower", 0)
    assert health["shared"]["holder"] == cluster.holder.name
    assert "factoring" in cluster.holder.health()["unattended"]
    assert "unattended" not in health
    page = HTTP.get(follower.address, headers={"Accept": "text/html"}).text
    assert re.search(r"on a node that follows the one that writes, and read it \d\.\d seconds ago", page)
    metrics = [HTTP.get(f"{node.address}/metrics").text for node in cluster.nodes]
    assert sum("\ntallystick_node_writes 1.0\n" in said for said in metrics) == 1


def test_who_has_signed_in_stays_so_when_the_node_that_knew_it_is_gone(cluster):
    holder, (one, other) = cluster.holder, cluster.followers
    key = (one.directory / "admin.key").read_text().strip()
    with httpx.Client(follow_redirects=True, headers={"Accept": "text/html"}, timeout=30) as browser:
        assert browser.get(f"{one.address}/admin/keys").url.path == "/admin/login"
        browser.post(f"{one.address}/admin/login", data={"key": key})
        page = browser.get(f"{one.address}/admin/keys")
        assert (page.status_code, page.url.path) == (200, "/admin/keys")
        holder.kill()
        # As often as this is asked, it is by both that are left, one of which writes.
        for node in (one, other, one):
            assert browser.get(f"{node.address}/admin/keys").url.path == "/admin/keys"
        token = re.search(r'name="token" value="([^"]+)"', page.text)[1]
        browser.post(f"{other.address}/admin/logout", data={"token": token})
        holder.start()
        until(cluster.agree, said=cluster.said)
        cluster.holder.kill()
        assert browser.get(f"{holder.address}/admin/keys").url.path == "/admin/login", "signed out is so everywhere"
    for node in cluster.nodes:
        if not node.runs:
            node.start()


def test_whoever_has_signed_in_is_shown_what_a_node_has_while_none_writes(cluster):
    holder, (one, _) = cluster.holder, cluster.followers
    key = (one.directory / "admin.key").read_text().strip()
    with httpx.Client(follow_redirects=True, headers={"Accept": "text/html"}, timeout=30) as browser:
        browser.post(f"{one.address}/admin/login", data={"key": key})
        holder.kill()
        cluster.postgres.freeze()
        for path in ("/", "/admin/keys"):
            page = browser.get(f"{one.address}{path}")
            assert (page.status_code, page.url.path, page.text[:15]) == (200, path, "<!doctype html>")
        for path, filled in (("/submit", {"text": NUMBER}), ("/admin/login", {"key": key, "next": "/admin/users"})):
            refused = browser.post(f"{one.address}{path}", data=filled)
            assert (refused.status_code, "This node knows of none that writes" in refused.text) == (503, True)
            assert (NUMBER in refused.text) == (path == "/submit"), "what was typed is there to be sent again"
        refused = HTTP.post(f"{one.address}/api/v1/composites/bulk", json=[{"number": NUMBER}])
        assert (refused.status_code, refused.json()["detail"][:29]) == (503, "This node knows of none that ")
        cluster.postgres.thaw()
    holder.start()
    until(cluster.agree, said=cluster.said)


def test_a_form_that_was_lost_with_the_node_that_writes_is_there_to_be_sent_again(cluster):
    holder, (one, _) = cluster.holder, cluster.followers
    key = (one.directory / "admin.key").read_text().strip()
    with httpx.Client(headers={"Accept": "text/html"}, timeout=30) as browser:
        browser.post(f"{one.address}/admin/login", data={"key": key})

        def form_on(page):
            return next(form for form in forms_of(page.text) if form.action == "/admin/pauses").fields

        filled = form_on(browser.get(f"{one.address}/admin/pauses")) | {"reason": "a storm"}
        holder.process.send_signal(signal.SIGSTOP)
        lost = browser.post(f"{one.address}/admin/pauses", data=filled)
        holder.process.send_signal(signal.SIGCONT)
        assert (lost.status_code, "a storm" in lost.text) == (503, True)
        assert "This may have been recorded or not; send it again from this page as it is" in lost.text
        again = filled | {"once": form_on(lost)["once"]}
        done = [browser.post(f"{one.address}/admin/pauses", data=again).headers["location"] for _ in range(2)]
        assert done[0] == done[1], "it is recorded once"
    admin = {"Authorization": f"Bearer {key}"}
    resumed = HTTP.post(f"{one.address}/api/v1/admin/resume", json={"of": "everything"}, headers=admin)
    assert resumed.json()["changed"], "the other tests of this module hand out work"
    until(cluster.agree, said=cluster.said)


def test_a_node_that_was_stopped_while_it_wrote_is_a_healthy_follower_when_it_goes_on(cluster):
    stopped, others = cluster.holder, cluster.followers
    stopped.process.send_signal(signal.SIGSTOP)
    with ThreadPoolExecutor() as threads:
        asked = threads.submit(HTTP.post, f"{stopped.address}/api/v1/composites/bulk", json=[{"number": "2^149-1"}])
        until(lambda: any(map(cluster.writes, others)), said=cluster.said)
        stopped.process.send_signal(signal.SIGCONT)
        assert asked.result().status_code in {200, 503}, asked.result().text
    found = until(lambda: (health := stopped.health())["role"] == "follower" and health)
    assert found["status"] == "healthy", found["reason"]
    page = HTTP.get(stopped.address, headers={"Accept": "text/html"}).text
    assert "Nothing can be written" not in page
    until(cluster.agree, said=cluster.said)


def test_an_invitation_that_was_lost_with_the_node_that_writes_makes_its_key_when_it_is_sent_again(cluster):
    holder, (one, _) = cluster.holder, cluster.followers
    admin = {"Authorization": f"Bearer {(one.directory / 'admin.key').read_text().strip()}"}
    invited = {"roles": ["work"], "user": "carol"}
    link = HTTP.post(f"{one.address}/api/v1/admin/invitations", json=invited, headers=admin).json()["link"]
    path = link[link.index("/join/") :]
    with httpx.Client(headers={"Accept": "text/html"}, timeout=30) as browser:
        page = browser.get(f"{one.address}{path}")
        holder.process.send_signal(signal.SIGSTOP)
        lost = browser.post(f"{one.address}{path}", data=forms_of(page.text)[-1].fields)
        holder.process.send_signal(signal.SIGCONT)
        assert lost.status_code == 503
        assert "may have been recorded or not; send it again from this page as it is" in lost.text
        made = [browser.post(f"{one.address}{path}", data=forms_of(lost.text)[-1].fields) for _ in range(2)]
        assert [answer.status_code for answer in made] == [200, 200]
        assert len({*re.findall(r"ts_[\w-]{43}", "".join(answer.text for answer in made))}) == 1
    until(cluster.agree, said=cluster.said)


def test_a_node_that_does_not_reach_the_database_finds_who_writes_and_passes_on(cluster):
    cut_off, others = cluster.holder, cluster.followers
    cut_off.line.cut()
    until(lambda: any(map(cluster.writes, others)), said=cluster.said)
    until(lambda: cut_off.health()["status"] == "unhealthy", said=cluster.said)
    made = HTTP.post(f"{cut_off.address}/api/v1/composites/bulk", json=[{"number": "2^139-1"}])
    assert made.status_code == 200, made.text
    cut_off.line.mend()
    until(cluster.agree, said=cluster.said)


def test_a_node_that_can_not_write_its_files_lets_another_one_have_the_pen(cluster):
    stuck, others = cluster.holder, cluster.followers

    def submit(exponent):
        numbers = [{"number": f"2^{exponent}-1"}]
        return HTTP.post(f"{stuck.address}/api/v1/composites/bulk", json=numbers).status_code

    def limit(*sizes):
        return resource.prlimit(stuck.process.pid, resource.RLIMIT_FSIZE, *sizes)

    unlimited = limit()
    limit((1_024, unlimited[1]))  # files can't grow, as on a full disk
    assert submit(151) in {200, 503}
    until(lambda: any(map(cluster.writes, others)), said=cluster.said)
    until(lambda: submit(157) == 200, said=cluster.said)
    assert stuck.health()["status"] == "unhealthy"
    assert "Traceback" not in stuck.output.read_text()
    limit(unlimited)
    until(lambda: stuck.health()["status"] == "healthy", said=cluster.said)
    until(cluster.agree, said=cluster.said)


def test_how_far_something_is_that_a_node_was_asked_for_any_node_says(cluster):
    one, other = cluster.followers
    admin = {"Authorization": f"Bearer {(one.directory / 'admin.key').read_text().strip()}"}
    for begun, followed in (
        ("/api/v1/admin/verification",) * 2,
        ("/api/v1/admin/projections/factoring/rebuild",) * 2,
        (f"{COMPOSITES}/recalculate-all-t-levels", f"{COMPOSITES}/recalculate-status"),
    ):
        assert HTTP.post(f"{one.address}{begun}", headers=admin).is_success
        until(lambda: '"completed"' in HTTP.get(f"{other.address}{followed}", headers=admin).text, said=cluster.said)  # noqa: B023
    listed = {"file": ("numbers.txt", NUMBER)}
    upload = HTTP.post(f"{one.address}{COMPOSITES}/upload", files=listed, headers=admin).json()["upload_id"]
    assert HTTP.get(f"{other.address}/api/v1/uploads/{upload}").json()["upload_id"] == upload


def test_nobody_is_taken_for_somebody_else_who_has_signed_in_at_the_same_node(cluster):
    one = cluster.followers[0]
    key = (one.directory / "admin.key").read_text().strip()
    with httpx.Client(headers={"Accept": "text/html"}, timeout=30) as browser:
        assert browser.post(f"{one.address}/admin/login", data={"key": key}).status_code == 303
        assert browser.get(f"{one.address}/admin/keys").status_code == 200
    with httpx.Client(headers={"Accept": "text/html"}, timeout=30) as another:
        sent = another.post(f"{one.address}/submit", data={"kind": "auto", "text": "2^167-1"})
        assert sent.status_code == 303, sent.text
        assert "data-signed-in" not in another.get(f"{one.address}{sent.headers['location']}").text
        taken = another.post(f"{one.address}/api/v1/admin/keys", json={"roles": ["admin"], "label": "mine"})
        assert "/admin/login" in taken.headers.get("location", ""), taken.text


def test_numbers_are_submitted_at_the_page_of_any_node(cluster):
    one, other = cluster.followers
    with httpx.Client(headers={"Accept": "text/html"}, timeout=30) as browser:
        filled = next(
            form for form in forms_of(browser.get(f"{one.address}/submit").text) if form.action == "/submit"
        ).fields
        sent = browser.post(f"{one.address}/submit", data=filled | {"text": "2^163-1"})
        assert sent.status_code == 303, sent.text
        kept = sent.headers["location"]
        looked_at = browser.get(f"{other.address}{kept}")
        assert looked_at.status_code == 200, looked_at.text
        with browser.stream("GET", f"{one.address}/live?page={kept}") as live:
            assert (live.status_code, live.headers["content-type"][:17]) == (200, "text/event-stream")
        done = browser.post(f"{other.address}{kept}", data=forms_of(looked_at.text)[-1].fields)
        assert done.status_code == 303, done.text
    search = {"search": str(2**163 - 1)}
    found = until(lambda: HTTP.get(f"{one.address}/api/v1/composites", params=search).json()["composites"])
    assert [row["number"] for row in found] == ["2^163-1"]


def test_a_worker_goes_on_by_the_name_that_another_node_gave_it(cluster):
    holder, (one, other) = cluster.holder, cluster.followers
    HTTP.post(f"{one.address}/api/v1/composites/bulk", json=[{"number": NUMBER}])
    query = {"client_id": "ada's box"}
    work = HTTP.get(f"{one.address}/api/v1/work/request", params=query).json()["work_id"]
    holder.kill()
    assert "factoring" not in cluster.holder.health().get("unattended", {}), "who has work is taken for present"
    renewed = HTTP.put(f"{other.address}/api/v1/work/{work}/progress", params=query)
    assert (renewed.status_code, renewed.json()["status"]) == (200, "updated"), renewed.text
    report = {"work_assignment_id": work, "client_id": "ada's box", "curves_completed": 1, "b1": 2000}
    body = report | {"parametrization": 1, "sigmas": ["123456"]}
    said = [
        HTTP.post(f"{node.address}/api/v1/results/ecm", json=body, headers={"Idempotency-Key": "once"}).json()
        for node in (one, other)
    ]
    assert said[0] == said[1]
    holder.start()
    until(cluster.agree, said=cluster.said)


def files_of(node):
    """Return which residue files a node keeps."""
    return kept_in(residues_in(node.directory))


def test_any_node_gives_a_residue_file_when_the_one_that_took_it_is_gone(cluster):
    taker, (one, other) = cluster.holder, cluster.followers
    number = (10**22 + 9) * (10**24 + 7)
    HTTP.post(f"{one.address}/api/v1/composites/bulk", json=[{"number": str(number)}])
    content, alice, bob = residue_file(number, range(7, 5_007)), {"X-Client-ID": "alice"}, {"X-Client-ID": "bob"}
    upload = {"files": {"file": ("residue.txt", content)}, "headers": alice}
    made = HTTP.post(f"{other.address}/api/v1/residues/upload", **upload)
    assert (made.status_code, made.json()["curve_count"]) == (200, 5_000), made.text
    taker.kill()
    residue = HTTP.get(f"{one.address}/api/v1/residues/work", headers=bob).json()["residue_id"]
    until(lambda: len({head_of(node) for node in (one, other)}) == 1, said=cluster.said)
    got = [HTTP.get(f"{node.address}/api/v1/residues/{residue}/download", headers=bob) for node in (one, other)]
    assert [(answer.status_code, answer.content) for answer in got] == [(200, content)] * 2
    until(lambda: all(files_of(node) for node in (one, other)), said=cluster.said)
    for more in ((), ("--shared", cluster.postgres.address(cluster.database))):
        found = tallystick("verify", "--data-dir", one.directory, *more)
        assert (found.returncode, "1 residue file holds what was recorded" in found.stdout) == (0, True), found.stdout
    holder = cluster.holder
    admin = {"Authorization": f"Bearer {(holder.directory / 'admin.key').read_text().strip()}"}
    removed = HTTP.delete(f"{holder.address}/api/v1/admin/residues/{residue}", headers=admin)
    assert removed.status_code == 200, removed.text
    assert not cluster.postgres.value("SELECT count(*) FROM tallystick.residues", cluster.database)
    taker.start()
    until(lambda: not any(map(files_of, cluster.nodes)), said=cluster.said)


def test_whoever_does_not_have_the_certificate_is_not_answered_as_a_node(cluster):
    holder = cluster.holder
    port = re.search(rf"{holder.name}=127\.0\.0\.1:(\d+)", " ".join(map(str, holder.flags)))[1]
    with pytest.raises(httpx.TransportError):
        HTTP.get(f"https://127.0.0.1:{port}/health")


def test_a_database_that_lets_no_further_session_in_is_warned_of_while_it_can_be_written(cluster):
    def warned():
        healths = [node.health() for node in cluster.nodes]
        assert {health["status"] for health in healths} == {"healthy"}
        return ["no further session" in " ".join(health["shared"]["warnings"]) for health in healths]

    limit = f"ALTER DATABASE {cluster.database} CONNECTION LIMIT"
    cluster.postgres.value(f"{limit} 0")
    until(lambda: all(warned()), said=cluster.said)
    cluster.postgres.value(f"{limit} -1")
    until(lambda: not any(warned()), said=cluster.said)


def test_a_node_that_stops_does_not_wait_for_others_that_have_nothing_to_say(cluster):
    holder, follower = cluster.holder, cluster.followers[0]
    passed_on = HTTP.post(f"{follower.address}/api/v1/composites/bulk", json=[{"number": "2^137-1"}])
    assert passed_on.status_code == 200, passed_on.text
    before = len(holder.output.read_text())
    assert holder.stop() == 0
    assert '"level":"error"' not in holder.output.read_text()[before:]
    holder.start()


def test_a_node_whose_tables_are_built_takes_the_pen_before_one_whose_are_not(cluster):
    holder = cluster.holder
    for first in (1, 2_001):
        numbers = [{"number": str(10**40 + 2 * number + 1)} for number in range(first, first + 1_000)]
        assert HTTP.post(f"{holder.address}/api/v1/composites/bulk", json=numbers).status_code == 200
    behind, ready = cluster.followers
    assert behind.stop() == 0
    shutil.rmtree(behind.directory / "projections")
    behind.start()
    assert "building" in behind.health()
    holder.kill()
    assert cluster.holder is ready
    until(lambda: "building" not in behind.health())
    ready.kill()
    assert cluster.holder is behind
    for node in (holder, ready):
        node.start()
