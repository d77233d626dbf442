import sys

import pytest

from core import contexts
from core.refusals import BadInput, Refusal
from workers import kinds
from workers.executors import Desk
from workers.kinds import KINDS, executors


@pytest.fixture
def desk():
    return Desk(None, None, "me")


@pytest.mark.parametrize("reason", ["No module named 'primecountpy'", "cysignals.signals does not export a function"])
def test_a_kind_that_cannot_be_done_here_is_named_with_the_way_out(desk, reason, tmp_path, monkeypatch):
    library = tmp_path / "primecountpy"
    library.mkdir()
    (library / "__init__.py").write_text(f"raise ImportError({reason!r})")
    monkeypatch.syspath_prepend(tmp_path)
    for name in [name for name in sys.modules if name.startswith(("primecountpy", "workers.counting.pi"))]:
        monkeypatch.delitem(sys.modules, name)
    with pytest.raises(Refusal, match=r"kind of work counting can't be done here .* extra `counting`") as refused:
        executors(["tasks", "counting"], desk)
    assert reason in refused.value.sentence


def test_work_of_every_kind_of_a_worker_can_be_paused_and_a_worker_that_is_missed_can_be_started():
    """By the names of the coordinator's kinds, which no worker imports."""
    assert contexts.KINDS.keys() >= KINDS.keys() >= {kind.name for kind in contexts.KINDS.values() if kind.doing}


def test_a_kind_that_there_is_not_is_turned_down_with_those_that_there_are(desk):
    with pytest.raises(BadInput, match=f"no kind of work 'sewing'; {', '.join(KINDS)} is accepted"):
        executors(["sewing"], desk)


def lacking(_):
    raise Refusal("What that takes is not installed.")


@pytest.fixture
def every_kind(monkeypatch):
    """Executors of every kind that need nothing of this machine."""
    everything = {name: lambda desk: desk for name in KINDS}
    monkeypatch.setattr(kinds, "KINDS", everything)
    return everything


def test_all_are_done_the_short_ones_first(desk, every_kind):
    assert list(executors(["all"], desk)) == [*every_kind]
    assert [*KINDS][-1] == "factoring"


def test_of_all_what_the_machine_can_not_do_is_left_out(desk, every_kind):
    every_kind["counting"] = lacking
    assert executors(["all"], desk) == dict.fromkeys(KINDS.keys() - {"counting"}, desk)


def test_a_machine_that_can_do_nothing_says_so(desk, every_kind):
    every_kind.update(dict.fromkeys(KINDS, lacking))
    with pytest.raises(Refusal, match="can do no kind of work"):
        executors(["all"], desk)
