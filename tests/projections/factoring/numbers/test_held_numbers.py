"""Numbers that somebody holds are asked about once: a share is found at once among very many that need none."""

import uuid

from gmpy2 import next_prime

from core.factoring.answers.shapes import NoWork, WorkAnswer
from core.factoring.commands.assignment import EndWork, RequestWork
from core.factoring.commands.numbers import ChangeComposite, SubmitComposite
from core.factoring.commands.reports import ReportCurves
from core.factoring.commands.residues import Contents, RemoveResidue, UploadResidues
from core.factoring.state.numbers import Wanted
from tests.office import Office
from tests.timing import cpu_seconds

P = 10**19 + 51


class Asking:
    """An office whose numbers are each worth one assignment, and whoever asks it for work."""

    def __init__(self, directory, numbers, target_milli=15_000):
        directory.mkdir(exist_ok=True)
        self.office = Office(directory)
        self.count = 0
        prime = 10**20
        for _ in range(numbers):
            prime = next_prime(prime)
            self.submit(P * prime, target_milli)

    def submit(self, value, target_milli=15_000):
        self.office.perform(SubmitComposite(text=str(value), ceiling_digits=100, target_milli=target_milli))

    def ask(self, **wanted):
        self.count += 1
        command = RequestWork(
            work=str(uuid.UUID(int=self.count)),
            wanted=Wanted(**{"strategy": "yield", **wanted}),
            lease_seconds=3_600,
            work_seconds=900,
            unmeasured=True,
        )
        return self.office.perform(command, content=command.work.encode())

    def until_there_is_none(self):
        """Ask until everything is handed out; return what was."""
        given = []
        while isinstance(answer := self.ask(), WorkAnswer):
            given.append(answer)
        return given


def test_it_takes_no_longer_to_find_that_nothing_is_left_of_four_times_as_many(tmp_path):
    few, many = Asking(tmp_path / "few", 40), Asking(tmp_path / "many", 160)
    assert (len(few.until_there_is_none()), len(many.until_there_is_none())) == (40, 160)

    def again(asking):
        for _ in range(20):
            assert isinstance(asking.ask(), NoWork)

    assert cpu_seconds(again, many) < 2 * cpu_seconds(again, few)


def test_what_is_handed_back_is_given_again(tmp_path):
    asking = Asking(tmp_path, 3)
    given = asking.until_there_is_none()
    asking.ask(strategy="ladder")
    asking.office.perform(EndWork(lease=given[1].work, outcome="released"))
    assert [one.number for one in asking.until_there_is_none()] == [given[1].number]


def test_a_target_that_is_raised_is_worth_a_share(tmp_path):
    asking = Asking(tmp_path, 3)
    asking.until_there_is_none()
    asking.office.perform(ChangeComposite(number=2, target_milli=40_000))
    assert {one.number for one in asking.until_there_is_none()} == {2}


def test_fewer_curves_than_were_handed_out_leave_a_share(tmp_path):
    asking = Asking(tmp_path, 1, target_milli=20_000)
    first, *_ = asking.until_there_is_none()
    report = ReportCurves(work=first.work, value=first.value, bounds=None, curves=1)
    asking.office.perform(report)
    assert asking.until_there_is_none() == [], "the others may yet come"
    asking.office.perform(EndWork(lease=first.work, outcome="completed"))
    assert {one.number for one in asking.until_there_is_none()} == {1}


def test_a_residue_file_that_is_kept_no_longer_leaves_a_share(tmp_path):
    asking = Asking(tmp_path, 1, target_milli=25_000)
    held = asking.ask()
    sigmas = tuple(map(str, range(1, 501)))
    contents = Contents(held.value, 50_000, 1, sigmas, "served", 1, 0, 0, ())
    asking.office.perform(UploadResidues(sha256="came", contents=contents, stage_1=None, keep_seconds=1))
    assert asking.until_there_is_none() == []
    asking.office.perform(RemoveResidue(residue=1, reason="not needed"))
    assert {one.number for one in asking.until_there_is_none()} == {1}
