"""Long lists of numbers, handed in as files."""

import errno
import time
from concurrent.futures import ThreadPoolExecutor

import msgspec
import pytest

from coordinator.files import durable, whole
from coordinator.intake import uploads
from coordinator.intake.kept_uploads import Upload
from core.factoring.mathematics.levels.effort import curve_effort

P20, P21 = 10**19 + 51, 10**20 + 39


def upload(client, admin, text, encoding="utf-8", **query):
    return client.post(
        "/api/v1/admin/composites/upload",
        files={"file": ("list", text.encode(encoding), "text/plain")},
        params=query,
        headers=admin,
    )


def test_an_upload_without_a_file_is_told_so(client, admin):
    answer = client.post("/api/v1/admin/composites/upload", files={"other": b"1"}, headers=admin)
    assert (answer.status_code, answer.json()["detail"]) == (400, "file is missing; a file is required.")


def test_a_list_whose_name_is_in_another_encoding_is_taken(client, admin):
    """Older curls send the name as the console has it."""
    form = b'--x\r\nContent-Disposition: form-data; name="file"; filename="gro\xdf"\r\n\r\n2^73-1\n\r\n--x--\r\n'
    stated = {"Content-Type": "multipart/form-data; boundary=x"}
    answer = client.post("/api/v1/admin/composites/upload", content=form, headers=admin | stated)
    assert answer.json()["new_composites"] == 1, answer.text


def test_a_text_list_names_its_bad_line_and_takes_the_others(client, admin):
    answer = upload(client, admin, f"# a list\n2^67-1\n\nnonsense\n{P20 * P21}  # a product\n97#+1\n").json()
    assert (answer["status"], answer["new_composites"], answer["invalid_lines"]) == ("finished", 3, 1)
    assert answer["errors"][0]["line"] == 4
    assert "nonsense" in answer["errors"][0]["error"]


def test_a_list_in_utf_16_is_read(client, admin):
    answer = upload(client, admin, "2^67-1\n2^71-1\n", encoding="utf-16").json()
    assert (answer["new_composites"], answer["invalid_lines"]) == (2, 0), answer


def test_the_same_file_again_is_the_same_upload_and_changes_nothing(client, admin):
    first = upload(client, admin, "2^67-1\n")
    head = client.get("/health").json()["log"]["position"]
    assert upload(client, admin, "2^67-1\n").json() == first.json()
    assert client.get("/health").json()["log"]["position"] == head


def test_of_one_list_that_comes_several_times_at_once_one_upload_is_made(client, admin, monkeypatch):
    made, write = [], uploads.Uploads._write

    def seen(self, upload):
        made.extend([upload.upload_id] if upload.status == "received" else [])
        write(self, upload)

    monkeypatch.setattr(uploads.Uploads, "_write", seen)
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: upload(client, admin, "2^67-1\n2^71-1\n").json(), range(4)))
    assert len(made) == 1
    assert {one["upload_id"] for one in answers} == {*made}
    assert finished(client, made[0])["new_composites"] == 2


@pytest.fixture
def left_over(tmp_path):
    """What is left of a list that a kill has interrupted before anybody was told of it, and of how far another one had come."""
    directory = tmp_path / "uploads"
    directory.mkdir()
    left = [directory / name for name in ("a.part", f"{'0' * 32}.list", f"{'1' * 32}.json.0123abcd.part")]
    for path in left:
        path.write_bytes(b"half")
    return left


def test_what_a_kill_left_of_lists_is_removed_at_the_next_start(left_over, client, admin):
    assert not any(path.exists() for path in left_over)
    assert upload(client, admin, "2^67-1\n").status_code == 200


def test_the_form_may_say_what_the_query_says(client, admin):
    form = {"source_type": "text", "default_priority": "7", "project_name": "cunningham"}
    files = {"file": ("list", b"number\n2^67-1\n", "text/plain")}
    answer = client.post("/api/v1/admin/composites/upload", files=files, data=form, headers=admin).json()
    assert (answer["kind"], answer["priority"], answer["project"]) == ("text", 7, "cunningham")
    assert [error["line"] for error in answer["errors"]] == [1]
    wrong = client.post(
        "/api/v1/admin/composites/upload", files=files, data={"default_priority": "soon"}, headers=admin
    )
    assert (wrong.status_code, wrong.json()["detail"].endswith(".")) == (400, True)


def test_prior_work_in_a_csv_column_counts(client, admin):
    text = f'number,target_t_level,work\n{P20 * P21},30,"10@2e3;5@2e3,0"\n'
    assert upload(client, admin, text).json()["invalid_lines"] == 0
    row = client.get("/api/v1/composites").json()["composites"][0]
    detail = client.get(f"/api/v1/composites/{row['id']}").json()
    assert [(e["b1"], e["b2"], e["curves"]) for e in detail["effort"]] == [(2000, None, 10), (2000, 0, 5)]
    assert curve_effort(2000, None, 1) > 0


