"""Federation on pages: agents of any name, how fresh they are, and every summary of theirs."""

from datetime import UTC, datetime

from tests.browser.seeded import fresh

HTML = {"Accept": "text/html"}


def test_a_push_appears_as_it_is_committed(visit, client):
    page = visit("/federation")
    page.wait_for("document.getElementById('stream-state').dataset.state === 'live'")
    agent = fresh()
    summary = {"agent_id": agent, "timestamp": datetime.now(UTC).isoformat(), "topic_counts": {f"on {agent}": 7}}
    client.post("/push", json={"summary": summary}).raise_for_status()
    page.wait_for(f"document.getElementById('live_topics').textContent.includes('on {agent}')")
    row = f"[...document.querySelectorAll('#live_agents tr')].find(row => row.textContent.includes('{agent}'))"
    assert "fresh" in page.value(f"{row}.children[1].textContent")
    assert page.errors() == []


def test_an_agent_is_found_whatever_its_name(visit, client):
    page = visit("/federation")
    page.value("[...document.querySelectorAll('#live_agents a')].find(a => a.textContent.startsWith('a/b?c')).click()")
    page.wait_for("location.pathname === '/federation/agent' && document.readyState === 'complete'")
    assert page.value("document.querySelector('h1').textContent").startswith("a/b?c <script>")
    assert page.value("document.querySelectorAll('#live_pushes tbody tr').length") == 2
    assert page.errors() == []


def test_an_agent_that_is_not_there_or_not_named_is_said(client):
    assert client.get("/federation/agent?id=nobody", headers=HTML).status_code == 404
    assert client.get("/federation/agent", headers=HTML).status_code == 400
