from hypothesis import given
from hypothesis import strategies as st

from core.events.idempotency import CommandId, fingerprint_of, remembered_by, unrepeatable

scopes = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="/"), min_size=1)
keys = st.text(st.characters(exclude_categories=["Cs"]))
contents = st.binary()


@given(scopes, keys, contents)
def test_what_a_command_is_remembered_by_is_read_back_from_its_text(scope, key, content):
    identity = CommandId(scope, key, fingerprint_of(content))
    assert remembered_by(identity.text) == (identity.lookup, identity.fingerprint)


@given(scopes)
def test_an_unrepeatable_command_is_not_remembered(scope):
    assert unrepeatable(scope).lookup is None
    assert remembered_by(unrepeatable(scope).text) == (None, "")


@given(scopes, keys.filter(bool), contents, contents)
def test_a_key_is_looked_up_whatever_the_content(scope, key, one, other):
    assert CommandId(scope, key, fingerprint_of(one)).lookup == CommandId(scope, key, fingerprint_of(other)).lookup


@given(scopes, contents, contents)
def test_without_a_key_the_content_is_looked_up(scope, one, other):
    lookups = {CommandId(scope, "", fingerprint_of(content)).lookup for content in (one, other)}
    assert len(lookups) == len({one, other})


@given(scopes, scopes, keys, contents)
def test_two_scopes_never_share_a_key(one, other, key, content):
    first, second = (CommandId(scope, key, fingerprint_of(content)).lookup for scope in (one, other))
    assert (first == second) == (one == other)
