"""A number bears a name: handed in, listed, found, exported and shown."""

ADDRESS = "/api/v1/composites/bulk"
NUMBER = (10**15 + 37) * (10**20 + 39)


def test_a_name_is_shown_and_found(client):
    sent = [{"number": str(NUMBER), "name": "276:611"}, {"number": "2^151-1"}]
    named, plain = client.post(ADDRESS, json=sent).json()["composites"]
    listed = client.get("/api/v1/composites", params={"search": "6:61"}).json()["composites"]
    assert [(one["id"], one["name"], one["number"]) for one in listed] == [(named["id"], "276:611", str(NUMBER))]
    assert client.get(f"/api/v1/composites/{plain['id']}").json()["composite"]["name"] is None
    assert "276:611" in client.get("/api/v1/composites", params={"format": "csv", "size": "all"}).text
    page = {"Accept": "text/html"}
    for path in (f"/composites/{named['id']}", "/composites", "/search?q=276:611"):
        assert "276:611" in client.get(path, headers=page).text, path


def test_a_name_is_changed_and_stays_when_none_is_said(client):
    (first,) = client.post(ADDRESS, json=[{"number": str(NUMBER + 2), "name": "a"}]).json()["composites"]
    for name, shown in ((None, "a"), ("b", "b"), ("", "b")):
        client.post(ADDRESS, json=[{"number": str(NUMBER + 2), "name": name}])
        assert client.get(f"/api/v1/composites/{first['id']}").json()["composite"]["name"] == shown
    wrong = ({"name": "x" * 101}, {"name": 5}, {"project": " "})
    answer = client.post(ADDRESS, json=[{"number": "35", **one} for one in wrong]).json()
    assert [error["error"] for error in answer["errors"]] == [
        f"name is {'x' * 60 + '…'!r} and has 101 characters; up to 100 printable characters are accepted.",
        "name is 5; text or null is accepted.",
        "project is ' '; up to 100 printable characters, not all blank, are accepted.",
    ]


def test_a_list_has_a_column_for_names(client, admin):
    sent = {"file": ("names.csv", b"number,name\n2^163-1,C1\n2^167-1,\n", "text/csv")}
    answer = client.post("/api/v1/admin/composites/upload", files=sent, data={"source_type": "csv"}, headers=admin)
    assert answer.status_code == 200, answer.text
    listed = client.get("/api/v1/composites", params={"search": "C1"}).json()["composites"]
    assert [(one["number"], one["name"]) for one in listed] == [("2^163-1", "C1")]
