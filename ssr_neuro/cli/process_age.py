"""How long this process has run, its start included."""

import os
import sys
import time
from pathlib import Path

STARTTIME = 22 - 3  # of the fields of /proc/PID/stat, counted behind the name: proc(5)


def process_age_s() -> float:
    """Seconds, to a hundredth."""
    if sys.platform == "linux":
        # The start by the clock of the day would be off by up to a second: Linux tells the time of
        # its boot in whole seconds.
        fields = Path("/proc/self/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        since_boot_s = int(fields[STARTTIME]) / os.sysconf("SC_CLK_TCK")
        return time.clock_gettime(time.CLOCK_BOOTTIME) - since_boot_s
    from psutil import Process

    return time.time() - Process().create_time()
