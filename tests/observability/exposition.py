"""A scrape, as far as names and labels go. A metric that has no series yet is known by its TYPE line."""

from collections.abc import Mapping

from prometheus_client.parser import text_string_to_metric_families

_SUFFIXES: Mapping[str, tuple[str, ...]] = {
    "histogram": ("_bucket", "_sum", "_count"),
    "summary": ("", "_sum", "_count"),
}


class Exposition:
    """What one scrape shows."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.types = {
            words[2]: words[3] for line in text.splitlines() if line.startswith("# TYPE") for words in [line.split(" ")]
        }
        """The type of each metric, by the name that its TYPE line has."""
        self.labels: dict[str, set[str]] = {name: set() for name in self.series_names()}
        """The labels of each series, ``le`` left out, by its name; empty where there is no series yet."""
        self.series = 0
        for family in text_string_to_metric_families(text):
            for sample in family.samples:
                self.series += 1
                self.labels.setdefault(sample.name, set()).update(sample.labels)

    def series_names(self) -> set[str]:
        """Every name that a query may use."""
        return {name + suffix for name, kind in self.types.items() for suffix in _SUFFIXES.get(kind, ("",))}
