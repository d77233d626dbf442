"""What anybody may send, before it is known who they are and whatever they may do."""

from coordinator.http.bulk.handing_in import MAX_ITEMS
from coordinator.pages.forms.unsent import MOST_BYTES


def test_a_form_for_signing_in_has_room_for_a_key_and_what_was_written_before(client):
    assert client.post("/admin/login", data={"key": "x" * 5_000}).status_code == 401
    answer = client.post("/admin/login", data={"key": "x" * (MOST_BYTES + 5_000)})
    assert answer.status_code == 413
    assert f"at most {MOST_BYTES + 4_096} bytes" in answer.text


def test_what_a_long_header_begins_with_counts(client):
    many = "a/b;q=0.1," * 500
    for accept, media_type in (("text/csv, " + many, "text/csv"), (many + "text/csv", "application/json")):
        answer = client.get("/api/v1/composites", headers={"Accept": accept})
        assert answer.headers["content-type"].startswith(media_type)


def test_lines_without_items_are_counted_before_they_are_read(client):
    json_lines = {"Content-Type": "application/x-ndjson"}
    answer = client.post("/api/v1/events", content=b"\n" * 15_000_000, headers=json_lines)
    assert answer.status_code == 413
    assert answer.json()["detail"] == "The body has 15000000 ends of lines; at most 40000 are accepted at a time."
    sparse = b"\r\n\r\n".join([b'{"type": "nothing"}'] * MAX_ITEMS)
    assert client.post("/api/v1/events", content=sparse, headers=json_lines).status_code == 200
