"""The fields of what the clients of the five systems replaced read, and of which type each is.

Stated here once more, apart from the code that answers: under another name, of another type or null, a field breaks clients
that nobody here will mend. An answer may have more fields than these.
"""

import re

import pytest

from coordinator.time.wallclock import now
from core.timestamps import SECOND, from_iso

P16, P20, P64 = 10**15 + 37, 10**19 + 51, 10**63 + 121
N = P16 * P20 * P64
UTC = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{6})?Z")
NAIVE = re.compile(UTC.pattern.removesuffix("Z"))
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
DECIMAL = re.compile(r"\d+")


def faults(answer, shape, place="answer"):
    """Return where an answer is not of a shape: a type, a pattern of text, a value, or these in dicts and lists."""
    if isinstance(shape, dict):
        if type(answer) is not dict:
            return [f"{place} is {answer!r}"]
        missing = [f"{place}.{name} is missing" for name in shape.keys() - answer.keys()]
        present = [name for name in shape if name in answer]
        return missing + [one for name in present for one in faults(answer[name], shape[name], f"{place}.{name}")]
    if isinstance(shape, list):
        if type(answer) is not list or not answer:
            return [f"{place} is {answer!r}"]
        return [one for index, part in enumerate(answer) for one in faults(part, shape[0], f"{place}[{index}]")]
    if isinstance(shape, type):
        fits = type(answer) is shape
    elif isinstance(shape, re.Pattern):
        fits = type(answer) is str and shape.fullmatch(answer) is not None
    else:
        fits = type(answer) is type(shape) and answer == shape
    return [] if fits else [f"{place} is {answer!r}"]


@pytest.fixture
def have(client, admin):
    """A function that asks, and holds the answer to its status and its shape."""

    def have(request, shape, status=200, **sent):
        method, address = request.split()
        answer = client.request(method, address, headers=admin, **sent)
        assert answer.status_code == status, answer.text
        assert faults(answer.json(), shape) == [], answer.text
        return answer.json()

    return have


NOTHING = {"work_id": None, "message": str}
ECM_WORK = {
    "work_id": UUID,
    "composite_id": int,
    "composite": DECIMAL,
    "digit_length": int,
    "current_t_level": float,
    "target_t_level": float,
    "expires_at": NAIVE,
    "message": str,
}


def test_work_of_the_middleware(have, known):
    query = {"client_id": "alice"}
    nothing = dict.fromkeys(ECM_WORK) | {"message": str}
    have("GET /api/v1/ecm-work", nothing, params=query)
    have("GET /api/v1/p1-work", nothing | {"pm1_b1": None, "pp1_b1": None}, params=query)
    have("GET /api/v1/work", NOTHING | {"composite": None, "method": None, "parameters": None}, params=query)
    for number in (N, N * P16, N * P20):
        known(number, target_t_level=35, prior_t_level=11)
    work = have("GET /api/v1/ecm-work", ECM_WORK | {"prior_t_level": float}, params=query)["work_id"]
    have("GET /api/v1/p1-work", ECM_WORK | {"pm1_b1": int, "pp1_b1": int}, params=query)
    parameters = {"b1": int, "b2": None, "curves": int, "target_t_level": float, "current_t_level": float}
    any_work = {"work_id": UUID, "composite": str, "method": "ecm", "parameters": parameters, "expires_at": NAIVE}
    have("GET /api/v1/work", any_work | {"estimated_time_minutes": int, "message": str}, params=query)
    for step, status in (("claim", "claimed"), ("start", "started")):
        have(f"POST /api/v1/work/{work}/{step}", {"status": status, "work_id": work}, params=query)
    progress = {"status": "updated", "work_id": work, "curves_completed": 7}
    have(f"PUT /api/v1/work/{work}/progress", progress, params=query | {"curves_completed": 7, "message": "on"})
    row = {
        "work_id": UUID,
        "composite_id": int,
        "composite_number": DECIMAL,
        "composite_digits": int,
        "client_id": "alice",
        "method": str,
        "b1": int,
        "b2": None,
        "curves_requested": int,
        "curves_completed": int,
        "status": str,
        "priority": int,
        "assigned_at": NAIVE,
        "expires_at": NAIVE,
        "completed_at": None,
        "estimated_time_minutes": int,
        "is_expired": False,
    }
    shown = have("GET /api/v1/work/status/alice", {"client_id": "alice", "work_assignments": [row]})["work_assignments"]
    assert faults(shown[-1], {"status": "running", "claimed_at": NAIVE, "curves_completed": 7}) == []
    assert faults(shown[0], {"status": "assigned", "claimed_at": None}) == []
    have(f"POST /api/v1/work/{work}/complete", {"status": "completed", "work_id": work}, params=query)
    abandoned = {"status": "abandoned", "work_id": shown[0]["work_id"], "reason": "why"}
    have(f"DELETE /api/v1/work/{shown[0]['work_id']}", abandoned, params={"reason": "why"})


