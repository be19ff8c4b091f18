"""What the far end tells callers about where it is."""

import xml.etree.ElementTree as ET

import pytest

from voipprobe.traffic.responder.scenario import responder_scenario


def answers(announced: str | None) -> str:
    text = responder_scenario(username="u", password="p", announced=announced)
    ET.fromstring(text)  # noqa: S314 - our own
    return text


def test_it_announces_the_address_that_it_serves_unless_told_otherwise() -> None:
    """SIPp's own words for its address stay in SDP and Contact."""
    text = answers(None)
    assert "c=IN IP[media_ip_type] [media_ip]" in text
    assert "@[local_ip]:[local_port]" in text


@pytest.mark.parametrize(
    ("announced", "connection", "contact"),
    [
        ("198.51.100.7", "c=IN IP4 198.51.100.7\n", "@198.51.100.7:[local_port]"),
        ("2001:db8::7", "c=IN IP6 2001:db8::7\n", "@\\x5b2001:db8::7\\x5d:[local_port]"),
    ],
)
def test_behind_a_nat_callers_are_told_the_address_that_they_know(
    announced: str, connection: str, contact: str
) -> None:
    """In every answer with media and in every Contact; the private address is nowhere."""
    text = answers(announced)
    assert text.count(connection) == text.count("c=IN IP") > 1
    assert text.count(contact) == text.count("Contact: <sip:responder@") > 1
    assert "local_ip]" not in text
    assert "media_ip]" not in text
