"""Builds programs from their Go modules, once per version, into the user's cache folder.

A program appears in the cache in one step, complete or not at all. Two builds at once: one builds, the other waits,
says so, and then finds everything there.
"""

import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path

from rich.console import Console

from deploy.local.build_progress import BuildProgress
from deploy.local.build_recipe import BuildRecipe
from deploy.local.cache import GIB, only_one, require_free_space
from deploy.local.errors import BinariesError
from deploy.local.go_command import GoCommand, explain_os_error
from deploy.local.toolchain import find_toolchain

SIZE_PER_PACKAGE = 1_050_000
"""Bytes of a compiled package (measured), once in Go's build cache and once among the build's temporary files."""
RESULT_SIZE = GIB // 2


class Builder:
    """Builds what is missing in `cache` of one recipe's programs."""

    def __init__(self, recipe: BuildRecipe, cache: Path, console: Console) -> None:
        self._recipe = recipe
        self._cache = cache
        self._console = console
        self._folder = cache / "binaries" / recipe.key

    def provide(self, names: Iterable[str]) -> dict[str, Path]:
        """The named programs, built if they are not in the cache.

        Raises BinariesError: no compiler, no network, no space, or it does not compile.
        """
        wanted = {name: self._folder / name for name in names}
        if all(path.is_file() for path in wanted.values()):
            return wanted
        lock = self._folder.parent / "build.lock"
        with only_one(lock, "another process is building; waiting for it", self._say):
            if missing := [name for name, path in wanted.items() if not path.is_file()]:
                try:
                    self._build(missing)
                except OSError as error:
                    raise BinariesError(explain_os_error(error)) from error
        return wanted

    def _build(self, names: list[str]) -> None:
        recipe = self._recipe
        toolchain = find_toolchain(recipe.go_version, self._cache, self._say, recipe.alternative)
        what = " ".join(filter(None, (", ".join(names), recipe.version)))
        self._say(f"building {what} with {toolchain.description}, once: some minutes")
        self._folder.mkdir(parents=True, exist_ok=True)
        for left_over in self._folder.glob(".building-*"):
            shutil.rmtree(left_over, ignore_errors=True)
        with (
            tempfile.TemporaryDirectory(prefix=".building-", dir=self._folder) as scratch,
            BuildProgress(self._console) as progress,
        ):
            go = GoCommand(toolchain, recipe, Path(scratch))
            output = Path(scratch) / "programs"
            packages = [recipe.targets[name].package for name in names]
            progress.begin("reading Go modules, downloading what is missing")
            total = go.count_stale(packages, progress.advance)
            require_free_space(go.build_cache(), total * SIZE_PER_PACKAGE, "Go's build cache")
            require_free_space(self._folder, 2 * total * SIZE_PER_PACKAGE + RESULT_SIZE, f"compiling {recipe.title}")
            if total > len(names):
                progress.begin(f"compiling and linking {what}", total)
            else:
                progress.begin(f"linking {what}; all else is in Go's build cache")
            go.build(packages, output, progress.advance)
            for name in names:
                (output / recipe.targets[name].output).rename(self._folder / name)
        if toolchain.scratch:
            # Gigabytes of which the next version could use next to nothing.
            shutil.rmtree(toolchain.scratch, ignore_errors=True)
        self._say(f"built into {self._folder}")

    def _say(self, text: str) -> None:
        self._console.print(text, highlight=False, markup=False, soft_wrap=True)
