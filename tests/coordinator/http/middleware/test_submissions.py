"""What is handed in in the middleware's shape: what counts, what is refused, and that nothing is lost."""

import json

import pytest

P12, P16, P20, P64 = 10**11 + 3, 10**15 + 37, 10**19 + 51, 10**63 + 121
N = P16 * P64
USING = "Using B1=11000, B2=1873422, polynomial x^1, sigma=1:{}\nStep 1 took 1ms\nStep 2 took 1ms\n"


def shown(*sigmas):
    return "".join(USING.format(sigma) for sigma in sigmas)


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


def test_a_long_output_of_a_gpu_counts_every_curve_of_it(known, hand_in, standing):
    known(N)
    output = "Using B1=11000, B2=0, sigma=3:1000-3:4583 (3584 curves)\nComputing 3584 Step 1 took 1000ms of GPU time\n"
    answer = hand_in(N, raw_output=output, curves_completed=3584, b2=0, parametrization=1)
    assert answer["credited_curves"] == 3584
    again = hand_in(N, raw_output=output, curves_completed=3584, b2=0, client_id="bob")
    assert again["factor_status"] == "duplicate"
    assert standing(N)["ecm_work"]["total_curves"] == 3584


def test_extra_fields_are_passed_over(known, hand_in):
    known(N)
    assert hand_in(N, hostname="box", extra={"deep": [1]})["status"] == "success"


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"method": "snfs"}, "method"),
        ({"curves_completed": -1}, "curves = -1"),
        ({"curves_completed": 10**9 + 1}, "curves"),
        ({"curves_completed": "many"}, "curves_completed"),
        ({"b1": 99}, "B1"),
        ({"b1": None}, "b1"),
        ({"b1": 10**14}, "B1"),
        ({"b2": -2}, "B2"),
        ({"parametrization": 7}, "param"),
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


FOUND = "********** Factor found in step {}: {}\nFound prime factor of 12 digits: {}\n"
HEADER = "GMP-ECM 7.0.5 [configured with GMP 6.2.1, --enable-asm-redc] [ECM]\nInput number is {} (80 digits)\n"
RESUMED = (
    "Resuming ECM residue saved by a@b with GMP-ECM 7.0.5 on Sat Nov 28 13:50:50 2026\nInput number is {} (80 digits)\n"
    "Using B1=11000-11000, B2=1873422, polynomial x^1, sigma=0:{}\nStep 1 took 0ms\nStep 2 took 1ms\n"
)


def test_curves_of_another_number_in_the_same_output_are_not_credited_and_it_is_said(known, hand_in, standing):
    known(N)
    output = HEADER.format(N) + shown(1) + HEADER.format(N + 2) + shown(2)
    answer = hand_in(N, raw_output=output, curves_completed=4)
    assert answer["credited_curves"] == 1
    assert answer["remarks"] == [
        "1 curve was run on another number, or the output doesn't tell on which.",
        "curves_completed says 4, and the output, which lacks none, shows 2: no others count.",
    ]
    assert standing(N)["ecm_work"]["total_curves"] == 1


def test_an_output_that_shows_nothing_of_the_number_is_refused_with_the_reason(known, hand_in):
    known(N)
    answer = hand_in(N, status=400, raw_output=HEADER.format(N + 2) + shown(2), curves_completed=4)
    assert answer["detail"].startswith("The output shows no ECM curve of this number that was run to its end")
    assert "1 curve was run on another number" in answer["detail"]


def test_what_the_output_shows_to_be_p_minus_1_is_recorded_as_that(client, known, hand_in):
    known(N)
    output = HEADER.replace("[ECM]", "[P-1]").format(N)
    output += "Using B1=11000, B2=1873422, polynomial x^1, x0=662684337\nStep 1 took 0ms\nStep 2 took 1ms\n"
    answer = hand_in(N, raw_output=output, curves_completed=1)
    assert (answer["credited_curves"], answer["remarks"]) == (0, ["1 run of P-1 is recorded as such."])
    (attempt,) = client.get(f"/api/v1/composites/{answer['composite_id']}").json()["attempts"]
    assert (attempt["method"], attempt["b1"]) == ("pm1", 11000)


@pytest.mark.parametrize("told", [{}, {"factor_found": str(P16)}], ids=["", "told"])
def test_of_a_mixed_output_each_factor_is_of_what_found_it(client, known, hand_in, told):
    number = known(N * P12)["id"]
    output = HEADER.format(N * P12) + shown(5) + "Run 2 out of 2:\n" + USING.format(6) + FOUND.format(2, P12, P12)
    beside = HEADER.replace("[ECM]", "[P-1]").format(N) + "Using B1=500, B2=50000, polynomial x^1, x0=662684337\n"
    answer = hand_in(N * P12, raw_output=output + beside + FOUND.format(1, P16, P16), curves_completed=0, **told)
    assert answer["factor_status"] == "new_factor"
    assert answer["remarks"] == ["1 run of P-1 is recorded as such, beside the curves."]
    page = client.get(f"/api/v1/composites/{number}").json()
    methods = {one["id"]: one["method"] for one in page["attempts"]}
    assert {found["factor"]: methods[found["attempt_id"]] for found in page["factors"] if found["attempt_id"]} == {
        str(P12): "ecm",
        str(P16): "pm1",
    }


