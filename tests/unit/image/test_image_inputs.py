"""The Dockerfile and what the local build takes it to be made of."""

import re

from deploy.image.base_images import BUILDER, RUNTIME
from deploy.image.operator_image import DOCKERFILE, INPUTS
from deploy.image.wheels import MARKER, PYTHON_OF_IMAGE
from deploy.local.layout import PROJECT_ROOT

TEXT = DOCKERFILE.read_text(encoding="utf-8")


def test_the_stand_ins_have_the_names_that_the_dockerfile_asks_for() -> None:
    """Else the build would go to a registry."""
    assert set(re.findall(r"^ARG (?:PYTHON|RUNTIME)=(.+)$", TEXT, re.MULTILINE)) == {BUILDER.name, RUNTIME.name}
    assert "python:{}.{}-".format(*PYTHON_OF_IMAGE) in BUILDER.name


def test_every_copied_file_is_an_input() -> None:
    """A change of anything that the Dockerfile copies gives a new image."""
    copied = {name for line in re.findall(r"^COPY (?!--from)(.+) /build", TEXT, re.MULTILINE) for name in line.split()}

    assert copied
    assert copied <= set(INPUTS)


def test_only_inputs_are_in_the_context() -> None:
    """What .dockerignore lets pass is what the Dockerfile copies."""
    ignored = (PROJECT_ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    allowed = {line[1:] for line in ignored if line.startswith("!")}

    assert allowed == set(INPUTS) - {"Dockerfile", ".dockerignore"}


def test_markers_are_taken_off() -> None:
    """pip here would leave out what only the image's Python needs; hashes stay."""
    line = (
        "async-timeout==5.0.1 ; python_full_version < '3.11.3' \\\n    --hash=sha256:39e3809566ff85354557ec2398b55e\n"
    )

    assert MARKER.sub(r"\1 ", line) == "async-timeout==5.0.1 \\\n    --hash=sha256:39e3809566ff85354557ec2398b55e\n"
