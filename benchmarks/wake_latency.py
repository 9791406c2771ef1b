"""From the ends of chained Todos to the time that each needed after its dependency. Pure; times in seconds."""

import math
from collections.abc import Mapping, Sequence


def wake_latencies(ends: Mapping[str, float]) -> list[float]:
    """What passed between a Todo's end and the end of the next in its chain, for every Todo that depends on one.

    Names are PREFIX-CHAIN-POSITION, as the load generator gives them.

    Raises KeyError when a Todo ended whose dependency never did: the run is broken.
    """
    latencies: list[float] = []
    for name, end in ends.items():
        chain, _, position = name.rpartition("-")
        if int(position) > 0:
            latencies.append(end - ends[f"{chain}-{int(position) - 1}"])
    return latencies


def percentile(values: Sequence[float], percent: float) -> float:
    """The smallest of `values` that at least `percent` of them do not exceed (nearest rank).

    Raises ValueError when there are no values or `percent` is not in (0, 100].
    """
    if not values or not 0 < percent <= 100:  # noqa: PLR2004 - a percentage
        raise ValueError(
            f"no {percent}th percentile of {len(values)} values: at least one value and 0 < percent <= 100"
        )
    return sorted(values)[math.ceil(len(values) * percent / 100) - 1]
