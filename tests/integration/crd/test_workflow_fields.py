"""The fields of TodoTemplate and TodoWorkflow: what each bound and each rule accepts and refuses, with its message."""

import pytest

from tests.api_server import ApiServer, JsonObject
from tests.manifests import (
    ANYWHERE,
    DURATION_FORM,
    step,
    template_manifest,
    templates_path,
    workflow_manifest,
    workflows_path,
)

pytestmark = pytest.mark.cluster

STEP_PATTERN = r"'^[a-z]([-a-z0-9]*[a-z0-9])?$'"
ONE_ACTION = "a step has one action at most: manual, approval, http, job, resource or wait (none of them means manual)"
EITHER = "a step has either content, and what else a Todo has, or workflow"
NO_ACTION = "a step that runs another workflow has no action of its own"
SHORT_NAME = "the name of a TodoWorkflow has at most 63 characters and no dot: its Todos are named NAME.STEP after it"
OF_TEMPLATE = "finally, failurePolicy, parallelism and outputs go with steps: with templateRef the template says them"
CHILD = {"templateRef": {"name": "child"}}

TEMPLATES: dict[str, JsonObject] = {
    "one step": {},
    "the most steps": {"steps": [step(f"s{number}") for number in range(500)]},
    "the most steps of finally": {"finally": [step(f"f{number}") for number in range(64)]},
    "the longest name of a step": {"steps": [step("s" * 63)]},
    "every kind of parameter": {
        "params": [
            {"name": "env", "enum": ["staging", "prod"], "default": "staging", "description": "Where to."},
            {"name": "count", "type": "number", "default": 3, "enum": [1, 2.5, 3]},
            {"name": "dry", "type": "boolean", "default": False},
            {"name": "zones", "type": "array", "default": ["a", {"b": 1}]},
            {"name": "labels-of", "type": "object", "default": {"a": {"b": None}}},
            {"name": "image", "required": True},
        ]
    },
    "a list for each": {"steps": [step(forEach={"items": ["a", 1, {"b": True}], "parallelism": 2})]},
    "an expression for each": {"steps": [step(forEach={"items": "params.zones"})]},
    "another workflow": {"steps": [step(workflow={**CHILD, "params": {"env": "$(params.env)", "n": {"a": [1]}}})]},
    "expressions where values are": {
        "steps": [
            step(
                content="Deploy $(params.env)",
                tags=["$(params.env)", "release"],
                assignees=[{"kind": "Group", "name": "$(params.team)"}],
                startTime="$(params.start)",
                dueTime="$(params.due)",
                timeout="$(params.timeout)",
                retry={"maxAttempts": 2, "backoff": {"initial": "$(params.pause)"}},
                reminders={"every": "$(params.every)"},
                http={
                    "url": "$(params.url)/deploy",
                    "method": "$(params.method)",
                    "headers": [{"name": "X-$(params.env)", "value": "$(params.value)"}],
                    "timeout": "$(params.limit)",
                },
            ),
            step("pause", wait={"duration": "$(params.pause)"}),
            step("until", wait={"until": "$(params.due)"}),
        ]
    },
    "whatever policy": {"failurePolicy": "Continue", "parallelism": 10_000, "timeout": "72h"},
    "outputs": {"outputs": [{"name": "url", "value": "steps.build.outputs.url"}]},
    "an account": {"serviceAccountName": "deployer"},
}

