"""A measured figure beside its bound."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bound:
    """A limit that must be reached (`at_least`) or not exceeded."""

    limit: float
    at_least: bool = False

    def is_kept_by(self, value: float) -> bool:
        """Whether `value` is on the right side; the limit itself is."""
        return value >= self.limit if self.at_least else value <= self.limit

    def __str__(self) -> str:
        return f"{'>=' if self.at_least else '<='} {self.limit:g}"


@dataclass(frozen=True, slots=True)
class Verdict:
    """One bounded figure beside its bound; `explanation` holds the absolute figures behind a ratio."""

    name: str
    value: float
    unit: str
    bound: Bound
    explanation: str

    @property
    def is_kept(self) -> bool:
        """Whether the bound is kept."""
        return self.bound.is_kept_by(self.value)
