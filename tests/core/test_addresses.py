import pytest

from core.addresses import addresses
from core.refusals import BadInput


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("http://here:8000/", ("http://here:8000",)),
        ("http://a,https://b:1", ("http://a", "https://b:1")),
        (" http://a  http://b/, http://a ", ("http://a", "http://b")),
    ],
)
def test_addresses_stand_with_commas_or_spaces_between_each_once(said, found):
    assert addresses(said) == found


@pytest.mark.parametrize(
    "said",
    [
        *("", " , ", "nonsense", "http://a,nonsense", "http://here:port", "http://here:0"),
        *("http://a..b", "http://.a", "http://" + "a" * 64 + ".org", "http://ä..b:80"),
    ],
)
def test_one_that_is_none_is_refused(said):
    with pytest.raises(BadInput, match="is not the address of a coordinator"):
        addresses(said)
