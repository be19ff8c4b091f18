"""The arguments of the ring."""

from voipprobe.capture.dumpcap_ring import RingBounds, ring_arguments, ring_filters


def test_the_ring_is_bounded_by_time_and_size() -> None:
    """All files together hold no more than asked for, and nothing older."""
    bounds = RingBounds(keep_s=320, most_mib=32, files=16)
    argv = ring_arguments("dumpcap", interface="eth0", filters=("sip", "rtp"), bounds=bounds)
    assert {"files:16", "filesize:2048", "duration:20"} < set(argv)


def test_media_alone_is_cut() -> None:
    """The interface is opened twice: signalling first and whole, then media without payload."""
    argv = ring_arguments("dumpcap", interface="eth0", filters=("sip", "rtp"), bounds=RingBounds())
    first, second = (at for at, one in enumerate(argv) if one == "-i")
    assert argv[first : first + 4] == ["-i", "eth0", "-f", "sip"]
    assert argv[second : second + 4] == ["-i", "eth0", "-f", "rtp"]
    assert "-s" not in argv[:second]
    assert "-s" in argv[second:]


def test_our_own_calls_to_the_same_port_are_not_recorded() -> None:
    """Address and port belong together: a call that we place to a peer's port 5060 is not ours."""
    signalling, media = ring_filters("10.0.0.9", 5060, range(7000, 7008))
    assert signalling == (
        "(src host 10.0.0.9 and src port 5060) or (dst host 10.0.0.9 and dst port 5060)"
    )
    assert "src portrange 7000-7007" in media
    assert "dst portrange 7000-7007" in media
