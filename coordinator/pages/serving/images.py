"""Charts by themselves, as images that can be put elsewhere."""

from base64 import b64encode
from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from litestar import Response

from coordinator.http.responses.tables import MEDIA_TYPES, OF
from coordinator.pages.charts.bars import Bars
from coordinator.pages.charts.lines import Chart
from coordinator.pages.rendering.site import Site
from core.refusals import BadInput, Unknown
from core.wording import shortened

AnyChart = Chart | Bars
_STYLE = Path(__file__).with_name("images.css").read_text()
_STYLE_HASH = b64encode(sha256(_STYLE.encode()).digest()).decode()
IMAGE = {
    "Content-Security-Policy": f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "max-age=60",
    "Vary": "Accept, Cookie",
}
"""The header fields of an image; a minute is as new as anybody expects one to be."""


def chart_in(shown: Mapping[str, Any], name: str | None) -> AnyChart:
    """Return a chart that a page shows, by its name; the first one when none is said.

    Raises:
        Unknown: the page has no chart.
        BadInput: it has none of this name.
    """
    charts = {chart.name: chart for chart in _charts(shown)}
    if not charts:
        raise Unknown("This page has no chart, or nothing to draw yet.")
    if name and name not in charts:
        raise BadInput(f"{OF} is {shortened(name)!r}; {' or '.join(charts)} is accepted.")
    return charts[name] if name else next(iter(charts.values()))


def _charts(shown: Mapping[str, Any]) -> Iterator[AnyChart]:
    for value in shown.values():
        if isinstance(value, Chart | Bars):
            yield value
        elif isinstance(value, dict):
            yield from (one for one in value.values() if isinstance(one, Chart | Bars))


async def image_of(site: Site, shown: Mapping[str, Any], name: str | None) -> Response[str]:
    """Answer with a chart of a page as an image: `/composites/17?as=svg&of=t-levels`.

    Raises:
        Unknown: the page has no chart.
        BadInput: it has none of this name.
    """
    chart = chart_in(shown, name)
    svg = await site.write("elsewhere/chart.svg", {"chart": chart, "style": _STYLE}, past=shown["then"] is not None)
    return Response(svg, media_type=MEDIA_TYPES["svg"], headers=IMAGE)
