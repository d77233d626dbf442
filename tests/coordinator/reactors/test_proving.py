"""What waits to be proved or counted is recorded once, survives a rebuild, and what fails holds nothing up."""

import asyncio
import uuid

import pytest

from coordinator.opening import opened
from coordinator.operations.projections.rebuilding import rebuild
from coordinator.reactors import orders
from coordinator.reactors.primes import ProvePrime
from coordinator.reactors.proving import reconcile, waiting
from coordinator.time.wallclock import now
from core.deciding import Order
from core.factoring.commands.numbers import SubmitComposite
from core.factoring.commands.proofs import RecordGroupOrder, SettlePrimality
from core.factoring.commands.reports import Claim, ReportCurves
from core.factoring.events.proofs import GroupOrderComputed, PrimalitySettled
from core.factoring.mathematics.curves.bounds import bounds_of
from core.refusals import BadInput, Unknown
from projections.factoring import factors
from projections.factoring.lists import catalogue
from tests.correcting import withdraw

P, SIGMA = 8_000_000_000_012_429, "716873880"  # GMP-ECM found it with -param 1 -sigma SIGMA 2000 200000
Q = 2**89 - 1
LARGE = 2**127 - 1


@pytest.fixture
def story(tmp_path):
    """Runs a story with a node."""

    def run(tell):
        async def all_of_it():
            async with opened(tmp_path) as node:
                return await tell(node)

        return asyncio.run(all_of_it())

    return run


async def perform(node, command, content=b""):
    claim = await node.introductions.claim("alice")
    return await node.perform(
        Order(command=command, now=now(), correlation=str(uuid.uuid4()), client=claim, content=content)
    )


async def submit(node, number):
    return (await perform(node, SubmitComposite(text=str(number), ceiling_digits=1000))).answer.number


async def find(node, number, factor, sigma=SIGMA, b1=2000, b2=200_000, content=b""):
    bounds = bounds_of(b1, b2, 1)
    claims = (Claim(str(factor), sigma),)
    await perform(node, ReportCurves(work="", value=str(number), bounds=bounds, curves=1, claims=claims), content)


async def facts(node, kind):
    rows = await node.log_readers.query(
        lambda connection: connection.execute(
            "SELECT data FROM events WHERE type = ? ORDER BY position", (kind.type,)
        ).fetchall()
    )
    return [row[0] for row in rows]


async def found(node):
    return await node.readers["factoring"].query(factors.newest, 10)


async def number(node, identity):
    return await node.readers["factoring"].query(catalogue.number_by_id, identity)


def test_the_order_of_a_finding_curve_and_the_proofs_of_its_primes_are_recorded_once(story):
    async def tell(node):
        await submit(node, P * Q)
        await find(node, P * Q, P)
        await reconcile(node, set())
        (factor,) = await found(node)
        assert factor.order_factors == "2^6 * 3 * 23 * 43 * 449 * 701 * 133853"
        assert (factor.verdict, factor.reason, factor.primality) == ("smooth", "", "proven")
        assert (await number(node, 3)).primality == "proven"
        assert (len(await facts(node, GroupOrderComputed)), len(await facts(node, PrimalitySettled))) == (1, 1)
        head = node.log.head()
        await reconcile(node, set())
        assert node.log.head() == head

    story(tell)


def test_a_rebuild_reads_orders_and_proofs_from_the_log(story):
    async def tell(node):
        await submit(node, P * Q)
        await find(node, P * Q, P)
        await reconcile(node, set())
        before = (await found(node), [await number(node, one) for one in (1, 2, 3)])
        await rebuild(node, "factoring")
        assert (await found(node), [await number(node, one) for one in (1, 2, 3)]) == before
        assert await waiting(node, 10) == []

    story(tell)


def test_a_claim_whose_order_is_not_smooth_enough_is_marked_and_kept(story):
    async def tell(node):
        await submit(node, P * Q)
        await find(node, P * Q, P, b1=200, b2=0)
        await reconcile(node, set())
        (factor,) = await found(node)
        assert factor.verdict == "doubtful"
        assert factor.reason.startswith("Stage 1 to B1 = 200 leaves ")
        assert factor.value == str(P)
        assert (await number(node, 1)).status == "factored"

    story(tell)


