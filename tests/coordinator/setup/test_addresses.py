import pytest

from coordinator.setup.addresses import origin_of, peers_in
from coordinator.setup.configuring import load
from core.refusals import BadInput


def test_nodes_are_found_by_their_names():
    assert peers_in(["one=10.0.0.1:8001", "two=[::1]:8001"]) == {"one": "10.0.0.1:8001", "two": "[::1]:8001"}


@pytest.mark.parametrize("said", ["one", "one=", "=here:1", "one=here", "one=here:0", "one=here:99999", "one=:1"])
def test_a_node_without_a_name_or_an_address_is_refused(said):
    with pytest.raises(BadInput, match="a name and an address, such as"):
        peers_in(["two=10.0.0.2:8001", said])


@pytest.mark.parametrize("said", ["one=b:2", "two=a:1"])
def test_two_nodes_of_one_name_or_at_one_address_are_refused(said):
    with pytest.raises(BadInput, match=f"nodes names '{said}'; a name and an address of its own"):
        peers_in(["one=a:1", said])


def test_they_are_looked_at_before_anything_is_opened():
    shared = {"TALLYSTICK_POSTGRES": "postgresql://tallystick@db/log", "TALLYSTICK_NODE_NAME": "one"}
    with pytest.raises(BadInput, match="nodes names 'two=b'"):
        load(None, shared | {"TALLYSTICK_NODES": "one=a:1,two=b"}, {})


@pytest.mark.parametrize(
    ("said", "origin"),
    [
        ("http://localhost:3000", "http://localhost:3000"),
        ("https://Forum.Example:443", "https://forum.example"),
        ("http://forum.example:443", "http://forum.example:443"),
        ("http://[::1]:80", "http://[::1]"),
        ("https://*.forum.example:*", "https://*.forum.example:*"),
        ("*", "*"),
        ("http://[", None),
        ("http://a:65536", None),
        ("http://a:", None),
    ],
)
def test_an_origin_is_written_as_browsers_say_it(said, origin):
    assert origin_of(said) == origin


def test_origins_take_effect_however_they_are_written():
    said = {"cors_origins": "http://a:80", "embed_origins": "https://Forum.example:443,*"}
    settings = load(None, {}, said)
    assert (settings.cors_origins, settings.embed_origins) == (("http://a",), ("https://forum.example", "*"))
