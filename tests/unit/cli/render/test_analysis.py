"""An analysis as a person reads it."""

import pytest
from support import captured, samples
from support.terminal import text_of

from voipprobe.cli.render.analysis import analysis_tables
from voipprobe.model.analysis import Analysis
from voipprobe.model.call import Outcome
from voipprobe.model.media import Media
from voipprobe.model.summary import JitterSummary, MosSummary


def seen(analysis: Analysis, width: int = 80) -> str:
    """The whole text."""
    return text_of(analysis_tables(analysis, samples.PASSED, None), width)


def rows_below(text: str, title: str) -> list[str]:
    """The first words of the rows of a table."""
    table = text.partition(title)[2].partition("\n\n")[0]
    return [line.split()[0] for line in table.splitlines()[3:] if line[:1].strip()]


@pytest.mark.parametrize("width", [80, 160])
def test_nothing_is_cut_or_too_wide(width: int) -> None:
    """Long identifiers, IPv6 and the largest numbers."""
    address = "[2001:db8:aaaa:bbbb:cccc:dddd:eeee:ffff]:65535"
    jitter = JitterSummary(mean=31_000.0, p95=32_000.0, max=32_000.0)
    large = captured.stream(
        source=address, destination=address, packets=12_345_678, loss_ratio=0.99999,
        jitter_ms=jitter, delta_max_ms=32_000.0, codec="telephone-event",
    )  # fmt: skip
    long = samples.call(call_id="a" * 90, from_="sip:" + "f" * 90, outcome=Outcome.CANCELLED)
    text = seen(captured.analysis(calls=(long,), streams=(large,) * 2), width)
    assert max(map(len, text.splitlines())) <= width
    assert address in "".join(text.split())
    assert "0x1a2b3c4d" in text
    assert "12,345,678" in text


def test_what_is_wrong_with_the_capture_stands_first() -> None:
    """Nobody should read figures of half a capture without knowing."""
    lines = seen(captured.analysis()).splitlines()
    assert lines[0] == "capture  a.pcap"
    assert lines[1].strip() == "19,012 packets, drops unknown, truncated, 14.1 s"
    assert lines[3] == "• a.pcap: cut off at byte 4,070,000"


def test_nothing_was_sent_by_us() -> None:
    """A capture from elsewhere has no departure jitter and, without echo, no round trip."""
    text = seen(captured.analysis())
    assert "all streams" in text
    assert "sent *" not in text
    assert "round trip  " not in text


def test_the_worst_come_first() -> None:
    """A failed call, then one with findings; the lowest MOS among the streams."""
    text = seen(captured.analysis())
    assert rows_below(text, "Calls: 3, the worst first") == ["2-4711", "1-4711", "3-4711"]
    streams = text.partition("Streams: 3, the worst first")[2]
    assert streams.index("3.12") < streams.index("4.12") < streams.index("4.41")


def test_a_capture_without_sip_has_no_signalling() -> None:
    """And one without RTP no media: tables of dashes would say nothing."""
    unheard = samples.signalling(messages=0, attempts=0)
    text = seen(captured.analysis(signalling=unheard, calls=()))
    assert "Signalling" not in text
    assert "Calls" not in text
    media: Media = samples.media(streams=0, mos=MosSummary(n=0))
    silent = captured.analysis(
        media=media, streams=(), calls=(samples.call(streams=(), findings=()),)
    )
    assert "Media" not in seen(silent)
    assert "Streams" not in seen(silent)


def test_twenty_are_enough() -> None:
    """The rest is counted, with where to find it."""
    calls = tuple(samples.failed_call(call_id=f"c{number}") for number in range(1_021))
    text = seen(captured.analysis(calls=calls))
    assert (
        len(
            [
                row
                for row in rows_below(text, "Calls: 1,021, the worst first")
                if row.startswith("c")
            ]
        )
        == 20
    )
    assert "and 1,001 more: see --format json, csv or html, or --output" in text


def test_a_wide_terminal_shows_who_called_whom() -> None:
    """Where there is no room, the identifier has to do."""
    assert f"echo@{samples.FAR}" in seen(captured.analysis(), 120)
    assert f"echo@{samples.FAR}" not in seen(captured.analysis(), 119)


def test_words_from_the_wire_cannot_steer_a_terminal() -> None:
    """Neither in a name nor in a finding."""
    evil = samples.call(call_id="id\x1b[2J", from_="sip:\x9bx", findings=(), streams=())
    assert not {"\x1b", "\x9b"} & set(seen(captured.analysis(calls=(evil,)), 160))
