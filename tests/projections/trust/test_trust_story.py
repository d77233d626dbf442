"""Machines that are honest, broken or invent, users who check each other: who is found out, whatever comes when."""

import random

import pytest
from msgspec.structs import replace

from coordinator.auditing.draws import audit_draws
from coordinator.log.prefix import log_prefix
from core.clients.commands import ForgetClient, RenameClient
from core.deciding import ClientClaim
from core.factoring.commands.numbers import SubmitComposite
from core.factoring.commands.reports import Claim, ReportCurves
from core.factoring.mathematics.curves.bounds import bounds_of
from core.refusals import Refusal
from core.trust.auditing import Auditor
from core.trust.budget import Spent
from core.trust.chain import DAY
from core.trust.commands import EndCheck, ExpireCheck
from core.trust.events import CheckDrawn, EarlierDrawn, ReportsWeighed, SecretOpened
from projections.trust import machines
from tests.drawing import Drawing

NUMBER = (10**49 + 9) * (10**50 + 151)
BOUNDS = bounds_of(11_000, None, 1)
USERS = {"alice": "user-1", "bob": "user-2", "carol": "user-3", "mallory": "user-4"}
SEED = b"a seed of 32 bytes, for ever 012"


@pytest.fixture
def office(office):
    office.now = office.log.read(0, 1)[0].recorded_at
    office.perform(SubmitComposite(text=str(NUMBER), ceiling_digits=1_000, target_milli=60_000))
    return office


@pytest.fixture
def drawing(office):
    return Drawing(office, SEED, USERS, operators={"operator"})


def truth(sigma):
    return sigma * 7 % 10_007 + 1


def run(office, client, curves, wrong=lambda _sigma: False):
    """Have a machine report curves; some of them with wrong checksums."""
    first = office.log.head().position * 10_000
    sigmas = range(first, first + curves)
    checksums = tuple(truth(sigma) + 1_000_000 * wrong(sigma) for sigma in sigmas)
    office.perform(
        ReportCurves(
            work="",
            value=str(NUMBER),
            bounds=BOUNDS,
            curves=curves,
            sigmas=tuple(map(str, sigmas)),
            checksums=checksums,
        ),
        client=client,
    )


def check_all(drawing, *clients, lie=lambda _client: False):
    """Have machines check all that they may, until there is nothing left."""
    found = True
    while found:
        found = False
        for client in clients:
            asked = drawing.ask(client)
            if hasattr(asked, "sigma"):
                found = True
                drawing.answer(client, asked.work, 99 if lie(client) else truth(int(asked.sigma)))
        drawing.look_back()


def shares(drawing):
    names = dict(drawing.office.committer.files["clients"].connection.execute("SELECT client, name FROM clients"))
    return {names[one.client]: one for one in machines.machines(drawing.state.connection)}


def audited(office):
    with log_prefix(office.log.path) as taken:
        return audit_draws(taken)


def test_a_curve_of_the_first_report_is_checked_for_certain_by_a_machine_of_another_user(office, drawing):
    run(office, "alice", 30)
    drawing.weigh()
    assert any(check.why == "first" for check in drawing.state.waiting())
    assert not hasattr(drawing.ask("alice"), "sigma")
    assert not hasattr(drawing.ask("alice's other", "user-1"), "sigma")
    check_all(drawing, "bob")
    alice = shares(drawing)["alice"]
    assert (alice.share.curves, alice.share.checkable, alice.share.failed) == (30, 30, 0)
    assert alice.share.checked >= 1
    assert alice.standing.matches == alice.share.checked


def test_who_invents_is_doubted_with_all_that_it_did_and_nobody_else(office, drawing):
    run(office, "mallory", 60, wrong=lambda _: True)
    run(office, "alice", 60)
    run(office, "mallory", 60, wrong=lambda _: True)
    drawing.weigh()
    check_all(drawing, "alice", "bob", "carol")
    assert shares(drawing)["mallory"].standing.doubtful
    assert len(drawing.settle("mallory")) == 2
    assert not any(one.standing.watched for name, one in shares(drawing).items() if name != "mallory")


def test_who_lies_as_a_checker_is_found_wrong_instead_of_the_honest(office, drawing):
    for _ in range(4):
        run(office, "alice", 60)
    drawing.weigh()
    check_all(drawing, "mallory", "bob", "carol", lie=lambda client: client == "mallory")
    found = shares(drawing)
    assert (found["alice"].share.failed, found["alice"].standing.watched) == (0, False)
    assert found["mallory"].refuted >= 1


def test_two_that_say_the_same_are_believed_and_of_three_who_differ_the_operator(office, drawing):
    run(office, "alice", 1)
    drawing.weigh()
    drawing.check("bob", 5)
    drawing.check("carol", 6)
    assert not hasattr(drawing.ask("mallory"), "sigma")
    drawing.check("operator", None)
    found = shares(drawing)
    assert (found["alice"].share.checked, found["alice"].share.failed) == (1, 0)
    assert (found["bob"].refuted, found["carol"].refuted) == (1, 1)


