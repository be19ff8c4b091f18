"""The few frames of a capture that tshark has to see, as a file that lies on no disk.

Knows the pcapng file around packet blocks, and where it is kept: in anonymous memory, or beyond
what that may take in a file without a name, which is gone with us however we end.
"""

import contextlib
import os
import shutil
import struct
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Final, Self

import numpy as np
import numpy.typing as npt

from voipprobe.capture.files.blocks import block, interface, section
from voipprobe.capture.files.reader import FRAMES_PER_BATCH, Batch
from voipprobe.capture.tshark.secrets import KEY_LOG, SECRETS_BLOCK
from voipprobe.capture.wire.packing import BLOCK_OCTETS, FRAMES, OCTETS, PACKED, pack
from voipprobe.capture.wire.records import WINDOW_OCTETS
from voipprobe.model.errors import CaptureError

MEMORY_OCTETS: Final = 32 << 20
_PACKED_OCTETS: Final = WINDOW_OCTETS + FRAMES_PER_BATCH * (BLOCK_OCTETS + 3)


class Extract:
    """Frames of wanted connections, taken in batch by batch.

    Attributes:
        left_out: frames with payload for which there was no room.
    """

    def __init__(self, *, secrets: bytes = b"", spills: bool) -> None:
        """Begin.

        Args:
            secrets: a key log that goes along with the frames.
            spills: what is more than MEMORY_OCTETS goes to a file, else it is left out.
        """
        self.left_out = 0
        self._file: BinaryIO = os.fdopen(os.memfd_create("voipprobe-tcp"), "w+b")
        self._spills = spills
        self._octets = 0
        self._in_memory = True
        self._links: list[int] = []
        self._packed: list[npt.NDArray[Any]] = []
        self._out = np.empty(_PACKED_OCTETS, dtype=np.uint8)
        self._room = np.empty(FRAMES_PER_BATCH, dtype=PACKED)
        self._write(section())
        if secrets:
            head = struct.pack("<II", KEY_LOG, len(secrets))
            self._write(block(SECRETS_BLOCK, head + secrets))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        self._file.close()

    @property
    def path(self) -> Path:
        """The file, to be opened by a child of ours while this lasts."""
        self._file.flush()
        return Path(f"/proc/{os.getpid()}/fd/{self._file.fileno()}")

    @property
    def frames(self) -> npt.NDArray[Any]:
        """PACKED records of all frames, in the order of the file."""
        return np.concatenate(self._packed) if self._packed else np.empty(0, dtype=PACKED)

    def take(self, batch: Batch, first_number: int, table: npt.NDArray[Any]) -> None:
        """Keep what `table` wants of a batch.

        Raises:
            CaptureError: there is no room for it on the disk.
        """
        self._describe(batch.frames["link"][: batch.frame_count])
        links, found = np.array(self._links, dtype=np.int64), np.zeros(2, dtype=np.int64)
        pack(
            batch.window, batch.frames, batch.frame_count, first_number, table, links,
            self._out, self._room, found,
        )  # fmt: skip
        packed = self._room[: found[FRAMES]]
        if not len(packed):
            return
        if not self._has_room(int(found[OCTETS])):
            self.left_out += int(packed["has_payload"].sum())
            return
        self._write(self._out[: found[OCTETS]].data)
        self._packed.append(packed.copy())

    def _describe(self, links: npt.NDArray[Any]) -> None:
        only = links[:1] if (links == links[0]).all() else np.unique(links)
        for link in only.tolist():
            if link not in self._links:
                self._links.append(link)
                self._write(interface(link))

    def _has_room(self, octets: int) -> bool:
        """Whether so much more may be written; moves what there is to the disk if it has to."""
        if self._in_memory and self._octets + octets > MEMORY_OCTETS:
            if not self._spills:
                return False
            with _on_disk():
                self._move()
        return True

    def _move(self) -> None:
        spilled: BinaryIO = tempfile.TemporaryFile(prefix="voipprobe-")  # noqa: SIM115 - closed in __exit__
        with self._file as before:
            before.seek(0)
            shutil.copyfileobj(before, spilled)
        self._file, self._in_memory = spilled, False

    def _write(self, octets: bytes | memoryview) -> None:
        with _on_disk():
            self._file.write(octets)
        self._octets += len(octets)


@contextlib.contextmanager
def _on_disk() -> Any:
    try:
        yield
    except OSError as error:
        raise CaptureError(
            f"the TCP connections with SIP find no room in {tempfile.gettempdir()}: "
            f"{error.strerror}; make room there or set TMPDIR"
        ) from error
