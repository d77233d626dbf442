"""What is drawn, opened and doubted beside a running coordinator, over its days, and when its secrets are lost."""

import asyncio
import uuid
from hashlib import sha256

import pytest

from coordinator.auditing.verify import verify
from coordinator.log.corrections import Corrections
from coordinator.log.reading import LogReader
from coordinator.observing.conditions import Watchman
from coordinator.opening import opened
from coordinator.operations.checks import doubting, secrets
from coordinator.operations.checks.secrets import begin, kept_secrets, ordered
from coordinator.ownkeys import DRAWS_FILE
from coordinator.reactors import drawing as reactor
from coordinator.reactors.drawing import reconcile
from core.deciding import Order
from core.factoring.commands.numbers import SubmitComposite
from core.factoring.commands.reports import ReportCurves
from core.factoring.commands.residues import Contents, UploadResidues
from core.factoring.mathematics.curves.bounds import STAGE_1_ONLY, bounds_of
from core.refusals import Unknown
from core.trust.chain import DAY
from core.trust.commands import AnswerCheck, RequestCheck
from projections.factoring.lists import catalogue
from projections.factoring.residues.files import residue_by_id
from projections.trust import machines, state
from projections.trust.checks import checks_of
from tests.correcting import withdraw

NUMBER = str((10**49 + 9) * (10**50 + 151))
BOUNDS = bounds_of(11_000, None, 1)


@pytest.fixture
def clock(monkeypatch):
    """A clock that is set by hand."""
    moment = [secrets.now()]
    for module in (secrets, reactor):
        monkeypatch.setattr(module, "now", lambda: moment[0])
    return moment


@pytest.fixture
def story(tmp_path, clock):
    """Runs a story with a node, and has whatever comes of it verified."""

    def run(tell):
        async def all_of_it():
            async with opened(tmp_path) as node:
                await perform(node, clock, SubmitComposite(text=NUMBER, ceiling_digits=1_000, target_milli=60_000))
                return await tell(node)

        told = asyncio.run(all_of_it())
        found = verify(tmp_path)
        assert found.holds, found.sentence
        return told, found

    return run


async def perform(node, clock, command, client="alice"):
    claim = await node.introductions.claim(client)
    order = Order(
        command=command, now=clock[0], correlation=str(uuid.uuid4()), client=claim, key=str(uuid.uuid4()), route="t"
    )
    return (await node.perform(order)).answer


async def report(node, clock, client, first, curves=40, *, checkable=True, bounds=BOUNDS):
    sigmas = tuple(map(str, range(first, first + curves)))
    checksums = tuple(range(1, curves + 1)) if checkable else ()
    command = ReportCurves(work="", value=NUMBER, bounds=bounds, curves=curves, sigmas=sigmas, checksums=checksums)
    await perform(node, clock, command, client)


async def check(node, clock, client, checksum=None):
    """Have a client answer the next check; return whether there was one."""
    users = (f"user of {client}",)
    asked = await perform(node, clock, RequestCheck(str(uuid.uuid4()), users, decides=False, lease_seconds=600), client)
    if not hasattr(asked, "sigma"):
        return False
    drawn = await node.readers["trust"].query(checks_of, None, None, 1_000)
    truth = next(one.checksum for one in drawn if one.check == asked.check)
    answer = AnswerCheck(asked.work, truth if checksum is None else checksum, users, decides=False)
    await perform(node, clock, answer, client)
    return True


async def upload(node, clock, client, first, curves=40):
    """Have a client hand in a residue file of curves with invented checksums."""
    content = f"{client} {first}".encode()
    digest = sha256(content).hexdigest()
    (node.directory / "residues").mkdir(exist_ok=True)
    (node.directory / "residues" / digest).write_bytes(content)
    contents = Contents(
        value=NUMBER,
        b1=BOUNDS.b1,
        param=BOUNDS.param,
        sigmas=tuple(map(str, range(first, first + curves))),
        served_sha256=digest,
        bytes=len(content),
        inferred=0,
        bad=0,
        bad_lines=(),
        checksums=tuple(range(1, curves + 1)),
    )
    await perform(node, clock, UploadResidues(digest, contents, None, 0), client)


async def level(node):
    return (await node.readers["factoring"].query(catalogue.number_by_id, 1)).t_milli


async def by_itself(command, *, client=None):
    return ordered(command)


def test_nothing_is_drawn_before_somebody_checks(story, clock):
    async def tell(node):
        await report(node, clock, "alice", 0)
        await reconcile(node)
        return await kept_secrets(node)

    told, found = story(tell)
    assert told is None
    assert found.draws.reports == 0


def test_a_secret_is_opened_when_its_day_is_over_and_all_that_it_drew_is_handed_out(story, clock, tmp_path):
    async def opened_day(node):
        return (await node.readers["trust"].query(state.newest_chain)).opened

    async def tell(node):
        await begin(node)
        await report(node, clock, "alice", 0)
        await reconcile(node)
        assert await opened_day(node) == 0
        clock[0] += DAY
        await reconcile(node)
        assert await opened_day(node) == 0, "a check waits"
        while await check(node, clock, "bob"):
            pass
        await reconcile(node)
        assert await opened_day(node) == 1
        await report(node, clock, "alice", 1_000)
        clock[0] += 4 * DAY
        await reconcile(node)
        return await opened_day(node)

    told, found = story(tell)
    assert told >= 3, "a check that nobody makes keeps it secret for two days"
    assert (found.draws.reports, found.draws.again) == (2, 2)
    assert "; drawn again by the secrets that are open: 2 reports, all alike." in found.sentence
    assert (tmp_path / DRAWS_FILE).stat().st_mode & 0o077 == 0