def test_a_check_that_is_handed_back_or_runs_out_is_given_to_others(office, drawing):
    run(office, "alice", 1)
    drawing.weigh()
    first = drawing.ask("bob")
    assert not hasattr(drawing.ask("carol"), "sigma")
    office.perform(EndCheck(lease=first.work, outcome="released"), client="bob")
    second = drawing.ask("carol")
    office.now += 3_600 * 1_000_000
    office.perform(ExpireCheck(lease=second.work), client=None)
    third = drawing.ask("bob")
    assert first.check == second.check == third.check
    assert drawing.answer("carol", second.work, 5).known, "it was late"
    drawing.answer("bob", third.work, truth(int(third.sigma)))
    assert shares(drawing)["alice"].share.checked == 1


def test_a_number_that_was_split_since_is_checked_as_it_was(office, drawing):
    run(office, "alice", 1)
    drawing.weigh()
    claims = (Claim(str(10**49 + 9)),)
    office.perform(ReportCurves("", str(NUMBER), BOUNDS, 1, claims=claims), client="bob")
    assert office.factoring.number_of_value(str(NUMBER)).status == "factored"
    asked = drawing.ask("bob")
    assert asked.value == str(NUMBER)
    drawing.answer("bob", asked.work, truth(int(asked.sigma)))
    assert (shares(drawing)["alice"].share.checked, shares(drawing)["alice"].share.failed) == (1, 0)


def test_a_machine_that_is_called_otherwise_or_forgotten_is_judged_by_what_it_reported(office, drawing):
    run(office, "mallory", 60, wrong=lambda _: True)
    drawing.weigh()
    number = office.committer.files["clients"].state.number_of("mallory")
    office.perform(RenameClient(number, ClientClaim("malcolm", "seal of malcolm", "malcolm")), client=None)
    check_all(drawing, "alice")
    office.perform(ForgetClient(client=number), client=None)
    check_all(drawing, "alice", "bob")
    assert drawing.state.standing(number).doubtful
    run(office, "mallory", 1)
    newcomer = office.committer.files["clients"].state.number_of("mallory")
    assert newcomer != number
    drawing.weigh()
    assert drawing.state.standing(newcomer).mismatches == 0, "somebody else, whose first report is checked"
    assert [check.why for check in drawing.state.waiting() if check.client == newcomer] == ["first"]
    before = office.tables("trust")
    office.reopen(rebuild=True)
    assert office.tables("trust") == before
    assert audited(office).problems == ()


def test_curves_without_checksums_earn_nothing_and_are_counted(office, drawing):
    sigmas = tuple(map(str, range(9)))
    run(office, "alice", 1)
    office.perform(
        ReportCurves(work="", value=str(NUMBER), bounds=BOUNDS, curves=10, sigmas=sigmas, checksums=(None,) * 8 + (0,)),
        client="bob",
    )
    drawing.weigh()
    bob = shares(drawing)["bob"]
    assert (bob.share.curves, bob.share.checkable, bob.standing.credit, bob.standing.known) == (10, 0, 0, False)


def test_whoever_has_the_log_draws_again_what_was_drawn(office, drawing):
    for _ in range(3):
        run(office, "alice", 90)
        run(office, "mallory", 90, wrong=lambda sigma: sigma % 3 == 0)
        drawing.weigh()
        check_all(drawing, "bob", "carol")
    found = audited(office)
    assert (found.reports, found.again, found.problems) == (6, 0, ())
    office.now += DAY
    drawing.open(1)
    found = audited(office)
    assert (found.reports, found.again, found.problems) == (6, 6, ())
    assert found.checks == sum(row.type == CheckDrawn.type for row in office.log.read(0, 10**6))


def test_what_was_drawn_otherwise_shows(office, drawing, monkeypatch):
    run(office, "alice", 90)
    monkeypatch.setattr(drawing, "_secret", lambda _moment: b"another secret")
    drawing.weigh()
    monkeypatch.undo()
    drawing.open(1)
    (problem,) = audited(office).problems
    assert "should have been" in problem


def first_report(weighed, **changes):
    """Return what was weighed with another first report."""
    return replace(weighed, reports=(replace(weighed.reports[0], **changes), *weighed.reports[1:]))