REFUSED_TEMPLATES: dict[str, tuple[JsonObject, str, set[str]]] = {
    "no steps": ({"steps": []}, "spec.steps", {"Invalid value: 0: spec.steps in body should have at least 1 items"}),
    "too many steps": (
        {"steps": [step(f"s{number}") for number in range(501)]},
        "spec.steps",
        {"Too many: 501: must have at most 500 items"},
    ),
    "too many steps of finally": (
        {"finally": [step(f"f{number}") for number in range(65)]},
        "spec.finally",
        {"Too many: 65: must have at most 64 items"},
    ),
    "two steps of one name": (
        {"steps": [step(), step()]},
        "spec.steps[1]",
        {'Duplicate value: {"name":"build"}'},
    ),
    "a step that begins with a digit": (
        {"steps": [step("1st")]},
        "spec.steps[0].name",
        {f'Invalid value: "1st": spec.steps[0].name in body should match {STEP_PATTERN}'},
    ),
    "a step with a dot": (
        {"steps": [step("a.b")]},
        "spec.steps[0].name",
        {f'Invalid value: "a.b": spec.steps[0].name in body should match {STEP_PATTERN}'},
    ),
    "a long name of a step": (
        {"steps": [step("s" * 64)]},
        "spec.steps[0].name",
        {"Too long: may not be more than 63 bytes"},
    ),
    "a step of two actions": (
        {"steps": [step(wait={"duration": "1s"}, approval={})]},
        "spec.steps[0]",
        {f"Invalid value: {ONE_ACTION}"},
    ),
    "two actions in finally": (
        {"finally": [step(wait={"duration": "1s"}, approval={})]},
        "spec.finally[0]",
        {f"Invalid value: {ONE_ACTION}"},
    ),
    "neither content nor workflow": (
        {"steps": [{"name": "build", "wait": {"duration": "1s"}}]},
        "spec.steps[0]",
        {f"Invalid value: {EITHER}"},
    ),
    "content and workflow": (
        {"steps": [{"name": "build", "content": "Build", "workflow": CHILD}]},
        "spec.steps[0]",
        {f"Invalid value: {EITHER}"},
    ),
    "an action beside workflow": (
        {"steps": [step(workflow=CHILD, wait={"duration": "1s"})]},
        "spec.steps[0].workflow",
        {f"Invalid value: {NO_ACTION}"},
    ),
    "no items": ({"steps": [step(forEach={})]}, "spec.steps[0].forEach.items", {"Required value"}),
    "no parallelism": ({"parallelism": 0}, "spec.parallelism", {
        "Invalid value: 0: spec.parallelism in body should be greater than or equal to 1"}),
    "a parameter of another type": (
        {"params": [{"name": "env", "type": "text"}]},
        "spec.params[0].type",
        {'Unsupported value: "text": supported values: "string", "number", "boolean", "array", "object"'},
    ),
    "a parameter with a dot": (
        {"params": [{"name": "a.b"}]},
        "spec.params[0].name",
        {'Invalid value: "a.b": spec.params[0].name in body should match \'^[A-Za-z_][A-Za-z0-9_-]*$\''},
    ),
    "a parameter twice": (
        {"params": [{"name": "env"}, {"name": "env"}]}, "spec.params[1]", {'Duplicate value: {"name":"env"}'},
    ),
    "no duration": (
        {"timeout": "3d"},
        "spec.timeout",
        {f'Invalid value: "3d": must be a duration above zero, {DURATION_FORM}'},
    ),
    "another policy": (
        {"failurePolicy": "Ignore"},
        "spec.failurePolicy",
        {'Unsupported value: "Ignore": supported values: "FailFast", "Continue"'},
    ),
    "no end of a dependency": (
        {"steps": [step(dependsOn=[{"name": "a", "on": ["Active"]}])]},
        "spec.steps[0].dependsOn[0].on[0]",
        {'Unsupported value: "Active": supported values: "Succeeded", "Failed", "Skipped", "Cancelled"'},
    ),
}  # fmt: skip

RUNS: dict[str, tuple[str, JsonObject]] = {
    "of its own steps": ("run", {}),
    "of a template": ("run", {"templateRef": {"name": "release.v2"}, "params": {"env": "prod", "n": [1, {"a": None}]}}),
    "with values for its own steps": ("run", {"params": {"env": "prod"}}),
    "the longest name": ("r" * 63, {}),
    "of another run": ("run", {"rerunOf": "run-1", "suspend": True, "ttlAfterFinished": "24h", "timeout": "1h"}),
}

REFUSED_RUNS: dict[str, tuple[str, JsonObject, str, set[str]]] = {
    "a dot in the name": ("run.1", {}, "spec", {f"Invalid value: {SHORT_NAME}"}),
    "a long name": ("r" * 64, {}, "spec", {f"Invalid value: {SHORT_NAME}"}),
    "steps and a template": (
        "run",
        {"templateRef": {"name": "release"}, "steps": [step()]},
        "spec",
        {"Invalid value: exactly one of templateRef and steps must be set"},
    ),
    "neither steps nor a template": (
        "run", {"steps": None}, "spec", {"Invalid value: exactly one of templateRef and steps must be set"},
    ),
    **{
        f"{field} with a template": (
            "run",
            {"templateRef": {"name": "release"}, field: value},
            "spec.templateRef",
            {f"Invalid value: {OF_TEMPLATE}"},
        )
        for field, value in {
            "finally": [step("tell")],
            "failurePolicy": "Continue",
            "parallelism": 3,
            "outputs": [{"name": "a", "value": "1"}],
        }.items()
    },
    "too many values": (
        "run",
        {"params": {f"p{number}": "" for number in range(65)}},
        "spec.params",
        {"Too many: 65: must have at most 64 items"},
    ),
}  # fmt: skip

