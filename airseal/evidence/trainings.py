"""Who was trained: the results of people, from the trainings that are held (SU-05, SU-06)."""

from collections.abc import Iterator, Mapping

from airseal.evidence.trusted import TrustedSet
from airseal.model.standing import still_counts
from airseal.model.training import Result, Training, TrainingRow, last_passed


def results(evidence: TrustedSet, unit: str) -> Mapping[str, tuple[Result, ...]]:
    """What the seal department of ``unit`` certified of each person, the newest day first.

    Of one topic and day, what was failed stands first: it prevails. Only what ``unit``'s own seal
    department signed, and what counts by the newest lists.
    """
    found: dict[str, list[Result]] = {}
    for by, body in _counting(evidence, unit):
        for row in body.rows:
            found.setdefault(row.person, []).append(_result(by, body, row))
    return {person: tuple(sorted(held, key=_place, reverse=True)) for person, held in found.items()}


def results_of(evidence: TrustedSet, unit: str, person: str) -> tuple[Result, ...]:
    """The same of one person, which every act may ask."""
    held = (
        _result(by, body, row)
        for by, body in _counting(evidence, unit)
        for row in body.rows
        if row.person == person
    )
    return tuple(sorted(held, key=_place, reverse=True))


def any_recorded(evidence: TrustedSet, unit: str) -> bool:
    """Whether ``unit``'s seal department certified any training that counts."""
    return any(True for _ in _counting(evidence, unit))


def trained_on(evidence: TrustedSet, unit: str, person: str, today: str) -> str | None:
    """The day of the newest training that ``person`` passed by ``today``, or None."""
    return last_passed(results_of(evidence, unit, person), today)


def _counting(evidence: TrustedSet, unit: str) -> Iterator[tuple[str, Training]]:
    context = evidence.context()
    for one in evidence.office:
        body = one.body
        if isinstance(body, Training) and one.unit == unit and still_counts(one, context):
            yield one.by, body


def _result(by: str, body: Training, row: TrainingRow) -> Result:
    return Result(body.kind, body.topic, body.day, row.passed, row.remark, by)


def _place(one: Result) -> tuple[str, str, str, bool]:
    return one.day, one.kind, one.topic, not one.passed
