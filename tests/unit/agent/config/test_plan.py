"""What each agent of a fleet does: paths, targets and thresholds."""

from pathlib import Path as File

from voipprobe.agent.config.identity import Identity
from voipprobe.agent.config.plan import Calls, Network, Work, all_paths, plan_work
from voipprobe.agent.config.read import parse_fleet, read_fleet
from voipprobe.agent.config.sections import FleetFile
from voipprobe.model.path import Path

FOUR = read_fleet(File(__file__).parents[3] / "data" / "fleet" / "good-four-regions.toml")
NAMES = [peer.name for peer in FOUR.peer]


def works_of(fleet: FleetFile, name: str) -> dict[str, Work]:
    peer = next((one for one in fleet.peer if one.name == name), None)
    made = plan_work(fleet, Identity(name=name, peer=peer, how="a test"))
    assert len({work.name for work in made}) == len(made)
    return {work.name: work for work in made}


def calls_of(work: Work) -> Calls:
    assert isinstance(work.what, Calls)
    assert work.is_calls
    return work.what


def test_a_full_mesh_of_four_has_three_paths_each() -> None:
    """Nobody calls itself."""
    for name in NAMES:
        paths = [one.path for one in works_of(FOUR, name).values() if one.path.scenario == "call"]
        assert {path.source for path in paths} == {name}
        assert sorted(path.destination for path in paths) == sorted(set(NAMES) - {name})


def test_all_paths_are_those_of_every_agent_once() -> None:
    """12 of calls, 2 to a target, 2 of iperf3."""
    paths = all_paths(FOUR)
    assert len(set(paths)) == len(paths)
    mesh = {Path(source=a, destination=b, scenario="call") for a in NAMES for b in NAMES if a != b}
    assert {path for path in paths if path.scenario == "call"} == mesh
    assert {(path.source, path.destination) for path in paths if path.scenario == "options"} == {
        ("us-east-1", "pbx-1"), ("us-west-2", "pbx-1"),
    }  # fmt: skip
    assert {(path.source, path.destination) for path in paths if path.scenario == "iperf"} == {
        ("us-east-1", "us-east-2"), ("us-east-1", "us-west-1"),
    }  # fmt: skip
    assert len(paths) == 16


def test_only_the_sources_of_a_section_do_it() -> None:
    assert sorted(works_of(FOUR, "us-east-2")) == [
        "mesh>us-east-1", "mesh>us-west-1", "mesh>us-west-2",
    ]  # fmt: skip
    assert "pbx>pbx-1" in works_of(FOUR, "us-west-2")


def test_a_round_of_calls_is_what_the_file_says() -> None:
    work = works_of(FOUR, "us-east-1")["mesh>us-west-2"]
    calls = calls_of(work)
    assert work.interval_s == 30
    assert calls.target.uri == "sip:echo@192.0.2.4:5060;transport=udp"
    assert (calls.load.calls, calls.load.rate_cps, calls.load.hold_s) == (3, 1.5, 4)
    assert [one.expression for one in calls.expectations] == ["ser>=0.9", "mos.p5>=3.5"]
    assert [one.expression for one in calls.limits.warning] == ["mos.p5>=4"]
    assert calls.exchange == ("192.0.2.4", 5064)


def test_a_peer_with_an_ipv6_address_is_called_in_brackets() -> None:
    """And asked, and measured by iperf3, without them."""
    works = works_of(FOUR, "us-east-1")
    calls = calls_of(works["mesh>us-east-2"])
    assert calls.target.uri == "sip:echo@[2001:db8::2]:5060;transport=udp"
    assert calls.exchange == ("2001:db8::2", 5064)
    network = works["net>us-east-2"].what
    assert isinstance(network, Network)
    assert (network.host, network.port) == ("2001:db8::2", 5201)
    assert not works["net>us-east-2"].is_calls


def test_peers_are_called_where_they_are_known_and_not_where_they_bind() -> None:
    """`bind` is behind their NAT."""
    assert calls_of(works_of(FOUR, "us-east-1")["mesh>us-west-1"]).target.host == (
        "probe.us-west-1.example.net"
    )


def test_a_target_has_no_far_end_to_ask() -> None:
    calls = calls_of(works_of(FOUR, "us-east-1")["pbx>pbx-1"])
    assert calls.exchange is None
    assert calls.target.uri == "sip:pbx.example.net:5080;transport=tcp"


def test_ports_and_transport_of_the_fleet_are_used() -> None:
    text = (
        "[responder]\nport = 5070\nexchange_port = 0\niperf_port = 5300\n"
        "[[peer]]\nname='a'\naddress='192.0.2.1'\n[[peer]]\nname='b'\naddress='192.0.2.2'\n"
        "[[probe]]\nname='p'\npeers=true\ntransport='tcp'\nnext_hop='192.0.2.9:5080'\n"
        "[[iperf]]\nname='i'\npeers=true\n"
    )
    works = works_of(parse_fleet(text, "f"), "a")
    calls = calls_of(works["p>b"])
    assert calls.target.uri == "sip:192.0.2.2:5070;transport=tcp"
    assert calls.exchange is None
    assert calls.next_hop is not None
    assert calls.next_hop.port == 5080
    network = works["i>b"].what
    assert isinstance(network, Network)
    assert network.port == 5300


def test_what_only_both_ends_know_is_no_expectation_of_the_probe() -> None:
    """The probe knows one end: it would find the metric missing, and the round void."""
    text = (
        "[[probe]]\nname='p'\ntarget=[{name='t', uri='192.0.2.9'}]\n"
        "critical=['forward_loss_ratio<=0.01', 'ser>=0.9']\nwarning=['backward_loss_ratio<=0']\n"
    )
    calls = calls_of(works_of(parse_fleet(text, "f"), "a")["p>t"])
    assert [one.metric for one in calls.expectations] == ["ser"]
    assert [one.metric for one in calls.limits.critical] == ["forward_loss_ratio"]
    assert [one.metric for one in calls.limits.warning] == ["backward_loss_ratio"]


def test_without_peers_targets_are_called_by_whoever_we_are() -> None:
    text = "[[probe]]\nname='p'\ntarget=[{name='t', uri='192.0.2.9'}]\n"
    works = works_of(parse_fleet(text, "f"), "us-east-1")
    assert [work.path for work in works.values()] == [
        Path(source="us-east-1", destination="t", scenario="call")
    ]
