"""Names that nobody can see, or that are read from right to left."""

import pytest

from coordinator.pages.rendering.legible import legible

SHALOM = "\u05e9\u05dc\u05d5\u05dd"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("box7 \N{EN DASH} 9\u202f441", "box7 \N{EN DASH} 9\u202f441"),
        ("<b>\u3164", "&lt;b&gt;\u3164"),
        ("\u2800", '<span class="unseen" title="braille pattern blank">U+2800</span>'),
        ("ad\u200bmin", 'ad<span class="unseen" title="zero width space">U+200B</span>min'),
        ("\u202ecod.exe", '<span class="unseen" title="right-to-left override">U+202E</span>cod.exe'),
        ("\U0001f469\u200d\U0001f680", "\U0001f469\u200d\U0001f680"),
        (f"{SHALOM} 12", f"<bdi>{SHALOM} 12</bdi>"),
    ],
)  # fmt: skip
def test_what_can_not_be_seen_is_written_out_and_what_turns_around_is_kept_apart(text, shown):
    assert str(legible(text)) == shown


@pytest.mark.parametrize("name", ["\u3164\uffa0", SHALOM])
def test_a_name_can_be_read_wherever_a_page_tells_it_and_stays_itself_where_it_is_sent_back(
    administrator, client, name
):
    number = {"number": "2^67-1", "name": name, "project": name, "client_id": name}
    client.post("/api/v1/composites/bulk", json=[number]).raise_for_status()
    shown = str(legible(name))
    assert shown in administrator.get("/composites").text
    assert f'<a href="/projects/1">{shown}</a>' in administrator.get("/projects").text
    assert shown in administrator.get("/events").text
    assert (
        f"<title>{name if name == SHALOM else 'U+3164U+FFA0'} · Tallystick</title>"
        in administrator.get("/projects/1").text
    )
    assert f">{name if name == SHALOM else 'U+3164U+FFA0'}</text>" in client.get("/badge/project/1.svg").text
    administrator.post("/admin/pauses", {"of": "project", "name": name}).raise_for_status()
    page = administrator.get("/admin/pauses").text
    assert f'name="name" value="{name}"' in page
    assert f"project {shown}" in page
    administrator.post("/admin/pauses/end", {"of": "project", "name": name}).raise_for_status()
    assert client.get("/api/v1/pauses").json() == {"pauses": []}
