"""The run folder: one run, one folder, with `result.json` in it.

Knows where a result lies and that it is private (numbers, addresses, voice).
Must not know what a result says.
"""

import json
from pathlib import Path

from voipprobe.model.analysis import Analysis
from voipprobe.model.errors import StoreError
from voipprobe.model.probe import ProbeResult
from voipprobe.results.document import document_text, probe_from_document
from voipprobe.results.files import PRIVATE_FOLDER, store_error, write_private

RESULT_FILE = "result.json"


def new_run_folder(output: Path, name: str) -> Path:
    """Create the folder of a run, mode 0700; an empty folder of that name is taken over.

    Args:
        output: the folder of all runs, created when absent.
        name: of this run; one path component.

    Raises:
        StoreError: it cannot be created or written, or holds something already.
    """
    if name in {"", ".."} or Path(name).name != name:
        raise StoreError(f"cannot create a run folder named {name!r}: that is a path, not a name")
    folder = output / name
    try:
        output.mkdir(parents=True, exist_ok=True)
        folder.mkdir(mode=PRIVATE_FOLDER, exist_ok=True)
        folder.chmod(PRIVATE_FOLDER)
        occupied = any(folder.iterdir())
    except FileExistsError as error:
        raise StoreError(
            f"cannot create {error.filename}: a file of that name exists; choose another --output"
        ) from None
    except OSError as error:
        raise store_error("create", folder, error) from None
    if occupied:
        raise StoreError(
            f"cannot use {folder}: it holds a run already; choose another --output or remove it"
        )
    return folder


def write_result(folder: Path, result: ProbeResult | Analysis) -> Path:
    """Write `result.json` at once and durably.

    Returns:
        The path of the file.

    Raises:
        StoreError: it could not be written; an older one is then unchanged.
    """
    path = folder / RESULT_FILE
    write_private(path, document_text(result).encode())
    return path


def read_result(folder: Path) -> ProbeResult:
    """The result that a run folder holds.

    Raises:
        StoreError: there is none, it is damaged, or another version wrote it.
    """
    path = folder / RESULT_FILE
    try:
        document = json.loads(path.read_bytes())
    except FileNotFoundError:
        raise StoreError(f"{folder} holds no {RESULT_FILE}: is it the folder of a run?") from None
    except OSError as error:
        raise store_error("read", path, error) from None
    except ValueError as error:  # no JSON, or no UTF-8
        raise StoreError(f"{path} is damaged: {error}") from None
    return probe_from_document(document, str(path))
