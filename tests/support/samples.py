"""Results as a probe would give them, for tests that need a whole one."""

from dataclasses import replace
from typing import Any

from voipprobe.model.call import Call, Outcome
from voipprobe.model.capture import CaptureInfo
from voipprobe.model.finding import Finding
from voipprobe.model.iperf import IperfResult, IperfTcp, IperfUdp
from voipprobe.model.media import Media
from voipprobe.model.probe import PROBE_SCHEMA, ProbeResult
from voipprobe.model.quality import QualityModel
from voipprobe.model.run import Environment, Generator, Run, ScenarioUse
from voipprobe.model.signalling import Retransmissions, Signalling
from voipprobe.model.stream import Burst, Stream
from voipprobe.model.summary import DelaySummary, JitterSummary, MosSummary
from voipprobe.model.verdict import Expectation, Status, Verdict

STARTED_AT = 1_790_000_000.25
NEAR = "10.77.0.1"
FAR = "10.77.0.2"

ONE_WAY_AUDIO = Finding(code="one-way-audio", text="no packet came back in 10.0 s")
LATE = Finding(code="jitter-above-buffer", text="12 packets came too late", packets=(4, 90))

QUALITY_MODEL = QualityModel(
    name="ITU-T G.107 (narrowband E-model)",
    codec="G.711 with PLC",
    equipment_impairment=0.0,
    loss_robustness=25.1,
    buffer_ms=60.0,
    packetisation_ms=20.0,
    one_way_delay_ms=80.2,
    delay_source="half the measured round trip + buffer + packetisation",
    effective_loss_ratio=0.02,
    burst_ratio=1.05,
)


def call(**changes: Any) -> Call:
    """An answered call with one stream each way."""
    answered = Call(
        call_id=f"1-4711@{NEAR}",
        method="INVITE",
        from_=f"sip:probe@{NEAR}",
        to=f"sip:echo@{FAR}",
        started_at=STARTED_AT,
        outcome=Outcome.ANSWERED,
        final_status=200,
        srd_ms=2.4,
        setup_ms=3.1,
        sdd_ms=1.2,
        rrd_ms=None,
        duration_s=10.02,
        completed=True,
        retransmissions=0,
        streams=(0, 1),
    )
    return replace(answered, **changes)


def failed_call(**changes: Any) -> Call:
    """A call that nobody answered: nothing is known but that it was tried."""
    return call(
        **{
            "call_id": f"2-4711@{NEAR}",
            "outcome": Outcome.TIMEOUT,
            "final_status": None,
            "srd_ms": None,
            "setup_ms": None,
            "sdd_ms": None,
            "duration_s": None,
            "completed": False,
            "retransmissions": 6,
            "streams": (),
            "findings": (Finding(code="no-answer", text="7 INVITEs, no response", packets=(1, 2)),),
            **changes,
        }
    )


def stream(**changes: Any) -> Stream:
    """A received G.711 stream with 2 % loss."""
    received = Stream(
        source=f"{FAR}:30000",
        destination=f"{NEAR}:6000",
        ssrc="0x1a2b3c4d",
        direction="received",
        payload_type=0,
        payload_types={0: 480, 101: 10},
        codec="PCMU",
        clock_rate_hz=8000,
        call_id=f"1-4711@{NEAR}",
        started_at=STARTED_AT + 0.01,
        duration_s=9.98,
        packets=490,
        expected=500,
        lost=10,
        duplicates=0,
        reordered=1,
        restarts=0,
        loss_ratio=0.02,
        jitter_ms=JitterSummary(mean=0.15, p95=0.4, max=1.21),
        delta_max_ms=41.0,
        ipdv_ms=DelaySummary(n=489, mean=0.1, p50=0.08, p95=0.3, p99=0.5, max=1.4),
        burst=Burst(
            gmin=16,
            bursts=0,
            burst_density_ratio=None,
            gap_density_ratio=0.02,
            burst_ms_mean=None,
            gap_ms_mean=9980.0,
        ),
        discarded=0,
        drift_ppm=None,
        ptime_ms=20.0,
        packets_per_second=49.1,
        packets_per_second_nominal=50.0,
        echoed=True,
        round_trip_ms=DelaySummary(n=490, mean=0.4, p50=0.38, p95=0.6, p99=0.9, max=2.0),
        round_trip_lost=None,
        silent=False,
        mos=4.12,
        r_factor=82.5,
        quality_model=QUALITY_MODEL,
        findings=(LATE,),
    )
    return replace(received, **changes)


def sent_stream(**changes: Any) -> Stream:
    """The stream that our generator sent: no MOS, since nobody listens to it here."""
    return stream(
        **{
            "source": f"{NEAR}:6000",
            "destination": f"{FAR}:30000",
            "direction": "sent",
            "packets": 500,
            "payload_types": {0: 500},
            "lost": 0,
            "loss_ratio": 0.0,
            "echoed": False,
            "round_trip_ms": None,
            "round_trip_lost": 10,
            "burst": None,
            "discarded": None,
            "silent": None,
            "mos": None,
            "r_factor": None,
            "quality_model": None,
            "findings": (),
            **changes,
        }
    )


