"""One target under libFuzzer: `python -m fuzz TARGET [options]`.

The corpus folder of the target is read; new inputs go to a folder of the caller's choice, named
as the first folder among the options, or nowhere.
"""

import os
import sys
from pathlib import Path

HERE = Path(__file__).parent
LIMITS = ("-timeout=20", "-rss_limit_mb=1500", "-malloc_limit_mb=1000", "-max_len=4096")


def main(arguments: list[str]) -> None:
    """Fuzz until libFuzzer's options say that it is enough, or something is found."""
    os.environ["NUMBA_DISABLE_JIT"] = "1"
    os.environ["PATH"] = ""  # hostile TCP is not handed to tshark, whose own fuzzers do that
    import atheris  # noqa: PLC0415 - not on every machine

    name, *options = arguments
    with atheris.instrument_imports(include=["voipprobe"]):
        from fuzz.targets import TARGETS  # noqa: PLC0415

    check = TARGETS[name]
    atheris.Setup([f"fuzz-{name}", *LIMITS, *_dictionary(name), *options, *_corpus(name)], check)
    atheris.Fuzz()


def _dictionary(name: str) -> list[str]:
    path = HERE / "dictionaries" / f"{name}.dict"
    return [f"-dict={path}"] if path.exists() else []


def _corpus(name: str) -> list[str]:
    return [str(HERE / "corpus" / name)]


main(sys.argv[1:])
