"""Wrong usage: one clear line, the right exit code, no traceback, and nothing is started."""

import re
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.tools import put_tool

from voipprobe.cli.commands.cloudwatch import COMMANDS as CLOUDWATCH
from voipprobe.cli.main import COMMANDS, GOOD, VOID, WRONG_USE, run

WRONG_PROBES = {
    "--expect mos": "threshold 'mos': it has no operator",
    "--expect mos.p5>=good": "'good' is not a number",
    "--expect mos.p6>=4": "there is no metric 'mos.p6'; did you mean 'mos.p5'?",
    "--expect ser=>1": "'=>' is not one of",
    "--scenario cal": "scenario 'cal' is not known: did you mean 'call'?",
    "--scenario /nowhere/x.xml": "scenario file /nowhere/x.xml does not exist",
    "--param ring_ms": "--param 'ring_ms' is not NAME=VALUE",
    "--param ring_ms=1": "scenario call has no parameter 'ring_ms'",
    "--scenario call-cancel --param ring_ms=x": "parameter ring_ms='x' is not a whole number",
    "--concurrent 10 --rate 5 --hold 5": "--concurrent 10 is not --rate 5 x --hold 5",
    "--concurrent 10 --calls 5": "--calls 5 can never be --concurrent 10",
    "--rate nan": "--rate nan is not a finite number",
    "--hold inf": "--hold inf is not a finite number",
    "--calls 0": "--calls 0 is not positive",
    "--local-address 192.0.2.1": "192.0.2.1 is not an address of this host",
    "--local-address lo": "'lo' is not an IP address",
    "--next-hop a_b": "'a_b' is not a host name",
    "--scenario call-tcp --transport udp": "scenario call-tcp runs over tcp, not udp",
    "--scenario call-auth": "scenario call-auth needs credentials: set VOIPPROBE_USERNAME",
    "--credentials /nowhere/x.toml": "credentials file /nowhere/x.toml: No such file",
}
"""Options of `voipprobe probe 127.0.0.1` -> what is said about them."""


