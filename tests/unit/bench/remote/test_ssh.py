"""The command line of ssh, read by ssh itself and by a real shell."""

import subprocess
from pathlib import Path

import pytest

from voipprobe.bench.remote.ssh import Route, ssh_arguments
from voipprobe.process.tools import find_tool

HOSTILE = ["echo", "a b", "$(reboot)", "`id`", "it's", "", "-x", "; rm"]


def route(folder: Path, **changes: object) -> Route:
    usual: dict[str, object] = {
        "address": "192.0.2.1", "alias": "i-1", "user": "admin", "key_file": folder / "key",
        "known_hosts": folder / "known hosts 100%", "config": None,
    }  # fmt: skip
    return Route(**{**usual, **changes})  # type: ignore[arg-type]


def test_words_of_a_command_stay_words(tmp_path: Path) -> None:
    """ssh hands one line to the shell of the other side."""
    line = ssh_arguments("ssh", route(tmp_path, user="root"), ["printf", "%s\\n", *HOSTILE])[-1]
    done = subprocess.run(["/bin/sh", "-c", line], capture_output=True, text=True, check=True)
    assert done.stdout.split("\n")[:-1] == HOSTILE


def test_who_is_not_root_becomes_root_without_a_question(tmp_path: Path) -> None:
    assert ssh_arguments("ssh", route(tmp_path), ["true"])[-1] == "sudo -n true"
    assert ssh_arguments("ssh", route(tmp_path, user="root"), ["true"])[-1] == "true"


@pytest.mark.parametrize("address", ["192.0.2.1", "i-0123", "-oProxyCommand=x"])
def test_ssh_understands_it(tmp_path: Path, address: str) -> None:
    """`ssh -G` says what it would do; an address is never taken for an option."""
    argv = ssh_arguments(find_tool("ssh"), route(tmp_path, address=address), ["true"])
    done = subprocess.run([argv[0], "-G", *argv[1:]], capture_output=True, text=True, check=False)
    if address.startswith("-"):
        assert done.returncode
        return
    told = dict(line.split(" ", 1) for line in done.stdout.splitlines() if " " in line)
    assert told["stricthostkeychecking"] == "accept-new"
    assert told["userknownhostsfile"].strip('"') == str(tmp_path / "known hosts 100%")
    assert (told["hostkeyalias"], told["batchmode"], told["user"]) == ("i-1", "yes", "admin")


def test_the_users_own_way_holds(tmp_path: Path) -> None:
    """A ProxyCommand of his ssh_config, as for sessions of SSM."""
    config = tmp_path / "config"
    config.write_text("Host i-*\n  ProxyCommand aws ssm start-session --target %h\n")
    argv = ssh_arguments(find_tool("ssh"), route(tmp_path, address="i-1", config=config), ["true"])
    done = subprocess.run([argv[0], "-G", *argv[1:]], capture_output=True, text=True, check=True)
    assert "proxycommand aws ssm start-session --target %h" in done.stdout