def test_reading_of_the_middleware(have, known, hand_in):
    known(N, target_t_level=35, project="one")
    found = {"factors_found": [{"factor": str(P16), "sigma": "1:5"}], "curves_completed": 1}
    submitted = {"status": "success", "attempt_id": int, "composite_id": int, "message": str, "errors": None}
    assert faults(hand_in(N, **found), submitted | {"factor_status": "new_factor"}) == []
    level = {"target_t_level": float, "current_t_level": float, "digit_length": int, "has_snfs_form": False}
    level |= {"snfs_difficulty": None}
    ecm = {
        "total_attempts": 1,
        "total_curves": 1,
        "effort_by_level": [{"b1": 11000, "curves": 1}],
        "last_attempt": NAIVE,
    }
    whole = {"composite": str(N), "current_composite": str(P20 * P64), "status": "composite", "priority": int}
    have(
        f"GET /api/v1/stats/{N}",
        {**whole, **level, "factors_found": [str(P16)], "ecm_work": ecm, "projects": ["one"], "is_active": True},
    )
    asked = {"json": {"numbers": [str(N)]}}
    batch = {"composites": [{"number": str(N), "found": True, **level}]}
    have("POST /api/v1/composites/batch-status", batch, **asked)
    unknown = {"composites": [{"number": "77", "found": False, **dict.fromkeys(level)}]}
    have("POST /api/v1/composites/batch-status", unknown, json={"numbers": ["77"]})
    row = {"id": int, "number": str(N), "current_composite": str(P20 * P64), **level, "completion_pct": float}
    row |= {"priority": int, "is_fully_factored": False, "projects": ["one"]}
    have("POST /api/v1/composites/top-progress", {"composites": [row], "total": 1, "limit": 50}, json={})
    factor = {
        "id": 1,
        "composite_id": int,
        "number": str(N),
        "composite_number": str(N),
        "factor": str(P16),
        "is_prime": True,
        "found_by_attempt_id": int,
        "created_at": NAIVE,
        "client_id": "alice-box1",
        "method": "ecm",
    }
    feed = {"factors": [{**factor, "sigma": "1:5"}], "total": 1, "page": 1, "page_size": 100}
    have("GET /api/v1/factors", feed)
    have("GET /api/v1/factors/1", {**factor, "sigma": 5})
    project = {"id": 1, "name": "one", "description": None, "created_at": NAIVE, "updated_at": NAIVE}
    counted = {"project": project, "total_composites": 1, "unfactored_composites": 1, "factored_composites": 0}
    have("GET /api/v1/projects", [counted])
    have("GET /api/v1/projects/1", counted)
    have("GET /api/v1/projects/by-name/one", counted)


SUMMARY = {
    "id": int,
    "number": str(N),
    "composite": str(N),
    "digit_length": int,
    "target_t_level": float,
    "current_t_level": float,
    "status": "open",
}


def test_the_documented_addresses_of_factoring(have, client):
    counts = {"input_count": 2, "new_composites": 1, "existing_composites": 0, "updated_composites": 0}
    bad = {"invalid_numbers": 1, "errors": [{"index": 1, "number": "x", "error": str}]}
    body = {"json": [{"number": str(N), "target_t_level": 35}, "x"]}
    have("POST /api/v1/composites/bulk", {**counts, **bad, "composites": [SUMMARY]}, **body)
    have("GET /api/v1/composites", {"composites": [SUMMARY], "total": 1, "page": 1, "size": 100})
    asked = {"client_id": "alice"}
    work = {
        "work_assignment_id": UUID,
        "work_id": UUID,
        "composite_id": 1,
        "composite": str(N),
        "digit_length": int,
        "method": "ecm",
        "b1": int,
        "b2": None,
        "curves": int,
        "parametrization": int,
        "current_t_level": float,
        "target_t_level": float,
        "expires_at": UTC,
        "message": str,
    }
    held = have("GET /api/v1/work/request", work, params=asked)
    nothing = dict.fromkeys(work) | {"message": str}
    have("GET /api/v1/work/request", nothing, params={"client_id": "bob", "min_digits": 5_000})
    report = {"work_assignment_id": held["work_id"], "curves_completed": 2, "b1": 11_000, "b2": None}
    report["factors_found"] = [str(P16), {"factor": str(P20), "sigma": "1:9"}]
    credited = {"status": "success", "attempt_id": int, "composite_id": 1, "message": str, "errors": None}
    credited |= {"factor_status": "new_factor", "current_t_level": float}
    have("POST /api/v1/results/ecm", credited, json=report)
    effort = {"b1": 11_000, "b2": None, "parametrization": 1, "curves": 2}
    assignment = {"work_id": held["work_id"], "client_id": "alice", "b1": int, "curves": int, "status": str}
    detail = {"composite": {"id": 1, "current_t_level": float}, "effort": [effort], "assignments": [assignment]}
    detail |= {"factors": [{"factor": DECIMAL, "method": "ecm"}], "history": str, "missed": {"20": float, "35": float}}
    have("GET /api/v1/composites/1", detail)
    overview = {"composites": {"factored": int}, "total_curves": 2, "total_factors": 2, "cpu_seconds": float}
    day = {"curves": 2, "factors": 2}
    have("GET /api/v1/stats/overview", {**overview, "days": [day], "clients": [dict], "t_levels": {}})


