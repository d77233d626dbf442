"""Drawing without a reactor: what that does with a running coordinator, done with an office."""

import uuid

from core.factoring.events.reports import CurvesRun, FactorFound
from core.factoring.events.residues import ResidueCurves
from core.trust.budget import rates
from core.trust.chain import chain_day, secret_of
from core.trust.commands import (
    AnswerCheck,
    CheckEarlier,
    CommitChain,
    NoteDoubtHeeded,
    OpenSecret,
    RecordMissed,
    RequestCheck,
    SettleDoubt,
    WeighReports,
)
from core.trust.events import FindMissed, FindsAsked
from core.trust.weighing import Reported, earlier, missed_lots, told_by, weigh
from projections.trust.checks import CheckTable
from projections.trust.machines import doubtful, newest_reports
from projections.trust.state import not_looked_back

LENGTH = 40


class Drawing:
    """The draws of an office; `users` says whose machines are whose, and `operators` which are the operator's."""

    def __init__(self, office, seed, users, operators=()):
        self.office = office
        self.seed = seed
        self.users = users
        self.operators = set(operators)
        self._works = 0
        self._perform(CommitChain(anchor=secret_of(seed, 0, LENGTH).hex(), length=LENGTH, reason=""))

    @property
    def state(self):
        """The state of trust."""
        return self.office.committer.files["trust"].state

    def _perform(self, command, client=None):
        return self.office.perform(command, client=client, content=repr((command, self._works)).encode())

    def _secret(self, moment):
        chain = self.state.chain()
        return secret_of(self.seed, chain_day(moment, chain.first_day), chain.length)

    def _reported(self, rows):
        names = dict(self.office.committer.files["clients"].connection.execute("SELECT client, name FROM clients"))
        found = []
        for row in rows:
            fact = self.office.committer.registry.event(row).fact
            if isinstance(fact, ResidueCurves):
                file = self.office.log.stream(row.stream)[0]
                fact = told_by(self.office.committer.registry.event(file).fact, fact)
            number = self.office.factoring.number(fact.number)
            users = (self.users.get(names.get(fact.client), "anonymous"),)
            found.append(Reported(row.position, row.hash, users, number.value if number else "", fact))
        return found

    def reports(self, after):
        """Return the rows of reports behind a position."""
        rows = self.office.log.read(after, 1_000_000)
        return [row for row in rows if row.type in {CurvesRun.type, ResidueCurves.type}]

    def weigh(self):
        """Draw among all that was reported since the last time."""
        after = self.state.weighed_upto()
        rows = self.reports(after)
        spent = self.state.spent()
        standings, lots = {}, []
        for row, report in zip(rows, self._reported(rows), strict=True):
            client = report.fact.client
            before = standings.get(client) or self.state.standing(client)
            drawn, standings[client] = weigh(report, before, self._secret(row.recorded_at), rates(spent))
            lots.append(drawn)
        self._perform(
            WeighReports(self.state.chain().chain, after, self.office.log.head().position, tuple(lots), spent)
        )
        return lots

    def ask(self, client, user=None):
        """Have a client ask for a check."""
        self._works += 1
        work = str(uuid.uuid5(uuid.NAMESPACE_OID, f"{self.office.log.head().position}-{self._works}"))
        command = RequestCheck(work, (user or self.users.get(client, "anonymous"),), client in self.operators, 600)
        return self.office.perform(command, client=client)

    def answer(self, client, work, checksum):
        """Have a client answer a check."""
        self._works += 1
        command = AnswerCheck(work, checksum, (self.users.get(client, "anonymous"),), client in self.operators)
        return self._perform(command, client)

    def check(self, client, checksum):
        """Have a client check the next curve, and find a checksum; None repeats what was reported."""
        asked = self.ask(client)
        truth = self.state.check(asked.check).checksum if checksum is None else checksum
        return self.answer(client, asked.work, truth)

    def look_back(self):
        """Draw among earlier curves of machines that were wrong."""
        state = self.state
        for check, client in not_looked_back(state.connection):
            positions = newest_reports(state.connection, client, 100)
            rows = [row for row in self.reports(0) if row.position in positions]
            table = CheckTable(state.connection)
            known = [table.offsets(row.position) for row in rows]
            lots = earlier(self._reported(rows), [self._secret(row.recorded_at) for row in rows], known)
            self._perform(CheckEarlier(client, check, tuple(positions), lots))

    def settle(self, client, verdict="withdrawn"):
        """Heed the doubt of a machine, and settle it."""
        number = self.office.committer.files["clients"].state.number_of(client)
        positions = doubtful(self.state.connection, "doubted")[number]
        self._perform(NoteDoubtHeeded(number, tuple(positions)))
        self._works += 1
        self._perform(SettleDoubt(number, verdict, "seen"))
        return positions

    def open(self, day):
        """Open the secret of a day."""
        self._perform(OpenSecret(day, secret_of(self.seed, day, self.state.chain().length).hex()))

    def miss(self, attempt, value):
        """Record that the first curve of the newest report but one should have found what the newest report did."""
        *_, earlier, newest = self._reported(self.reports(0))
        assert newest.fact.attempt == attempt
        row = next(row for row in self.office.log.read(newest.position, 10) if row.type == FactorFound.type)
        curves = earlier.fact
        missed = FindMissed(
            factor=row.position,
            report=earlier.position,
            offset=0,
            client=curves.client,
            number=curves.number,
            value=value,
            b1=curves.b1,
            b2=curves.b2,
            param=curves.param,
            sigma=curves.sigmas[0],
            order="1",
        )
        asked = FindsAsked(factor=row.position, value=value, asked=1)
        lots = (missed_lots(earlier, [0]),)
        self._perform(RecordMissed(self.state.asked_upto(), row.position, asked, (missed,), lots))
