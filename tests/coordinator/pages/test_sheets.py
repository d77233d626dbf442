"""Sheets: exact in JSON, harmless in a spreadsheet, and asked for by the address or by Accept."""

import csv
import io

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coordinator.pages.charts.sheets import Column, Sheet, chosen, form_of, to_csv, to_json
from core.refusals import BadInput, Unknown

COLUMNS = (Column("name", "Name"), Column("value", "Value", count=True))


@given(st.lists(st.tuples(st.text(st.characters(exclude_categories=["Cs"]), max_size=20), st.integers())))
def test_json_gives_back_every_text_and_every_number(rows):
    sheet = Sheet("rows", "Rows", COLUMNS, rows)
    back = msgspec.json.decode(to_json([sheet]))["rows"]
    assert [(row["name"], int(row["value"])) for row in back] == rows
    assert all(isinstance(row["value"], str) for row in back if abs(int(row["value"])) > 2**53)


@given(st.lists(st.tuples(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=20), st.integers())))
def test_csv_gives_back_every_text_but_for_the_apostrophe_before_formulas(rows):
    text = to_csv(Sheet("rows", "Rows", COLUMNS, rows)).decode()
    back = list(csv.reader(io.StringIO(text, newline="")))
    assert back[0] == ["name", "value"]
    assert [(name.removeprefix("'"), int(value)) for name, value in back[1:]] == [
        (name.removeprefix("'"), value) for name, value in rows
    ]


@pytest.mark.parametrize("text", ["=1+1", "@SUM(A1)", "+cmd", "-cmd", "\tx"])
def test_no_text_is_calculated_by_a_spreadsheet(text):
    assert to_csv(Sheet("rows", "Rows", COLUMNS, [(text, -5)])).decode().splitlines()[1].lstrip('"').startswith("'")


def test_negative_numbers_stay_numbers():
    assert to_csv(Sheet("rows", "Rows", COLUMNS, [("-3.5", -5)])) == b"name,value\r\n-3.5,-5\r\n"


def test_the_address_goes_before_the_header():
    assert form_of({}, "text/html,*/*") == "html"
    assert form_of({}, "*/*") == "html"
    assert form_of({}, "application/json") == "json"
    assert form_of({"as": "csv"}, "application/json") == "csv"
    with pytest.raises(BadInput, match="html, json, csv"):
        form_of({"as": "xls"}, "")


def test_a_sheet_is_chosen_by_its_name():
    one, other = Sheet("one", "", COLUMNS, []), Sheet("other", "", COLUMNS, [])
    assert chosen([one, other], "other") == [other]
    assert chosen([one, other], None) == [one, other]
    with pytest.raises(Unknown, match="one, other"):
        chosen([one, other], "third")