HEALTH = {
    "status": "healthy",
    "timestamp": UTC,
    "version": str,
    "log": {"backend": "sqlite", "position": int},
    "projections": {"position": int, "lag": 0},
    "workers": int,
    "valkey": "disabled",
    "role": "writer",
}


def test_administration(have):
    handed_in = {
        "input_count": 2,
        "total_processed": 1,
        "new_composites": 1,
        "existing_composites": 0,
        "updated_composites": 0,
        "invalid_numbers": 1,
        "errors": [{"index": 1, "number": "x", "error": str}],
        "project_created": True,
        "composites_added_to_project": 1,
        "composites_already_in_project": 0,
    }
    have("POST /api/v1/admin/composites/bulk", handed_in, json=[str(N), "x"], params={"project_name": "one"})
    again = handed_in | {"new_composites": 0, "existing_composites": 1, "project_created": False}
    again |= {"composites_added_to_project": 0, "composites_already_in_project": 1}
    structured = {"composites": [{"number": str(N), "is_prime": False}, {"number": "x"}], "project_name": "one"}
    have("POST /api/v1/admin/composites/bulk-structured", again, json=structured)
    wanted = {"composite_identifier": str(N), "client_id": "sieve", "method": "nfs"}
    reserved = {"work_id": UUID, "composite_id": 1, "client_id": "sieve", "method": "nfs", "expires_at": NAIVE}
    held = have("POST /api/v1/admin/work/reserve", reserved, json=wanted)
    assert from_iso(held["expires_at"]) - now() == pytest.approx(168 * 3600 * SECOND, abs=600 * SECOND)
    have(f"POST /api/v1/admin/work/release/{held['work_id']}", {"status": "released", "work_id": held["work_id"]})
    changed = {"status": "updated", "composite_id": 1, "priority": 7}
    have("PUT /api/v1/admin/composites/1/priority", changed, params={"priority": 7})
    have("POST /api/v1/admin/work/cleanup", {"status": "completed", "cleaned_up": 0})


def test_addresses_of_all(have):
    have("GET /health", HEALTH)
    have("GET /api/v1/health", HEALTH)
    have("GET /", {"service": str, "version": str, "docs": "/docs", "health": "/health"})
    item = {"type": "factoring.composite_submitted", "id": "i-1", "client_id": "ada", "number": str(N)}
    taken = {"id": "i-1", "status": "accepted", "position": int, "hash": re.compile("[0-9a-f]{64}")}
    have("POST /api/v1/events", {"position": int, "results": [taken]}, json=[item])
    refused = {"id": "i-2", "status": "refused", "error": str}
    have("POST /api/v1/events", {"position": int, "results": [refused]}, json=[item | {"id": "i-2", "colour": 1}])


def test_counting(have):
    job = have("POST /api/count-primes", {"job_id": UUID, "status": "PENDING"}, 202, json={"n": 20_000})["job_id"]
    shown = {
        "job_id": job,
        "state": "PENDING",
        "progress": {"completed": 0, "total": 16},
        "result": None,
        "error": None,
    }
    have(f"GET /api/jobs/{job}", shown)
    have("GET /api/jobs", {"jobs": [shown], "total": 1, "page": 1, "size": 100})
    have(f"DELETE /api/jobs/{job}", {"job_id": job, "state": "REVOKED"})
    job = have("POST /api/count-primes", {}, 202, json={"n": 10_000, "chunks": 1})["job_id"]
    have("GET /api/v1/counting/work", {"job_id": job, "chunk": 1, "a": 1, "b": 10_000}, params={"client_id": "al"})
    count = {"client_id": "al", "job_id": job, "chunk": 1, "pi_before": 0, "pi_last": 1229}
    have("POST /api/v1/counting/results", {"state": "SUCCESS"}, json=count)
    result = {"prime_count": 1229, "duration_sec": float, "n": 10_000}
    have(f"GET /api/jobs/{job}", {"state": "SUCCESS", "progress": {"completed": 1, "total": 1}, "result": result})