@pytest.fixture(autouse=True)
def _fake_sipp(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A SIPp that knows its version and, if it were ever started, would leave a trace."""
    folder = tmp_path / "bin"
    folder.mkdir()
    put_tool(
        monkeypatch,
        folder,
        "sipp",
        f'[ "$1" = -v ] || touch {tmp_path}/started\necho "SIPp v3.6.1-PCAP."; exit 99',
    )
    monkeypatch.delenv("VOIPPROBE_USERNAME", raising=False)


@pytest.fixture(autouse=True)
def _signals() -> Iterator[None]:
    """The responder takes them over for good, which is right in a process of its own."""
    numbers = (signal.SIGINT, signal.SIGTERM)
    before = [signal.getsignal(number) for number in numbers]
    yield
    for number, handler in zip(numbers, before, strict=True):
        signal.signal(number, handler)


def refusal(
    capsys: pytest.CaptureFixture[str], arguments: list[str], *, code: int = WRONG_USE
) -> str:
    """The one line that a wrong command line gets on standard error."""
    assert run(arguments) == code
    out, err = capsys.readouterr()
    assert out == ""
    assert "Traceback" not in err
    assert err.startswith("voipprobe: ")
    assert err.count("\n") == 1
    return err


@pytest.mark.parametrize(("options", "problem"), WRONG_PROBES.items())
def test_wrong_options_of_probe(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, options: str, problem: str
) -> None:
    output = tmp_path / "runs"
    arguments = ["probe", "127.0.0.1:9", "--output", str(output), *options.split()]
    assert problem in refusal(capsys, arguments)
    assert not output.exists()
    assert not (tmp_path / "started").exists()


@pytest.mark.parametrize("target", ["sip:a\nb@h", "h:70000", "sip:[remote_ip]@h", ""])
def test_wrong_targets(capsys: pytest.CaptureFixture[str], target: str) -> None:
    assert "target " in refusal(capsys, ["probe", target])
    assert "target " in refusal(capsys, ["iperf", target or "::1"])


def test_transport_that_contradicts_the_uri(capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["probe", "sip:h;transport=udp", "--transport", "tcp"]
    assert "says transport udp, --transport says tcp" in refusal(capsys, arguments)


@pytest.mark.parametrize(
    ("output", "problem"), [("/proc/voipprobe", "cannot create"), ("file/runs", "a file")]
)
def test_output_that_cannot_be_written(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, output: str, problem: str
) -> None:
    """Also for root; nothing was measured, and no call was placed."""
    (tmp_path / "file").touch()
    arguments = ["probe", "127.0.0.1:9", "--output", str(tmp_path / output)]
    assert problem in refusal(capsys, arguments, code=VOID)
    assert not (tmp_path / "started").exists()


def test_output_that_is_a_file(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    text = refusal(capsys, ["probe", "h", "--output", str(tmp_path / "file"), "--next-hop",
                            "127.0.0.1:9"], code=VOID)  # fmt: skip
    assert "a file of that name exists; choose another --output" in text


def test_sipp_without_tls(capsys: pytest.CaptureFixture[str]) -> None:
    text = refusal(capsys, ["probe", "127.0.0.1", "--transport", "tls"], code=VOID)
    assert "3.6.1 (PCAP) was built without TLS, which TLS transport needs" in text


def test_sipp_without_pcap(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    put_tool(monkeypatch, tmp_path, "sipp", "echo 'SIPp v3.7.7-TLS-SHA256.'; exit 99")
    text = refusal(capsys, ["probe", "127.0.0.1", "--scenario", "call-dtmf"], code=VOID)
    assert "was built without PCAP, which scenario call-dtmf needs" in text


@pytest.mark.parametrize(
    "command", ["probe 127.0.0.1", "iperf 127.0.0.1", "responder --allow 127.0.0.0/8"]
)
def test_missing_tools(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    command: str,
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))
    text = refusal(capsys, command.split(), code=VOID)
    assert "is not installed: run `apt-get install" in text


def test_host_that_does_not_resolve(capsys: pytest.CaptureFixture[str]) -> None:
    text = refusal(capsys, ["probe", "no-such-host.invalid"], code=VOID)
    assert "host 'no-such-host.invalid' does not resolve" in text


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (["responder", "--allow", "10.0.0.1/8"], "--allow 10.0.0.1/8 has host bits set"),
        (["responder", "--allow", "all"], "--allow 'all' does not appear to be"),
        (["responder", "--address", "192.0.2.1"], "192.0.2.1 is not an address of this host"),
        (["scenarios", "show", "cal"], "did you mean 'call'?"),
    ],
)
def test_wrong_options_of_other_commands(
    capsys: pytest.CaptureFixture[str], arguments: list[str], problem: str
) -> None:
    assert run(arguments) == WRONG_USE
    assert problem in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        ([], "Usage: voipprobe"),
        (["prob"], "No such command 'prob'"),
        (["probe"], "Missing argument 'TARGET'"),
        (["probe", "h", "--nonsense"], "No such option"),
        (["probe", "h", "--codec", "opus"], "'opus' is not one of 'pcmu', 'pcma'"),
        (["probe", "h", "--calls", "many"], "'many' is not a valid integer"),
        (["probe", "h", "--iperf", "0"], "0 is not in the range"),
        (["responder", "--port", "65536"], "65536 is not in the range"),
    ],
)
def test_what_click_refuses(
    capsys: pytest.CaptureFixture[str], arguments: list[str], problem: str
) -> None:
    assert run(arguments) == WRONG_USE
    out, err = capsys.readouterr()
    assert problem in out + err
    assert "Traceback" not in err


@pytest.mark.parametrize(
    "command",
    [*COMMANDS, "scenarios list", "scenarios show", *(f"cloudwatch {name}" for name in CLOUDWATCH)],
)
def test_every_command_has_help(capsys: pytest.CaptureFixture[str], command: str) -> None:
    """And its first line is the one that `voipprobe --help` shows without loading it."""
    assert run([*command.split(), "--help"]) == GOOD
    text = capsys.readouterr().out
    assert text.startswith(f"Usage: voipprobe {command}")
    if command in {"cloudwatch", "demo", "doctor", "scenarios"}:
        assert COMMANDS[command] in text


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--version"]) == GOOD
    assert re.fullmatch(r"voipprobe, version \d+\.\d+\.\d+\n", capsys.readouterr().out)
