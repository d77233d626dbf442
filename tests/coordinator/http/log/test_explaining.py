"""Why figures are what they are, asked over HTTP."""

import itertools

import pytest

from core.factoring.mathematics.levels import effort

PRIMES = (1_000_003, 1_000_033, 1_000_037)
NUMBER = PRIMES[0] * PRIMES[1] * PRIMES[2]
_ids = itertools.count()
# Wide enough for three factors that no small prime divides, small enough for one curve to be worth something.


def hand_in(client, *items):
    answers = []
    for item in items:
        answer = client.post("/api/v1/events", json=[{"id": f"item-{next(_ids)}", "client_id": "alice", **item}]).json()
        (result,) = answer["results"]
        assert result["status"] == "accepted", result
        answers.append(result["position"])
    return answers


def submitted(number=NUMBER):
    return {"type": "factoring.composite_submitted", "number": str(number)}


def run(*sigmas, number=NUMBER, b1=2000, **more):
    curves = {"composite": str(number), "b1": b1, "param": 1, "curves": len(sigmas), "sigmas": list(map(str, sigmas))}
    return {"type": "factoring.curves_run", **curves, **more}


def why(client, number=1, **query):
    answer = client.get(f"/api/v1/explain/composites/{number}", params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


def added_up(shares):
    total = [0] * len(effort.DIGITS)
    for share in shares:
        for lane, count in enumerate(share["effort"]):
            total[lane] += int(count)
    return list(map(str, total))


def test_the_shares_of_a_number_add_up_to_its_effort_and_follow_each_other(client):
    positions = hand_in(client, submitted(), run(1001, 1002), run(1003), run(1001, 1004, b1=5000))
    told = why(client)
    assert [share["position"] for share in told["shares"]] == positions[1:]
    assert added_up(told["shares"]) == told["effort"]
    steps = [(share["t_level_before"], share["t_level_after"]) for share in told["shares"]]
    assert steps[0][0] == 0
    assert [after for _, after in steps[:-1]] == [before for before, _ in steps[1:]]
    assert steps[-1][1] == told["t_level"] > 0
    assert {share["client_id"] for share in told["shares"]} == {"alice"}


def test_a_curve_that_was_run_further_shows_what_it_took_the_place_of(client):
    hand_in(client, submitted(), run(1001, 1002), run(1001, 1004, b1=5000))
    raised = why(client)["shares"][-1]["curves"]
    assert [(one["b1"], one["curves"]) for one in raised] == [(2000, -1), (5000, 2)]


def test_shares_come_in_pages_that_add_up_to_the_whole(client):
    hand_in(client, submitted(), *(run(1000 + number) for number in range(7)))
    shares, after = [], 0
    while after is not None:
        page = why(client, after=after, limit=3)
        shares += page["shares"]
        after = page["next"]
    assert len(shares) == page["total"] == 7
    assert added_up(shares) == page["effort"]


def composite_part(client, number=1):
    parts = client.get(f"/api/v1/composites/{number}").json()["parts"]
    return next(part for part in parts if part["primality"] == "composite")


def test_a_part_has_the_events_of_the_number_before_the_split_with_their_shares(client):
    found = [{"factor": str(PRIMES[0]), "sigma": "1003"}]
    _, first, second = hand_in(client, submitted(), run(1001, 1002), run(1003, factors=found))
    part = composite_part(client)
    told = why(client, part["id"])
    shown = [(share["inherited_from"], share["run_on"]) for share in told["shares"]]
    assert (shown, told["total"]) == ([(1, 1), (1, 1)], 2)
    assert told["shares"][0]["position"] == first < told["shares"][1]["position"] < second
    assert added_up(told["shares"]) == told["effort"] == why(client)["effort"]
    hand_in(client, run(1009, number=NUMBER))
    assert why(client, part["id"])["shares"][-1]["run_on"] == 1
    assert why(client, part["id"])["shares"][-1]["inherited_from"] is None


def test_a_part_of_a_part_has_the_events_of_both_in_pages_too(client):
    whole, half, rest = NUMBER * PRIMES[0] * PRIMES[0], NUMBER * PRIMES[0], NUMBER
    hand_in(client, submitted(whole), run(1001, number=whole, factors=[{"factor": str(PRIMES[0])}]))
    hand_in(client, run(1002, number=half), run(1003, number=half, b1=5000, factors=[{"factor": str(PRIMES[0])}]))
    hand_in(client, run(1004, number=rest), run(1001, number=whole, b1=9000))
    part = client.get("/api/v1/composites", params={"search": str(rest)}).json()["composites"][0]["id"]
    shares, after = [], 0
    while after is not None:
        page = why(client, part, after=after, limit=2)
        shares += page["shares"]
        after = page["next"]
    assert len(shares) == page["total"]
    assert added_up(shares) == page["effort"]
    assert [share["t_level_before"] for share in shares[1:]] == [share["t_level_after"] for share in shares[:-1]]
    assert [share["run_on"] for share in shares] == [1, 3, 3, part, 1]


def test_what_was_withdrawn_is_named_and_has_no_share(client, admin):
    _, _, wrong = hand_in(client, submitted(), run(1001), run(1002))
    before = why(client)
    attempt = before["shares"][-1]["attempt_id"]
    undone = client.delete(f"/api/v1/admin/attempts/{attempt}", params={"reason": "a bad disk"}, headers=admin)
    assert undone.status_code == 200, undone.text
    told = why(client)
    assert [(one["position"], one["reason"]) for one in told["withdrawn"]] == [(wrong, "a bad disk")]
    assert wrong not in {share["position"] for share in told["shares"]}
    assert added_up(told["shares"]) == told["effort"]
    assert why(client, as_of=wrong)["shares"] == before["shares"]


@pytest.mark.parametrize("address", ["composites/7", "jobs/nothing", "agents/nobody"])
def test_what_there_is_not_is_not_explained(client, address):
    answer = client.get(f"/api/v1/explain/{address}")
    assert answer.status_code == 404
    assert address.partition("/")[2] in answer.json()["detail"]


def test_a_jobs_count_is_the_sum_of_its_chunks_and_boundaries_agree(client):
    job = client.post("/api/count-primes", json={"n": 10_000, "chunks": 2}).json()["job_id"]
    counted = {"type": "counting.chunk_counted", "job_id": job}
    hand_in(client, {**counted, "chunk": 1, "pi_before": 0, "pi_last": 669})
    told = client.get(f"/api/v1/explain/jobs/{job}").json()
    assert [chunk["primes"] for chunk in told["chunks"]] == ["669", None]
    assert told["boundaries"] == [{"upto": "5000", "chunks": [1, 2], "counts": ["669", None], "agree": None}]
    hand_in(client, {**counted, "chunk": 2, "pi_before": 668, "pi_last": 1229})
    told = client.get(f"/api/v1/explain/jobs/{job}").json()
    assert told["boundaries"][0]["agree"] is False
    assert [one["counts"] for one in told["disagreements"]] == [["669", "668"]]
    assert told["chunks"][1]["reports"][0]["client_id"] == "alice"


def test_an_agents_topics_come_from_the_summary_that_counts(client):
    def push(timestamp, **topics):
        summary = {"agent_id": "scout", "timestamp": timestamp, "topic_counts": topics, "fact_hashes": []}
        assert client.post("/push", json={"summary": summary}).status_code == 200

    push("2026-01-02T00:00:00Z", tides=3, moons=1)
    push("2026-01-01T00:00:00Z", tides=9)
    told = client.get("/api/v1/explain/agents/scout").json()
    assert {topic["topic"]: topic["count"] for topic in told["topics"]} == {"tides": 3, "moons": 1}
    assert [one["counts"] for one in told["summaries"]] == [True, False]
    assert f"event {told['topics'][0]['position']} is later" in told["summaries"][1]["why_not"]


def test_causes_and_effects_lead_to_each_other(client):
    found = {"factor": str(PRIMES[0]), "sigma": "1003"}
    *_, last = hand_in(client, submitted(), run(1003, factors=[found]))
    chain = client.get(f"/api/v1/events/{last}/causes").json()["causes"]
    assert len(chain) >= 2
    for effect, cause in zip([{"position": last}, *chain], chain, strict=False):
        effects = client.get("/api/v1/events", params={"cause": cause["position"]}).json()["events"]
        assert effect["position"] in {one["position"] for one in effects}
    root = chain[-1]
    assert root["cause"] is None
    together = client.get("/api/v1/events", params={"correlation": root["correlation"]}).json()["events"]
    assert root["position"] in {one["position"] for one in together}
    assert {one["correlation"] for one in together} == {root["correlation"]}
    assert client.get("/api/v1/events/99999/causes").status_code == 404
