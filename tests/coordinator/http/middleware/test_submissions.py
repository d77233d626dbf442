"""What is handed in in the middleware's shape: what counts, what is refused, and that nothing is lost."""

import json

import pytest

from tests.coordinator.http.middleware.outputs import P12, P16, P20, P64, N, shown


def test_the_answer_has_the_middlewares_shape(known, hand_in):
    number = known(N)["id"]
    answer = hand_in(N)
    assert {"status", "attempt_id", "composite_id", "message", "factor_status", "errors"} <= set(answer)
    assert (answer["status"], answer["composite_id"], answer["attempt_id"], answer["errors"]) == (
        "success",
        number,
        1,
        None,
    )


def test_a_resend_in_other_words_is_the_same_result(client, known, hand_in):
    known(N)
    first = hand_in(N)
    body = {
        "results": {"curves_completed": 10, "execution_time": 0.7, "factors_found": None, "factor_found": None},
        "raw_output": "",
        "parameters": {"sigma": None, "parametrization": 1, "curves": 10, "b2": None, "b1": 11000},
        "program_version": "unknown",
        "program": "gmp-ecm-ecm",
        "method": "ecm",
        "client_id": "alice-box1",
        "project": None,
        "composite": str(N),
    }
    text = json.dumps(body, indent=4).encode()
    again = client.post("/api/v1/submit_result", content=text, headers={"Content-Type": "application/json"})
    assert again.json() == first
    assert again.headers["tallystick-repeated"] == "true"


def test_equal_work_of_two_clients_without_sigmas_counts_twice(known, hand_in, standing):
    known(N)
    hand_in(N, client_id="alice-box1")
    hand_in(N, client_id="bob-box2")
    assert standing(N)["ecm_work"]["total_curves"] == 20


def test_a_curve_counts_once_whoever_sends_it_and_however_it_is_batched(known, hand_in, standing):
    known(N)
    hand_in(N, raw_output=shown(1, 2, 3), curves_completed=3)
    partly = hand_in(N, raw_output=shown(3, 4), curves_completed=2, client_id="bob-box2")
    assert partly["credited_curves"] == 1
    known_ones = hand_in(N, raw_output=shown(2, 4), curves_completed=20, client_id="carol")
    assert (known_ones["factor_status"], known_ones["credited_curves"]) == ("duplicate", 0)
    assert standing(N)["ecm_work"]["total_curves"] == 4


def test_a_curve_with_larger_bounds_replaces_what_it_counted(known, hand_in, standing):
    known(N)
    hand_in(N, b1=11000, sigma="1:5", curves_completed=1)
    hand_in(N, b1=50000, sigma="1:5", curves_completed=1)
    assert standing(N)["ecm_work"]["effort_by_level"] == [{"b1": 50000, "curves": 1}]


def test_a_result_for_the_whole_after_it_was_split_counts_for_what_is_left(known, hand_in, standing):
    whole = P16 * P20 * P64
    known(whole, target_t_level=40)
    hand_in(whole, factors_found=[{"factor": str(P16), "sigma": "1:9"}])
    before = standing(whole)["current_t_level"]
    late = hand_in(
        whole, factors_found=[{"factor": str(P16), "sigma": "1:10"}], curves_completed=75, client_id="bob-box2"
    )
    assert late["factor_status"] == "known_factor"
    assert standing(P20 * P64)["current_t_level"] == standing(whole)["current_t_level"] > before


def test_a_composite_factor_is_a_split_and_its_prime_factors_can_follow(known, hand_in, standing):
    whole = P12 * P16 * P64
    known(whole)
    hand_in(whole, factor_found=str(P12 * P16), sigma="3:77", curves_completed=1)
    assert standing(whole)["factors_found"] == [str(P64)]
    hand_in(P12 * P16, factors_found=[{"factor": str(P12), "sigma": None}])
    found = standing(whole)
    assert (found["status"], found["factors_found"]) == ("fully_factored", [str(P12), str(P16), str(P64)])


