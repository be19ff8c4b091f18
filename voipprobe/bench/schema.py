"""The JSON Schemas of a benchmark's documents: lines of the raw file, reports, comparisons.

`python -m voipprobe.bench.schema bench > docs/schemas/bench-1.json` writes the published one; the
same with `bench-report` and `bench-comparison`. Must not hold any fact about a field.
"""

import json
import sys
from typing import Any, Final, get_args

from voipprobe.bench.raw.records import BENCH_SCHEMA, Record
from voipprobe.bench.report.compare import COMPARISON_SCHEMA, Comparison
from voipprobe.bench.report.document import REPORT_SCHEMA, Report
from voipprobe.results.schema import definitions_of, document_schema, whole_schema


def record_schema() -> dict[str, Any]:
    """Of each line of a raw file."""
    definitions = definitions_of(Record)
    definitions["RunRecord"]["properties"]["schema"]["const"] = BENCH_SCHEMA
    kinds = [{"$ref": f"#/$defs/{kind.__name__}"} for kind in get_args(Record)]
    said = "One line of raw.jsonl: a run first, then machines, baselines and trials as they came."
    return whole_schema(BENCH_SCHEMA, {"description": said, "oneOf": kinds}, definitions)


def report_schema() -> dict[str, Any]:
    """Of `bench report --format json`."""
    return document_schema(Report, REPORT_SCHEMA)


def comparison_schema() -> dict[str, Any]:
    """Of `bench compare --format json`."""
    return document_schema(Comparison, COMPARISON_SCHEMA)


SCHEMAS: Final = {
    "bench": record_schema,
    "bench-report": report_schema,
    "bench-comparison": comparison_schema,
}


def schema_text(kind: str) -> str:
    """The text of a published schema file."""
    return json.dumps(SCHEMAS[kind](), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    sys.stdout.write(schema_text(sys.argv[1]))
