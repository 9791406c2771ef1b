"""The composition root: the one place that knows the use cases, the ports and their adapters.

Settings and credentials go in, an operator that can run comes out. Everything is built with plain constructors, in the
order of need; nothing is looked up and nothing is global. A file for each concern: the connections, what is known of
the cluster, what machines do, what is decided; ``operator`` puts them together.
"""

from myapp.container.operator import build_operator

__all__ = ["build_operator"]
