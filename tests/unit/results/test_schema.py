"""The published JSON Schema."""

from pathlib import Path

import jsonschema
import pytest
from support import captured, samples
from support.schemas import closed

from voipprobe.model.probe import ProbeResult
from voipprobe.results.document import to_document
from voipprobe.results.schema import SCHEMAS, analysis_schema, probe_schema, schema_text

PUBLISHED = Path(__file__).parents[3] / "docs" / "schemas"


@pytest.mark.parametrize("kind", SCHEMAS)
def test_the_published_file_is_current(kind: str) -> None:
    """Else: python -m voipprobe.results.schema KIND > docs/schemas/KIND-1.json."""
    assert (PUBLISHED / f"{kind}-1.json").read_text() == schema_text(kind)


@pytest.mark.parametrize("kind", SCHEMAS)
def test_it_is_a_schema(kind: str) -> None:
    """By the rules of draft 2020-12."""
    jsonschema.Draft202012Validator.check_schema(SCHEMAS[kind]())


@pytest.mark.parametrize("result", [samples.probe_result(), samples.unmeasured_result()])
def test_it_names_every_key_of_a_result(result: ProbeResult) -> None:
    """Full and nearly empty results hold to it even with unnamed keys forbidden."""
    jsonschema.Draft202012Validator(closed(probe_schema())).validate(to_document(result))


def test_it_names_every_key_of_an_analysis() -> None:
    """The same shapes, and another document around them."""
    document = to_document(captured.analysis())
    jsonschema.Draft202012Validator(closed(analysis_schema())).validate(document)
    assert document["schema"] == "voipprobe.analysis/1"
    assert not jsonschema.Draft202012Validator(probe_schema()).is_valid(document)


@pytest.mark.parametrize(
    ("part", "key", "value"),
    [
        ("verdict", "status", "maybe"),
        ("signalling", "ser", "0.95"),
        ("media", "packets", None),
        ("run", "generator", 0),
    ],
)
def test_it_refuses_wrong_values(part: str, key: str, value: object) -> None:
    """Types, enums, and null only where something can be unknown."""
    document = to_document(samples.probe_result())
    document[part][key] = value
    assert not jsonschema.Draft202012Validator(probe_schema()).is_valid(document)


def test_it_refuses_another_version_and_a_missing_key() -> None:
    """Nothing is left out of a document: unknown is null."""
    validator = jsonschema.Draft202012Validator(probe_schema())
    document = to_document(samples.probe_result())
    assert not validator.is_valid(document | {"schema": "voipprobe.probe/2"})
    del document["calls"][0]["findings"]
    assert not validator.is_valid(document)


def test_fields_carry_the_words_of_the_model() -> None:
    """Shared, joined, wildcard and negative entries of the docstrings, None as null."""
    definitions = probe_schema()["$defs"]
    call = definitions["Call"]["properties"]
    assert call["from"]["description"] == "the addresses of record in From and To."
    assert call["setup_ms"]["description"] == "INVITE to its 200."
    assert call["final_status"]["description"].endswith("null if none came.")
    assert "departure jitter" in definitions["Media"]["properties"]["sent_jitter_ms"]["description"]
    assert "description" not in definitions["DelaySummary"]["properties"]["p95"]
    assert definitions["Call"]["description"] == "What the wire shows of one call attempt."