def signalling(**changes: Any) -> Signalling:
    """20 attempts of which 19 were answered, and six retransmissions."""
    usual = Signalling(
        messages=126,
        requests={"INVITE": 26, "ACK": 19, "BYE": 19},
        responses={100: 19, 180: 5, 200: 38},
        retransmissions=Retransmissions(
            requests=6, responses=0, sent=6, received=0, by_method={"INVITE": 6}
        ),
        retransmission_ratio=6 / 126,
        attempts=20,
        ser=0.95,
        seer=0.95,
        isa=0.05,
        scr=0.95,
        srd_ms=DelaySummary(n=19, mean=2.5, p50=2.4, p95=4.0, p99=4.4, max=4.5),
        srd_failed_ms=DelaySummary(n=0),
        sdd_ms=DelaySummary(n=19, mean=1.2, p50=1.1, p95=1.6, p99=1.8, max=1.9),
        rrd_ms=DelaySummary(n=0),
    )
    return replace(usual, **changes)


def media(**changes: Any) -> Media:
    """19 streams each way, 2 % of the received packets lost."""
    usual = Media(
        streams=19,
        packets=9310,
        expected=9500,
        lost=190,
        loss_ratio=0.02,
        discarded_ratio=0.0013,
        jitter_ms=JitterSummary(mean=0.15, p95=0.4, max=1.21),
        sent_streams=19,
        sent_packets=9500,
        sent_loss_ratio=0.0,
        sent_jitter_ms=JitterSummary(mean=0.02, p95=0.05, max=0.31),
        round_trip_ms=DelaySummary(n=9310, mean=0.4, p50=0.38, p95=0.6, p99=0.9, max=2.0),
        mos=MosSummary(n=19, mean=4.12, p5=4.01, min=3.88),
        quality_model=QUALITY_MODEL,
    )
    return replace(usual, **changes)


def iperf_result(**changes: Any) -> IperfResult:
    """UDP both ways, TCP one way, and one direction that failed."""
    usual = IperfResult(
        server=f"{FAR}:5201",
        udp=(
            IperfUdp(
                direction="sent",
                streams=20,
                duration_s=5.0,
                throughput_bps=1_376_000.0,
                packets=5000,
                lost=12,
                loss_ratio=0.0024,
                out_of_order=0,
                jitter_ms=0.021,
            ),
            IperfUdp(
                direction="received",
                streams=20,
                duration_s=5.0,
                throughput_bps=1_376_000.0,
                packets=5000,
                lost=0,
                loss_ratio=0.0,
                out_of_order=None,
                jitter_ms=0.034,
            ),
        ),
        tcp=(
            IperfTcp(
                direction="sent", duration_s=5.0, throughput_bps=9_412_000_000.0, retransmits=1204
            ),
        ),
        errors=("TCP received: control socket has closed unexpectedly",),
    )
    return replace(usual, **changes)


def run(**changes: Any) -> Run:
    """A run of 20 calls."""
    usual = Run(
        id="20260921T132640Z-call",
        folder="/var/tmp/voipprobe/20260921T132640Z-call",
        started_at=STARTED_AT,
        duration_s=14.8,
        interrupted=False,
        calls=20,
        rate_cps=5.0,
        hold_s=10.0,
        transport="udp",
        codec="pcmu",
        configuration={"calls": 20, "rate_cps": 5.0, "quiet": False, "interface": None},
        generator=Generator(
            exit_code=1,
            created=20,
            successful=19,
            failed=1,
            open=0,
            retransmissions=6,
            call_rate_cps=4.98,
            target_rate_cps=5.0,
            watchdog=0,
            limit_reached=False,
        ),
    )
    return replace(usual, **changes)


def verdict(**changes: Any) -> Verdict:
    """A fail: one threshold met, one broken, one without a value."""
    usual = Verdict(
        status=Status.FAIL,
        reasons=("ser is 0.95, and ser>=0.99 was asked for",),
        expectations=(
            Expectation(expression="mos.p5>=4.0", value=4.01, met=True),
            Expectation(expression="ser>=0.99", value=0.95, met=False),
            Expectation(expression="rrd_ms.p95<=100", value=None, met=None),
        ),
    )
    return replace(usual, **changes)


PASSED = Verdict(status=Status.PASS)


def probe_result(**changes: Any) -> ProbeResult:
    """A failed probe in which every part of the result is filled."""
    usual = ProbeResult(
        schema=PROBE_SCHEMA,
        run=run(),
        target=f"sip:echo@{FAR}:5060",
        scenario=ScenarioUse(
            name="call",
            purpose="A call with media both ways",
            media=True,
            parameters={"from": "probe", "hold_s": "10"},
        ),
        environment=Environment(
            hostname="probe-1",
            platform="Linux 6.1 x86_64",
            python="3.11.7",
            voipprobe="0.1.0",
            cpus=2,
            tools={"sipp": "3.7.3", "iperf3": "3.12", "tshark": None},
        ),
        verdict=verdict(),
        capture=CaptureInfo(
            files=("capture/near.pcapng",),
            packets=19_012,
            bytes=4_070_000,
            first_packet_at=STARTED_AT,
            duration_s=14.1,
            dropped_packets=0,
            undecoded_packets=2,
            truncated=False,
        ),
        signalling=signalling(),
        media=media(),
        iperf=iperf_result(),
        calls=(
            call(),
            failed_call(),
            call(call_id=f"3-4711@{NEAR}", streams=(2,), findings=(ONE_WAY_AUDIO,)),
        ),
        streams=(sent_stream(), stream(), sent_stream(ssrc="0x00000001")),
    )
    return replace(usual, **changes)


def unmeasured_result() -> ProbeResult:
    """A void probe: SIPp never started and nothing was captured."""
    return probe_result(
        run=run(generator=None),
        verdict=Verdict(
            status=Status.VOID, reasons=("sipp was not found: apt-get install sip-tester",)
        ),
        capture=None,
        signalling=None,
        media=None,
        iperf=None,
        calls=(),
        streams=(),
    )
