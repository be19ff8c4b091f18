"""A probe's tables, read as a person reads them."""

import re
from dataclasses import replace

import pytest
from support import samples
from support.terminal import text_of

from voipprobe.cli.render.probe import probe_tables
from voipprobe.model.call import Call, Outcome
from voipprobe.model.finding import Finding
from voipprobe.model.probe import ProbeResult
from voipprobe.model.signalling import Retransmissions, Signalling
from voipprobe.model.summary import DelaySummary, JitterSummary, MosSummary
from voipprobe.model.verdict import Status, Verdict

DASH = "–"  # noqa: RUF001 - what stands for an unknown
HUGE = DelaySummary(
    n=1_234_567, mean=31_000.4, p50=31_000.4, p95=32_000.0, p99=32_000.0, max=32_000.0
)


def seen(result: ProbeResult, width: int = 80) -> str:
    """The whole text."""
    return text_of(probe_tables(result), width)


def line_with(text: str, words: str) -> str:
    """The one line that starts with these words, its spaces made single."""
    (line,) = [line for line in text.splitlines() if line.startswith(words)]
    return " ".join(line.split())


def section(text: str, title: str) -> str:
    """The lines below a title, up to the network's own."""
    return text.partition(f"\n{title}\n")[2].partition("\nNetwork")[0]


def clean_result() -> ProbeResult:
    """A pass with nothing to complain about."""
    return samples.probe_result(
        verdict=samples.PASSED, calls=(samples.call(),), streams=(samples.stream(findings=()),) * 2
    )


def large_result() -> ProbeResult:
    """The largest numbers and the longest words that a row has to hold."""
    jitter = JitterSummary(mean=31_000.4, p95=32_000.0, max=32_000.0)
    call = samples.call(
        call_id="a84b4c76e66710-0123456789@pc33.atlanta.example.com",
        outcome=Outcome.CANCELLED,
        final_status=487,
        srd_ms=32_000.0,
        retransmissions=11,
        findings=(
            Finding(code="media-to-different-address", text="to 192.0.2.1:30000, SDP said " * 4),
            Finding(code="jitter-above-buffer", text="late"),
        ),
    )
    return samples.probe_result(
        signalling=samples.signalling(
            attempts=1_234_567, ser=0.999_999, srd_ms=HUGE, srd_failed_ms=HUGE, rrd_ms=HUGE
        ),
        media=samples.media(
            packets=123_456_789,
            sent_packets=123_456_789,
            loss_ratio=0.999_999,
            jitter_ms=jitter,
            sent_jitter_ms=jitter,
            round_trip_ms=HUGE,
        ),
        calls=(call,) * 12,
    )


@pytest.mark.parametrize(
    ("status", "word"), [(Status.PASS, "PASS"), (Status.FAIL, "FAIL"), (Status.VOID, "VOID")]
)
def test_the_verdict_comes_first_and_the_folder_last(status: Status, word: str) -> None:
    """What people look for is where they look."""
    verdict = Verdict(status=status, reasons=("because",))
    lines = seen(samples.probe_result(verdict=verdict)).splitlines()
    assert lines[0] == f"{word}  call to sip:echo@10.77.0.2:5060"
    assert "• because" in lines
    assert lines[-1] == "Result folder: /var/tmp/voipprobe/20260921T132640Z-call"


@pytest.mark.parametrize("width", [80, 160])
@pytest.mark.parametrize(
    "result", [samples.probe_result(), samples.unmeasured_result(), large_result()]
)
def test_nothing_is_cut_or_too_wide(result: ProbeResult, width: int) -> None:
    """Only a Call-ID may be shortened, since it is complete in calls.parquet."""
    text = seen(result, width)
    assert max(map(len, text.splitlines())) <= width
    assert re.findall(r"\S*…\S*", text) == ["a84b4c76e66…"] * text.count("…")
    for code in {finding.code for call in result.calls for finding in call.findings}:
        assert code in text


def test_expectations_stand_beside_the_value_found() -> None:
    """Met, broken, and without a value."""
    text = seen(samples.probe_result())
    assert line_with(text, "mos.p5>=4.0") == "mos.p5>=4.0 4.01 met"
    assert line_with(text, "ser>=0.99 ") == "ser>=0.99 0.95 broken"
    assert line_with(text, "rrd_ms.p95<=100") == f"rrd_ms.p95<=100 {DASH} no value"


