"""The API's description, and what the pages are made of that show it."""

from pathlib import Path
from typing import Any

from litestar import Response, Router, get
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromPath

from coordinator.http.caller import PUBLIC
from coordinator.http.responses.problems import may_answer
from core.refusals import Unknown
from core.wording import shortened

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
const { documentElement: root } = document, wished = matchMedia("(prefers-color-scheme: dark)");
const paint = () => root.classList.toggle("dark-mode", (root.dataset.theme ?? (wished.matches ? "dark" : "light")) === "dark");
new MutationObserver(paint).observe(root, { attributeFilter: ["data-theme"] });
wished.addEventListener("change", paint);
paint();
"""


@get(
    "/openapi.json",
    summary="The description of the API",
    media_type=_DESCRIPTION,
    responses={200: ResponseSpec(dict[str, Any], generate_examples=False, media_type=_DESCRIPTION)},
)
async def read_description(api_description: NamedDependency[bytes]) -> bytes:
    """Return the description of every address, in OpenAPI 3.1."""
    return api_description


@get("/docs/assets/{name:str}", include_in_schema=False, responses=may_answer(404))
async def read_asset(name: FromPath[str]) -> Response[bytes]:
    """Return one of the files that the pages are made of."""
    path = ASSETS / name
    if name not in _MEDIA_TYPES or not (name == "start.js" or path.exists()):
        raise Unknown(f"There is no file {shortened(name)!r} here; pip install puts the files of these pages in place.")
    content = _START if name == "start.js" else path.read_bytes()
    return Response(content, media_type=_MEDIA_TYPES[name], headers={"Cache-Control": "max-age=3600"})


ROUTER = Router(
    "/",
    route_handlers=[read_description, read_asset],
    guards=[PUBLIC],
    tags=["System"],
)
