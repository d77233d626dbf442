"""Where events may be delivered to."""

import asyncio
import socket

import pytest

from coordinator.webhooks import guarding
from coordinator.webhooks.guarding import Guard, host_of
from core.refusals import BadInput

PUBLIC, INSIDE = Guard((), 8000), Guard(("127.0.0.0/8", "10.1.0.0/16", "fd00::/8"), 8000)


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111", "64:ff9b::808:808"])
def test_public_addresses_are_delivered_to(address):
    PUBLIC.check(address, 443)


@pytest.mark.parametrize(
    "address",
    [
        *(
            "127.0.0.1",
            "127.8.8.8",
            "0.0.0.0",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "100.64.0.1",
            "169.254.169.254",
        ),
        *("224.0.0.1", "239.1.1.1", "255.255.255.255", "192.0.2.1", "198.18.0.1", "240.0.0.1"),
        *("::1", "::", "fe80::1", "fe80::1%eth0", "fd00::1", "ff02::1", "2001:db8::1"),
        *("::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "2002:a00:1::"),
    ],
)
def test_others_are_refused(address):
    with pytest.raises(BadInput, match=r"is (this machine|of no public network); public addresses are accepted"):
        PUBLIC.check(address, 443)


def test_networks_that_the_settings_name_are_delivered_to_but_never_this_coordinator():
    for address in ("127.0.0.1", "10.1.2.3", "fd00::1", "::ffff:127.0.0.1"):
        INSIDE.check(address, 9000)
    for address in ("10.2.0.1", "192.168.1.1", "::1"):
        with pytest.raises(BadInput):
            INSIDE.check(address, 9000)
    with pytest.raises(BadInput, match="port 8000, is this coordinator itself"):
        INSIDE.check("127.0.0.1", 8000)


def test_an_address_of_this_machine_is_known_whatever_it_is():
    """Whether it is public or not: here, the one by which this machine would call another."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
        except OSError:
            pytest.skip("this machine has no network")
        ours = probe.getsockname()[0]
    with pytest.raises(BadInput, match="is this coordinator itself"):
        Guard((f"{ours}/32",), 8000).check(ours, 8000)


def test_a_public_address_of_this_machine_is_not_delivered_to_unless_the_settings_name_it(monkeypatch):
    monkeypatch.setattr(guarding, "_is_ours", lambda _address: True)
    with pytest.raises(BadInput, match=r"8\.8\.8\.8 is this machine"):
        PUBLIC.check("8.8.8.8", 443)
    Guard(("8.8.8.8/32",), 8000).check("8.8.8.8", 443)


@pytest.mark.parametrize("addresses", [("8.8.8.8", "10.0.0.1"), ("10.0.0.1", "8.8.8.8")])
def test_a_host_of_which_one_address_is_not_delivered_to_is_none_at_all(addresses):
    async def resolve():
        async def found(_host, port, **_how):
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in addresses]

        asyncio.get_running_loop().getaddrinfo = found
        return await PUBLIC.resolve("example.org", 443)

    with pytest.raises(BadInput, match=r"10\.0\.0\.1 is of no public network"):
        asyncio.run(resolve())


@pytest.mark.parametrize("host", ["localhost", "2130706433", "0x7f.1", "127.1", "0177.0.0.1"])
def test_a_name_is_looked_up_before_it_is_judged(host):
    with pytest.raises((BadInput, OSError)):
        asyncio.run(PUBLIC.resolve(host, 443))


@pytest.mark.parametrize(
    "url",
    [
        *(
            "",
            "example.org",
            "ftp://example.org/",
            "file:///etc/passwd",
            "http://",
            "https://u:p@example.org/",
            "http://a b/",
        ),
        *(
            "http://example.org/#x",
            "http://example.org:99999/",
            "http://exämple.org/",
            "http://[::1/",
            "http://a/\r\nX: y",
        ),
        "http://example.org/" + "x" * 2000,
        *("http://example.org:0/", "http://a..org/", "http://.org/", "http://" + "a" * 64 + ".org/"),
    ],
)
def test_what_is_no_address_of_a_receiver_is_refused(url):
    with pytest.raises(BadInput, match=r"such as https://example.org/hook is accepted"):
        host_of(url)


def test_host_and_port_of_an_address():
    assert host_of("https://Example.org/a?b=c") == ("example.org", 443)
    assert host_of("http://[2606:4700::1111]:8080/") == ("2606:4700::1111", 8080)