def test_the_figures() -> None:
    """Sent beside received, ratios as percent, delays with units."""
    text = seen(samples.probe_result())
    assert "20 95.00 % 95.00 % 5.00 % 95.00 %" in " ".join(text.split())
    assert line_with(text, "SRD  ") == "SRD 19 2.50 ms 2.40 ms 4.00 ms 4.40 ms 4.50 ms"
    media = section(text, "Media")
    assert line_with(media, "sent *") == "sent * 19 9,500 0 % 0.02 ms 0.05 ms 0.31 ms"
    assert line_with(media, "received  ") == "received 19 9,310 2.00 % 0.15 ms 0.40 ms 1.21 ms"
    assert line_with(text, "retransmissions  ").endswith(
        "6 sent, 0 received (4.76 % of 126 messages)"
    )
    assert (
        line_with(section(text, "Media"), "MOS  ")
        == "MOS mean 4.12, p5 4.01, min 3.88 (19 streams)"
    )


def test_a_mos_travels_with_its_assumptions() -> None:
    """The model, the codec with its concealment, the buffer and the delay."""
    text = " ".join(seen(samples.probe_result()).split())
    assert "ITU-T G.107 (narrowband E-model), G.711 with PLC (Ie 0, Bpl 25.1)" in text
    assert "playout buffer 60 ms" in text
    assert "one-way delay 80.2 ms (half the measured round trip" in text
    assert "generator's own departure jitter" in text


def test_streams_of_different_models_have_no_common_assumption() -> None:
    """And without any rated stream there is no footnote at all."""
    mixed = samples.probe_result(media=samples.media(quality_model=None))
    assert "codec or playout buffer differ" in seen(mixed)
    unrated = samples.media(quality_model=None, mos=MosSummary(n=0))
    text = seen(samples.probe_result(media=unrated))
    assert line_with(section(text, "Media"), "MOS  ") == "MOS no stream could be rated"
    assert "codec or playout buffer differ" not in text


def unknown_signalling() -> Signalling:
    """A capture of nothing but OPTIONS: no ratio is defined."""
    return samples.signalling(
        attempts=0,
        ser=None,
        seer=None,
        isa=None,
        scr=None,
        srd_ms=DelaySummary(n=0),
        sdd_ms=DelaySummary(n=0),
        retransmissions=Retransmissions(requests=2, responses=1, by_method={}),
        retransmission_ratio=None,
    )


def test_unknown_is_a_dash() -> None:
    """Never 0 and never 100 %."""
    media = samples.media(
        loss_ratio=None,
        jitter_ms=JitterSummary(),
        round_trip_ms=DelaySummary(n=0),
        discarded_ratio=None,
    )
    text = seen(samples.probe_result(signalling=unknown_signalling(), media=media))
    assert f"0 {DASH} {DASH} {DASH} {DASH} retransmissions 3" in re.sub(r"[\s─]+", " ", text)
    assert line_with(section(text, "Media"), "received  ").endswith(
        f"9,310 {DASH} {DASH} {DASH} {DASH}"
    )
    assert line_with(text, "round trip") == "round trip not measured: no packet of ours came back"
    assert line_with(text, "too late").startswith(f"too late {DASH}")
    assert "SRD" not in text.partition("Media")[0]


def test_a_scenario_without_media_has_no_media_table() -> None:
    """An OPTIONS probe did not lose its media: there was none."""
    result = samples.probe_result()
    result = replace(result, scenario=replace(result.scenario, media=False))
    assert "departure jitter" not in seen(result)


def test_calls_are_listed_only_when_something_is_odd() -> None:
    """A good run is short."""
    text = seen(clean_result())
    assert "Calls worth a look" not in text
    assert "Findings" not in text


def rows_of_calls(result: ProbeResult) -> list[str]:
    """The first word of each row in the table of calls."""
    table = seen(result).partition("Calls worth a look")[2].partition("\n\n")[0]
    return [line.split()[0] for line in table.splitlines()[3:] if not line.startswith(" ")]


