"""The colours of phases in pictures: fill and border, told apart by people who see no red or green too."""

from collections.abc import Mapping
from types import MappingProxyType

from myapp.domain.todo_phase import Phase

PALETTE: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        Phase.PENDING: ("#f1f3f5", "#868e96"),
        Phase.ACTIVE: ("#d0ebff", "#1971c2"),
        Phase.SUCCEEDED: ("#d3f9d8", "#2b8a3e"),
        Phase.FAILED: ("#ffc9c9", "#c92a2a"),
        Phase.SKIPPED: ("#fff3bf", "#e67700"),
        Phase.CANCELLED: ("#eebefa", "#862e9c"),
    }
)
"""From Open Color (https://yeun.github.io/open-color), tints 0-2 and shades 8-9."""