def test_what_was_saved_without_its_parametrisation_and_resumed_adds_nothing(known, hand_in, standing):
    known(N)
    hand_in(N, raw_output=HEADER.format(N) + shown(5), curves_completed=1)
    before = standing(N)
    answer = hand_in(N, raw_output=RESUMED.format(N, 5), curves_completed=1)
    assert (answer["credited_curves"], answer["factor_status"]) == (0, "duplicate")
    assert "what GMP-ECM 7 saved without -param" in answer["remarks"][0]
    assert standing(N)["ecm_work"] | before["ecm_work"] == before["ecm_work"]


def test_what_was_saved_as_parametrisation_0_and_resumed_raises_its_curve(known, hand_in, standing):
    known(N)
    output = "Using B1=11000, B2=0, polynomial x^1, sigma=0:5\nStep 1 took 1ms\n"
    hand_in(N, raw_output=HEADER.format(N) + output, curves_completed=1)
    before = standing(N)["current_t_level"]
    assert hand_in(N, raw_output=RESUMED.format(N, 5), curves_completed=1)["credited_curves"] == 1
    assert standing(N)["current_t_level"] > before


@pytest.mark.parametrize(
    ("composite", "fields", "said"),
    [
        (2**1061 - 1, {}, True),
        (2**1061 - 1, {"parametrization": 1}, False),
        (2**1061 - 1, {"sigma": "123"}, False),
        (10**400 + 67, {}, True),
        (N, {}, False),
    ],
)
def test_where_the_parametrisation_is_not_known_it_is_said(hand_in, composite, fields, said):
    answer = hand_in(composite, curves_completed=1, **{"parametrization": None} | fields)
    assert any("parametrisation is not known" in remark for remark in answer["remarks"]) == said


def test_a_bare_sigma_from_two_to_the_32_on_is_of_parametrisation_0(client, known, hand_in):
    known(N)
    claim = {"factors_found": [{"factor": str(P16), "sigma": str(2**32 + 5)}]}
    answer = hand_in(N, curves_completed=1, parametrization=None, **claim)
    (attempt,) = client.get(f"/api/v1/composites/{answer['composite_id']}").json()["attempts"]
    assert attempt["parametrization"] == 0


def test_of_p_minus_1_too_the_output_is_believed_rather_than_the_fields(client, known, hand_in):
    number = known(N)["id"]
    began_late = "GMP-ECM 7.0.5 [configured] [P-1]\n" + f"Input number is {N} (79 digits)\n"
    began_late += "Using B1=49999-50000, B2=7000000, polynomial x^1\nStep 1 took 1ms\nStep 2 took 1ms\n"
    hand_in(N, method="pm1", b1=50000, curves_completed=1, raw_output=began_late)
    hand_in(N, method="pp1", b1=50000, curves_completed=1, raw_output="")
    hand_in(N, method="pp1", b1=50000, curves_completed=3, raw_output=shown(5, 6))
    seen = client.get(f"/api/v1/composites/{number}").json()["attempts"]
    assert [(one["method"], one["b1"], one["b2"], one["curves"]) for one in seen] == [
        ("ecm", 11000, None, 2),
        ("pp1", 50000, None, 1),
        ("pm1", 0, 0, 1),
    ]


STAGE_1 = HEADER.format(N) + "Using B1=11000, B2=0, polynomial x^1, sigma=1:{}\nStep 1 took 1ms\n"


def test_stage_1_and_its_resume_in_one_text_are_credited_as_one_curve(client, known, hand_in, standing):
    known(N)
    again = RESUMED.format(N, 5).replace("sigma=0:", "sigma=1:")
    answer = hand_in(N, raw_output=STAGE_1.format(5) + again, curves_completed=1)
    assert (answer["credited_curves"], answer["message"]) == (1, "1 curve credited.")
    (attempt,) = client.get(f"/api/v1/composites/{answer['composite_id']}").json()["attempts"]
    assert (attempt["b2"], attempt["credited"]) == (None, 1)
    assert standing(N)["ecm_work"]["total_curves"] == 1


@pytest.mark.parametrize("method", ["ecm", "pm1", "pp1"])
@pytest.mark.parametrize(
    "raw_output", ["bash: ecm: command not found\n", "Killed", "GMP-ECM 7.0.5 [c] [P-1]\nKilled\n"]
)
def test_an_output_that_shows_that_nothing_was_run_is_refused(known, hand_in, standing, method, raw_output):
    known(N)
    answer = hand_in(N, status=400, method=method, curves_completed=10, raw_output=raw_output)
    assert answer["detail"].startswith("The output shows no ")
    assert standing(N)["ecm_work"]["total_attempts"] == 0
    found = {"factors_found": [{"factor": str(P16), "sigma": None}]}
    answer = hand_in(N, method=method, curves_completed=10, raw_output=raw_output, **found)
    assert (answer["factor_status"], answer["credited_curves"]) == ("new_factor", 0)


def test_words_of_another_program_are_believed_as_its_fields_are(known, hand_in):
    known(N)
    assert hand_in(N, program="mine", raw_output="ten curves, nothing found")["credited_curves"] == 10
