"""Who was trained: the results of people, from the trainings that are held (SU-05, SU-06)."""

from collections.abc import Iterator, Mapping

from airseal.evidence.trusted import TrustedSet
from airseal.model.standing import still_counts
from airseal.model.training import Result, Training, last_passed


def results(evidence: TrustedSet, unit: str) -> Mapping[str, tuple[Result, ...]]:
    """What the seal department of ``unit`` certified of each person, the newest day first.

    Of one topic and day, what was failed stands first: it prevails. Only what ``unit``'s own seal
    department signed, and what counts by the newest lists.
    """
    found: dict[str, list[Result]] = {}
    for person, result in _results(evidence, unit):
        found.setdefault(person, []).append(result)
    return {person: tuple(sorted(held, key=_place, reverse=True)) for person, held in found.items()}


def trained_on(evidence: TrustedSet, unit: str, person: str, today: str) -> str | None:
    """The day of the newest training that ``person`` passed by ``today``, or None."""
    return last_passed(results(evidence, unit).get(person, ()), today)


def _place(one: Result) -> tuple[str, str, str, bool]:
    return one.day, one.kind, one.topic, not one.passed


def _results(evidence: TrustedSet, unit: str) -> Iterator[tuple[str, Result]]:
    context = evidence.context()
    for one in evidence.office:
        body = one.body
        if not isinstance(body, Training) or one.unit != unit or not still_counts(one, context):
            continue
        for row in body.rows:
            said = Result(body.kind, body.topic, body.day, row.passed, row.remark, one.by)
            yield row.person, said
