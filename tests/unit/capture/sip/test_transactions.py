"""What is a retransmission, and what only looks like one."""

from support.sip import FAR, NEAR, PROXY, Wire


def repeated(wire: Wire) -> list[bool]:
    return [one.retransmission for one in wire.journal().sightings]


def test_request_is_seen_again() -> None:
    """The same request on the same hop is a retransmission each time but the first."""
    wire = Wire()
    for at_ms in (0, 500, 1500):
        wire.request(at_ms, "INVITE")
    assert repeated(wire) == [False, True, True]


def test_request_forwarded_by_a_proxy_is_not() -> None:
    """A capture that holds both sides of a proxy sees it twice, on two hops."""
    wire = Wire()
    wire.request(0, "INVITE", hop=(NEAR, PROXY), branch="z9hG4bK-1")
    wire.request(1, "INVITE", hop=(PROXY, FAR), branch="z9hG4bK-1")
    assert repeated(wire) == [False, False]


def test_other_port_is_another_hop() -> None:
    """Two endpoints of one host are two ends."""
    wire = Wire()
    wire.request(0, "OPTIONS")
    wire.request(1, "OPTIONS", hop=(NEAR._replace(port=5062), FAR))
    assert repeated(wire) == [False, False]


def test_new_transaction_is_not() -> None:
    """A new branch or CSeq makes a new request, as the answer to a challenge does."""
    wire = Wire()
    wire.request(0, "INVITE", 1)
    wire.request(1, "INVITE", 2)
    wire.request(2, "INVITE", 2, branch="z9hG4bK-other")
    assert repeated(wire) == [False, False, False]


def test_ack_and_cancel_count_by_their_own_method() -> None:
    """ACK of a failure and CANCEL share the branch of the INVITE, and are no repeats of it."""
    wire = Wire()
    wire.request(0, "INVITE", branch="z9hG4bK-1")
    wire.request(1, "CANCEL", branch="z9hG4bK-1")
    wire.request(2, "CANCEL", branch="z9hG4bK-1")
    wire.request(3, "ACK", branch="z9hG4bK-1", to_tag="far")
    wire.request(4, "ACK", branch="z9hG4bK-1", to_tag="far")
    assert repeated(wire) == [False, False, True, False, True]


def test_responses_repeat_by_status_line_and_to_tag() -> None:
    """Provisional responses count; another status or another fork does not repeat anything."""
    wire = Wire()
    wire.response(0, 180)
    wire.response(1, 180)
    wire.response(2, 183)
    wire.response(3, 180, to_tag="fork")
    wire.response(4, 200)
    wire.response(5, 200)
    assert repeated(wire) == [False, True, False, False, False, True]


def test_branch_without_magic_cookie_is_not_unique() -> None:
    """Senders of RFC 2543 reuse their branch: Call-ID and tags tell their requests apart."""
    wire = Wire()
    wire.request(0, "INVITE", branch="1", call_id="a")
    wire.request(1, "INVITE", branch="1", call_id="b")
    wire.request(2, "INVITE", branch="1", call_id="a")
    assert repeated(wire) == [False, False, True]
