"""The API's description, and pages that show it; nothing in them asks another host for anything."""

from pathlib import Path
from typing import Any

from litestar import Response, Router, get
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromPath

from coordinator.http.caller import PUBLIC
from coordinator.http.problems import may_answer
from core.refusals import Unknown

ASSETS = Path(__file__).with_name("assets")
_MEDIA_TYPES = {
    "swagger-ui.css": "text/css",
    "swagger-ui-bundle.js": "text/javascript",
    "redoc.standalone.js": "text/javascript",
    "start.js": "text/javascript",
}
_DESCRIPTION = "application/vnd.oai.openapi+json"
_START = b"""SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#api",
  deepLinking: true,
  validatorUrl: "none",
  persistAuthorization: true,
});
"""
_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<link rel="icon" href="/favicon.ico">
<style>
.frame {{ font: 14px/1.43 "DejaVu Sans Condensed", system-ui, sans-serif; display: flex; flex-wrap: wrap; gap: 8px 24px;
  padding: 12px 24px; background: #f5f2ea; border-bottom: 1px solid #e7e1d4; }}
.frame a {{ color: #1d1a15; }}
.frame a:first-child {{ font-weight: 600; text-decoration: none; }}
</style>
{head}</head>
<body style="margin: 0">
<nav class="frame" aria-label="Tallystick"><a href="/">Tallystick</a> <a href="/">Overview</a> <a href="/composites">Numbers</a>
<a href="/events">Log</a> <a href="/docs">API, to try</a> <a href="/redoc">API, to read</a> <a href="/openapi.json">OpenAPI</a></nav>
<noscript>These pages need JavaScript; <a href="/openapi.json">the description itself</a> does not.</noscript>
{body}
</body>
</html>
"""
_SWAGGER = _PAGE.format(
    title="Tallystick: the API",
    head='<link rel="stylesheet" href="/docs/assets/swagger-ui.css">\n',
    body='<div id="api"></div>\n<script src="/docs/assets/swagger-ui-bundle.js"></script>\n'
    '<script src="/docs/assets/start.js"></script>',
)
_REDOC = _PAGE.format(
    title="Tallystick: the API",
    head="",
    body='<redoc spec-url="/openapi.json"></redoc>\n<script src="/docs/assets/redoc.standalone.js"></script>',
)
# What Redoc and Swagger UI need, and no other host.
_POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; worker-src blob:"
)


@get(
    "/openapi.json",
    summary="The description of the API",
    media_type=_DESCRIPTION,
    responses={200: ResponseSpec(dict[str, Any], generate_examples=False, media_type=_DESCRIPTION)},
)
async def read_description(description: NamedDependency[bytes]) -> bytes:
    """Return the description of every address, in OpenAPI 3.1."""
    return description


@get("/docs", include_in_schema=False)
async def read_swagger() -> Response[str]:
    """Return the description as Swagger UI shows it."""
    return _page(_SWAGGER)


@get("/redoc", include_in_schema=False)
async def read_redoc() -> Response[str]:
    """Return the description as Redoc shows it."""
    return _page(_REDOC)


@get("/docs/assets/{name:str}", include_in_schema=False, responses=may_answer(404))
async def read_asset(name: FromPath[str]) -> Response[bytes]:
    """Return one of the files that the pages are made of."""
    path = ASSETS / name
    if name not in _MEDIA_TYPES or not (name == "start.js" or path.exists()):
        raise Unknown(f"There is no file {name[:80]!r} here; pip install puts the files of these pages in place.")
    content = _START if name == "start.js" else path.read_bytes()
    return Response(content, media_type=_MEDIA_TYPES[name], headers={"Cache-Control": "max-age=3600"})


def _page(html: str) -> Response[str]:
    return Response(html, media_type="text/html", headers={"Content-Security-Policy": _POLICY})


ROUTER = Router(
    "/",
    route_handlers=[read_description, read_swagger, read_redoc, read_asset],
    guards=[PUBLIC],
    tags=["System"],
)
