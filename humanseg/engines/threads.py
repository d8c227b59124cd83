"""How many threads to use."""

import os
from pathlib import Path


def available_cores(cgroup: Path = Path("/sys/fs/cgroup")) -> int:
    """Counts the cores this process may use; in a container fewer than the machine has.

    That is the smaller of the process's affinity and its cgroup's quota of
    processor time (of cgroups version 2, or else 1), and at least 1.

    Args:
        cgroup: Where the kernel shows the limits of the process.
    """
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    cores = cores or 1
    for files in (["cpu.max"], ["cpu/cpu.cfs_quota_us", "cpu/cpu.cfs_period_us"]):
        try:
            quota, period = " ".join((cgroup / file).read_text() for file in files).split()
        except OSError:
            continue
        if quota.isdigit():
            return max(1, min(cores, round(int(quota) / int(period))))
        return cores
    return cores
