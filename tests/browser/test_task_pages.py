"""Tasks on pages: handed in by a plain form, with three identities each."""

HTML = {"Accept": "text/html"}


def test_a_task_is_handed_in_without_javascript(client):
    answer = client.post("/tasks", data={"operation": "gcd", "args": "12, 18"}, headers=HTML)
    assert answer.status_code == 303
    status = client.get(answer.headers["location"] + "/status").json()
    page = client.get(answer.headers["location"], headers=HTML).text
    assert status["status"] == "PENDING"
    assert page.count(status["initiated_by"]) >= 1
    for words in ("Initiated by", "Handled by", "Checked by"):
        assert words in page


def test_what_is_wrong_is_said_beside_what_was_written(client):
    for form, said in (
        ({"operation": "gcd", "args": "12"}, "gcd was given 1 number; 2 (a, b) are accepted."),
        ({"operation": "cube", "args": "3"}, "one of add, multiply"),
        ({"operation": "gcd", "args": ""}, "There are no numbers"),
    ):
        answer = client.post("/tasks", data=form, headers=HTML)
        assert answer.status_code == 400
        assert said in answer.text
        assert f'value="{form["args"]}"' in answer.text


def test_a_result_appears_as_soon_as_it_is_committed(visit, client):
    task = client.post("/task", json={"operation": "factor", "args": ["2026"]}).json()["task_id"]
    page = visit(f"/tasks/{task}")
    page.wait_for("document.getElementById('stream-state').dataset.state === 'live'")
    page.value("window.began = Date.now()")
    body = {"client_id": "worker", "results": [{"task_id": task, "result": [[2, 1], [1013, 1]]}]}
    client.post("/api/v1/tasks/results", json=body).raise_for_status()
    page.wait_for("document.getElementById('live_result').textContent.includes('2 · 1013')")
    assert page.value("document.getElementById('live_state').textContent.includes('worker')")
    assert page.errors() == []


def test_the_list_is_filtered_by_its_address(client):
    rows = client.get("/tasks", params={"status": "failed", "as": "json"}).json()["tasks"]
    assert {row["status"] for row in rows} == {"FAILED"}
    assert client.get("/tasks", params={"before": "x"}).status_code == 400