def test_what_was_not_worked_out_before_a_stop_is_worked_out_after_it(story):
    async def first(node):
        await submit(node, P * Q)
        await find(node, P * Q, P)
        assert [errand.subject for errand in await waiting(node, 10)] == ["group-order-1", "primality-3"]

    async def second(node):
        await reconcile(node, set())
        assert (await found(node))[0].verdict == "smooth"

    story(first)
    story(second)


def test_without_pari_primes_are_proved_all_the_same(story, monkeypatch):
    monkeypatch.setattr(orders, "available", lambda: False)

    async def tell(node):
        await submit(node, P * Q)
        await find(node, P * Q, P)
        await reconcile(node, set())
        (factor,) = await found(node)
        assert (factor.verdict, factor.group_order) == (None, None)
        assert (await number(node, 3)).primality == "proven"

    story(tell)


def test_what_can_not_be_worked_out_holds_nothing_up(story, monkeypatch):
    async def tell(node):
        await submit(node, Q)
        await submit(node, LARGE)
        genuine = node.preparation.find

        async def stumbling(wants):
            return [ValueError("no") if want == ProvePrime(str(Q)) else (await genuine([want]))[0] for want in wants]

        monkeypatch.setattr(type(node.preparation), "find", lambda _self, wants: stumbling(wants))
        given_up = set()
        await reconcile(node, given_up)
        assert given_up == {"primality-1"}
        assert [(await number(node, one)).primality for one in (1, 2)] == ["probable", "proven"]

    story(tell)


def test_a_number_that_turns_out_composite_is_worked_on(story):
    async def tell(node):
        whole = await submit(node, P * Q)
        await find(node, P * Q, P)
        await perform(node, SettlePrimality(number=3, primality="composite"))
        part = await number(node, 3)
        assert (part.primality, part.status, (await number(node, whole)).status) == ("composite", "open", "split")
        assert part.t_milli == (await number(node, whole)).t_milli > 0
        before = [await number(node, one) for one in (1, 2, 3)]
        await rebuild(node, "factoring")
        assert [await number(node, one) for one in (1, 2, 3)] == before

    story(tell)


def test_what_is_settled_stays_settled(story):
    async def tell(node):
        await submit(node, Q)
        first = await perform(node, SettlePrimality(number=1, primality="proven"))
        again = await perform(node, SettlePrimality(number=1, primality="composite"))
        assert (first.answer.outcome, again.answer.outcome) == ("updated", "existing")
        with pytest.raises(Unknown, match="There is no number with the id 7"):
            await perform(node, SettlePrimality(number=7, primality="proven"))

    story(tell)


def test_an_order_that_the_group_law_contradicts_is_refused(story):
    async def tell(node):
        await submit(node, P * Q)
        await find(node, P * Q, P)
        (factor,) = await found(node)
        wrong = RecordGroupOrder(
            factor=1,
            position=factor.position,
            number=1,
            value=str(P),
            param=1,
            sigma=SIGMA,
            order=str(P + 1),
            factorisation=((str(P + 1), 1),),
            verdict="smooth",
            reason="",
        )
        with pytest.raises(BadInput, match="is not the order of the curve 1:716873880"):
            await perform(node, wrong)

    story(tell)


def test_an_undone_factor_takes_its_order_along(story):
    async def tell(node):
        await submit(node, P * Q)
        await find(node, P * Q, P)
        await reconcile(node, set())
        (factor,) = await found(node)
        await withdraw(node, factor.position)
        assert await found(node) == []
        await find(node, P * Q, P, content=b"another report")
        await reconcile(node, set())
        (factor,) = await found(node)
        assert (factor.id, factor.verdict) == (2, "smooth")

    story(tell)


def test_a_prime_that_a_correction_brings_back_is_proved_again(story):
    """It was proved after a report that is withdrawn, and comes out of a later one."""

    async def tell(node):
        await submit(node, P * Q)
        await find(node, P * Q, P)
        await reconcile(node, set())
        await find(node, P * Q, P, content=b"another report")
        (factor,) = await found(node)
        await withdraw(node, factor.position)
        assert (await number(node, 3)).primality == "probable"
        given_up = set()
        await reconcile(node, given_up)
        assert not given_up
        assert (await number(node, 3)).primality == "proven"
        assert [factor.verdict for factor in await found(node)] == ["smooth"]

    story(tell)
