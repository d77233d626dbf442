"""Rows by their keys: what is held in memory stands for the table until it is written."""

from hypothesis import given
from hypothesis import strategies as st

from projections.runtime.kept import Kept

steps = st.lists(
    st.one_of(
        st.tuples(st.just("put"), st.integers(0, 9), st.text(max_size=2)),
        st.tuples(st.just("get"), st.integers(0, 9)),
        st.just(("flush",)),
    ),
    max_size=40,
)


@given(steps, st.integers(0, 5))
def test_a_row_is_what_was_put_last_and_a_flush_writes_what_has_changed_in_order(taken, most):
    table, expected, changed = {}, {}, {}

    def write(rows):
        assert [key for key, _ in rows] == sorted(changed)
        table.update(rows)

    kept = Kept(lambda key: (key, table[key]) if key in table else None, write, most)
    for what, *arguments in taken:
        if what == "put":
            key, value = arguments
            expected[key] = changed[key] = value
            assert kept.put(key, (key, value)) == (key, value)
        elif what == "get":
            (key,) = arguments
            assert kept.get(key) == ((key, expected[key]) if key in expected else None)
        else:
            kept.flush()
            changed.clear()
            assert table == expected
    assert all(kept.sure(key) == (key, value) for key, value in expected.items())
