"""What an address names."""

from urllib.parse import quote


def test_names_with_a_slash_end_addresses_as_all_others_do(client, admin):
    name = "a/b%c"
    number = str((10**15 + 37) * (10**17 + 3))
    client.post("/api/v1/composites/bulk", json=[{"number": number, "project": name}]).raise_for_status()
    client.get("/api/v1/work/request", params={"client_id": name}).raise_for_status()
    client.post(
        "/push", json={"summary": {"agent_id": name, "timestamp": "2026-11-22T09:00:00Z", "topic_counts": {"t": 1}}}
    ).raise_for_status()
    written = quote(name, safe="")
    assert client.get(f"/api/v1/projects/by-name/{written}").json()["project"]["name"] == name
    assert client.get(f"/api/v1/checks/projects/{written}").status_code == 200
    assert len(client.get(f"/api/v1/work/status/{written}").json()["work_assignments"]) == 1
    assert client.get(f"/api/v1/explain/agents/{written}").json()["agent_id"] == name
    assert len(client.get(f"/api/v1/streams/agent-{written}").json()["events"]) == 1
    assert client.get("/api/v1/projects/by-name/nothing/here").json()["detail"] == "There is no project 'nothing/here'."
    assert client.delete(f"/api/v1/admin/projects/by-name/{written}", headers=admin).json()["project_name"] == name
