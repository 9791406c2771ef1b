"""Has the kernel kill a child process when its parent dies, however the parent dies."""

import ctypes
import signal
import sys
from collections.abc import Callable

PR_SET_PDEATHSIG = 1


def die_with_parent(how: signal.Signals = signal.SIGKILL) -> Callable[[], None] | None:
    """A function for Popen's `preexec_fn`, or None where the system has no such thing (macOS).

    `how` is the signal that the child gets.

    Linux ties the child's life to the *thread* that starts it: start it from one that lives long enough.
    """
    if sys.platform != "linux":
        return None
    libc = ctypes.CDLL(None)

    def set_parent_death_signal() -> None:
        libc.prctl(PR_SET_PDEATHSIG, how)

    return set_parent_death_signal
