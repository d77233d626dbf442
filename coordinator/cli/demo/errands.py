"""A small job for each of the other contexts, done beside the numbers.

Everything is handed in under a key of its own, by which a demo that goes on where it was repeats nothing.
"""

from collections.abc import Callable
from hashlib import sha256
from typing import Any, TypeAlias

from coordinator.cli.ending import Exit, Failure
from coordinator.cli.reaching.wire import Coordinator
from core.wording import whole

Errand: TypeAlias = Callable[[], str | None]
"""Looks what has become of a job: a sentence when it is done, else None; a `Failure` when the outcome is wrong."""

_CHUNKS = 8
_PRIMES_BELOW_A_BILLION = 50_847_534
_TASKS: tuple[tuple[str, list[int], str, Any], ...] = (
    ("gcd", [2**60 - 1, 2**36 - 1], "gcd(2^60-1, 2^36-1)", 2**12 - 1),
    ("pow_mod", [3, 10**6 + 2, 10**6 + 3], "3^1000002 mod 1000003", 1),
    ("is_prime", [2**127 - 1], "2^127-1 is prime", True),
    ("factor", [2026], "2026 factors as", [[2, 1], [1013, 1]]),
)
_KNOWLEDGE = {"alice": ("61 is prime", "67 is prime"), "bob": ("67 is prime", "71 is prime")}
_KNOWN_SINCE = "2026-01-01T00:00:00Z"
_LOSSES = [0.5**step for step in range(8)]


def hand_in_errands(there: Coordinator) -> list[Errand]:
    """Hand in a job of each kind; what looks after each."""
    return [_count_primes(there), _compute(there), _share_knowledge(there), _simulate(there)]


def _count_primes(there: Coordinator) -> Errand:
    body = {"n": 10**9, "chunks": _CHUNKS}
    submitted = there.post("/api/count-primes", body, "demo")

    def look() -> str | None:
        job = there.get(f"/api/jobs/{submitted['job_id']}")
        if job["state"] in {"FAILURE", "REVOKED"}:
            raise Failure(Exit.UNSOUND, f"The primes up to 10^9 were not counted: {job['error'] or job['state']}.")
        if job["result"] is None:
            return None
        count = job["result"]["prime_count"]
        _expect("The number of primes up to 10^9", count, _PRIMES_BELOW_A_BILLION)
        return f"counting: there are {whole(count)} primes up to 10^9, counted in {_CHUNKS} chunks"

    return look


def _compute(there: Coordinator) -> Errand:
    tasks = [
        there.post("/task", {"operation": operation, "args": args}, f"demo-{operation}")["task_id"]
        for operation, args, _, _ in _TASKS
    ]

    def look() -> str | None:
        states = [there.get(f"/tasks/{task}/status") for task in tasks]
        if any(state["status"] not in {"COMPLETED", "FAILED"} for state in states):
            return None
        for state, (_, _, meaning, result) in zip(states, _TASKS, strict=True):
            _expect(meaning, state["error"] or state["result"], result)
        said = "; ".join(
            f"{meaning}: {state['result']}" for state, (_, _, meaning, _) in zip(states, _TASKS, strict=True)
        )
        return f"tasks: {said}"

    return look


def _share_knowledge(there: Coordinator) -> Errand:
    for agent, facts in _KNOWLEDGE.items():
        summary = {
            "agent_id": f"demo-{agent}",
            "timestamp": _KNOWN_SINCE,
            "topic_counts": {"primes": len(facts)},
            "fact_hashes": [_hash(fact) for fact in facts],
        }
        there.post("/push", {"summary": summary})

    def look() -> str:
        pulled = there.get("/pull")
        facts = {_hash(fact) for known in _KNOWLEDGE.values() for fact in known}
        missing = facts - set(pulled["unique_fact_hashes"])
        _expect("The number of facts that the pull misses", len(missing), 0)
        known = len(pulled["unique_fact_hashes"])
        return f"federation: {pulled['contributing_agents']} agents handed in what they know, {known} facts together"

    return look


def _simulate(there: Coordinator) -> Errand:
    simulation = there.post("/simulations/", {"name": "demo"}, "demo")["id"]
    address = f"/simulations/{simulation}"
    there.put(address, {"status": "running"}, "demo-running")
    for step, loss in enumerate(_LOSSES):
        there.post("/convergence/data", {"simulation_id": simulation, "loss_value": loss}, f"demo-{step}")
    there.put(address, {"status": "finished"}, "demo-finished")

    def look() -> str:
        seen = there.get(f"{address}/detailed")
        graph = there.get(f"/convergence/{simulation}/graph")
        _expect("The losses of the simulation", [point["loss_value"] for point in graph["data_points"]], _LOSSES)
        _expect("The simulation", seen["status"], "finished")
        return (
            f"simulations: on the machine {seen['machine']['name']} the loss fell from {_LOSSES[0]:g} to"
            f" {_LOSSES[-1]:g} in {len(_LOSSES)} points"
        )

    return look


def _hash(fact: str) -> str:
    return sha256(fact.encode()).hexdigest()


def _expect(what: str, seen: object, right: object) -> None:
    if seen != right:
        raise Failure(Exit.UNSOUND, f"{what} came out as {seen}; {right} is right.")
