"""Numbers, work on them, and what is found."""

import math

import gmpy2

from core.factoring.commands.assignment import AcknowledgeWork, EndWork, RenewWork, RequestWork, ReserveWork
from core.factoring.commands.imports import ImportComposite, ImportCurves, ImportFactor
from core.factoring.commands.numbers import ChangeComposite, Prior, SubmitComposite
from core.factoring.commands.proofs import RecordGroupOrder, SettlePrimality
from core.factoring.commands.reports import Claim, ReportAttempt
from core.factoring.events.reports import FactorFound
from core.factoring.mathematics.curves.bounds import bounds_of
from core.factoring.notation.worklist import Work
from core.factoring.state.numbers import Wanted
from core.timestamps import SECOND
from tests.golden.staging import B1, factors, fresh, leads_to, name, report, submitted


@leads_to("factoring.composite_submitted.v1", "factoring.composite_changed.v1", "factoring.project_joined.v1")
def submit_a_number(office):
    """A number comes twice, the second time for a project and with another target."""
    number, small, large = submitted(office)
    again = SubmitComposite(text=f"{small}*{large}", ceiling_digits=1_000, target_milli=35_000, project="golden")
    office.perform(again, client="bob")
    office.perform(ChangeComposite(number=number, priority=-1), client=None)


@leads_to("factoring.number_named.v1")
def name_a_number(office):
    """A number is handed in under a name."""
    submitted(office, name="276:611")


@leads_to("factoring.prior_work_declared.v1")
def declare_prior_work(office):
    """Somebody says what was done on a number before it came here, and then that it was more."""
    number, *_ = submitted(office)
    text = office.factoring.number(number).value
    for prior in (Prior(20_000), Prior(25_000, (Work(10, B1), Work(5, B1, 0, 3)))):
        office.perform(SubmitComposite(text=text, ceiling_digits=1_000, prior=prior))


@leads_to(
    *(
        "factoring.curve_measured.v1",
        "factoring.work_assigned.v2",
        "factoring.work_acknowledged.v1",
        "factoring.work_progressed.v1",
    ),
    *("leases.granted.v1", "leases.renewed.v1", "leases.ended.v1", "factoring.curves_run.v1"),
)
def run_curves(office):
    """Work is taken, acknowledged, gone on with, reported and ended."""
    submitted(office)
    work = office.perform(RequestWork(work=name(office), wanted=Wanted(), lease_seconds=120, work_seconds=600)).work
    office.perform(AcknowledgeWork(work=work, stage="claimed"))
    office.now += 100 * SECOND
    office.perform(RenewWork(lease=work, curves=2))
    value = office.factoring.number(office.factoring.assignment(work).number).value
    known = {"sigmas": ("101", "102"), "checksums": (7, None), "cpu_milliseconds": 1_234, "program": "GMP-ECM 7.0.6"}
    office.perform(report(value, 3, work=work, **known))
    office.perform(EndWork(lease=work, outcome="completed"))


@leads_to("factoring.factor_found.v1", "factoring.number_split.v1")
def find_a_factor(office):
    """A curve finds a factor; what somebody else claims divides nothing."""
    _, small, large = submitted(office)
    claims = (Claim(str(small), "105"), Claim("1000003"))
    office.perform(report(small * large, 1, sigmas=("105",), claims=claims))


@leads_to("factoring.attempt_made.v1")
def try_something_else(office):
    """P-1 is run without success."""
    _, small, large = submitted(office)
    office.perform(ReportAttempt(value=str(small * large), method="pm1", b1=10**6, b2=10**8, runs=1, program="Prime95"))


@leads_to("factoring.work_reserved.v1")
def reserve_a_number(office):
    """Somebody sieves."""
    number, _, _ = submitted(office)
    reserved = ReserveWork(
        work=name(office), number=number, method="snfs", metadata='{"poly":"x^6-2"}', lease_seconds=60
    )
    office.perform(reserved)


@leads_to("factoring.wish_noted.v1", "factoring.factor_confirmed.v1")
def say_what_changes_nothing(office):
    """A part is submitted, and a factor claimed that is known."""
    _, small, large = submitted(office)
    office.perform(report(small * large, 1, claims=(Claim(str(small)),)))
    office.perform(SubmitComposite(text=str(large), ceiling_digits=1_000, priority=fresh(office)))
    office.perform(report(small * large, 1, sigmas=("7",), claims=(Claim(str(small), "7"),)), client="bob")


@leads_to("factoring.group_order_computed.v1", "factoring.primality_settled.v1")
def prove_afterwards(office):
    """A factor was found by a curve whose order is counted, and what is left is proved to be prime."""
    small, sigma = 8_000_000_000_012_429, "716873880"
    large = int(gmpy2.next_prime(2**89 + 1_000 * fresh(office)))
    office.perform(SubmitComposite(text=str(small * large), ceiling_digits=1_000))
    office.perform(report(small * large, bounds=bounds_of(2_000, 200_000, 1), claims=(Claim(str(small), sigma),)))
    found = next(
        event
        for row in office.log.read(0, office.log.head().position)[::-1]
        if isinstance((event := office.committer.registry.event(row)).fact, FactorFound)
    )
    powers = {2: 6, 3: 1, 23: 1, 43: 1, 449: 1, 701: 1, 133853: 1}
    counted = RecordGroupOrder(
        factor=found.fact.factor,
        position=found.position,
        number=found.fact.number,
        value=str(small),
        param=1,
        sigma=sigma,
        order=str(math.prod(base**exponent for base, exponent in powers.items())),
        factorisation=tuple((str(base), exponent) for base, exponent in powers.items()),
        verdict="smooth",
        reason="",
    )
    office.perform(counted, client=None)
    prime = office.factoring.number_of_value(str(large)).id
    office.perform(SettlePrimality(number=prime, primality="proven"), client=None)


@leads_to("factoring.composite_imported.v1", "factoring.attempt_imported.v1", "factoring.factor_imported.v1")
def move_in(office):
    """A number, an attempt and a factor come from another system, with the ids that they had there."""
    small, large = factors(office)
    row, origin = fresh(office), f"{fresh(office):032x}"
    office.perform(ImportComposite(row=row, origin=origin, text=str(small * large), ceiling_digits=1_000), client=None)
    curves = ImportCurves(row=row, origin=f"{origin[1:]}1", report=report(small * large, 5))
    office.perform(curves, client="an old machine")
    office.perform(ImportFactor(row=row, value=str(small * large), factor=str(small)), client=None)
