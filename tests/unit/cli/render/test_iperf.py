"""The network's own figures."""

import re

from support import samples
from support.terminal import text_of

from voipprobe.cli.render.iperf import iperf_table

SPACES = re.compile(" +")


def lines(**changes: object) -> list[str]:
    """The lines of the table, spaces made single."""
    text = text_of([iperf_table(samples.iperf_result(**changes))])
    return [SPACES.sub(" ", line) for line in text.splitlines()]


def test_both_directions_and_both_protocols() -> None:
    """Unknown reordering is a dash; an error is not hidden."""
    text = lines()
    assert "sent 20 1.38 Mbit/s 5,000 0.24 % 0 0.02 ms" in text
    assert "received 20 1.38 Mbit/s 5,000 0 % – 0.03 ms" in text  # noqa: RUF001 - the dash
    assert "sent 9.41 Gbit/s 1,204" in text
    assert text[-1] == "• iperf3: TCP received: control socket has closed unexpectedly"


def test_what_was_not_run_has_no_table() -> None:
    """A run that failed altogether shows its error alone."""
    assert lines(udp=(), tcp=(), errors=("refused",)) == ["• iperf3: refused"]
    assert not [line for line in lines(udp=(), errors=()) if "UDP" in line]
    assert lines(udp=(), tcp=(), errors=()) == []
