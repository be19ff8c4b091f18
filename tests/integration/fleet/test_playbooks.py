"""What can be said of playbooks and units without any host."""

import subprocess
from pathlib import Path

import pytest
from support.playbooks import BIN, FOLDER, environment, play

PLAYBOOKS = sorted(one.name for one in FOLDER.glob("*.yml"))
STATIC = ("-i", "inventories/static/hosts.yml")


def test_there_is_a_playbook_for_every_step() -> None:
    """Names that docs/deploy.md and users' scripts hold."""
    wanted = {"provision", "deploy", "monitoring", "status", "destroy", "benchmark"}
    assert {Path(name).stem for name in PLAYBOOKS} == wanted


def test_the_strictest_lint_finds_nothing(tmp_path: Path) -> None:
    """ansible-lint, profile production, without a network."""
    argv = [str(BIN / "ansible-lint"), "--offline", "--profile", "production", "--nocolor"]
    done = subprocess.run(
        argv, cwd=FOLDER, env=environment(tmp_path), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout
    assert "0 failure(s), 0 warning(s)" in done.stderr


@pytest.mark.parametrize("name", PLAYBOOKS)
def test_it_is_valid_for_ansible(name: str, tmp_path: Path) -> None:
    """ansible-playbook --syntax-check over the static inventory."""
    found = play(name, *STATIC, "--syntax-check", environment=environment(tmp_path))
    assert found.code == 0, found.text


def test_both_partitions_have_the_same_inventory_but_for_their_regions() -> None:
    """What follows the Regions is said twice, because inventories include none: it is the same."""
    texts = [
        (FOLDER / "inventories" / name / "aws_ec2.yml").read_text() for name in ("aws", "govcloud")
    ]
    usual, other = (text[text.index("filters:") :] for text in texts)
    assert usual == other


def test_no_key_and_no_password_is_in_the_repository() -> None:
    """Neither key material nor vaults; passwords are variables that are empty."""
    for file in FOLDER.rglob("*"):
        if file.is_file():
            text = file.read_text()
            assert "PRIVATE KEY" not in text, file
            assert "$ANSIBLE_VAULT" not in text, file
            assert "AKIA" not in text, file
