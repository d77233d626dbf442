"""Forms with files: a part with a file's name is one, any other a text in UTF-8, and what is neither is told so."""

import asyncio

import pytest
from litestar.datastructures import UploadFile
from litestar.enums import RequestEncodingType

from coordinator.http.requests.forms import NO_FORM, OF_A_FORM, read_form
from core.refusals import BadInput, TooLarge


def part(content, *, name="note", filename=None, says=""):
    named = f'; filename="{filename}"' if filename is not None else ""
    return f'--x\r\nContent-Disposition: form-data; name="{name}"{named}\r\n{says}\r\n'.encode() + content + b"\r\n"


def read(form, pieces=7):
    """Read a form that comes in pieces of so many bytes; files as their names and contents."""

    async def stream():
        for start in range(0, len(form), pieces):
            yield form[start : start + pieces]

    async def fields():
        return {name: await shown(value) for name, value in (await read_form(stream(), "x")).items()}

    async def shown(value):
        if not isinstance(value, UploadFile):
            return value
        content = await value.read()
        await value.close()
        return value.filename, content

    return asyncio.run(fields())


@pytest.mark.parametrize("pieces", [1, 7, 1000])
def test_a_form_is_read_in_whatever_pieces_it_comes(pieces):
    form = (
        part(b"gr\xc3\xb6\xc3\x9fer")
        + part(b"\r\n\xff\n", name="file", filename="größer.txt")
        + part(b"")
        + b"--x--\r\n"
    )
    assert read(form, pieces) == {"note": ["größer", ""], "file": ("größer.txt", b"\r\n\xff\n")}


def test_a_text_is_utf_8_whatever_it_says_of_itself():
    form = part(b"6162", says="Content-Type: text/plain; charset=hex\r\n") + b"--x--\r\n"
    assert read(form) == {"note": "6162"}


@pytest.mark.parametrize(
    ("form", "refusal", "words"),
    [
        (part(b"ab\xff") + b"--x--\r\n", BadInput, r"The field 'note' of the form is not UTF-8 \(byte 2\)"),
        (part(b"ab", filename="a"), BadInput, NO_FORM),
        (b"", BadInput, NO_FORM),
        (b"METHOD=ECM; SIGMA=7\n", BadInput, NO_FORM),
        (part(b"") * 1001 + b"--x--\r\n", TooLarge, "more than 1,000 parts"),
        (part(b"", filename="a" * 5000) + b"--x--\r\n", TooLarge, "a head of more than 4,000 characters"),
    ],
    ids=["no text", "cut short", "empty", "none", "too many parts", "too long a head"],
)
def test_what_is_no_form_is_told_so(form, refusal, words):
    with pytest.raises(refusal, match=words):
        read(form, 1000)


def test_every_address_that_takes_a_form_with_files_reads_it_so(serving_in, tmp_path):
    with serving_in(tmp_path) as client:
        handlers = [handler for route in client.app.routes for handler in getattr(route, "route_handlers", ())]
    taking = [
        handler
        for handler in handlers
        if (data := handler.parsed_fn_signature.parameters.get("data"))
        and getattr(data.kwarg_definition, "media_type", None) == RequestEncodingType.MULTI_PART
    ]
    assert len(taking) >= 2
    assert all(OF_A_FORM.items() <= handler.opt.items() for handler in taking)


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({"file": (None, b"METHOD=ECM")}, "file is 'METHOD=ECM'; a file is accepted."),
        ([("file", ("a", b"1")), ("file", ("b", b"2"))], "file is an array of 2 items; a file is accepted."),
    ],
)
def test_what_stands_in_a_file_s_place_is_shown(serving_in, tmp_path, files, words):
    with serving_in(tmp_path) as client:
        answer = client.post("/api/v1/residues/upload", files=files, headers={"X-Client-ID": "alice"})
    assert (answer.status_code, answer.json()["detail"]) == (400, words)