def test_a_prior_t_level_counts_as_that_level(client, admin):
    upload(client, admin, f"number,prior_t_level,target_t_level\n{P20 * P21},20.5,35\n")
    row = client.get("/api/v1/composites").json()["composites"][0]
    assert row["current_t_level"] == pytest.approx(20.5, abs=0.05)


@pytest.mark.parametrize(
    ("text", "word"),
    [("number,colour\n15,red\n", "colour"), ("", "empty"), ("target_t_level,priority\n3,4\n", "number")],
)
def test_a_wrong_header_is_refused_as_a_whole(client, admin, text, word):
    answer = upload(client, admin, text, source_type="csv")
    assert answer.status_code == 400
    assert word in answer.json()["detail"]


def finished(client, upload_id):
    deadline = time.monotonic() + 60
    while (state := client.get(f"/api/v1/uploads/{upload_id}").json())["status"] in {"received", "running"}:
        assert time.monotonic() < deadline, state
    return state


def test_a_long_list_is_accepted_at_once_and_worked_off_in_the_background(client, admin):
    answer = upload(client, admin, "".join(f"{2 * i + 10**12}\n" for i in range(1_200)) + "bad\n")
    assert answer.status_code == 202
    state = finished(client, answer.json()["upload_id"])
    assert (state["status"], state["new_composites"], state["invalid_lines"]) == ("finished", 1_200, 1)
    assert state["errors"][0]["line"] == 1_201


def test_a_restart_goes_on_where_a_stop_interrupted(serving, admin, tmp_path):
    text = "".join(f"{2 * i + 10**12}\n" for i in range(50))
    with serving() as client:
        upload_id = upload(client, admin, text).json()["upload_id"]
    path = tmp_path / "uploads" / f"{upload_id}.json"
    state = msgspec.json.decode(path.read_bytes(), type=Upload)
    interrupted = msgspec.structs.replace(state, status="running", lines=20, new_composites=20)
    path.write_bytes(msgspec.json.encode(interrupted))
    with serving() as client:
        state = finished(client, upload_id)
    assert (state["status"], state["lines"], state["new_composites"]) == ("finished", 50, 50)


def test_a_stop_does_not_wait_for_the_end_of_a_list(serving, admin, tmp_path):
    with serving() as client:
        upload_id = upload(client, admin, "".join(f"{2 * i + 10**12}\n" for i in range(5_000))).json()["upload_id"]
    state = msgspec.json.decode((tmp_path / "uploads" / f"{upload_id}.json").read_bytes(), type=Upload)
    assert state.status in {"received", "running"}
    assert state.lines < state.total_lines == 5_000


def test_an_unknown_upload_is_not_found(client):
    assert client.get("/api/v1/uploads/..%2Fsecret").status_code == 404
    assert client.get("/api/v1/uploads/abc").status_code == 404


def test_a_list_with_other_wishes_is_another_upload(client, admin):
    first, other = (
        upload(client, admin, "2^67-1\n").json(),
        upload(client, admin, "2^67-1\n", default_priority=9).json(),
    )
    assert (first["upload_id"] != other["upload_id"], other["updated_composites"]) == (True, 1)


def test_a_column_tells_of_a_special_form(client, admin):
    text = f"number,snfs_difficulty\n{P20 * P21},33\n{P20},x\n{P21},100001\n"
    answer = upload(client, admin, text).json()
    assert (answer["new_composites"], [error["line"] for error in answer["errors"]]) == (1, [3, 4])
    (noted,) = client.get("/api/v1/events", params={"type": "factoring.snfs_form_noted.v1"}).json()["events"]
    assert noted["data"] == {"number": 1, "difficulty": 33}
    assert (answer["lines"], answer["total_lines"], answer["seconds_left"]) == (4, 4, 0)


def test_a_table_whose_quote_has_no_end_is_taken_up_to_there(client, admin):
    text = f'number,name\n{P20},\n2^67-1,"{"x" * 200_000}\n'
    answer = upload(client, admin, text)
    assert (answer.status_code, answer.json()["status"]) == (200, "failed")
    assert answer.json()["reason"].startswith("After line 2 the list is no CSV: field larger than")


def test_an_upload_waits_for_room_to_write_down_how_far_it_is(client, admin, monkeypatch):
    tried = []

    def rename(partial, path):
        tried.append(path)
        if len(tried) == 2:
            raise OSError(errno.ENOSPC, "No space left on device")
        durable.rename_durably(partial, path)

    monkeypatch.setattr(whole, "rename_durably", rename)
    monkeypatch.setattr(uploads, "_AGAIN_SECONDS", 0.01)
    assert upload(client, admin, f"{P20 * P21}\n").json()["status"] == "finished"
    assert [path.suffix for path in tried] == [".json"] * len(tried)
    assert len(tried) > 3


def test_of_many_bad_lines_the_first_thousand_are_named_and_all_counted(client, admin):
    answer = upload(client, admin, "bad\n" * 1_002)
    state = finished(client, answer.json()["upload_id"])
    assert (state["invalid_lines"], len(state["errors"]), state["errors"][-1]["line"]) == (1_002, 1_000, 1_000)
