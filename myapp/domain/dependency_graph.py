"""Loops among the dependencies of unfinished todos of one namespace.

Names that nobody has defined are dead ends, not errors: GitOps applies in any order. What is finished has no part in
the graph, because it waits for nothing any more.
"""

from collections.abc import Iterable, Iterator


class DependencyGraph:
    """Edges from a todo to what it depends on, with an answer to "does this one wait for itself?".

    A todo from which no loop can be reached is remembered as clean until an edge is added to something that others
    depend on, so that asking for every member of a long chain costs one walk along it, not one each.
    """

    def __init__(self) -> None:
        self._dependencies: dict[str, tuple[str, ...]] = {}
        self._dependents: dict[str, set[str]] = {}
        self._clean: set[str] = set()

    def set_dependencies(self, name: str, dependencies: Iterable[str]) -> None:
        """Record what ``name`` depends on, in place of what was recorded before; nothing means: forget it."""
        wanted = tuple(dependencies)
        before = self._dependencies.get(name, ())
        if wanted == before:
            return
        for gone in set(before).difference(wanted):
            self._dependents[gone].discard(name)
            if not self._dependents[gone]:
                del self._dependents[gone]
        for added in wanted:
            self._dependents.setdefault(added, set()).add(name)
        if wanted:
            self._dependencies[name] = wanted
        else:
            del self._dependencies[name]
        self._clean.discard(name)
        if name in self._dependents and not set(wanted) <= set(before):
            # Only a new edge of something that others wait for can close a loop.
            self._clean.clear()

    def dependencies_of(self, name: str) -> tuple[str, ...]:
        """What ``name`` was last said to depend on."""
        return self._dependencies.get(name, ())

    def dependents_of(self, name: str) -> frozenset[str]:
        """The unfinished todos that wait for ``name``."""
        return frozenset(self._dependents.get(name, ()))

    def has_dependents(self, name: str) -> bool:
        """Whether any unfinished todo waits for ``name``."""
        return name in self._dependents

    @property
    def empty(self) -> bool:
        """Whether nothing depends on anything."""
        return not self._dependencies

    def loop_through(self, name: str) -> tuple[str, ...]:
        """The loop that ``name`` is a member of, from ``name`` back to ``name``; empty where there is none."""
        if name not in self._dependencies or name not in self._dependents or name in self._clean:
            return ()
        path = [name]
        branches: list[Iterator[str]] = [iter(self._dependencies[name])]
        entered = {name}
        unclean: set[str] = set()
        while branches:
            for following in branches[-1]:
                if following == name:
                    return (*path, name)
                if following in entered:
                    # Seen before on this walk: on the path (a loop that we are not part of) or done with.
                    if following not in self._clean:
                        unclean.add(path[-1])
                elif following in self._dependencies and following not in self._clean:
                    entered.add(following)
                    path.append(following)
                    branches.append(iter(self._dependencies[following]))
                    break
            else:
                branches.pop()
                done = path.pop()
                if done not in unclean:
                    self._clean.add(done)
                elif path:
                    unclean.add(path[-1])
        return ()
