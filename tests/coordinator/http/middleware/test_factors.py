"""What is shown of a factor once the order of its curve was counted: on the wire and on the pages."""

import time

import pytest

P, SIGMA = 8_000_000_000_012_429, "716873880"  # GMP-ECM found it with -param 1, B1 = 2000, B2 = 200000
Q = 2**89 - 1
HTML = {"Accept": "text/html"}


@pytest.fixture
def counted(client, hand_in, known):
    """A function that hands in a find, and returns the factor when the order of its curve was counted."""

    def counted(sigma):
        known(P * Q)
        hand_in(P * Q, b1=2000, b2=200_000, factors_found=[{"factor": str(P), "sigma": sigma}])
        deadline = time.monotonic() + 60
        while True:
            (factor,) = client.get("/api/v1/factors").json()["factors"]
            if factor["group_order"]:
                return factor
            assert time.monotonic() < deadline, factor

    return counted


def test_the_order_stands_with_the_factor_everywhere(client, counted):
    factor = counted(f"1:{SIGMA}")
    order = {"group_order": "8000000029465536", "group_order_factorization": "2^6 * 3 * 23 * 43 * 449 * 701 * 133853"}
    assert factor.items() >= {**order, "doubt": None, "primality": "proven", "sigma": f"1:{SIGMA}"}.items()
    assert client.get("/api/v1/factors/1").json() == {**factor, "sigma": int(SIGMA), "parametrization": 1}
    (detail,) = client.get("/api/v1/composites/1").json()["factors"]
    assert detail.items() >= {**order, "doubt": None}.items()
    for page in ("/factors", "/composites/1"):
        text = client.get(page, headers=HTML).text
        assert "2<sup>6</sup> · 3 · 23 · 43 · 449 · 701 · 133853" in text
        assert "doubtful" not in text
    assert "proven prime" in text


def test_a_doubtful_find_is_shown_so_and_counts(client, counted):
    factor = counted("1:716873881")
    assert factor["doubt"].startswith("Stage 1 to B1 = 2000 leaves ")
    assert client.get("/api/v1/composites/1").json()["composite"]["status"] == "factored"
    for page in ("/factors", "/composites/1"):
        text = client.get(page, headers=HTML).text
        assert "doubtful" in text
        assert "Stage 1 to B1 = 2000 leaves " in text


def test_a_factor_without_a_curve_has_no_order(client, hand_in, known):
    known(P * Q)
    hand_in(P * Q, factors_found=[{"factor": str(P), "sigma": None}])
    (factor,) = client.get("/api/v1/factors").json()["factors"]
    assert (factor["group_order"], factor["doubt"], factor["factor"]) == (None, None, str(P))


@pytest.mark.parametrize(
    ("sigma", "shown"), [("0:9223372036854775807", 2**63 - 1), ("0:9223372036854775808", str(2**63))]
)
def test_a_factor_by_itself_has_its_sigma_as_a_number_as_far_as_json_has_numbers(client, known, hand_in, sigma, shown):
    known(P * Q)
    hand_in(P * Q, curves_completed=1, parametrization=0, factors_found=[{"factor": str(P), "sigma": sigma}])
    factor = client.get("/api/v1/factors/1").json()
    assert (factor["sigma"], factor["parametrization"]) == (shown, 0)
    assert client.get("/api/v1/factors").json()["factors"][0]["sigma"] == sigma
