"""Which events a subscription takes."""

import pytest

from core.contexts import registry
from core.notifications.wanted import check_types, deliverable, takes
from core.refusals import BadInput

KNOWN = tuple(registry().facts)


@pytest.mark.parametrize(
    ("types", "event", "taken"),
    [
        ((), "factoring.factor_found.v1", True),
        (("factoring",), "factoring.factor_found.v1", True),
        (("factoring.factor_found",), "factoring.factor_found.v1", True),
        (("factoring.factor_found.v1",), "factoring.factor_found.v1", True),
        (("factoring.factor",), "factoring.factor_found.v1", False),
        (("counting", "tasks"), "factoring.factor_found.v1", False),
        ((), "notifications.delivered.v1", False),
        (("notifications",), "notifications.delivered.v1", False),
        (("notifications",), "notifications.alarm_raised.v1", True),
    ],
)
def test_a_type_is_taken_by_its_first_words(types, event, taken):
    assert takes(types, event) is taken


def test_nothing_about_a_delivery_is_ever_delivered():
    about = {one for one in KNOWN if one.startswith("notifications.") and not deliverable(one)}
    assert {one.partition(".")[2] for one in about} == {
        *(
            "subscribed.v1",
            "secret_renewed.v1",
            "subscription_ended.v1",
            "delivered.v1",
            "failing.v1",
            "given_up.v1",
            "sent_again.v1",
        ),
    }


def test_types_that_no_event_has_are_refused():
    assert check_types(("factoring", "tasks.finished.v1", "factoring"), KNOWN) == ("factoring", "tasks.finished.v1")
    for wrong, sentence in (
        ("factoring.factor_fund", "is not a type of event;"),
        ("", "is not a type of event;"),
        ("notifications.delivered", "events about deliveries are not"),
    ):
        with pytest.raises(BadInput, match=sentence):
            check_types((wrong,), KNOWN)
