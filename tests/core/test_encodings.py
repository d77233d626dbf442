import pytest

from core.encodings import encoding_of, text_of


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_a_text_is_read_however_it_is_written(encoding):
    mark = "\ufeff" if encoding.endswith("e") else ""
    assert text_of(f"{mark}2^137-1\n".encode(encoding)) == "2^137-1\n"


@pytest.mark.parametrize("content", [b"", b"\xff", b"2", b"\xfe\xff\x00"])
def test_what_is_no_text_is_no_fault(content):
    assert isinstance(text_of(content), str)
    assert encoding_of(content) in {"utf-8", "utf-16"}