@pytest.mark.parametrize("factor", ["1", str(N), "12347", "0", "-5", "abc"])
def test_what_is_no_factor_is_refused_by_name_and_the_curves_count(known, hand_in, standing, factor):
    known(N)
    answer = hand_in(N, factors_found=[{"factor": factor, "sigma": None}, {"factor": str(P16), "sigma": None}])
    assert len(answer["errors"]) == 1
    assert answer["factor_status"] == "new_factor"
    assert standing(N)["ecm_work"]["total_curves"] == 10


def test_an_expression_is_the_number_and_not_its_first_digits(hand_in, standing):
    hand_in("2^137-1", curves_completed=10)
    assert standing(2**137 - 1)["composite"] == "2^137-1"
    assert standing(2**137 - 1)["ecm_work"]["total_curves"] == 10


def test_a_number_in_a_project_is_submitted_on_the_way_and_can_be_worked_on_at_once(client, hand_in, standing, ask):
    hand_in(N, project="aliquot", curves_completed=1)
    assert standing(N)["projects"] == ["aliquot"]
    assert client.get("/api/v1/projects/1").json()["total_composites"] == 1
    work = ask()
    assert (work["composite"], work["target_t_level"] > 0) == (str(N), True)


@pytest.mark.parametrize(("mode", "method"), [("siqs", "qs"), ("auto", "auto")])
def test_what_the_wrapper_of_yafu_calls_its_modes_is_understood(client, known, hand_in, mode, method):
    """It has no B1 then, and lists every prime as often as it divides, the last cofactor among them."""
    number = known(P16 * P16 * P64)
    primes = [str(P16), str(P16), str(P64)]
    step = {
        "method": mode,
        "program": f"yafu-{mode}",
        "b1": None,
        "curves": None,
        "parametrization": 3,
        "curves_completed": 1,
        "factor_found": primes[0],
        "factors_found": [{"factor": prime, "sigma": None} for prime in primes],
    }
    made = hand_in(P16 * P16 * P64, **step)
    assert (made["factor_status"], made["errors"], made["composite_status"]) == ("new_factor", None, "factored")
    (attempt,) = client.get(f"/api/v1/composites/{number['id']}").json()["attempts"]
    assert attempt["method"] == method


@pytest.mark.parametrize("method", ["pm1", "pp1", "qs", "nfs"])
def test_other_methods_are_attempts_of_their_own(client, known, hand_in, standing, method):
    number = known(N)["id"]
    step = {"method": method, "program": "yafu", "b1": 10**6, "curves_completed": 0}
    answer = hand_in(N, factors_found=[{"factor": str(P16), "sigma": "x0=7"}], **step)
    assert (answer["factor_status"], answer["credited_curves"]) == ("new_factor", 0)
    assert answer["message"] == "Recorded; a new factor was found."
    assert hand_in(N, curves_completed=1, **{name: step[name] for name in ("method", "b1")})["message"] == "Recorded."
    assert hand_in(N, factors_found=[{"factor": str(P16), "sigma": "x0=7"}], **step) == answer
    assert standing(N)["current_t_level"] == 0
    for attempt in client.get(f"/api/v1/composites/{number}").json()["attempts"]:
        assert (attempt["method"], attempt["b1"]) == (method, 10**6)


def test_a_factor_without_a_curve_is_kept(known, hand_in, standing):
    known(N)
    answer = hand_in(N, curves_completed=0, factors_found=[{"factor": str(P16), "sigma": None}])
    assert answer["factor_status"] == "new_factor"
    assert standing(N)["status"] == "fully_factored"


def test_a_report_of_no_curves_at_all_is_taken(known, hand_in, standing):
    known(N)
    answer = hand_in(N, curves_completed=0)
    assert (answer["status"], answer["factor_status"], answer["credited_curves"]) == ("success", "no_factor", 0)
    assert answer["attempt_id"] >= 1
    assert standing(N)["ecm_work"]["total_curves"] == 0


def test_a_factor_counts_where_nobody_says_how_far_the_curves_were_run(known, hand_in, standing):
    """The client's wrapper for aliquot sequences calls YAFU's ECM without B1, and sends none."""
    known(N)
    answer = hand_in(N, b1=None, factors_found=[{"factor": str(P16), "sigma": None}])
    assert (answer["factor_status"], answer["credited_curves"]) == ("new_factor", 0)
    assert answer["remarks"] == ["b1 is missing, and no output shows it: the factor counts, and the curves don't."]
    assert standing(N)["ecm_work"]["total_curves"] == 0


