"""Start-up is what a person waits for: the plug-in imports little."""

import subprocess
import sys

LOADED = """
import sys
before = set(sys.modules)
import myapp.cli.todo.main
print(*sorted({name.partition(".")[0] for name in set(sys.modules) - before} - sys.stdlib_module_names))
"""


def test_plugin_imports_click_and_nothing_heavier() -> None:
    """No Kubernetes client, no kopf, no pydantic, no YAML: each costs more than kubectl's own answer."""
    loaded = subprocess.run([sys.executable, "-c", LOADED], capture_output=True, text=True, check=True, timeout=60)

    assert loaded.stdout.split() == ["click", "myapp"]


def test_plugin_needs_neither_event_loop_nor_network_modules() -> None:
    """The slow parts of the standard library stay out too."""
    slow = {
        "shutil",
        "tempfile",
        "random",
        "click.shell_completion",
        "asyncio",
        "ssl",
        "http.client",
        "urllib.request",
        "logging",
        "multiprocessing",
    }
    program = f"import sys, myapp.cli.todo.main\nprint(*sorted({slow!r} & set(sys.modules)))"

    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)

    assert loaded.stdout.split() == []
