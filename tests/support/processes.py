"""The processes of a process group, on any system that has groups."""

import contextlib
import os

import psutil


def processes_of(group, having=""):
    """Return the living processes of a group, lowest number first, whose command line contains a text."""
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error, ProcessLookupError):
            is_in = os.getpgid(process.pid) == group and process.status() != psutil.STATUS_ZOMBIE
            if is_in and (not having or having in " ".join(process.cmdline())):
                found.append(process.pid)
    return sorted(found)
