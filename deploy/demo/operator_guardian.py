"""Ends the demo's operator when what it works for is gone: `python -m deploy.demo.operator_guardian KUBECONFIG CMD...`

Started by operator_process.py, never by hand. The operator is ended when its kubeconfig is gone (the cluster was taken
down, by whomever) and, unless it was told to keep, when the demo is gone (its end of our stdin is closed). With it ends
the Redis server that it is given for its state cache, unless MYAPP_REDIS_URL names one.
"""

import contextlib
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

from deploy.local.redis_server import RedisServer, RedisServerError

_REDIS_URL = "MYAPP_REDIS_URL"

KEEP = "keep"
_LOOK_EVERY = 0.3
_GRACE = 30.0
"""Seconds that a terminated operator gets; it promises to drain within 25."""


def guard(kubeconfig: Path, command: list[str]) -> int:
    """Runs the command for as long as it is wanted; returns its exit code."""
    unwanted = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda *_: unwanted.set())
    threading.Thread(target=_listen_to_demo, args=(unwanted,), daemon=True).start()
    with contextlib.ExitStack() as stack:
        operator = subprocess.Popen(command, stdin=subprocess.DEVNULL, env={**os.environ, **_state_cache(stack)})
        while operator.poll() is None and kubeconfig.exists() and not unwanted.wait(_LOOK_EVERY):
            pass
        operator.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            return operator.wait(_GRACE)
        operator.kill()
        return operator.wait()


def _state_cache(stack: contextlib.ExitStack) -> dict[str, str]:
    """The setting that names the server; without one the operator does as well."""
    if _REDIS_URL in os.environ:
        return {}
    try:
        return {_REDIS_URL: stack.enter_context(RedisServer()).url}
    except RedisServerError as error:
        print(f"without a state cache: {error}", file=sys.stderr, flush=True)
        return {}


def _listen_to_demo(unwanted: threading.Event) -> None:
    if not any(line.strip() == KEEP for line in sys.stdin):
        unwanted.set()


if __name__ == "__main__":
    sys.exit(guard(Path(sys.argv[1]), sys.argv[2:]))