def test_the_worst_calls_come_first() -> None:
    """Wrong outcome, cut short, then the lowest MOS among those with a finding."""
    late = (samples.LATE,)
    streams = (samples.stream(mos=4.1), samples.stream(mos=2.0), samples.sent_stream())
    calls = (
        samples.call(call_id="good", streams=(2,)),
        samples.call(call_id="fair", streams=(0, 2), findings=late),
        samples.call(call_id="poor", streams=(1, 2), findings=late),
        samples.call(call_id="cut", streams=(2,), completed=False),
        samples.failed_call(call_id="dead"),
    )
    result = samples.probe_result(calls=calls, streams=streams)
    assert rows_of_calls(result) == ["dead", "cut", "poor", "fair"]
    assert "Calls worth a look: 4 of 5" in seen(result)


def test_ten_calls_are_enough() -> None:
    """The rest is counted."""
    calls = tuple(samples.failed_call(call_id=f"c{number}") for number in range(1_013))
    result = samples.probe_result(calls=calls)
    assert len(rows_of_calls(result)) == 11  # ten and the line that counts the others
    assert "and 1,003 more, all in calls.parquet" in seen(result)


def busy(**changes: object) -> Call:
    """A call that was refused with 486."""
    return samples.call(
        **{
            "outcome": Outcome.BUSY,
            "final_status": 486,
            "completed": False,
            "streams": (),
            **changes,
        }
    )


def test_a_busy_call_is_as_wanted_where_busy_was_wanted() -> None:
    """The scenario says how its calls should end."""
    result = samples.probe_result(calls=(busy(),), streams=())
    assert "busy 486" in seen(result)
    wanted = replace(result.scenario, expected_outcome=Outcome.BUSY)
    assert "Calls worth a look" not in seen(replace(result, scenario=wanted))


def test_a_transaction_has_no_session_to_complete() -> None:
    """A good OPTIONS is not a call that was cut short."""
    options = samples.call(method="OPTIONS", completed=False, streams=())
    assert "Calls worth a look" not in seen(samples.probe_result(calls=(options,), streams=()))


def test_findings_are_grouped_most_frequent_first() -> None:
    """Of calls and streams together, with the first as the example."""
    first = Finding(code="late", text="first")
    streams = (samples.stream(findings=(first,)), samples.stream(findings=(samples.LATE, first)))
    calls = (samples.call(findings=(samples.ONE_WAY_AUDIO,)),)
    text = seen(samples.probe_result(calls=calls, streams=streams)).partition("Findings")[2]
    assert line_with(text, "late  ") == "late 2 first"
    assert text.index("late  ") < text.index("one-way-audio  ")


def test_what_the_figures_rest_on() -> None:
    """Drops of the capture, and what SIPp says itself."""
    assert line_with(seen(samples.probe_result()), "capture  ") == (
        "capture 19,012 packets, 0 dropped"
    )
    capture = samples.probe_result().capture
    assert capture is not None
    unknown = replace(capture, dropped_packets=None, truncated=True)
    assert "19,012 packets, drops unknown, truncated" in seen(samples.probe_result(capture=unknown))
    assert "SIPp     did not run" in seen(samples.unmeasured_result())


def test_a_long_folder_stays_in_one_piece() -> None:
    """So that it can be copied, whatever the width."""
    folder = "/srv/" + "very-long-name/" * 10
    assert seen(samples.probe_result(run=samples.run(folder=folder))).endswith(f"{folder}\n")


def test_words_from_the_wire_cannot_steer_a_terminal() -> None:
    """Escape sequences, line breaks and bidirectional marks are shown as what they are."""
    evil = "\x1b[2J\r\n\u202e\x9b"
    finding = Finding(code=f"code{evil}", text=f"text{evil}")
    result = samples.probe_result(
        target=f"sip:{evil}",
        verdict=Verdict(status=Status.FAIL, reasons=(f"reason{evil}",)),
        calls=(samples.failed_call(call_id=f"id{evil}", findings=(finding,)),),
        iperf=samples.iperf_result(server=evil, errors=(evil,)),
    )
    text = seen(result)
    assert not set(evil) - {"[", "2", "J", "\n"} & set(text)
    assert "reason�[2J����" in text


def test_markup_is_text() -> None:
    """Square brackets of an IPv6 address, or of an attacker, are no style."""
    result = samples.probe_result(target="sip:a@[2001:db8::1]:5060 [red]x[/red]")
    assert "sip:a@[2001:db8::1]:5060 [red]x[/red]" in seen(result)
