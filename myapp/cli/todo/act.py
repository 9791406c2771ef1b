"""What a person can do with a Todo: one row for each kind of decision.

A row says which RBAC verb it takes and which Todos it fits; the commands of `kubectl todo` are made from these rows.
"""

from dataclasses import dataclass

from myapp.domain.decision import DecisionAction

_FOR_PEOPLE = frozenset({"manual", "approval"})
#: What the cluster role of deploy/rbac is called that grants a verb on every Todo of a namespace.
_CLUSTER_ROLES = {
    "claim": "myapp-completer",
    "complete": "myapp-completer",
    "approve": "myapp-approver",
    "comment": "myapp-completer",
    "control": "myapp-controller",
}


@dataclass(frozen=True, slots=True)
class Act:
    """One kind of decision.

    `verb` is what RBAC must grant; `on` names the actions of a Todo that it fits, None for all. `anytime` is for what
    an unfinished Todo takes in any state, `revives` for what one that has failed takes; all else needs one that is
    active and not suspended. `on_runs` is for what a run takes too.
    """

    action: DecisionAction
    verb: str
    summary: str
    explanation: str
    example: str
    on: frozenset[str] | None = None
    anytime: bool = False
    revives: bool = False
    on_runs: bool = False

    @property
    def command(self) -> str:
        """The name of its command."""
        return self.action.lower()

    @property
    def done(self) -> str:
        """The word for what has been done."""
        return self.action.participle

    @property
    def cluster_role(self) -> str:
        """The role that grants it on all Todos of a namespace."""
        return _CLUSTER_ROLES[self.verb]


ACTS = (
    Act(
        DecisionAction.COMPLETE,
        "complete",
        "say that a todo is done",
        "Say that a todo which waits for a person is done.",
        'complete approve-rollout -n shop -m "error rate is flat"',
        on=frozenset({"manual"}),
    ),
    Act(
        DecisionAction.APPROVE,
        "approve",
        "agree to what a todo asks for",
        "Agree to what a todo asks for. It succeeds when enough of the right people have.",
        'approve rollout -n shop -m "change 4711 is reviewed"',
        on=frozenset({"approval"}),
    ),
    Act(
        DecisionAction.REJECT,
        "approve",
        "refuse what a todo asks for",
        "Refuse what a todo asks for. One rejection ends it as Failed.",
        'reject rollout -n shop -m "not before the freeze ends"',
        on=frozenset({"approval"}),
    ),
    Act(
        DecisionAction.CLAIM,
        "claim",
        "say that you see to a todo",
        "Say that you see to a todo, so that nobody else begins with it. A claim is no right and takes none away.",
        "claim approve-rollout -n shop",
        on=_FOR_PEOPLE,
    ),
    Act(
        DecisionAction.RELEASE,
        "claim",
        "let go of a todo that you claimed",
        "Let go of a todo that you have claimed.",
        'release approve-rollout -n shop -m "on leave from tomorrow"',
        on=_FOR_PEOPLE,
    ),
    Act(
        DecisionAction.COMMENT,
        "comment",
        "say something about a todo or a run",
        "Say something about a todo or a run; it is kept in its status.",
        'comment approve-rollout -n shop -m "waiting for the vendor"',
        anytime=True,
        on_runs=True,
    ),
    Act(
        DecisionAction.SKIP,
        "control",
        "leave a todo undone, on purpose",
        "Leave a todo undone, on purpose: it ends as Skipped, and what depends on it may accept that. An approval"
        " cannot be skipped.",
        'skip load-test -n shop -m "covered by yesterday\'s run"',
        on=frozenset({"manual", "job", "resource", "http", "wait"}),
        anytime=True,
    ),
    Act(
        DecisionAction.RETRY,
        "control",
        "try a failed todo or run again",
        "Try a todo that has failed again: it becomes Active, with one attempt more. An approval is never tried again,"
        " and what was skipped because the todo failed stays skipped. Of a run that has failed, the steps that failed"
        " are done again, and what follows them; what has succeeded stays.",
        'retry smoke-test -n shop -m "the proxy is back"',
        on=frozenset({"manual", "job", "resource", "http", "wait"}),
        revives=True,
        on_runs=True,
    ),
    Act(
        DecisionAction.CANCEL,
        "control",
        "end a todo or a run without result",
        "End a todo or a run without result: it ends as Cancelled, which counts as failed. --mode says what becomes of"
        " what a run has begun, and of its finally.",
        'cancel rollout -n shop -m "superseded by 4712"',
        anytime=True,
        on_runs=True,
    ),
    Act(
        DecisionAction.SUSPEND,
        "control",
        "hold a todo or a run where it is",
        "Hold a todo where it is: it does not start, and if it has, its clock stands still. A run begins no further"
        " step; what it has begun goes on.",
        'suspend rollout -n shop -m "incident 42 first"',
        anytime=True,
        on_runs=True,
    ),
    Act(
        DecisionAction.RESUME,
        "control",
        "let a suspended todo or run go on",
        "Let a suspended todo or run go on. It does not override spec.suspend: true.",
        "resume rollout -n shop",
        anytime=True,
        on_runs=True,
    ),
)
