"""What the coordinator of the browser tests knows of: something of each kind, with names full of markup."""

import re
import uuid
from bisect import bisect_right
from urllib.parse import quote

from gmpy2 import next_prime

from tests.residue_files import residue_file

HOSTILE = '<script>alert(1)</script><img src=x onerror="alert(2)">\u05d0\u05d1\u05d2 7\u3164' + "M" * 120
NUMBER = str((10**39 + 3) * (10**19 + 51))
SMALL_N = 10_000


def seed(client):
    """Hand everything in; return the values that stand in the addresses of pages."""
    _factor(client)
    keep_residues(client)
    return {
        "number": "1",
        "position": "2",
        "client": "1",
        "factor": "1",
        "project": "1",
        "job": count(client),
        "simulation": str(simulate(client)),
        "task": compute(client),
        "agent": share(client),
    }


def _factor(client):
    body = [{"number": n, "target_t_level": 30, "project": HOSTILE[:90]} for n in ("2^137-1", NUMBER, "2^89-1")]
    client.post("/api/v1/composites/bulk", json=body).raise_for_status()
    work = client.get("/api/v1/work/request", params={"client_id": HOSTILE[:100], "max_digits": 42}).json()
    result = {
        "work_assignment_id": work["work_id"],
        "client_id": HOSTILE[:100],
        "curves_completed": 5,
        "b1": 2000,
        "sigmas": ["7", "8"],
        "factors_found": [{"factor": "32032215596496435569", "sigma": "8"}],
        "program": HOSTILE,
    }
    client.post("/api/v1/results/ecm", json=result).raise_for_status()


def keep_residues(client):
    """Hand in what stage 1 left behind, and have somebody claim it."""
    client.post(
        "/api/v1/residues/upload",
        files={"file": ("residue.txt", residue_file(NUMBER, [11, 12], b1=2000))},
        headers={"X-Client-ID": "stage-1"},
    ).raise_for_status()
    client.get("/api/v1/residues/work", headers={"X-Client-ID": "stage-2"}).raise_for_status()


def count(client):
    """Have the primes up to `SMALL_N` counted, then another count begun and failed; return the first job."""
    job = client.post("/api/count-primes", json={"n": SMALL_N, "chunks": 4}).json()["job_id"]
    while report_chunk(client, HOSTILE[:100]):
        pass
    client.post("/api/count-primes", json={"n": SMALL_N, "chunks": 2}).raise_for_status()
    report_chunk(client, HOSTILE[:100], error=HOSTILE)
    return job


def report_chunk(client, worker, error=None):
    """Take a chunk and report on it; tell whether there was one."""
    work = client.get("/api/v1/counting/work", params={"client_id": worker}).json()
    if work["job_id"] is None:
        return False
    primes = [2]
    while primes[-1] <= SMALL_N:
        primes.append(int(next_prime(primes[-1])))
    said = {"pi_before": bisect_right(primes, work["a"] - 1), "pi_last": bisect_right(primes, work["b"])}
    body = {"client_id": worker, "job_id": work["job_id"], "chunk": work["chunk"]}
    body |= said if error is None else {"error": error}
    client.post("/api/v1/counting/results", json=body).raise_for_status()
    return True


def simulate(client):
    """Run a simulation whose loss falls; return its number."""
    simulation = client.post("/simulations/", json={"name": HOSTILE[:100]}).json()["id"]
    client.put(f"/simulations/{simulation}", json={"status": "running"}).raise_for_status()
    points = [
        {
            "type": "simulations.point_recorded",
            "id": f"point-{step}",
            "client_id": "simulator",
            "simulation_id": simulation,
            "loss_value": 2.0**-step,
            "timestamp": f"2026-01-01T00:{step:02}:00Z",
        }
        for step in range(40)
    ]
    client.post("/api/v1/events", json=points).raise_for_status()
    return simulation


def compute(client):
    """Have tasks computed: one done, one failed, one waiting; return the first."""
    tasks = [
        client.post("/task", json={"operation": "gcd", "args": ["12", str(number)]}).json()["task_id"]
        for number in (18, 20, 22)
    ]
    client.get("/api/v1/tasks/work", params={"client_id": HOSTILE[:100], "limit": 2}).raise_for_status()
    results = [{"task_id": tasks[0], "result": "6"}, {"task_id": tasks[1], "error": HOSTILE}]
    body = {"client_id": HOSTILE[:100], "results": results}
    client.post("/api/v1/tasks/results", json=body).raise_for_status()
    return tasks[0]


def share(client, agent=f"a/b?c {HOSTILE}"[:200]):
    """Hand in two summaries of an agent; return its name as it stands in an address."""
    for hour in (1, 2):
        summary = {
            "agent_id": agent,
            "timestamp": f"2026-01-01T0{hour}:00:00Z",
            "topic_counts": {HOSTILE: hour, "primes": 1},
            "fact_hashes": [f"fact {number}" for number in range(hour)],
            "metadata": {"note": HOSTILE},
        }
        client.post("/push", json={"summary": summary}).raise_for_status()
    return quote(agent, safe="")


def fresh():
    """Return a text that stands on no page yet."""
    return f"fresh {uuid.uuid4().hex[:8]}"


def administer(client, key):
    """Sign in, and leave an upload and an assignment to look at; return the values in the addresses of their pages."""
    form = {"key": key, "next": "/submit"}
    page = client.post("/admin/login", data=form, headers={"Accept": "text/html"}, follow_redirects=True)
    token = re.search(r'name="token" value="([^"]+)"', page.text)[1]
    listed = {"token": token, "text": f"2^67-1\n{HOSTILE}\n2^61-1", "project": HOSTILE[:90]}
    kept = client.post("/submit", data=listed)
    client.post("/admin/keys", data={"token": token, "roles": "read", "label": HOSTILE}).raise_for_status()
    invitation = client.post("/admin/invitations", data={"token": token, "roles": "work", "user": HOSTILE})
    secret = re.search(r"/join/([\w-]+)", invitation.text)[1]
    work = client.get("/api/v1/work/request", params={"client_id": HOSTILE[:100]}).json()["work_id"]
    upload = kept.headers["location"].rpartition("/")[2]
    return {"upload": upload, "work": work, "user": "user-1", "secret": secret}
