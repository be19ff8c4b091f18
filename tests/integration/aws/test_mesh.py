"""`voipprobe mesh --source cloudwatch`: what agents published, read back over HTTP from moto."""

import json
import time
from pathlib import Path
from typing import Any

import pytest
from support.moto import Moto

from voipprobe.aws.metrics.publisher import CloudWatchPublisher
from voipprobe.cli.main import GOOD, WRONG_USE, run
from voipprobe.metrics.from_probe import measurements
from voipprobe.metrics.matrix import mesh_cells
from voipprobe.model.measurement import Measurement
from voipprobe.model.path import Path as MeshPath
from voipprobe.results.document import to_document

NOW = time.time()
FLEET = """
[[peer]]
name = "iad"
region = "us-east-1"
address = "10.1.0.10"
[[peer]]
name = "pdx"
region = "us-west-2"
address = "10.4.0.10"
[[probe]]
name = "mesh"
peers = true
[publish.cloudwatch]
"""
THERE = MeshPath(source="iad", destination="pdx", scenario="call")
BACK = MeshPath(source="pdx", destination="iad", scenario="call")
OF_PERCENTILES = ("round_trip_ms", "jitter_ms", "mos")


def rounds(path: MeshPath, ages_min: tuple[int, ...]) -> list[Measurement]:
    """A round so many minutes ago each; what it measured depends on how long ago."""
    found: list[Measurement] = []
    for age in ages_min:
        samples: dict[str, list[float | None]] = {
            "Rounds": [1.0], "RoundsVoid": [0.0], "CallAttempts": [5.0],
            "CallSuccesses": [5.0 - age % 2], "SER": [100.0 - 20 * (age % 2)],
            "SipMessages": [35.0], "RetransmissionsSent": [float(age)],
            "RetransmissionsReceived": [1.0], "PacketsExpected": [2500.0],
            "PacketsLost": [float(3 * age)], "ForwardLoss": [0.1 * age, 0.0, 0.0],
            "MOS": [4.4, 4.3], "Jitter": [0.5 * age], "RoundTrip": [60.0],
        }  # fmt: skip
        found += measurements(samples.items(), path, NOW - 60.0 * age)
    return found


def publish(region: str, given: list[Measurement]) -> None:
    publisher = CloudWatchPublisher("voipprobe", region=region)
    assert publisher.publish(given).delivered == tuple(range(len(given)))
    publisher.close()


def mesh(
    capsys: pytest.CaptureFixture[str], folder: Path, fleet: str = FLEET, *options: str
) -> tuple[Any, str]:
    """The document that is printed, and what is said beside it."""
    file = folder / "fleet.toml"
    file.write_text(fleet)
    command = ["mesh", "--config", str(file), "--source", "cloudwatch", "--format", "json"]
    assert run([*command, *options]) == GOOD
    out, err = capsys.readouterr()
    return json.loads(out), err


@pytest.mark.usefixtures("moto")
def test_cells_are_those_of_the_agents_own_history(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Sums and means, each agent's from its own Region; what is older is left out."""
    there, back = rounds(THERE, (3, 5, 20)), rounds(BACK, (4,))
    publish("us-east-1", [*there, *rounds(THERE, (90,))])
    publish("us-west-2", back)
    found, said = mesh(capsys, tmp_path)
    wanted = [to_document(cell) for cell in mesh_cells([*there, *back])]
    assert len(found["cells"]) == 2
    for cell, own in zip(found["cells"], wanted, strict=True):
        for key in OF_PERCENTILES:
            assert cell.pop(key) is None, "moto knows no percentiles"
            assert own.pop(key) is not None
        assert own.pop("last_at") - 60 < cell.pop("last_at") <= NOW
        assert cell == {key: own[key] if isinstance(own[key], str) else pytest.approx(own[key])
                        for key in own}  # fmt: skip
    lines = said.splitlines()
    assert len(lines) == 2
    for line, region in zip(lines, ("us-east-1", "us-west-2"), strict=True):
        assert line.startswith("voipprobe: unknown are RoundTrip, Jitter, MOS: GetMetricData in ")
        assert region in line


def test_a_fleet_that_publishes_to_one_region_is_read_there(
    moto: Moto, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """And an empty CloudWatch is an empty mesh: no cell of zeros."""
    central = f'{FLEET}region = "eu-west-1"\n'
    found, _ = mesh(capsys, tmp_path, central)
    assert found["cells"] == []
    publish("eu-west-1", rounds(BACK, (2,)))
    assert [one.metric for one in moto.kept("eu-west-1")]
    found, _ = mesh(capsys, tmp_path, central, "--since", "30")
    (cell,) = found["cells"]
    assert (cell["source"], cell["calls"], cell["retransmission_ratio"]) == ("pdx", 5, 3 / 35)


def test_a_fleet_that_publishes_nothing_there_is_told_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "fleet.toml"
    file.write_text(FLEET.replace("[publish.cloudwatch]", ""))
    assert run(["mesh", "--config", str(file), "--source", "cloudwatch"]) == WRONG_USE
    assert "has no [publish.cloudwatch]" in capsys.readouterr().err
