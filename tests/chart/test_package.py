"""The chart as it is published: what is in the archive, what it says about itself, and what Helm's linter says."""

import subprocess
import tarfile
from pathlib import Path

import pytest
import yaml

from deploy.chart.helm import CHART, run_helm
from deploy.local.layout import CRDS
from myapp import __version__
from tests.chart.rendering import rendered
from tests.chart.value_sets import VALUE_SETS

BELONGS = ("Chart.yaml", "values.yaml", "values.schema.json", "LICENSE", ".helmignore")
FOLDERS = ("crds/", "templates/", "deploy/observability/")
RELEASE_LIMIT = 1024**2
"""What a Secret can hold, in which Helm keeps the whole chart of each release."""


@pytest.fixture(scope="module")
def chart() -> dict[str, object]:
    """Chart.yaml."""
    parsed: dict[str, object] = yaml.safe_load((CHART / "Chart.yaml").read_text(encoding="utf-8"))
    return parsed


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The packed chart."""
    folder = tmp_path_factory.mktemp("package")
    run_helm("package", str(CHART), f"--destination={folder}")
    (packed,) = folder.iterdir()
    return packed


def names_in(archive: Path) -> set[str]:
    """The files of an archive, below its root."""
    with tarfile.open(archive) as tar:
        return {name.partition("/")[2] for name in tar.getnames()}


def test_d2_the_archive_holds_the_chart_and_nothing_else(archive: Path) -> None:
    """The chart is the repository's root: .helmignore keeps everything else out."""
    names = names_in(archive)

    assert [name for name in names if not name.startswith((*FOLDERS, *BELONGS))] == []
    assert {f"crds/{path.name}" for path in CRDS.glob("*.yaml")} <= names
    templates = {str(path.relative_to(CHART)) for path in (CHART / "templates").rglob("*") if path.is_file()}
    assert templates <= names
    assert archive.stat().st_size < RELEASE_LIMIT / 4


def test_a_release_from_the_archive_is_the_same(archive: Path) -> None:
    """What is published behaves as what was tested."""
    from_archive = run_helm("template", "myapp", str(archive), "--namespace=myapp-system", values={}).stdout

    assert tuple(each for each in yaml.safe_load_all(from_archive) if each) == rendered().objects


@pytest.mark.parametrize("name", VALUE_SETS)
def test_d3_helm_lint_strict(name: str) -> None:
    """No warning with any set of values."""
    said = run_helm("lint", "--strict", str(CHART), values=VALUE_SETS[name]).stdout

    assert "0 chart(s) failed" in said
    assert "[WARNING]" not in said


def test_versions_are_those_of_the_operator(chart: dict[str, object]) -> None:
    """The image's tag comes from the chart's appVersion."""
    assert chart["appVersion"] == __version__
    assert chart["version"] == __version__


@pytest.mark.parametrize(("version", "accepted"), [("v1.29.9", False), ("v1.30.0", True), ("v1.30.1-eks-1", True)])
def test_d3_kubernetes_must_serve_admission_policies(version: str, accepted: bool) -> None:
    """1.30 is the first that does; suffixes of providers are no pre-releases."""
    completed = run_helm("template", "myapp", str(CHART), f"--kube-version={version}", check=False)

    assert (completed.returncode == 0) is accepted
    assert accepted or "chart requires kubeVersion: >=1.30.0-0" in completed.stderr


def test_d14_artifact_hub_annotations_are_complete(chart: dict[str, object]) -> None:
    """What Artifact Hub shows is what the chart has: its CRDs, an example of each, and its images."""
    annotations = chart["annotations"]
    assert isinstance(annotations, dict)
    told = {
        key.removeprefix("artifacthub.io/"): yaml.safe_load(value)
        for key, value in annotations.items()
        if key.startswith("artifacthub.io/")
    }
    crds = {path.stem: yaml.safe_load(path.read_text(encoding="utf-8")) for path in CRDS.glob("*.yaml")}

    assert {crd["name"] for crd in told["crds"]} == crds.keys()
    assert {crd["kind"] for crd in told["crds"]} == {crd["spec"]["names"]["kind"] for crd in crds.values()}
    assert {example["kind"] for example in told["crdsExamples"]} == {crd["kind"] for crd in told["crds"]}
    release = rendered({"redis": {"mode": "bundled"}})
    images = {each["image"] for template in release.pod_templates().values() for each in template["spec"]["containers"]}
    assert {image["image"] for image in told["images"]} == images
    assert {
        "changes",
        "license",
        "operator",
        "operatorCapabilities",
        "prerelease",
        "containsSecurityUpdates",
    } <= told.keys()


@pytest.mark.parametrize(
    ("values", "said", "unsaid"),
    [
        (
            {},
            [
                "works on the Todos and workflows of the whole cluster",
                "kubectl rollout status deployment/myapp -n ops",
                "helm test myapp -n ops --logs",
                "kubectl get todos,todoworkflows,todotemplates --all-namespaces",
                "the admission policy myapp.ops.decisions.todo.myapp.dev, in all namespaces",
            ],
            ["cluster admin"],
        ),
        (
            VALUE_SETS["namespaced"],
            [
                "works on the Todos and workflows of team-a, team-b",
                "kubectl get todos,todoworkflows,todotemplates -n team-a",
                "no decision counts until a cluster admin has",
                "(myapp-viewer, -editor, -runner, -completer, -approver, -controller)",
                "they are in deploy/rbac/roles.yaml",
                "Before an upgrade a cluster admin applies crds/",
            ],
            ["the admission policy"],
        ),
        (VALUE_SETS["namespaced-by-cluster-admin"], ["dev, in team-a, team-b."], ["cluster admin"]),
    ],
)
def test_d14_notes_tell_the_next_commands_and_who_proves_decisions(
    values: dict[str, object], said: list[str], unsaid: list[str]
) -> None:
    """Three commands, and where decisions are guarded."""
    completed = run_helm("install", "myapp", str(CHART), "--namespace=ops", "--dry-run=client", values=values)
    notes = completed.stdout.partition("NOTES:")[2]

    assert [words for words in said if words not in notes] == []
    assert [words for words in unsaid if words in notes] == []


def test_git_ignores_nothing_that_the_chart_needs() -> None:
    """A clone renders what was tested."""
    packed = [str(path.relative_to(CHART)) for folder in ("templates", "crds") for path in (CHART / folder).rglob("*")]
    ignored = subprocess.run(
        ["git", "check-ignore", *packed], cwd=CHART, capture_output=True, text=True, check=False
    ).stdout

    assert ignored == ""
