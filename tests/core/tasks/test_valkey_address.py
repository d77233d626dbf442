"""The address of a Valkey server, of which everything is known before anybody goes there."""

from pathlib import Path

import pytest

from core.refusals import BadInput
from core.tasks.valkey_address import require_files, require_valkey


@pytest.mark.parametrize(
    "address",
    [
        "valkey://localhost:6379/1",
        "redis://[::1]?db=1",
        "valkeys://:word@localhost?ssl_cert_reqs=none&ssl_check_hostname=false&ssl_ca_certs=/etc/ca.pem",
        "unix:///run/valkey.sock?db=1&username=a&password=b",
        "valkey:///1",
    ],
)
def test_a_host_or_a_socket_a_database_and_words_that_are_known_are_taken(address):
    require_valkey(address)


@pytest.mark.parametrize(
    "address",
    [
        "http://h",
        "valkey://",
        "valkey://[",
        "valkey://h:0",
        "valkey://h:x",
        "valkey://h/one",
        "unix://h.sock",
        "valkey://h#1",
    ],
)
def test_what_leads_nowhere_is_refused(address):
    with pytest.raises(BadInput, match=r"^valkey is '.*'; an address such as valkey://localhost:6379 is accepted\.$"):
        require_valkey(address)


@pytest.mark.parametrize(
    ("query", "accepted"),
    [
        ("word=x", "one of db, username, password in the place of word"),
        ("word", "one of db, username, password in the place of word"),
        ("connection_class=x", "one of db, username, password in the place of connection_class"),
        ("ssl_cert_reqs=none", "one of db, username, password in the place of ssl_cert_reqs"),
        ("db=one", "the number of a database behind db="),
        ("db=", "the number of a database behind db="),
        ("password=", "something behind password="),
    ],
)
def test_words_that_no_server_is_reached_by_and_values_that_they_can_not_have_are_refused(query, accepted):
    with pytest.raises(BadInput) as refusal:
        require_valkey(f"valkey://h?{query}")
    assert refusal.value.sentence == f"valkey is 'valkey://h?{query}'; {accepted} is accepted."


@pytest.mark.parametrize(
    ("query", "accepted"),
    [
        ("ssl_cert_reqs=some", "none, optional or required behind ssl_cert_reqs="),
        ("ssl_check_hostname=1", "true or false behind ssl_check_hostname="),
        ("ssl_min_version=9", "ssl_certfile, ssl_keyfile in the place of ssl_min_version"),
        ("ssl_certfile=/c.pem", "ssl_certfile with ssl_keyfile, or neither of them, is accepted"),
        ("ssl_keyfile=/k.pem&db=1", "ssl_certfile with ssl_keyfile, or neither of them, is accepted"),
    ],
)
def test_so_are_those_of_tls(query, accepted):
    with pytest.raises(BadInput, match=accepted):
        require_valkey(f"valkeys://h?{query}")


def test_certificates_that_can_not_be_read_are_named(tmp_path):
    there, gone = tmp_path / "key.pem", tmp_path / "gone.pem"
    there.touch()
    address = f"valkeys://h?ssl_certfile={gone}&ssl_keyfile={there}&db=1"
    with pytest.raises(BadInput) as refusal:
        require_files(address, lambda path: Path(path).read_bytes())
    assert refusal.value.sentence == (
        f"valkey names {gone} behind ssl_certfile=, which can't be read: No such file or directory; a file that can be is"
        " accepted."
    )
    gone.touch()
    require_files(address, lambda path: Path(path).read_bytes())
