"""Every event that any version has written is read for ever, and leads to the tables that it led to."""

import json

import pytest

from core.contexts import registry
from core.events.fact import Fact
from projections.contexts import projections
from tests.golden import golden
from tests.golden.golden import (
    COMMAND,
    EARLIER,
    TABLES,
    changed_shapes,
    kept_shapes,
    kept_versions,
    played,
    tables_of,
    types_in_the_log,
    unraised,
    versions,
)
from tests.golden.scenes import SCENES

CONTEXTS = [projection.name for projection in projections(lambda _seal, sealed: sealed)]


@pytest.fixture(scope="module")
def office():
    """The golden log, folded from its first event."""
    with played() as office:
        yield office


def test_every_type_of_event_is_in_the_golden_log():
    missing = sorted(registry().facts.keys() - types_in_the_log())
    assert not missing, (
        f"The golden log lacks {', '.join(missing)}. Write a scene in tests/golden/scenes/ that leads there, unless"
        f" one does, then: {COMMAND}"
    )


def test_no_type_of_event_has_changed_its_shape():
    changed = changed_shapes()
    assert not changed, "\n".join(changed)


def test_the_shape_of_every_type_of_event_is_kept():
    missing = sorted(registry().facts.keys() - kept_shapes().keys())
    assert not missing, f"tests/golden/shapes.json lacks {', '.join(missing)}: {COMMAND}"


def test_a_projection_that_is_folded_from_further_types_has_another_version():
    assert unraised(kept_versions(), versions()) == []
    assert kept_versions() == versions(), f"tests/golden/versions.json is of earlier versions: {COMMAND}"


def test_a_version_that_was_not_raised_is_named():
    was = {"scales": {"version": 3, "types": ["scales.weighed.v1"]}}
    more = ["scales.weighed.v1", "scales.weighed.v2"]
    (said,) = unraised(was, {"scales": {"version": 3, "types": more}})
    assert said.startswith("scales is folded from other types of event, and is still of version 3: raise that.")
    assert unraised(was, {"scales": {"version": 4, "types": more}}) == []


def test_every_event_of_the_golden_log_is_read(office):
    for row in office.log.read(0, office.log.head().position):
        assert isinstance(office.committer.registry.event(row).fact, Fact)


@pytest.mark.parametrize("context", CONTEXTS)
def test_the_golden_log_leads_to_the_tables_that_it_led_to(office, context):
    assert office.committer.files[context].degraded == {}
    kept = TABLES / f"{context}.txt"
    assert kept.exists(), f"tests/golden/tables lacks {context}: {COMMAND}"
    assert tables_of(office, context) == kept.read_text(), (
        f"The golden log leads to other tables of {context} than before. If that is meant, because a view has become"
        f" another: {COMMAND}, and look at the difference."
    )


def test_a_correction_of_the_old_kind_keeps_its_meaning():
    with played(EARLIER / "log.ndjson") as earlier:
        assert tables_of(earlier, "factoring") == (EARLIER / "factoring.txt").read_text()


def test_every_scene_can_be_played_again_and_leads_where_it_says():
    # Bounds are measured once for all, and so are keys from before there were users given to one.
    once = {"factoring.curve_measured.v1", "access.key_given.v1"}
    with played() as office:
        for scene in dict.fromkeys(SCENES.values()):
            before = office.log.head().position
            scene(office)
            recorded = {row.type for row in office.log.read(before, 1_000)}
            assert {known for known, leading in SCENES.items() if leading is scene} - once <= recorded


class Before(Fact, frozen=True):
    type = "scales.weighed.v1"
    grams: int


def now_it_is(**fields):
    """Return a class of the same type with other fields."""
    return type("Now", (Fact,), {"__annotations__": fields, "type": "scales.weighed.v1"}, frozen=True)


@pytest.mark.parametrize(
    "now",
    [
        now_it_is(grams=int, scale=str),
        now_it_is(),
        now_it_is(weight=int),
        now_it_is(grams=str),
        now_it_is(grams=int | None),
        now_it_is(grams=tuple[int, ...]),
    ],
)
def test_a_changed_shape_is_named_with_what_to_do(tmp_path, monkeypatch, now):
    kept = tmp_path / "shapes.json"
    kept.write_text(json.dumps({"scales.weighed.v1": golden.shape_of(Before)}))
    monkeypatch.setattr(golden, "SHAPES", kept)
    monkeypatch.setattr(golden, "shapes", lambda: {"scales.weighed.v1": golden.shape_of(now)})
    (said,) = changed_shapes()
    assert said.startswith("scales.weighed.v1 has changed its shape")
    assert "write a new one with the type scales.weighed.v2" in said
    monkeypatch.setattr(golden, "shapes", dict)
    assert changed_shapes()[0].startswith("scales.weighed.v1 is gone")


def test_another_name_of_a_class_or_other_words_about_it_are_no_other_shape():
    renamed = now_it_is(grams=int)
    renamed.__doc__ = "Other words."
    assert golden.shape_of(renamed) == golden.shape_of(Before)
