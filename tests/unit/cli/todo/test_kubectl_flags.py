"""The plug-in takes kubectl's own global flags."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from myapp.cli.todo.kubectl_flags import as_click_takes_them
from myapp.cli.todo.main import todo

#: For the profiling and the logs of kubectl's own process.
LEFT_OUT = frozenset({"--profile", "--profile-output", "--log-flush-frequency"})


def test_every_global_flag_of_kubectl_is_taken() -> None:
    """As `kubectl options` lists them, but for those that are about kubectl alone."""
    kubectl = Path(sys.prefix) / "bin/kubectl"
    listed = subprocess.run([kubectl, "options"], capture_output=True, text=True, check=True, timeout=60).stdout

    theirs = set(re.findall(r"^ +(?:-\w, )?(--[a-z-]+)=", listed, re.MULTILINE))
    ours = {option for parameter in todo.params for option in parameter.opts}

    assert len(theirs) > 20
    assert theirs - ours == LEFT_OUT


@pytest.mark.parametrize(
    ("typed", "taken"),
    [
        (["inbox", "--watch=true"], ["inbox", "--watch"]),
        (["inbox", "--watch=false"], ["inbox"]),
        (["--insecure-skip-tls-verify=true", "list"], ["--insecure-skip-tls-verify", "list"]),
        (["list", "-n=shop", "-o=name"], ["list", "-nshop", "-oname"]),
        (["comment", "x", "-m", "--watch is on"], ["comment", "x", "-m", "--watch is on"]),
        (["show", "--", "-n=x"], ["show", "--", "-n=x"]),
    ],
)
def test_flags_may_be_written_as_kubectl_lets_them(typed: list[str], taken: list[str]) -> None:
    """A switch with its value, a short flag with an equals sign."""
    assert as_click_takes_them(typed) == taken
