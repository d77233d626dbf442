"""A log of 100,000 events checked in a browser, beside `verify --log-only` of the same log: the page of /check, in Chromium."""

import tempfile
import time
from pathlib import Path

from bench_audit import timed
from month import Month
from stage import coordinator, figure, median

from tests.real.chromium import BrowserPage, Chromium

EVENTS = 100_000


def checked(page: BrowserPage) -> float:
    """Have the page take and check the log of the coordinator that serves it; return the seconds from press to result."""
    began = time.perf_counter()
    page.value(
        "say('found', ''); of('check').click();"
        " new Promise((done) => new MutationObserver(() => of('found').className && done())"
        ".observe(of('found'), { attributes: true }))"
    )
    seconds = time.perf_counter() - began
    said = page.value("of('found').textContent")
    assert "The log agrees with 1 signed head" in said, said
    return seconds


def main() -> None:
    """Fill a log, check it both ways."""
    with tempfile.TemporaryDirectory() as fresh:
        directory = Path(fresh) / "data"
        Month(directory).fill(EVENTS)
        beside = median(lambda: timed("verify", "--log-only", "--data-dir", str(directory)), 3)
        with coordinator(directory) as address:
            browser = Chromium()
            try:
                page = browser.page(f"{address}/check/check.html")
                page.value("of('newest').click()")
                page.wait_for("of('heads').value")
                seconds = median(lambda: checked(page), 3)
            finally:
                browser.close()
            taken = median(lambda: timed("verify", address), 3)
    figure("verify --log-only, its start included", beside, "s", goal="")
    figure("checked in the browser, taken over HTTP", seconds, "s", goal="", beside=f"{EVENTS / seconds:,.0f} events/s")
    figure("the browser beside verify --log-only", seconds / beside, "times", goal="<= 100")
    figure("verify of the coordinator's address", taken, "s", goal="")


if __name__ == "__main__":
    main()
