"""`python -m deploy.demo`: the demo from its first step to its exit code, 0 only when the release went as it should."""

import signal
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from types import FrameType

from rich.console import Console
from rich.markup import escape

from deploy.demo.errors import DemoError
from deploy.demo.follow import follow_release
from deploy.demo.narrator import Narrator, PlainNarrator, TerminalNarrator
from deploy.demo.operator_process import OperatorProcess
from deploy.demo.operator_release import OperatorRelease
from deploy.demo.options import DemoOptions, parse_options
from deploy.demo.people import ONCALL, RELEASE_LEAD, commands_to_type, start_release
from deploy.demo.picture import save_picture
from deploy.demo.release import (
    GIVEN,
    NAMESPACE,
    allow_automation,
    apply_release,
    prepare_namespace,
    remove_release,
    written_release,
)
from deploy.demo.running_operator import RunningOperator
from deploy.demo.scenery import PodlessScenery, PodScenery, Scenery
from deploy.demo.stage import Stage, open_stage
from deploy.demo.summary import check_end, summary
from deploy.local import LocalClusterError, install

_UNINSTALL = "kubectl delete -f examples/rbac.yaml -f deploy/policies -f deploy/rbac -f deploy/local/manifests -f crds"
_WIDTH_OF_A_LOG = 132
_INTERRUPTED = 130
_TERMINATED = 143


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the demo and returns its exit code; whatever was started is ended, also when it is interrupted."""
    terminal = sys.stdout.isatty()
    console = Console(width=None if terminal else _WIDTH_OF_A_LOG)
    options = parse_options(arguments, terminal=terminal)
    signal.signal(signal.SIGTERM, _end)
    narrator: Narrator = TerminalNarrator(console) if terminal else PlainNarrator(console)
    try:
        _run(options, narrator)
    except DemoError as error:
        if error.log:
            narrator.print(escape(error.log))
        narrator.print(f"[red]error:[/] {escape(str(error))}")
        return 1
    except LocalClusterError as error:
        narrator.print(f"[red]error:[/] {escape(str(error))}")
        return 1
    except KeyboardInterrupt:
        narrator.print("interrupted")
        return _INTERRUPTED
    return 0


def _run(options: DemoOptions, narrator: Narrator) -> None:
    with open_stage(options, narrator.step) as stage:
        try:
            _play(stage, options, narrator)
        finally:
            narrator.step(_farewell(options, stage))


def _play(stage: Stage, options: DemoOptions, narrator: Narrator) -> None:
    cluster = stage.cluster
    narrator.step(f"creating the namespace {NAMESPACE} and who may do what there (examples/rbac.yaml)")
    prepare_namespace(cluster)
    with _scenery(stage) as scenery, _operator(stage, scenery, narrator) as operator:
        operator.wait_until_ready()
        remove_release(cluster)
        if options.keep and options.own_cluster:
            operator.keep()
        narrator.step(scenery.explanation)
        scenery.prepare()
        narrator.step("applying the template of examples/workflows/release as the GitOps pipeline's service account")
        apply_release(cluster, scenery.adapt(written_release()))
        narrator.step("starting a run of it as a developer")
        started = start_release(cluster, {**GIVEN, **scenery.params()})
        narrator.quote(started)
        if not started.succeeded:
            raise DemoError(f"the run could not be started: {started.answer}")
        with narrator.scene(commands_to_type(cluster)):
            todos = follow_release(cluster, operator, narrator, auto=options.auto)
        end = summary(todos, scenery.announcements(), stage.operator_writes(NAMESPACE), datetime.now(UTC))
        narrator.print(end)
        if options.picture:
            save_picture(end, options.picture)
        check_end(todos, {ONCALL, RELEASE_LEAD} if options.auto else None)


def _scenery(stage: Stage) -> Scenery:
    return PodlessScenery() if stage.with_node is None else PodScenery(stage.with_node)


def _operator(stage: Stage, scenery: Scenery, narrator: Narrator) -> RunningOperator:
    """In pods of the node where there is one, else as a process of this machine."""
    if stage.with_node is not None:
        return OperatorRelease(stage.with_node, narrator.step)
    narrator.step("installing CRDs, roles and policies, and waiting until they are in force")
    install(stage.cluster)
    narrator.step(f"letting the operator act as the accounts of {NAMESPACE} alone (deploy/kustomize/automation)")
    allow_automation(stage.cluster)
    log = stage.folder / "operator.log"
    narrator.step(f"starting the operator as its own service account (log: {log})")
    return OperatorProcess(stage.cluster.kubeconfig("operator"), log, scenery.settings)


def _farewell(options: DemoOptions, stage: Stage) -> str:
    if not options.own_cluster:
        return f"the operator has ended; what was installed stays in the cluster, until you say:\n  {_UNINSTALL}"
    if not options.keep:
        return "taking the operator and the cluster down"
    return (
        "cluster and operator stay up, for:\n"
        f"  export KUBECONFIG={stage.cluster.kubeconfig()}\n"
        "end both with:\n"
        f"  {sys.executable} -m deploy.local down --name {stage.name}"
    )


def _end(_number: int, _frame: FrameType | None) -> None:
    # SIGTERM unwinds as Ctrl-C does, so that operator and cluster are ended.
    raise SystemExit(_TERMINATED)


if __name__ == "__main__":
    sys.exit(main())
