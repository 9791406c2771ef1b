"""The demo's command line."""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class DemoOptions:
    """`auto`: nobody is asked. `context` "" stands for a cluster of the demo's own; else the kubeconfig names it."""

    auto: bool
    keep: bool
    name: str
    kubeconfig: Path | None
    context: str
    picture: Path | None
    node: bool

    @property
    def own_cluster(self) -> bool:
        return not self.context and self.kubeconfig is None


def parse_options(arguments: Sequence[str] | None, *, terminal: bool) -> DemoOptions:
    """Without a terminal nobody can be asked, so `auto` is implied."""
    parser = argparse.ArgumentParser(
        prog="python -m deploy.demo",
        description="Bring up a real control plane, run the operator and a release of todos, and show what happens.",
        epilog="With --kubeconfig or --context the demo uses that cluster: it installs myapp's CRDs, roles and "
        "policies there, and the namespaces shop, gitops and myapp-system, and removes nothing.",
    )
    parser.add_argument("--auto", action="store_true", help="decide by itself; implied where there is no terminal")
    parser.add_argument("--keep", action="store_true", help="leave its own cluster and the operator up")
    parser.add_argument("--name", default="demo", help="the local cluster's name (default: %(default)s)")
    parser.add_argument("--kubeconfig", type=Path, help="use an existing cluster: this kubeconfig")
    parser.add_argument("--context", default="", help="use an existing cluster: this context")
    parser.add_argument("--picture", type=Path, metavar="FILE", help="save the end state as an SVG picture")
    parser.add_argument(
        "--node", action="store_true", help="give the cluster a node, and install image and chart there with Helm"
    )
    given = parser.parse_args(arguments)
    if given.node and (given.kubeconfig or given.context):
        parser.error("--node is for the demo's own cluster: leave --kubeconfig and --context out")
    return DemoOptions(
        auto=given.auto or not terminal,
        keep=given.keep,
        name=given.name,
        kubeconfig=given.kubeconfig,
        context=given.context,
        picture=given.picture,
        node=given.node,
    )
