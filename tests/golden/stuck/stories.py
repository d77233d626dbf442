"""Short histories after which a coordinator of before this was mended could write nothing about factoring any more.

Until then a correction took along what an event had caused, and not what else spoke of that: a report that found a
factor of a part stayed, with a split of a number that was no more. Each log beside this file was written by that version
(`write.py` says how) and can't be made again: telling the same now leads to another log.
"""

import random
from math import prod

from tests.twins.steps.beside import Elsewhere
from tests.twins.steps.numbers import Submit
from tests.twins.steps.residues import Upload
from tests.twins.steps.step import BOUNDS
from tests.twins.steps.work import Hold, Report, Take, Try
from tests.twins.story import ALL

P, Q, R, S = 10**15 + 37, 10**20 + 39, 10**17 + 3, 10**24 + 7
N = P * Q * R
SMALL = (10_007, 20_011, 30_011, 40_009, 50_021)


def one_report_of_two_factors(story):
    """The first of two factors of one report is withdrawn."""
    story.tell(Submit(value=N))
    found = story.tell(Report(value=N, claims=(P, Q), more=10))
    story.withdraw((found, str(P)))


def the_second_report_splits_what_the_first_left(story):
    """A report is withdrawn after whose factor another one was found on the same number."""
    story.tell(Submit(value=N * S, project="four primes", priority=3))
    found = story.tell(Report(value=N * S, claims=(P,), sigmas=("101",), more=9, milliseconds=700))
    story.tell(Report(value=N * S, claims=(R,), sigmas=("102",), more=19, client="bob"))
    story.withdraw((found, ALL))


def two_clients_share_a_number(story):
    """Two clients work on one number by assignments, and both find something."""
    story.tell(Submit(value=N * S, target_milli=35_000))
    alices, bobs = story.tell(Take()), story.tell(Take(client="bob"))
    story.tell(Hold(work=bobs, how="claimed", client="bob"))
    found = story.tell(Report(work=alices, bounds=None, more=2, claims=(P,)))
    story.tell(Report(work=bobs, bounds=None, more=3, claims=(Q,), client="bob"))
    story.withdraw((found, ALL))


def curves_move_before_it_stops(story):
    """A first correction moves curves to the whole, and is sound; a second one stops everything."""
    story.tell(Submit(value=N))
    found = story.tell(Report(value=N, claims=(P,), more=4))
    story.tell(Report(value=Q * R, sigmas=("7", "8"), more=5, client="bob"))
    story.withdraw((found, ALL))
    story.tell(Submit(value=N * S))
    again = story.tell(Report(value=N * S, claims=(R,), more=6, client="carol"))
    story.tell(Report(value=N * S, claims=(Q,), more=7))
    story.withdraw((again, ALL))


def others_go_on_while_it_is_stopped(story):
    """What has nothing to do with factoring is written after it has stopped."""
    one_report_of_two_factors(story)
    for what in ("tasks", "simulations", "counting", "federation", "access"):
        story.tell(Elsewhere(what=what))


def a_residue_file_of_a_part(story):
    """A residue file of a part stays in the data directory when its record goes; nothing stops."""
    story.tell(Submit(value=N))
    found = story.tell(Report(value=N, claims=(P,), more=4))
    run = story.tell(Report(value=Q * R, more=6, bounds=BOUNDS[0]))
    story.tell(Upload(value=Q * R, b1=100, sigmas=("11", "12"), of=run))
    story.withdraw((found, ALL))


def a_part_that_somebody_submitted(story):
    """A part was submitted in its own right, and is gone after the correction; nothing stops."""
    story.tell(Submit(value=N))
    found = story.tell(Report(value=N, claims=(P,), more=4))
    story.tell(Submit(value=Q * R, project="mine", priority=7, target_milli=25_000, client="bob"))
    story.tell(Report(value=Q * R, more=8, sigmas=("21",), client="bob"))
    story.tell(Try(value=Q * R, b1=50_000, b2=2_000_000, client="bob"))
    story.withdraw((found, ALL))


def eighteen_reports(story):
    """Eighteen reports in random order on a handful of numbers, four of them withdrawn at once."""
    chance = random.Random(4)
    values = [prod(chance.sample(SMALL, 4)) for _ in range(3)]
    for value in dict.fromkeys(values):
        story.tell(Submit(value=value))
    reports = []
    for _ in range(18):
        value = chance.choice(values)
        claims = tuple(p for p in SMALL if value % p == 0 and chance.random() < 0.3)
        told = Report(value=value, claims=claims, more=chance.randint(1, 9), client=chance.choice(("alice", "bob")))
        reports.append(story.tell(told))
    story.withdraw(*((one, ALL) for one in sorted(chance.sample(reports, 4))))


STORIES = {
    told.__name__: told
    for told in (
        one_report_of_two_factors,
        the_second_report_splits_what_the_first_left,
        two_clients_share_a_number,
        curves_move_before_it_stops,
        others_go_on_while_it_is_stopped,
        a_residue_file_of_a_part,
        a_part_that_somebody_submitted,
        eighteen_reports,
    )
}
