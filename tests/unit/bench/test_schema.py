"""The published JSON Schemas of a benchmark."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from support.bench_runs import write_run
from support.recordings import BENCH_RUN
from support.schemas import closed, undescribed

from voipprobe.bench.raw.reader import read_raw
from voipprobe.bench.report.compare import compare
from voipprobe.bench.report.document import comparison_document, report_document
from voipprobe.bench.schema import (
    SCHEMAS,
    comparison_schema,
    record_schema,
    report_schema,
    schema_text,
)

PUBLISHED = Path(__file__).parents[3] / "docs" / "schemas"
KNEES = {"c7i.large": 300.0, "c7g.large": 420.0}
Spoil = Callable[[Any], object]


@pytest.fixture
def simulated(tmp_path: Path) -> Path:
    """A run on EC2 with prices, a baseline, failures and voids."""
    return write_run(tmp_path / "raw.jsonl", KNEES, voids=0.05, reach=400)


@pytest.mark.parametrize("kind", SCHEMAS)
def test_the_published_file_is_current(kind: str) -> None:
    """Else: python -m voipprobe.bench.schema KIND > docs/schemas/KIND-1.json."""
    assert (PUBLISHED / f"{kind}-1.json").read_text() == schema_text(kind)


@pytest.mark.parametrize("kind", SCHEMAS)
def test_it_is_a_schema_that_describes_every_key(kind: str) -> None:
    """By the rules of draft 2020-12; a key without a word on it has no unit."""
    schema = SCHEMAS[kind]()
    jsonschema.Draft202012Validator.check_schema(schema)
    assert list(undescribed(schema)) == []


def test_it_names_every_key_of_every_line(simulated: Path) -> None:
    """Of a run on this machine and of one on simulated EC2, with unnamed keys forbidden."""
    validator = jsonschema.Draft202012Validator(closed(record_schema()))
    lines = [*BENCH_RUN.read_text().splitlines(), *simulated.read_text().splitlines()]
    kinds = set()
    for line in lines:
        document = json.loads(line)
        validator.validate(document)
        kinds.add(document["record"])
    assert kinds == {"run", "machine", "baseline", "trial"}


@pytest.mark.parametrize(
    ("kind", "spoil"),
    [
        ("run", lambda line: line.update(schema="voipprobe.bench/2")),
        ("trial", lambda line: line["verdict"].update(status="maybe")),
        ("trial", lambda line: line.update(load="60")),
        ("trial", lambda line: line["measured"].pop("figures")),
        ("machine", lambda line: line.update(record="trial")),
    ],
)
def test_it_refuses_wrong_lines(kind: str, spoil: Spoil) -> None:
    """Other versions, words that are none of ours, a missing key, one record for another."""
    lines = [json.loads(line) for line in BENCH_RUN.read_text().splitlines()]
    line = next(one for one in lines if one["record"] == kind)
    validator = jsonschema.Draft202012Validator(record_schema())
    assert validator.is_valid(line)
    spoil(line)
    assert not validator.is_valid(line)


def test_it_names_every_key_of_reports_and_comparisons(simulated: Path) -> None:
    """Of a real run, of a simulated one, and of one against itself."""
    for path in (BENCH_RUN, simulated):
        raw = read_raw(path)
        report, compared = report_document(raw), comparison_document(compare(raw, raw))
        jsonschema.Draft202012Validator(closed(report_schema())).validate(report)
        jsonschema.Draft202012Validator(closed(comparison_schema())).validate(compared)
        assert not jsonschema.Draft202012Validator(report_schema()).is_valid(compared)