FALSIFIED = (
    (ReportsWeighed, lambda fact: replace(fact, after=fact.after + 1), "draws among reports from"),
    (ReportsWeighed, lambda fact: replace(fact, reports=fact.reports[1:]), "does not draw among just the reports"),
    (ReportsWeighed, lambda fact: replace(fact, spent=Spent(7, 7)), "draws by another budget"),
    (ReportsWeighed, lambda fact: first_report(fact, credit=5), "does not weigh report"),
    (ReportsWeighed, lambda fact: first_report(fact, curves=31), "does not weigh report"),
    (ReportsWeighed, lambda fact: first_report(fact, client=77), "does not weigh report"),
    (ReportsWeighed, lambda fact: first_report(fact, checkable=29), "does not weigh report"),
    (CheckDrawn, lambda fact: replace(fact, checksum=fact.checksum + 1), "has a curve checked that report"),
    (CheckDrawn, lambda fact: replace(fact, report=1), "has a curve checked that report"),
    (CheckDrawn, lambda _: None, "should have been"),
    (EarlierDrawn, lambda fact: replace(fact, reports=(1, *fact.reports)), "does not look at the newest reports"),
    (EarlierDrawn, lambda fact: replace(fact, reports=fact.reports[:-1]), "other earlier curves were drawn"),
    (SecretOpened, lambda fact: replace(fact, secret="00" * 32), "opens a secret that is not of chain"),
)
"""What is changed in the first event of a kind, and the problem that this has to make."""


def test_what_is_falsified_in_a_log_shows(office, drawing):
    for _ in range(2):
        run(office, "alice", 30)
        run(office, "mallory", 30, wrong=lambda _: True)
        drawing.weigh()
        check_all(drawing, "bob", "carol")
    office.now += DAY
    drawing.open(1)
    events = list(map(office.committer.registry.event, office.log.read(0, 10**6)))
    for kind, falsified, problem in FALSIFIED:
        place = next(place for place, event in enumerate(events) if isinstance(event.fact, kind))
        fact = falsified(events[place].fact)
        auditor = Auditor()
        for event in events[:place]:
            auditor.read(event)
        if fact is not None:
            auditor.read(replace(events[place], fact=fact))
        for event in events[place + 1 :]:
            auditor.read(event)
        assert problem in " ".join(auditor.found().problems)


@pytest.mark.parametrize("seed", range(3))
def test_whatever_happens_tables_rebuild_and_only_those_are_blamed_who_were_wrong(office, drawing, seed):
    chance = random.Random(seed)
    liars = {"mallory"} | ({"carol"} if seed == 2 else set())
    for _ in range(25):
        client = chance.choice(list(USERS))
        match chance.randrange(4):
            case 0:
                run(office, client, chance.randrange(1, 40), wrong=lambda _: client in liars and chance.random() < 0.5)  # noqa: B023
                drawing.weigh()
            case 1:
                asked = drawing.ask(client)
                if hasattr(asked, "sigma"):
                    lied = client in liars and chance.random() < 0.5
                    drawing.answer(client, asked.work, chance.randrange(100) if lied else truth(int(asked.sigma)))
            case 2:
                drawing.look_back()
            case 3:
                office.now += chance.randrange(3_600) * 1_000_000
    if len(liars) == 1:
        blamed = {
            name for name, one in shares(drawing).items() if one.standing.mismatches or one.share.failed or one.refuted
        }
        assert blamed <= liars
    assert audited(office).problems == ()
    before = office.tables("trust")
    office.reopen(rebuild=True)
    assert office.tables("trust") == before


def test_where_many_newcomers_do_little_checks_stay_within_their_budget(office, drawing):
    """Each runs a curve of a minute and more, and is never seen again."""
    long = bounds_of(10**8, None, 1)
    for newcomer in range(40):
        command = ReportCurves("", str(NUMBER), long, 1, (str(newcomer),), checksums=(truth(newcomer),))
        office.perform(command, client=f"newcomer-{newcomer}")
        office.now += 3_600 * 1_000_000
        drawing.weigh()
    spent = drawing.state.spent()
    rows = office.log.read(0, office.log.head().position)
    drawn = [office.committer.registry.event(row).fact for row in rows if row.type == CheckDrawn.type]
    assert 1 < len(drawn) < 30
    assert spent.checks == sum(one.cost for one in drawn)
    assert spent.checks - drawn[0].cost <= spent.work // 100 + 600 * 1_000_000
    office.now += 3 * DAY
    drawing.open(3)  # 39 hours later it is the third day where the first report came after nine
    assert audited(office).again == 40
    assert audited(office).problems == ()
    before = office.tables("trust")
    office.reopen(rebuild=True)
    assert office.tables("trust") == before


def test_what_was_spent_a_month_ago_does_not_count_any_more(office, drawing):
    run(office, "alice", 20)
    drawing.weigh()
    first = drawing.state.spent()
    office.now += 31 * DAY
    run(office, "alice", 10)
    drawing.weigh()
    assert drawing.state.spent().work == first.work // 2


def test_a_chain_that_was_lost_is_followed_by_another(office, drawing):
    run(office, "alice", 20)
    other = Drawing(office, bytes(32), USERS)
    other.weigh()
    assert other.state.chain().chain == 2
    other.open(1)
    assert audited(office).problems == ()
    with pytest.raises(Refusal, match="not the secret of day 2"):
        drawing.open(2)
