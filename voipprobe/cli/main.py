"""The `voipprobe` command: its sub-commands, loaded when they are used, and its exit codes."""

import contextlib
import gc
import os
import sys
from typing import Final

import click

import voipprobe
from voipprobe.cli.lazy import LazyGroup
from voipprobe.model.errors import ConfigError, VoipprobeError

COMMANDS: Final = {
    "agent": "Measure every path of a fleet around the clock.",
    "analyze": "Say what happened in a capture: calls, streams, quality, findings.",
    "bench": "Find how many concurrent calls a system carries, and what limits it.",
    "cloudwatch": "CloudWatch as code: what is published, what it costs, who may do what.",
    "demo": "Place real calls on this machine alone and show what is measured.",
    "doctor": "Check tools, permissions and limits; say what to do.",
    "mesh": "Show how every path between agents did.",
    "iperf": "Measure the network itself: loss, jitter, reordering, throughput.",
    "probe": "Place calls to a target and say how good they were.",
    "responder": "Be the far end that probes call.",
    "scenarios": "List, show and check the scenarios.",
}
"""Every command with its one line of help: `--help` must not load what they need."""

COLLECT_EVERY: Final = 100_000
"""New objects between two searches for garbage: imports make 100,000 objects and no garbage."""

NO_THREADS: Final = ("OPENBLAS_NUM_THREADS", "1")
"""NumPy would start threads for linear algebra that nobody does here: a tenth of a second."""

GOOD, BROKEN, WRONG_USE, VOID, INTERRUPTED = 0, 1, 2, 3, 130


@click.group(
    cls=LazyGroup,
    package="voipprobe.cli.commands",
    lines=COMMANDS,
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(voipprobe.__version__, prog_name="voipprobe")
def cli() -> None:
    """Place real SIP calls, measure their media, and say how good they were.

    Exit codes: 0 measured and good; 1 measured and a threshold was broken; 2 wrong usage or
    configuration; 3 void, could not measure; 130 interrupted.
    """


def main() -> None:
    """Run the command line; every error that a user can cause is one line."""
    gc.set_threshold(COLLECT_EVERY)
    os.environ.setdefault(*NO_THREADS)
    code = run(sys.argv[1:])
    if "voipprobe.cli.commands.analyze" in sys.modules:
        _leave_at_once(code)
    sys.exit(code)


def _leave_at_once(code: int) -> None:
    """End without taking Numba and LLVM down, which costs as much as reading 500,000 packets.

    Nothing is lost: `run` has flushed and closed everything, and no child is left.
    """
    with contextlib.suppress(OSError):
        sys.stderr.flush()
    os._exit(code)


def run(arguments: list[str]) -> int:
    """The exit code of one command line."""
    try:
        code = cli.main(arguments, prog_name="voipprobe", standalone_mode=False)
        sys.stdout.flush()  # here, not at the interpreter's end, where nobody can catch it
        return code if isinstance(code, int) else GOOD
    except click.ClickException as error:
        error.show()
        return WRONG_USE
    except (click.Abort, KeyboardInterrupt):
        click.echo("voipprobe: interrupted", err=True)
        return INTERRUPTED
    except (BrokenPipeError, SystemExit):  # whoever read our output has gone; so click leaves
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return VOID
    except VoipprobeError as error:
        click.echo(f"voipprobe: {error}", err=True)
        return WRONG_USE if isinstance(error, ConfigError) else VOID
