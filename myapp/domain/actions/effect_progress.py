"""How far an action is whose effect a performer carries out: one reading of reports for every kind of it."""

from datetime import datetime
from typing import assert_never

from myapp.domain.actions.action import ActiveView, Ended, Ongoing
from myapp.domain.effect import Accomplished, Held, Underway, Unsuccessful
from myapp.domain.moment import to_millisecond
from myapp.domain.todo_phase import Phase, Reason


def effect_progress(view: ActiveView) -> Ongoing | Ended:
    """What the latest report means.

    As long as there is none, what the status says holds, so that a restart writes nothing.
    """
    report = view.report
    match report:
        case None:
            return view.told or Ongoing(
                Reason.STARTING, "starts" if view.attempt == 1 else f"attempt {view.attempt} starts"
            )
        case Underway() | Held():
            return Ongoing(report.reason, report.message)
        case Accomplished():
            at = _within_the_attempt(report.at, view)
            return Ended(Phase.SUCCEEDED, Reason.COMPLETED, report.message, at, report.outputs, report.result)
        case Unsuccessful():
            return Ended(
                Phase.FAILED,
                report.reason,
                report.message,
                _within_the_attempt(report.at, view),
                failure=None if report.final else report.kind,
                not_before=report.not_before,
            )
    assert_never(report)


def _within_the_attempt(moment: datetime, view: ActiveView) -> datetime:
    """Clocks differ: nothing ends before it began, or later than now."""
    return to_millisecond(min(max(moment, view.active_since), view.now))
