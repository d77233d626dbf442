"""What an output shows that is handed in with a result: it is believed before any field."""

import pytest

from tests.coordinator.http.middleware.outputs import P12, P16, USING, N, shown

FOUND = "********** Factor found in step {}: {}\nFound prime factor of 12 digits: {}\n"
HEADER = "GMP-ECM 7.0.5 [configured with GMP 6.2.1, --enable-asm-redc] [ECM]\nInput number is {} (80 digits)\n"
RESUMED = (
    "Resuming ECM residue saved by a@b with GMP-ECM 7.0.5 on Sat Nov 28 13:50:50 2026\nInput number is {} (80 digits)\n"
    "Using B1=11000-11000, B2=1873422, polynomial x^1, sigma=0:{}\nStep 1 took 0ms\nStep 2 took 1ms\n"
)


def test_a_long_output_of_a_gpu_counts_every_curve_of_it(known, hand_in, standing):
    known(N)
    output = "Using B1=11000, B2=0, sigma=3:1000-3:4583 (3584 curves)\nComputing 3584 Step 1 took 1000ms of GPU time\n"
    answer = hand_in(N, raw_output=output, curves_completed=3584, b2=0, parametrization=1)
    assert answer["credited_curves"] == 3584
    again = hand_in(N, raw_output=output, curves_completed=3584, b2=0, client_id="bob")
    assert again["factor_status"] == "duplicate"
    assert standing(N)["ecm_work"]["total_curves"] == 3584


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
