"""What does not change of a host during a run, kept so that a run can be repeated."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class HostFacts:
    """One host. None is what could not be read.

    Attributes:
        kernel: release. architecture: as uname has it. cpu_model: as /proc/cpuinfo has it.
        cpus: that are online.
        receive_buffer_bytes, send_buffer_bytes: default and maximum of a socket.
        ports: first and last of those that the kernel hands out.
        backlog_packets: that may wait for a CPU, net.core.netdev_max_backlog.
    """

    kernel: str | None = None
    architecture: str | None = None
    cpu_model: str | None = None
    cpus: int | None = None
    receive_buffer_bytes: tuple[int, int] | None = None
    send_buffer_bytes: tuple[int, int] | None = None
    ports: tuple[int, int] | None = None
    backlog_packets: int | None = None
