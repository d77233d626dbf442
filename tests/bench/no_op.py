"""A POST that reads its JSON body, or a form, and does nothing, on the server stack of the coordinator."""

import sys
from typing import Any

import msgspec
import uvicorn
from litestar import Litestar, get, post
from litestar.datastructures import UploadFile
from litestar.params import JSONBody, MultipartBody


class Body(msgspec.Struct):
    """As many fields as a result has."""

    work_assignment_id: str
    curves_completed: int
    b1: int
    client_id: str
    parametrization: int
    sigmas: list[str]
    factors_found: list[str]
    execution_time: float


class Answer(msgspec.Struct):
    """Something to encode."""

    status: str
    curves: int


@post("/", status_code=200)
async def no_op(data: JSONBody[Body]) -> Answer:
    """Answer at once."""
    return Answer("success", data.curves_completed)


@post("/any", status_code=200)
async def no_op_of_any_shape(data: JSONBody[dict[str, Any]]) -> Answer:
    """Answer at once."""
    return Answer("success", len(data))


class Form(msgspec.Struct):
    """A form with one file."""

    file: UploadFile


@post("/form", status_code=200)
async def no_op_of_a_form(data: MultipartBody[Form]) -> Answer:
    """Read the file."""
    return Answer("success", len(await data.file.read()))


@get("/")
async def here() -> Answer:
    """Say that the server is up."""
    return Answer("success", 0)


if __name__ == "__main__":
    app = Litestar([no_op, no_op_of_any_shape, no_op_of_a_form, here], openapi_config=None, logging_config=None)
    uvicorn.run(app, port=int(sys.argv[1]), log_level="warning", access_log=False)
