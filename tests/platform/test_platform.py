"""Every shipped scenario through a record-routing proxy and a media relay, and their faults."""

import signal
import subprocess
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from support.lab import Outcome
from support.platform import (
    FAR,
    NEAR,
    PLATFORM_FAR,
    PLATFORM_NEAR,
    RELAY_PORTS,
    Platform,
    complaints,
    sent_packets,
)

from voipprobe.process.child import Child
from voipprobe.process.tools import find_tool
from voipprobe.traffic.manifest import Manifest
from voipprobe.traffic.scenarios import load_scenario, scenario_names

pytestmark = [
    pytest.mark.voice,
    pytest.mark.integration,
    pytest.mark.netns,
    pytest.mark.platform,
    pytest.mark.timeout(60),
]

CALLS = 3
MANIFESTS: dict[str, Manifest] = {name: load_scenario(name).manifest for name in scenario_names()}
WITH_MEDIA = [name for name, manifest in MANIFESTS.items() if manifest.media]
QUICK = ("--calls", "2", "--rate", "10", "--hold", "2", "--answer-timeout", "2")

Placed = Callable[[str], Outcome]


@pytest.fixture(scope="module")
def placed(platform: Platform) -> Placed:
    """The outcome of a scenario through the platform; each is placed once."""
    outcomes: dict[str, Outcome] = {}

    def place(name: str) -> Outcome:
        if name not in outcomes:
            load = ("--calls", str(CALLS), "--rate", "10", "--hold", "2")
            outcomes[name] = platform.probe("--scenario", name, *load)
        return outcomes[name]

    return place


@pytest.mark.parametrize("name", MANIFESTS)
def test_scenario_passes(placed: Placed, name: str) -> None:
    """Calls end as the scenario wants, first time: nothing was sent twice."""
    outcome = placed(name)
    assert outcome.code == 0, outcome.stderr or outcome.document["verdict"]
    assert outcome.document["verdict"]["status"] == "pass"
    ends = [(call["method"], call["outcome"]) for call in outcome.document["calls"]]
    assert ends == [(MANIFESTS[name].method, MANIFESTS[name].outcome)] * CALLS
    assert outcome.document["signalling"]["retransmission_ratio"] == 0


@pytest.mark.parametrize("name", WITH_MEDIA)
def test_media_passes_the_relay(placed: Placed, name: str) -> None:
    """Every call hears the far end, by way of rtpengine and without loss."""
    document = placed(name).document
    streams = document["streams"]
    relayed = {f"{PLATFORM_NEAR}:{port}" for port in RELAY_PORTS}
    assert {far_end(stream) for stream in streams} <= relayed
    assert {near_address(stream) for stream in streams} == {NEAR}
    heard = [s for s in streams if s["direction"] == "received" and s["codec"] == "PCMU"]
    assert {stream["call_id"] for stream in heard} == call_ids(document)
    # this machine may pause under the tests: what then came too late for the buffer may cost MOS
    assert all(stream["mos"] > 4.3 or stream["discarded"] for stream in heard)
    assert all(stream["lost"] == 0 for stream in heard)
    assert all(0 < stream["round_trip_ms"]["p50"] < 20 for stream in heard)


@pytest.mark.parametrize("name", WITH_MEDIA)
def test_dialog_keeps_its_route(placed: Placed, name: str) -> None:
    """ACK and BYE carry both of the proxy's Record-Routes, the nearer one first."""
    document = placed(name).document
    capture = Path(document["run"]["folder"]) / "capture.pcapng"
    for method in ("ACK", "BYE"):
        routed = {
            call_id
            for call_id, route in routes(capture, method)
            if 0 <= route.find(PLATFORM_NEAR) < route.find(PLATFORM_FAR)
        }
        assert routed == call_ids(document), method


def test_digits_pass_the_relay(placed: Placed) -> None:
    """RFC 4733 events come back as what they are, in every call."""
    document = placed("call-dtmf").document
    streams = [s for s in document["streams"] if s["codec"] == "telephone-event"]
    heard = {s["call_id"] for s in streams if s["direction"] == "received"}
    assert heard == call_ids(document)


