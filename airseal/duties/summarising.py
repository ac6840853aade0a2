"""Summing up: the table of sealing and printing of a period, for the office (汇总表; RE-04, S0-11).

A table is drawn, signed by the custodian and kept in the vault, on record with its digest, before
anything of it is on a medium: making one again is another edition, and the ledger says so.
"""

import io
from collections.abc import Callable, Iterator
from datetime import date

from airseal.evidence.board import Board
from airseal.evidence.partners import restores
from airseal.evidence.summaries import (
    SUMMARY_MADE,
    SUMMARY_RECEIVED,
    Made,
    Standing,
    sealed_on,
    sealings,
    standing,
    tables,
)
from airseal.keys.cms import sign_detached
from airseal.keys.tokenhost import Signer
from airseal.model.case import Facts, Status, fold, judge
from airseal.model.digest import Digest, parse_digest, sha256
from airseal.model.level import Level
from airseal.model.moment import parse_day, parse_moment
from airseal.model.periods import Period
from airseal.model.problem import Problem
from airseal.model.request import RecipientRole, Sealing
from airseal.model.statement import Statement
from airseal.model.summary import SealUse, Summary
from airseal.ports import Ports
from airseal.store import BlobIn

Draw = Callable[[Summary], bytes]
"""What makes the PDF of a table."""


def periods(ports: Ports, board: Board) -> tuple[Standing, ...]:
    """Every period that is over since the first sealing here, newest first, and how it stands.

    ``board`` is up to date, here and below.
    """
    registry = ports.evidence.registry(ports.station.unit)
    if registry is None or registry.policy is None:
        return ()
    today = ports.clock.now().date()
    pack = registry.policy[1]
    return standing(ports.store.desk, board.sealings(), pack, today)


def prepare(ports: Ports, board: Board, name: str, reader: Level) -> Summary:
    """The table of the period ``name`` for readers up to ``reader``, as it would be made now.

    Raises ``SUMMARY_PERIOD`` (``name``) for one that is not over or not known, and ``CLOCK_*``.
    """
    ports.require_steady_clock()
    row = next((row for row in periods(ports, board) if row.period.name == name), None)
    if row is None:
        raise Problem("SUMMARY_PERIOD", name=name)
    cases = [parse_digest(line.case) for line in board.sealed_in(row.period.over)]
    uses = [use for case in cases for use in _uses(ports, case, row.period)]
    return Summary(
        unit=ports.station.unit,
        station=ports.station.id,
        period=row.period,
        edition=1 + (row.made.edition if row.made else 0),
        reader=reader,
        by=ports.account.person,
        uses=tuple(sorted(uses, key=lambda use: (parse_moment(use.sealed_at), use.case))),
        restores=restores(ports.store.desk),
    )


def make(ports: Ports, board: Board, signer: Signer, name: str, reader: Level, draw: Draw) -> Made:
    """Draw, sign and keep the table of a period; raises as :func:`prepare` and ``draw``."""
    table = prepare(ports, board, name, reader)
    content = draw(table)
    signature = sign_detached(content, signer, ports.clock.now().replace(microsecond=0))
    period = table.period
    event = ports.event(
        SUMMARY_MADE,
        name=period.name,
        number=table.number,
        edition=table.edition,
        start=period.start,
        months=period.months,
        sealings=len(table.uses),
        level=reader,
        digest=sha256(content),
        signature=sha256(signature),
    )
    blobs = [BlobIn(sha256(one), io.BytesIO(one), reader) for one in (content, signature)]
    ports.store.commit([event], blobs)
    return made_of(ports, name)


def made_of(ports: Ports, name: str) -> Made:
    """The newest table of a period; raises ``SUMMARY_NONE`` (``name``)."""
    made = tables(ports.store.desk).get(name)
    if made is None:
        raise Problem("SUMMARY_NONE", name=name)
    return made


def content_of(ports: Ports, made: Made) -> tuple[bytes, bytes]:
    """The PDF and its signature, as they were made; raises ``BLOB_MISSING``, ``BLOB_DAMAGED``."""
    return _kept(ports, made.digest), _kept(ports, made.signature)


def receive(ports: Ports, name: str, receiver: str, day: str) -> Made:
    """Record that ``receiver`` took the table of a period for the office on ``day``.

    Raises ``SUMMARY_NONE``, ``SUMMARY_RECEIVED`` (``receiver``, ``day``) for one that was taken,
    and ``SUMMARY_RECEIPT_FORM`` without a name, or for a day before the table or after today.
    """
    made = made_of(ports, name)
    if made.receiver:
        raise Problem("SUMMARY_RECEIVED", receiver=made.receiver, day=made.day)
    ports.require_steady_clock()
    if not receiver.strip() or not _since(made, day, ports.clock.now().date()):
        raise Problem("SUMMARY_RECEIPT_FORM")
    event = ports.event(
        SUMMARY_RECEIVED, name=name, number=made.number, receiver=receiver.strip(), day=day
    )
    ports.store.commit([event])
    return made_of(ports, name)


def _since(made: Made, day: str, today: date) -> bool:
    try:
        return parse_moment(made.at).date() <= parse_day(day) <= today
    except ValueError:
        return False


def _kept(ports: Ports, digest: Digest) -> bytes:
    with ports.store.blob(digest) as source:
        return source.read()


def _uses(ports: Ports, case: Digest, period: Period) -> Iterator[SealUse]:
    """The sealings of a case in ``period``, with what the case has become."""
    statements = ports.evidence.case_statements(case)
    facts = fold(case, statements)
    assert facts is not None
    status = judge(facts, ports.evidence.context(), ports.clock.now())
    for one in sealings(statements, ports.station.unit, ports.station.id):
        if period.holds(sealed_on(one)):
            yield _use(facts, status, one)


def _use(facts: Facts, status: Status, sealing: Statement) -> SealUse:
    assert isinstance(sealing.body, Sealing)
    roles = [one.role for one in status.grant.recipients]
    return SealUse(
        case=facts.case,
        title=facts.asked.title,
        level=facts.request.level,
        symbol=facts.asked.matter.symbol,
        kind=facts.asked.matter.kind,
        drafter=facts.request.by,
        approvers=tuple(dict.fromkeys(one.by for one in status.approvals)),
        sealed_at=sealing.body.sealed_at,
        sealed_by=sealing.by,
        seal=sealing.body.seal,
        copies=status.grant.copies,
        main=roles.count(RecipientRole.MAIN),
        copied=roles.count(RecipientRole.COPY),
        state=status.state,
    )