def test_federation(have):
    def merge(**merged):
        return {"last_updated": UTC, **merged}

    totals = {"total_facts": 0, "total_topics": 0}
    empty = merge(merged_topic_counts={}, unique_fact_hashes=[], contributing_agents=0, metadata=totals)
    answer = have("GET /pull", {name: shape for name, shape in empty.items() if shape != []})
    assert answer["unique_fact_hashes"] == []
    summary = {"agent_id": "a", "timestamp": "2026-11-30T00:00:00", "topic_counts": {"x": 2}, "fact_hashes": ["q", "p"]}
    accepted = {"status": "accepted", "agent_id": "a", "timestamp": UTC}
    accepted["message"] = "Summary from a stored successfully"
    have("POST /push", accepted, json={"summary": {**summary, "metadata": {}}})
    totals = {"total_facts": 2, "total_topics": 1}
    pulled = merge(merged_topic_counts={"x": 2}, contributing_agents=1, metadata=totals)
    assert have("GET /pull", pulled)["unique_fact_hashes"] == ["p", "q"]
    have("DELETE /admin/reset", {"status": str, "timestamp": UTC})


def test_simulations(have):
    machine = {"id": 1, "name": "m", "cpu": "c", "gpu": None, "memory": 4, "status": "available"}
    have("POST /machines/", machine, json={"name": "m", "cpu": "c", "memory": 4})
    have("GET /machines/", [machine])
    have("GET /machines/1", machine)
    have("PATCH /machines/1/status", machine | {"status": "maintenance"}, json={"status": "maintenance"})
    have("PATCH /machines/1/status", machine, params={"status": "available"})
    one = {"id": 1, "name": "s", "status": "pending", "machine_id": 1, "created_at": UTC, "updated_at": UTC}
    have("POST /simulations/", one, json={"name": "s", "machine_id": 1})
    have("GET /simulations/", {"simulations": [one], "total": 1, "page": 1, "size": 100})
    have("GET /simulations/1", one)
    have("GET /simulations/1/detailed", one | {"machine": machine})
    have("PUT /simulations/1", one | {"status": "running", "name": "t"}, json={"status": "running", "name": "t"})
    have("POST /simulations/9/create-bare-sql", one | {"id": 2}, params={"name": "s", "machine_id": 1})
    point = {"id": 1, "simulation_id": 1, "timestamp": UTC, "loss_value": 3.0}
    have("POST /convergence/data", point, json={"simulation_id": 1, "loss_value": 3})
    have("POST /convergence/1/add-bare-sql", point | {"id": 2, "loss_value": 2.5}, params={"loss_value": 2.5})
    have("GET /convergence/1/data", [point | {"id": int, "loss_value": float}])
    graph = {"simulation_id": 1, "data_points": [{"timestamp": UTC, "loss_value": float}], "is_complete": False}
    have("GET /convergence/1/graph", graph)
    have("GET /convergence/1/stream", graph, params={"last_timestamp": "2026-01-01T00:00:00Z"})
    have("PUT /simulations/1", one | {"status": "finished", "name": "t"}, json={"status": "finished"})
    have("GET /convergence/1/graph", graph | {"is_complete": True})
    have("DELETE /simulations/2", {"message": "Simulation deleted successfully"})


def test_tasks(have):
    have("GET /add", {"result": 5, "handled_by": str}, params={"num1": 2, "num2": 3})
    taken = {"task_id": UUID, "status": "PENDING", "initiated_by": str}
    task, other = (have("POST /task", taken, 202, json={"a": 1, "b": 2})["task_id"] for _ in range(2))
    names = {"initiated_by": str, "checked_by": str}
    pending = {"task_id": task, "status": "PENDING", "result": None, "error": None, "handled_by": None, **names}
    have(f"GET /tasks/{task}/status", pending)
    have("GET /api/v1/tasks/work", {"tasks": [{"task_id": UUID}]}, params={"client_id": "al"})
    have(f"GET /tasks/{task}/status", pending | {"status": "PROCESSING", "handled_by": "al"})
    results = [{"task_id": task, "result": "3"}, {"task_id": other, "error": "it broke"}]
    have(
        "POST /api/v1/tasks/results",
        {"results": [{"status": "accepted"}]},
        json={"client_id": "al", "results": results},
    )
    have(f"GET /tasks/{task}/status", pending | {"status": "COMPLETED", "result": 3, "handled_by": "al"})
    failed = {"task_id": other, "status": "FAILED", "error": "it broke", "handled_by": "al"}
    have(f"GET /tasks/{other}/status", pending | failed)
    have("GET /whoami", {"container_id": str})
    have("GET /valkey_test", {"valkey": "disabled", "message": str})
