"""Words of HTML that templates write."""

from coordinator.pages.charts.ladders import ladder
from coordinator.pages.filters import at, command


def test_a_command_breaks_between_its_words_only_and_is_text():
    assert command("work --from <b>") == (
        '<span class="word">work</span> <span class="word">--from</span> <span class="word">&lt;b&gt;</span>'
    )


def test_a_time_of_the_past_has_its_year_and_on_hover_its_second():
    assert at(1_000_000_000_000_000) == (
        '<time class="then" datetime="2001-09-09T01:46:40.000000Z" title="2001-09-09 01:46:40 UTC">9 Sep 2001, 01:46</time>'
    )


def test_a_ladder_says_in_words_when_its_target_lies_beyond_what_ecm_pays_for():
    assert ladder(20, 40, sieve=30).words == "Searched to t20.0 of t40.0, beyond t30.0, from where a sieve is faster"
    assert ladder(20, 30, sieve=30).words == "Searched to t20.0 of t30.0"
