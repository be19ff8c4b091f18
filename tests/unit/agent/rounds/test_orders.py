"""A piece of work to the order of one round."""

import pickle
from pathlib import Path

import pytest

from voipprobe.agent.config.identity import Identity
from voipprobe.agent.config.plan import Work, plan_work
from voipprobe.agent.config.read import parse_fleet
from voipprobe.agent.config.sections import CaptureSection
from voipprobe.agent.rounds.orders import CallsOrder, IperfOrder, Order, order_round
from voipprobe.model.errors import ConfigError

PEERS = (
    "[[peer]]\nname = 'a'\naddress = '192.0.2.1'\n[[peer]]\nname = 'b'\naddress = '2001:db8::2'\n"
)
PROBE = "[[probe]]\nname = 'p'\npeers = true\n"


def work(text: str) -> Work:
    fleet = parse_fleet(PEERS + text, "f")
    return plan_work(fleet, Identity(name="a", peer=fleet.peer[0], how="a test"))[0]


def order(
    text: str, capture: CaptureSection | None = None, environment: dict[str, str] | None = None
) -> Order:
    return order_round(
        work(text), folder=Path("/work"), local_address="2001:db8::1",
        capture=capture or CaptureSection(), environment=environment or {},
    )  # fmt: skip


def calls(text: str, **given: object) -> CallsOrder:
    made = order(text, **given)  # type: ignore[arg-type]
    assert isinstance(made, CallsOrder)
    return made


def test_the_options_are_those_of_the_file() -> None:
    made = calls(
        PROBE + "scenario = 'call-early-media'\ncalls = 7\nrate_cps = 2\nhold_s = 3\n"
        "codec = 'pcma'\nbuffer_ms = 40\nanswer_timeout_s = 6\nnext_hop = '192.0.2.9'\n"
        "critical = ['ser>=0.9', 'forward_loss_ratio<=0.1']\nwarning = ['mos.p5>=4']\n"
    )
    options = made.options
    assert options.target.uri == "sip:[2001:db8::2]:5060;transport=udp"
    assert (options.scenario, options.codec) == ("call-early-media", "pcma")
    assert (options.load.calls, options.load.rate_cps, options.load.hold_s) == (7, 2, 3)
    assert (options.buffer_ms, options.answer_timeout_s) == (40, 6)
    assert options.next_hop is not None
    assert options.local_address == "2001:db8::1"
    assert options.output == Path("/work")
    assert [one.expression for one in options.expectations] == ["ser>=0.9"]
    assert [one.metric for one in made.limits.critical] == ["forward_loss_ratio"]
    assert made.exchange == ("2001:db8::2", 5064)


def test_an_order_can_go_to_another_process() -> None:
    """All of it, as it is."""
    for text in (PROBE, "[[iperf]]\nname = 'i'\npeers = true\n"):
        made = order(text)
        assert pickle.loads(pickle.dumps(made)) == made  # noqa: S301 - our own


def test_a_round_has_time_for_its_calls_and_their_answers() -> None:
    """Never killed where a probe by hand would have come to its end."""
    short = calls(PROBE + "calls = 1\nhold_s = 0\n").within_s
    assert short >= 60
    placing = calls(PROBE + "calls = 41\nrate_cps = 1\nhold_s = 10\n").within_s
    assert placing - short == 50
    patient = calls(PROBE + "calls = 1\nhold_s = 0\nanswer_timeout_s = 30\n").within_s
    assert patient - short >= 5 * 20


@pytest.mark.parametrize(("keep", "kept"), [("failed", True), ("never", False)])
def test_what_is_kept_is_as_the_file_says(keep: str, kept: bool) -> None:
    """The capture itself is always made: the far end's view is joined with it."""
    capture = CaptureSection.model_validate({"keep": keep, "payload": True})
    made = calls(PROBE, capture=capture)
    assert (made.keep, made.keep_payload) == (kept, True)
    assert made.options.keep_capture == "always"
    assert not calls(PROBE).keep_payload


def test_credentials_are_read_for_every_round(tmp_path: Path) -> None:
    """So that new ones hold without a restart; and no log shows them."""
    file = tmp_path / "secret.toml"
    text = PROBE + f"scenario = 'call-auth'\ncredentials = '{file}'\n"
    with pytest.raises(ConfigError, match="No such file"):
        calls(text)
    file.write_text("username = 'u'\npassword = 'first'\n")
    file.chmod(0o600)
    for password in ("first", "second"):
        file.write_text(f"username = 'u'\npassword = '{password}'\n")
        made = calls(text)
        assert made.options.credentials is not None
        assert made.options.credentials.password == password
        assert password not in repr(made)


def test_credentials_may_come_from_the_environment() -> None:
    environment = {"VOIPPROBE_USERNAME": "u", "VOIPPROBE_PASSWORD": "p"}
    made = calls(PROBE, environment=environment)
    assert made.options.credentials is not None
    assert made.options.credentials.username == "u"


def test_iperf_has_a_folder_of_its_own_and_time_for_all_runs() -> None:
    """Two directions of each protocol."""
    made = order(
        "[[iperf]]\nname = 'i'\npeers = true\nprotocols = ['udp', 'tcp']\nduration_s = 7\n"
        "streams = 3\n"
    )
    assert isinstance(made, IperfOrder)
    assert made.folder == Path("/work/i>b")
    assert (made.options.server, made.options.port) == ("2001:db8::2", 5201)
    assert (made.options.duration_s, made.options.streams) == (7, 3)
    assert made.options.local_address == "2001:db8::1"
    assert made.protocols == ("udp", "tcp")
    assert made.within_s >= 4 * 7 + 20
