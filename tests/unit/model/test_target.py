"""Targets: what is taken, what is refused, and that nothing taken can break out of its place."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voipprobe.model.errors import ConfigError
from voipprobe.model.target import Target, parse_target
from voipprobe.traffic.scenarios import UNSAFE

GOOD = {
    "192.0.2.10": "sip:192.0.2.10:5060;transport=udp",
    "192.0.2.10:5070": "sip:192.0.2.10:5070;transport=udp",
    "sbc.example.com": "sip:sbc.example.com:5060;transport=udp",
    "sbc.example.com.:65535": "sip:sbc.example.com.:65535;transport=udp",
    " sip:echo@192.0.2.10 ": "sip:echo@192.0.2.10:5060;transport=udp",
    "sip:echo@h;transport=tcp": "sip:echo@h:5060;transport=tcp",
    "sip:echo@h;transport=TLS": "sip:echo@h:5061;transport=tls",
    "sips:echo@h": "sip:echo@h:5061;transport=tls",
    "sips:echo@h;transport=tcp": "sip:echo@h:5061;transport=tls",
    "sip:+15551234@[2001:DB8:0::1]:5080": "sip:+15551234@[2001:db8::1]:5080;transport=udp",
    "[::1]": "sip:[::1]:5060;transport=udp",
    "sip:1234;phone-context=a@h": "sip:1234;phone-context=a@h:5060;transport=udp",
    "h;transport=tcp": "sip:h:5060;transport=tcp",
}

BAD = {
    "": "not a host name",
    "sip:": "not a host name",
    "sip:@h": "user part ''",
    "::1": "not a host name",
    "[::1": "not a SIP URI",
    "[::g]": "not an IP address",
    "[fe80::1%eth0]": "zone",
    "192.0.2": "not an IP address",
    "192.0.2.256": "not an IP address",
    "h:": "port ''",
    "h:0": "port '0'",
    "h:65536": "port '65536'",
    "h:5060x": "port '5060x'",
    "h:\u0665\u0660": "port",
    "h:-1": "port '-1'",
    "tel:+15551234": "port",
    "a..b": "not a host name",
    "-a.example": "not a host name",
    "a_b.example": "not a host name",
    f"{'a' * 64}.example": "not a host name",
    ".".join(["a" * 60] * 5): "not a host name",
    "sip:user:password@h": "user part",
    "sip:a@b@h": "'b@h' is not a host name",
    "h;transport=sctp": "one of udp, tcp, tls",
    "h;transport": "one of udp, tcp, tls",
    "h;lr": "parameter 'lr' is not supported",
    "h;transport=udp;transport=tcp": "twice",
    "sips:h;transport=udp": "sips means TLS",
}

HOSTILE = (
    "sip:a\r\nX-Evil: 1@h",
    "sip:a@h\r\nX-Evil: 1",
    "sip:a@h;transport=udp\r\nX: 1",
    "sip:[remote_ip]@h",
    "sip:a@[field0]",
    'sip:a"@h',
    "sip:a@h>",
    "sip:<a>@h",
    "sip:]]>@h",
    "sip:a&amp;@h",
    "sip:a\x00@h",
    "sip:a b@h",
    "sip:a`id`@h",
    "sip:a@h`id`",
    "sip:a@$(id)",
    "sip:a|b@h",
    "sip:a\\b@h",
    "sip:{{uri}}@h",
    "h:5060 -sf x",
    "-sf",
    '[::1%"><x]',
)


@pytest.mark.parametrize(("text", "uri"), GOOD.items())
def test_good_targets(text: str, uri: str) -> None:
    """Every way to write a target comes out as one whole URI, defaults filled in."""
    assert parse_target(text).uri == uri


@pytest.mark.parametrize(("text", "problem"), BAD.items())
def test_bad_targets_are_refused_with_the_part_that_is_wrong(text: str, problem: str) -> None:
    with pytest.raises(ConfigError, match=re.escape(problem)):
        parse_target(text)


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_can_be_injected(text: str) -> None:
    """Line ends, quotes, markup, SIPp keywords, options and shell characters are refused."""
    with pytest.raises(ConfigError) as refusal:
        parse_target(text)
    assert "\n" not in str(refusal.value)


def test_host_and_port_of_ipv6_have_brackets_and_the_host_has_none() -> None:
    target = parse_target("sip:echo@[2001:db8::1]:5080")
    assert target.host == "2001:db8::1"
    assert target.host_port == "[2001:db8::1]:5080"


def test_transport_of_the_option_is_used_where_the_uri_names_none() -> None:
    """And the default port follows it."""
    target = parse_target("h", transport="tls")
    assert (target.transport, target.port, target.transport_given) == ("tls", 5061, True)


def test_transport_that_is_only_the_default_was_not_given() -> None:
    assert not parse_target("h").transport_given
    assert parse_target("h;transport=udp").transport_given


@pytest.mark.parametrize("text", ["sip:h;transport=udp", "sips:h"])
def test_transports_that_contradict_each_other(text: str) -> None:
    with pytest.raises(ConfigError, match="--transport says tcp"):
        parse_target(text, transport="tcp")
    with pytest.raises(ConfigError, match="--transport says"):
        parse_target("sips:h", transport="udp")


@pytest.mark.timeout(5)
@pytest.mark.parametrize("text", ["a" * 250 + "_", "a-" * 125, "a." * 126 + "-"])
def test_long_bad_names_are_refused_at_once(text: str) -> None:
    """A name that almost fits must not make the pattern try every way to cut it up."""
    with pytest.raises(ConfigError):
        parse_target(text)


URI_LIKE = st.text(alphabet="sip:@h.;[]{}1<>&\"'\r\n\\ %$`|=transportudpcl-_", max_size=40)
ANY_TEXT = st.one_of(
    st.text(max_size=40),
    URI_LIKE,
    st.builds("sip:{}@{}:{};transport={}".format, *[st.text(max_size=12)] * 4),
    st.builds("sip:{}@{}".format, st.text(max_size=12), st.sampled_from(["h", "[::1]", "::1"])),
    st.builds("[::1%{}]".format, st.text(max_size=8)),
)


@given(ANY_TEXT)
def test_whatever_is_accepted_is_harmless(text: str) -> None:
    """No part can end an XML attribute or CDATA, a header line, or start a SIPp keyword."""
    try:
        target = parse_target(text)
    except ConfigError:
        return
    for part in (target.user or "", target.host, target.transport):
        assert not UNSAFE.search(part)
        assert part.isascii()
        assert not re.search(r"\s", part)
    assert 1 <= target.port <= 65535
    assert not target.host_port.startswith("-")


@given(ANY_TEXT)
def test_the_uri_of_a_target_names_the_same_target(text: str) -> None:
    try:
        target = parse_target(text)
    except ConfigError:
        return
    again = parse_target(target.uri)
    assert again == Target(
        host=target.host,
        port=target.port,
        transport=target.transport,
        user=target.user,
        transport_given=True,
    )
