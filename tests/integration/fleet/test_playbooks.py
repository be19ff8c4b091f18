"""What can be said of playbooks and units without any host."""

import json
import subprocess
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]
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


@pytest.mark.parametrize(
    ("regions", "loose", "batches"),
    [
        ({"a": 1, "b": 1}, 0, [1, 1, 1]),
        ({"a": 3, "b": 2}, 0, [1, 2, 2, 1]),
        ({"a": 3, "b": 2}, 2, [1, 2, 2, 1]),
        ({}, 2, [1, 1]),
    ],
)
def test_one_host_goes_first_then_region_after_region(
    regions: dict[str, int], loose: int, batches: list[int], tmp_path: Path
) -> None:
    """Sizes of batches as deploy.yml works them out; the last is for those in no Region."""
    (deploy,) = yaml.safe_load((FOLDER / "deploy.yml").read_text())
    hosts = {name: [f"{name}{n}" for n in range(count)] for name, count in regions.items()}
    everybody = [*chain(*hosts.values()), *(f"loose{n}" for n in range(loose))]
    inventory: dict[str, Any] = {"agent": {"hosts": dict.fromkeys(everybody)}}
    for name, members in hosts.items():
        inventory[f"region_{name}"] = {"hosts": dict.fromkeys(members)}
    told = {"ansible.builtin.debug": {"msg": "{{ deploy_batches | string }}"}}
    play_ = {"hosts": "localhost", "gather_facts": False, "vars": deploy["vars"], "tasks": [told]}
    (tmp_path / "hosts.yml").write_text(json.dumps(inventory))
    (tmp_path / "batches.yml").write_text(json.dumps([play_]))
    found = play(
        str(tmp_path / "batches.yml"), "-i", str(tmp_path / "hosts.yml"),
        environment=environment(tmp_path),
    )  # fmt: skip
    assert found.code == 0, found.text
    assert f'"msg": "{batches}"' in found.text, found.text
