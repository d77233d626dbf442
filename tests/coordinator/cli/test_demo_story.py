from coordinator.cli.demo.screen import product, size
from coordinator.cli.demo.story import Finding, Story


def told(story, *events):
    return [finding for kind, fact in events for finding in story.hear({"type": f"factoring.{kind}.v1", "data": fact})]


def submitted(number, value, primality="composite"):
    return ("composite_submitted", {"number": number, "value": value, "primality": primality})


def split(number, *parts):
    fields = ("number", "value", "primality", "times")
    return ("number_split", {"number": number, "parts": [dict(zip(fields, part, strict=True)) for part in parts]})


CURVES = (
    "curves_run",
    {"attempt": 7, "work": "w", "curves": 5, "uncredited": [3], "b1": 11000, "b2": -1, "param": 1},
)


def found(number, value, attempt=7, sigma="42"):
    return ("factor_found", {"factor": 1, "number": number, "value": value, "attempt": attempt, "sigma": sigma})


def test_a_factor_is_told_with_the_curve_that_found_it():
    story = Story([1])
    findings = told(story, submitted(1, "1001"), CURVES, found(1, "77"))
    assert findings == [Finding(1, "77", 2, "a curve with B1 11e3, sigma 1:42")]


def test_a_factor_of_a_part_is_told_of_the_number_that_was_submitted():
    story = Story([1])
    parts = split(1, (2, "77", "composite", 1), (3, "13", "proven", 1))
    (finding,) = told(story, submitted(1, "1001"), parts, found(2, "7", attempt=0))
    assert (finding.number, finding.how) == (1, "division by small primes")


def test_factors_of_other_numbers_are_not_told():
    assert told(Story([1]), submitted(2, "15"), found(2, "3")) == []


def test_a_number_is_told_when_everything_that_is_left_of_it_is_prime():
    story = Story([1])
    assert not story.is_told(1)
    told(story, submitted(1, "1001"), split(1, (2, "77", "composite", 1), (3, "13", "proven", 1)))
    assert not story.is_told(1)
    assert " · ".join(map(size, story.leaves(1))) == "p2 · c2"
    told(story, split(2, (4, "7", "proven", 1), (5, "11", "probable", 1)))
    assert story.is_told(1)
    assert product(story.leaves(1)) == "7 · 11 · 13"


def test_a_prime_that_comes_several_times_is_told_as_a_power():
    story = Story([1])
    told(
        story,
        submitted(1, "12005"),
        split(1, (2, "49", "composite", 2), (3, "5", "proven", 1)),
        split(2, (4, "7", "proven", 2)),
    )
    assert product(story.leaves(1)) == "5 · 7^4"


def test_curves_are_under_way_from_when_they_are_handed_out_until_they_are_reported_or_pointless():
    def assigned(work, number):
        fact = {"work": work, "number": number, "curves": 5, "b1": 2000, "b2": -1, "method": "ecm"}
        return ({"type": "factoring.work_assigned.v2", "data": fact},)

    story = Story([1, 2])
    for event in (*assigned("w", 1), *assigned("x", 2)):
        list(story.hear(event))
    assert story.under_way == [], "before anything was reported the play has hardly begun"
    told(story, CURVES)
    (other,) = story.under_way
    assert (other.work, other.how, story.credited(other)) == ("x", "B1 2e3", 0)
    told(story, split(2, (4, "7", "proven", 1)))
    assert story.under_way == []