def test_when_the_secrets_are_lost_others_are_drawn_with_and_the_log_says_so(story, clock, tmp_path):
    async def tell(node):
        await begin(node)
        await report(node, clock, "alice", 0)
        await reconcile(node)
        (tmp_path / DRAWS_FILE).write_text("spoilt")
        await report(node, clock, "alice", 1_000)
        await reconcile(node)
        await reconcile(node)
        return await node.readers["trust"].query(state.newest_chain)

    told, found = story(tell)
    assert told.chain == 2
    assert found.draws.reports == 2
    assert " of 2 reports; no secret of theirs is open yet." in found.sentence
    assert list(tmp_path.glob(f"{DRAWS_FILE}.until-*"))


def test_doubtful_reports_do_not_count_until_somebody_trusts_them(story, clock):
    async def tell(node):
        await begin(node)
        await report(node, clock, "mallory", 0)
        before = await level(node)
        await reconcile(node)
        for _ in range(2):
            await check(node, clock, "bob", 7_000_000)
            await check(node, clock, "carol", 7_000_000)
            await reconcile(node)
        assert before > 0
        assert await level(node) == 0
        (client,) = await node.readers["trust"].query(machines.doubtful, "heeded")
        (doubt,) = await Watchman(node, dict).conditions()
        assert (doubt.alarm, doubt.subject) == ("machine_doubtful", f"client-{client}")

        await doubting.settle(node, by_itself, client, "trusted", "it was a build's fault")
        assert await level(node) == before
        assert await Watchman(node, dict).conditions() == []
        with pytest.raises(Unknown, match="No report"):
            await doubting.settle(node, by_itself, client, "withdrawn", "again")

    story(tell)


def test_what_somebody_withdrew_before_stays_withdrawn_when_the_rest_is_trusted(story, clock):
    async def tell(node):
        await begin(node)
        await report(node, clock, "mallory", 0)
        slip = node.log.head().position
        await report(node, clock, "mallory", 1_000)
        await reconcile(node)
        whole = await level(node)
        await withdraw(node, slip)
        before = await level(node)
        assert 0 < before < whole
        for _ in range(2):
            await check(node, clock, "bob", 7_000_000)
            await check(node, clock, "carol", 7_000_000)
            await reconcile(node)
        assert await level(node) == 0
        ((client, positions),) = (await node.readers["trust"].query(machines.doubtful, "heeded")).items()
        assert slip in positions
        await doubting.settle(node, by_itself, client, "trusted", "it was a build's fault")
        assert await level(node) == before

    story(tell)


def test_stage_1_of_a_residue_file_is_drawn_among_and_who_handed_it_in_answers_for_it(story, clock):
    async def tell(node):
        await begin(node)
        await upload(node, clock, "alice", 0)
        await reconcile(node)
        while await check(node, clock, "bob"):
            pass
        clock[0] += DAY
        await reconcile(node)
        (alice,) = await node.readers["trust"].query(machines.machines)
        return alice

    alice, found = story(tell)
    assert (alice.share.curves, alice.share.checkable, alice.share.failed) == (40, 40, 0)
    assert alice.standing.matches == alice.share.checked >= 1
    assert (found.draws.reports, found.draws.again) == (1, 1)


def test_with_a_doubtful_residue_file_its_stage_2_does_not_count_and_is_handed_out_no_more(story, clock):
    async def tell(node):
        await begin(node)
        await upload(node, clock, "mallory", 0)
        await report(node, clock, "dave", 0, checkable=False)  # its stage 2, in good faith
        stage_2 = node.log.head().position
        await report(node, clock, "erin", 1_000, checkable=False)
        for bounds in (bounds_of(11_000, STAGE_1_ONLY, 1), bounds_of(9_000, None, 1)):
            await report(node, clock, "frank", 0, checkable=False, bounds=bounds)  # a stage 1 of their own
        before = await level(node)
        await reconcile(node)
        for _ in range(2):
            await check(node, clock, "bob", 7_000_000)
            await check(node, clock, "carol", 7_000_000)
            await reconcile(node)
        ((client, positions),) = (await node.readers["trust"].query(machines.doubtful, "heeded")).items()
        assert len(positions) == 1
        assert 0 < await level(node) < before, "what others ran by themselves counts"
        withdrawn = await node.log_readers.query(lambda log: Corrections(LogReader(log)).named)
        assert list(withdrawn) == [stage_2]
        file = await node.readers["factoring"].query(residue_by_id, 1)
        assert file.removed

        await doubting.settle(node, by_itself, client, "trusted", "it was a build's fault")
        assert await level(node) == before

    story(tell)


def test_what_rests_on_the_doubtful_file_of_another_machine_counts_when_both_are_trusted(story, clock):
    async def tell(node):
        await begin(node)
        await upload(node, clock, "mallory", 0)
        await report(node, clock, "dave", 0)  # its stage 2
        before = await level(node)
        await reconcile(node)
        heeded = {}
        while len(heeded) < 2:
            assert await check(node, clock, "bob", 7_000_000)
            assert await check(node, clock, "carol", 7_000_000)
            await reconcile(node)
            heeded = await node.readers["trust"].query(machines.doubtful, "heeded")
        mallory, dave = sorted(heeded)
        await doubting.settle(node, by_itself, dave, "trusted", "dave's machine is sound")
        assert await level(node) == 0
        await doubting.settle(node, by_itself, mallory, "trusted", "so is mallory's")
        assert await level(node) == before

    story(tell)