def test_platform_has_no_complaints(placed: Placed, platform: Platform) -> None:
    """Kamailio's parsers are stricter than ours: what we send and answer is clean to them."""
    for name in MANIFESTS:
        placed(name)
    assert complaints(platform.folder) == []


def test_nothing_goes_past_the_platform(platform: Platform) -> None:
    """The proof of all of the above: there is no other way."""
    argv = platform.near.inside([find_tool("ip"), "route", "get", FAR])
    done = subprocess.run(argv, capture_output=True, text=True, check=False)
    assert "Network is unreachable" in done.stderr


def test_refusal_behind_the_proxy(platform: Platform) -> None:
    """The far end's 503 is about the far end: a proxy says 500 (RFC 3261 16.7, step 6)."""
    outcome = platform.probe(*QUICK, user="unavailable")
    assert_failed(outcome, "2 of 2 calls: failed (500)")


def test_no_media_relay(platform: Platform) -> None:
    """rtpengine is not there: the proxy refuses, and its 503 is named."""
    with platform.proxy(port=5070, relay_port=22999):
        outcome = platform.probe(*QUICK, port=5070)
    assert_failed(outcome, "2 of 2 calls: failed (503)")


def test_proxy_that_dies_in_mid_call(platform: Platform) -> None:
    """Media goes on, but the BYE finds nobody: the calls failed, and we say how."""
    outcome = probe_and_kill(platform, 5080, "udp")
    assert_failed(outcome, "2 of 2 calls: answered, then not ended properly")
    findings = [call["findings"] for call in outcome.document["calls"]]
    assert [[finding["code"] for finding in found] for found in findings] == [
        ["bye-unanswered"],
        ["bye-unanswered"],
    ]


def test_proxy_that_dies_in_mid_call_over_tcp(platform: Platform) -> None:
    """The target closed the connection of answered calls: they failed, we could measure."""
    outcome = probe_and_kill(platform, 5090, "tcp")
    assert outcome.document["run"]["generator"]["failed"] == 2
    assert outcome.code == 1, outcome.document["verdict"]


def probe_and_kill(platform: Platform, port: int, transport: str) -> Outcome:
    """A probe through a Kamailio of its own that is killed while calls are up."""
    with platform.proxy(port=port) as proxy:
        thread = threading.Thread(target=kill_in_mid_call, args=(platform, proxy))
        thread.start()
        outcome = platform.probe(*QUICK, "--hold", "3", "--transport", transport, port=port)
        thread.join()
    return outcome


def assert_failed(outcome: Outcome, reason: str) -> None:
    assert outcome.code == 1, outcome.stderr or outcome.document["verdict"]
    assert outcome.document["verdict"]["status"] == "fail"
    assert reason in outcome.document["verdict"]["reasons"]
    assert "Traceback" not in outcome.stderr


def kill_in_mid_call(platform: Platform, proxy: Child) -> None:
    """SIGKILL for all of Kamailio's processes, once half a second of media has left."""
    before, deadline = sent_packets(platform.near, "near0"), time.monotonic() + 20.0
    while sent_packets(platform.near, "near0") < before + 50 and time.monotonic() < deadline:
        time.sleep(0.02)
    proxy.send_signal(signal.SIGKILL)


def call_ids(document: Any) -> set[str]:
    return {call["call_id"] for call in document["calls"]}


def far_end(stream: Any) -> str:
    """Our peer's end of a stream, as "address:port"."""
    end: str = stream["source"] if stream["direction"] == "received" else stream["destination"]
    return end


def near_address(stream: Any) -> str:
    end: str = stream["destination"] if stream["direction"] == "received" else stream["source"]
    return end.rpartition(":")[0]


def routes(capture: Path, method: str) -> list[tuple[str, str]]:
    """Call-ID and Route of every request with this method, as tshark reads them."""
    argv = [find_tool("tshark"), "-r", str(capture), "-Y", f"sip.Method == {method}"]
    argv += ["-T", "fields", "-e", "sip.Call-ID", "-e", "sip.Route"]
    done = subprocess.run(argv, capture_output=True, text=True, check=True)
    rows = [line.partition("\t") for line in done.stdout.splitlines()]
    return [(call_id, route) for call_id, _, route in rows]