BEFORE: JsonObject = {
    "params": {"env": "prod", "deep": {"a": [1]}},
    "steps": [step(wait={"duration": "1s"}, forEach={"items": [1, 2]}), step("deploy", dependsOn=[{"name": "build"}])],
    "finally": [step("tell")],
    "parallelism": 3,
    "serviceAccountName": "deployer",
    "timeout": "1h",
}
FIXED: dict[str, tuple[str, JsonObject]] = {
    "a value": ("params", {"params": {"env": "staging"}}),
    "a deep value": ("params", {"params": {"deep": {"a": [2]}}}),
    "one value more": ("params", {"params": {"more": 1}}),
    "no values": ("params", {"params": None}),
    "a step less": ("steps", {"steps": BEFORE["steps"][:1]}),
    "a step's content": ("steps", {"steps": [{**BEFORE["steps"][0], "content": "Other"}, BEFORE["steps"][1]]}),
    "a step's items": (
        "steps",
        {"steps": [{**BEFORE["steps"][0], "forEach": {"items": [1, 3]}}, BEFORE["steps"][1]]},
    ),
    "the order of steps": ("steps", {"steps": BEFORE["steps"][::-1]}),
    "finally": ("finally", {"finally": None}),
    "parallelism": ("parallelism", {"parallelism": 4}),
    "failurePolicy": ("failurePolicy", {"failurePolicy": "Continue"}),
    "outputs": ("outputs", {"outputs": [{"name": "a", "value": "1"}]}),
    "the account": ("serviceAccountName", {"serviceAccountName": "admin"}),
    "rerunOf": ("rerunOf", {"rerunOf": "other"}),
}


@pytest.mark.parametrize("spec", TEMPLATES.values(), ids=TEMPLATES.keys())
def test_templates_within_the_bounds(api: ApiServer, spec: JsonObject) -> None:
    """What is just within the bounds is accepted; nothing of it is dropped."""
    answer = api.create(templates_path(ANYWHERE), template_manifest(**spec), dry_run=True)

    assert answer.accepted, answer.message
    assert answer.body["spec"] == template_manifest(**spec)["spec"]


@pytest.mark.parametrize(("spec", "field", "messages"), REFUSED_TEMPLATES.values(), ids=REFUSED_TEMPLATES.keys())
def test_templates_out_of_bounds(api: ApiServer, spec: JsonObject, field: str, messages: set[str]) -> None:
    """What is not is refused, and the field named."""
    answer = api.create(templates_path(ANYWHERE), template_manifest(**spec), dry_run=True)

    assert answer.causes == {(field, message) for message in messages}


@pytest.mark.parametrize(("name", "spec"), RUNS.values(), ids=RUNS.keys())
def test_runs_within_the_bounds(api: ApiServer, name: str, spec: JsonObject) -> None:
    """A run names a template or brings its steps."""
    answer = api.create(workflows_path(ANYWHERE), workflow_manifest(name, **spec), dry_run=True)

    assert answer.accepted, answer.message
    assert {key: answer.body["spec"][key] for key in spec} == spec


@pytest.mark.parametrize(("name", "spec", "field", "messages"), REFUSED_RUNS.values(), ids=REFUSED_RUNS.keys())
def test_runs_out_of_bounds(api: ApiServer, name: str, spec: JsonObject, field: str, messages: set[str]) -> None:
    """Each rule with its message."""
    answer = api.create(workflows_path(ANYWHERE), workflow_manifest(name, **spec), dry_run=True)

    assert answer.causes == {(field, message) for message in messages}


@pytest.mark.parametrize(("field", "edit"), FIXED.values(), ids=FIXED.keys())
def test_what_is_run_is_fixed(api: ApiServer, namespace: str, field: str, edit: JsonObject) -> None:
    """From creation on, also deep within."""
    assert api.create(workflows_path(namespace), workflow_manifest(**BEFORE)).accepted

    answer = api.patch(f"{workflows_path(namespace)}/run", {"spec": edit}, dry_run=True)

    [(at, message)] = answer.causes
    assert at == f"spec.{field}"
    assert message.endswith(
        f"{field} is fixed when the run is created: start another run for what is to be done differently"
    )


def test_what_may_be_edited(api: ApiServer, namespace: str) -> None:
    """Suspension, the limit of time and how long it is kept."""
    assert api.create(workflows_path(namespace), workflow_manifest(**BEFORE)).accepted
    edits: list[JsonObject] = [
        {"suspend": True, "timeout": "2h", "ttlAfterFinished": "1h"},
        {"timeout": None},
    ]
    for edit in edits:
        answer = api.patch(f"{workflows_path(namespace)}/run", {"spec": edit}, dry_run=True)
        assert answer.accepted, answer.message


def test_a_template_may_be_edited_at_will(api: ApiServer, namespace: str) -> None:
    """Runs keep what they have started with."""
    assert api.create(templates_path(namespace), template_manifest()).accepted

    answer = api.patch(f"{templates_path(namespace)}/release", {"spec": {"steps": [step("other", approval={})]}})

    assert answer.accepted, answer.message
    assert answer.body["status"] == {"observedGeneration": -1}
