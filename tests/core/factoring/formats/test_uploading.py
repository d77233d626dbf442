"""Lists of numbers as spreadsheets, statistics programs and people write them."""

import pytest

from core.factoring.formats.uploading import command_of, difficulty_of, kind_of, lines_of
from core.factoring.notation.numberlist import entries
from core.refusals import BadInput


def read(text):
    kind = kind_of(text.splitlines()[0])
    return kind, [
        (command.text, command.priority, command.target_milli)
        for command in (
            command_of(line, 100, None, "") for line in lines_of(iter(text.splitlines(keepends=True)), kind)
        )
    ]


@pytest.mark.parametrize(
    "text",
    [
        "number,priority,target_t_level\n2^67-1,4,20.5\n",
        "\ufeffnumber,priority,target_t_level\r\n2^67-1,4,20.5\r\n",
        '"number","priority","target_t_level"\n"2^67-1",4,20.5\n',
        '\ufeff"number";"priority";"target_t_level"\r\n2^67-1;4;20,5\r\n',
        '"","number","priority","target_t_level"\n"1","2^67-1",4,20.5\n',
        "Number; Priority; Target_t_level\n2^67-1; 4.0; 20,5\n",
        "number\tpriority\ttarget_t_level\n2^67-1\t4.0\tt20.5\n",
    ],
)
def test_a_table_is_read_as_it_was_written(text):
    assert read(text) == ("csv", [("2^67-1", 4, 20_500)])


def test_what_is_not_known_is_not_said():
    assert read('"number","priority","target_t_level"\n"2^67-1",NA,NA\n') == ("csv", [("2^67-1", None, None)])
    (line,) = lines_of(iter(["number,snfs_difficulty,work,prior_t_level\n", "2^67-1,NA,NA,NA\n"]), "csv")
    assert difficulty_of(line) is None
    assert command_of(line, 100, None, "").prior.t_milli == 0


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ("1_0,20", "priority '1_0' is no whole number; one such as 12 is accepted."),
        ("4.5,20", "priority '4.5' is no whole number; one such as 12 is accepted."),
        ("4,3_5", "target_t_level '3_5' is not a t-level; digits such as 35 or 35.2 are."),
        ("4,NaN", "target_t_level 'NaN' is not a t-level; digits such as 35 or 35.2 are."),
    ],
)
def test_what_is_no_number_is_told(columns, said):
    with pytest.raises(BadInput) as refused:
        read(f"number,priority,target_t_level\n2^67-1,{columns}\n")
    assert refused.value.sentence == said


def test_a_mark_before_a_list_is_no_part_of_its_first_number():
    assert read("\ufeff2^67-1\n2^71-1\n") == ("text", [("2^67-1", None, None), ("2^71-1", None, None)])
    assert [entry.text for entry in entries(["\ufeff# all\n", "\ufeff5\n"])] == ["\ufeff5"], "in the middle it is none"


@pytest.mark.parametrize("first", ["2^67-1", "number", '"number"', "a,number", 'x"y,"z', "\x00", ""])
def test_a_header_names_the_column_of_numbers(first):
    assert kind_of(first) == ("csv" if "number" in first else "text")
