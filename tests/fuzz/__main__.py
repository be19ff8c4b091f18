"""One target under libFuzzer: `python -m fuzz TARGET [options]`.

The corpus folder of the target is read and left alone: new inputs go to the first folder among
the options, or to build/fuzz/TARGET.
"""

import os
import sys
from pathlib import Path

HERE = Path(__file__).parent
LIMITS = ("-timeout=20", "-rss_limit_mb=1500", "-malloc_limit_mb=1000")
LONGEST = {"rtp": 400, "pcap": 1500, "pcapng": 1500, "compressed": 1500, "fragments": 400}
"""Octets of an input; a packet takes a millisecond where kernels are interpreted."""


def main(arguments: list[str]) -> None:
    """Fuzz until libFuzzer's options say that it is enough, or something is found."""
    os.environ["NUMBA_DISABLE_JIT"] = "1"
    os.environ["PATH"] = ""  # hostile TCP is not handed to tshark, whose own fuzzers do that
    import atheris  # noqa: PLC0415 - not on every machine

    name, *options = arguments
    with atheris.instrument_imports(include=["voipprobe"]):
        from fuzz.targets import TARGETS  # noqa: PLC0415
        from voipprobe.capture import analysis  # noqa: PLC0415

    analysis.PLOTTED_STREAMS = 4  # thousands of empty plots would cost more than the reading
    check = TARGETS[name]
    longest = f"-max_len={LONGEST.get(name, 4096)}"
    limits = (*LIMITS, longest, *_dictionary(name))
    again = f"{sys.executable} -m fuzz {name}"  # what libFuzzer runs to merge
    atheris.Setup([again, *limits, *options, *_folders(name, options)], check)
    atheris.Fuzz()


def _dictionary(name: str) -> list[str]:
    path = HERE / "dictionaries" / f"{name}.dict"
    return [f"-dict={path}"] if path.exists() else []


def _folders(name: str, options: list[str]) -> list[str]:
    """Where libFuzzer writes to, unless that is named already, and what it reads as well."""
    corpus = str(HERE / "corpus" / name)
    if any(not option.startswith("-") for option in options):
        return [corpus]
    new = Path("build") / "fuzz" / name
    new.mkdir(parents=True, exist_ok=True)
    return [str(new), corpus]


main(sys.argv[1:])
