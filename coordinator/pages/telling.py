"""What happened, an event a sentence, with links to what it is about."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from markupsafe import Markup
from msgspec import Struct

from coordinator.pages.site import bounds, power, whole
from core.access import events as access
from core.bigint import abbreviate
from core.clients import events as clients
from core.corrections.events import Withdrawn
from core.counting import events as counting
from core.events.envelope import Event
from core.events.fact import Fact
from core.factoring import events as factoring
from core.factoring.curation import events as curation
from core.factoring.prior_events import PriorWorkDeclared
from core.factoring.proofs.events import PrimalitySettled
from core.factoring.residues import events as residues
from core.factoring.state import Number
from core.federation import events as federation
from core.log.events import LogOpened
from core.simulations import events as simulations
from core.tasks import events as tasks

_LONGEST = 40
_METHODS = {"pm1": "P-1", "pp1": "P+1", "nfs": "the number field sieve", "siqs": "the quadratic sieve"}
_SENTENCES: Mapping[type[Fact], Markup] = {
    factoring.CompositeSubmitted: Markup("{number} was handed in, of {digits} digits"),
    factoring.WorkAssigned: Markup("{client} was given {run} on {number}"),
    factoring.WorkReserved: Markup("{client} reserved {number} for {method}"),
    factoring.CurvesRun: Markup("{client} ran {run} on {number}"),
    factoring.AttemptMade: Markup("{client} tried {method} on {number}"),
    factoring.FactorFound: Markup("{finder} found the factor {value} of {number}"),
    factoring.NumberSplit: Markup("{number} is now known as a product of {parts}"),
    PriorWorkDeclared: Markup("{client} told of earlier work on {number}"),
    PrimalitySettled: Markup("{number} was tested: {primality}"),
    curation.ProjectCreated: Markup('the project <a href="/projects/{project}">{name}</a> began'),
    curation.ProjectDeleted: Markup("the project {name} was deleted"),
    curation.NumberShelved: Markup("{number} was put aside: {shelf}"),
    curation.NumberUnshelved: Markup("{number} was taken up again"),
    residues.ResiduesUploaded: Markup("{client} handed in {curves} curves after stage 1 on {number}"),
    residues.ResidueClaimed: Markup("{client} took residue file {residue} for stage 2"),
    residues.ResidueCompleted: Markup("stage 2 of residue file {residue} is done"),
    counting.JobSubmitted: Markup('<a href="/counting/{job}">the primes</a> up to {n} are to be counted'),
    counting.ChunkCounted: Markup('{client} counted chunk {chunk} of <a href="/counting/{job}">a job</a>'),
    counting.CountsDisagreed: Markup('<a href="/counting/{job}">two counts</a> of the primes up to {upto} disagree'),
    counting.JobFinished: Markup('<a href="/counting/{job}">a count</a> is done: {primes} primes'),
    counting.JobFailed: Markup('<a href="/counting/{job}">a count</a> failed: {error}'),
    counting.JobCancelled: Markup('<a href="/counting/{job}">a count</a> was cancelled'),
    simulations.MachineRegistered: Markup("the machine {name} was registered"),
    simulations.SimulationCreated: Markup('the simulation <a href="/convergence/{simulation}">{name}</a> was created'),
    simulations.SimulationStarted: Markup("{simulated} has begun"),
    simulations.SimulationFinished: Markup("{simulated} is finished"),
    simulations.PointRecorded: Markup("{simulated} has reached a loss of {loss}"),
    federation.SummaryPushed: Markup("the agent {agent_id} told of {fact_count} facts on {topic_count} topics"),
    federation.MergeReset: Markup("the merge of the agents' summaries began anew"),
    tasks.TaskSubmitted: Markup('<a href="/tasks/{task}">{operation}</a> was asked for'),
    tasks.TaskFinished: Markup('{client} ended <a href="/tasks/{task}">a task</a>'),
    clients.ClientNamed: Markup("{client} came"),
    clients.ClientForgotten: Markup("a client's name was forgotten"),
    access.KeyCreated: Markup("key {key} was created for {label}"),
    access.KeyRevoked: Markup("key {key} was revoked"),
    Withdrawn: Markup("withdrawn as wrong: events {positions}"),
    LogOpened: Markup("the log began"),
}
"""What is not here keeps the books, as leases do."""


class Told(Struct, frozen=True):
    """An event as a sentence."""

    event: Event
    sentence: Markup


class Teller(Struct, frozen=True):
    """Tells what events say.

    Attributes:
        names: of clients.
        numbers: those that the events are about, as far as they are known.
    """

    names: Mapping[int, str]
    numbers: Mapping[int, Number]

    def told(self, events: Sequence[Event]) -> list[Told]:
        """Return events as sentences, without those that only keep the books."""
        sentences = [(event, self.sentence(event.fact)) for event in events]
        return [Told(event, sentence) for event, sentence in sentences if sentence is not None]

    def sentence(self, fact: Fact) -> Markup | None:
        """Return what a fact says, None for one that only keeps the books."""
        sentence = _SENTENCES.get(type(fact))
        return None if sentence is None else sentence.format_map(_Words(self, fact))

    def client(self, client: int) -> Markup | str:
        """Return who a client is, with a link."""
        if not client:
            return "somebody"
        link = Markup('<a href="/contributors/{}">{}</a>')
        return link.format(client, self.names.get(client, f"client-{client}"))

    def number(self, number: int) -> Markup:
        """Return what a number is called, with a link."""
        known = self.numbers.get(number)
        title = (known.expression or abbreviate(known.value)) if known else f"number {number}"
        short = title if len(title) <= _LONGEST else f"{title[: _LONGEST - 1]}…"
        return Markup('<a href="/composites/{}">{}</a>').format(number, short)


class _Words(dict[str, object]):
    """The words of a sentence about a fact: its fields, as people say them."""

    def __init__(self, teller: Teller, fact: Any) -> None:
        super().__init__()
        self._teller, self._fact = teller, fact

    def __missing__(self, word: str) -> object:
        say = _SAID.get(word)
        return getattr(self._fact, word) if say is None else say(self._teller, self._fact)


_SAID: Mapping[str, Callable[[Teller, Any], object]] = {
    "client": lambda teller, fact: teller.client(fact.client),
    "finder": lambda teller, fact: teller.client(fact.client) if fact.client else "division by small primes",
    "number": lambda teller, fact: teller.number(fact.number),
    "value": lambda _, fact: abbreviate(fact.value),
    "parts": lambda teller, fact: Markup(" · ").join(teller.number(part.number) for part in fact.parts),
    "run": lambda _, fact: f"{whole(fact.curves)} curves at {bounds(fact.b1, fact.b2)}",
    "method": lambda _, fact: _METHODS.get(fact.method, fact.method),
    "primality": lambda _, fact: {"proven": "it is prime"}.get(fact.primality, "it is composite"),
    "curves": lambda _, fact: whole(fact.curves),
    "n": lambda _, fact: power(int(fact.n)),
    "upto": lambda _, fact: whole(int(fact.upto)),
    "primes": lambda _, fact: whole(int(fact.primes)),
    "loss": lambda _, fact: f"{fact.loss:.6g}",
    "fact_count": lambda _, fact: whole(fact.fact_count),
    "topic_count": lambda _, fact: whole(fact.topic_count),
    "label": lambda _, fact: fact.label or ", ".join(fact.roles),
    "positions": lambda _, fact: ", ".join(map(str, fact.positions)),
    "simulated": lambda _, fact: Markup('<a href="/convergence/{0}">simulation {0}</a>').format(fact.simulation),
}


def numbers_in(events: Sequence[Event]) -> list[int]:
    """Return the ids of the numbers that events are about."""
    facts: list[Any] = [event.fact for event in events]
    ids = {fact.number for fact in facts if isinstance(getattr(fact, "number", None), int)}
    return sorted(
        ids | {part.number for fact in facts if isinstance(fact, factoring.NumberSplit) for part in fact.parts}
    )