def test_a_factor_may_come_in_one_with_its_sigma(client, known, hand_in, standing):
    """So the older client names what its `--stage1-only` finds, again when it resends what failed."""
    known(N)
    found = {"factor": [str(P16), "1:7"], "sigma": None}
    answer = hand_in(N, b2=0, factor_found=str(P16), factors_found=[found])
    assert (answer["factor_status"], answer["credited_curves"], answer["errors"]) == ("new_factor", 10, None)
    assert standing(N)["factors_found"] == [str(P16), str(P64)]
    feed = client.get("/api/v1/factors").json()["factors"]
    assert {factor["sigma"] for factor in feed if factor["factor"] == str(P16)} == {"1:7"}


def test_a_number_that_is_known_joins_no_project_by_a_result(known, hand_in, standing):
    """The client names the project that it was started with, for whatever number it was given."""
    known(N, project="cunningham")
    hand_in(N, project="aliquot")
    hand_in(f"{P16}*{N // P16}", project="aliquot", execution_time=0.8)
    assert standing(N)["projects"] == ["cunningham"]


def test_extra_fields_are_passed_over(known, hand_in):
    known(N)
    assert hand_in(N, hostname="box", extra={"deep": [1]})["status"] == "success"


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"method": "snfs"}, "method"),
        ({"curves_completed": -1}, "results.curves_completed is -1; a whole number from 0 to 1000000000 is accepted."),
        ({"curves_completed": 10**9 + 1}, "results.curves_completed is 1000000001"),
        ({"curves_completed": "many"}, "curves_completed"),
        ({"b1": 99}, "B1"),
        ({"b1": None}, "b1"),
        ({"b1": 10**14}, "B1"),
        ({"b2": -2}, "B2"),
        ({"parametrization": 7}, "parametrization = 7 is unknown: 0, 1, 2 or 3 is accepted."),
        ({"sigma": "x"}, "sigma"),
        ({"execution_time": -1}, "execution_time"),
        ({"composite": "1"}, "1"),
        ({"composite": "-15"}, "-15"),
        ({"composite": ""}, "composite"),
        ({"composite": "2^99999999"}, "large"),
        ({"client_id": ""}, "client_id"),
        ({"client_id": "x" * 200}, "client_id"),
        ({"program": "x" * 201}, "program"),
        ({"factors_found": [{"factor": str(factor)} for factor in range(65)]}, "65"),
        ({"factors_found": [{"factor": [str(P16)]}]}, "an array of 2 items is accepted"),
    ],
)
def test_bad_input_is_400_with_a_sentence_and_leaves_nothing_behind(client, known, hand_in, fields, words):
    known(N)
    before = client.get("/health").json()["log"]["position"]
    answer = hand_in(fields.pop("composite", N), status=400, **fields)
    assert words in answer["detail"]
    assert answer["detail"].endswith(".")
    assert client.get("/health").json()["log"]["position"] == before


@pytest.mark.parametrize(
    "fields",
    [
        {"b1": None},
        {"method": "pm1", "curves_completed": -1},
        {"factors_found": [{"factor": str(factor)} for factor in range(65)]},
        {"b1": None, "project": "aliquot"},
    ],
)
def test_what_is_refused_does_not_put_its_number_on_record(client, hand_in, fields):
    before = client.get("/health").json()["log"]["position"]
    hand_in(P16 * (10**39 + 3), status=400, **fields)
    assert client.get("/health").json()["log"]["position"] == before


def test_what_is_no_submission_at_all_is_400(client):
    for body in (b"", b"[]", b"{}", b"{", b'"x"', b"\xff"):
        answer = client.post("/api/v1/submit_result", content=body, headers={"Content-Type": "application/json"})
        assert answer.status_code == 400, body
        assert answer.headers["content-type"] == "application/problem+json"


def test_work_on_a_prime_is_refused(known, hand_in):
    known(P64)
    assert "prime" in hand_in(P64, status=400)["detail"]
