"""The examples of docs/actions.md, which begin with a line `# e2e: NAME`."""

import re

import yaml

from deploy.local.layout import PROJECT_ROOT
from tests.api_server import JsonObject

_BLOCK = re.compile(r"^```yaml\n# e2e: (?P<name>[a-z-]+)\n(?P<text>.*?)^```", re.MULTILINE | re.DOTALL)


def all_examples() -> dict[str, list[JsonObject]]:
    """The objects of each."""
    text = (PROJECT_ROOT / "docs" / "actions.md").read_text(encoding="utf-8")
    return {block["name"]: list(yaml.safe_load_all(block["text"])) for block in _BLOCK.finditer(text)}


def example(name: str) -> list[JsonObject]:
    """The objects of one example."""
    return all_examples()[name]
