"""Deletion by consent at one station: what a tombstone takes with it, and that it is gone (DC-11).

The entry ``deleted`` is committed together with the tombstone and names every document that
goes, so whatever interrupts the destroying, the next login ends it; no document named there is
shown meanwhile.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Final

from airseal.evidence.trusted import TrustedSet
from airseal.model.case import CaseState, Facts, fold, judge
from airseal.model.digest import Digest, parse_digest
from airseal.model.flow import Tombstone
from airseal.model.problem import Problem
from airseal.store import CONDEMNED, DeskView, DeskWrite, Entry, EntryIn, JsonValue, Query, Store

DELETED: Final = "deleted"
DESTROYED: Final = "destroyed"

_ASKED: Final = "deletions"
"""The desk's table of cases whose deletion was asked for and not answered yet."""

_GONE: Final = "deleted"
"""The desk's table of deleted cases."""

_SUBJECTS: Final = frozenset({"request", "decision", "sealing"})
"""The statements by which a case needs a document."""


def project_tombstones(entry: Entry) -> Iterator[DeskWrite]:
    """What an entry changes of all this."""
    facts = entry.facts
    match entry.kind:
        case "statement" if facts.get("kind") == "deletion-request":
            yield DeskWrite(_ASKED, str(facts["case"]), entry.at)
        case "statement" if facts.get("kind") == "deletion-refusal":
            yield DeskWrite(_ASKED, str(facts["case"]), None)
        case "deleted":
            case = str(facts["case"])
            yield DeskWrite(_ASKED, case, None)
            yield DeskWrite(_GONE, case, {"at": entry.at, "by": entry.by})
            for one in _texts(facts["blobs"]):
                yield condemn(one, case)
        case "destroyed":
            for one in _texts(facts["blobs"]):
                yield DeskWrite(CONDEMNED, one, None)
        case _:
            return


def condemn(document: str, case: str) -> DeskWrite:
    """The desk's note that a document is about to be destroyed; ``case`` may be empty."""
    return DeskWrite(CONDEMNED, document, case)


def asked_for(desk: DeskView) -> tuple[Digest, ...]:
    """The cases whose deletion was asked for, and nobody answered yet."""
    return tuple(parse_digest(case) for case, _ in desk.items(_ASKED))


def is_deleted(desk: DeskView, case: Digest) -> bool:
    """Whether the papers of ``case`` were deleted here."""
    return desk.get(_GONE, case) is not None


def is_condemned(desk: DeskView, document: Digest) -> bool:
    """Whether ``document`` is about to be destroyed, though its bytes may still be here."""
    return desk.get(CONDEMNED, document) is not None


def may_be_tombed(trusted: TrustedSet, case: Digest) -> bool:
    """Whether any tombstone is held for the case: ten thousand without one are not judged."""
    return any(isinstance(one.body, Tombstone) for one in trusted.case_statements(case))


def is_tombed(facts: Facts, trusted: TrustedSet, now: datetime) -> bool:
    """Whether a tombstone that counts is held for the case."""
    return judge(facts, trusted.context(), now).state is CaseState.DELETED


def sentence(
    store: Store, trusted: TrustedSet, cases: Iterable[Digest], unit: str, now: datetime
) -> Iterator[tuple[str, dict[str, JsonValue]]]:
    """What the ledger says of those of ``cases`` that ``trusted`` now knows as deleted.

    ``unit``'s own cases only: what another unit deletes is still a received paper here. A
    document that another case needs stays; a bundle that was kept for sending goes.
    """
    cases = list(cases)
    if not any(may_be_tombed(trusted, case) for case in cases):
        return
    told = [facts for case in cases if (facts := fold(case, trusted.case_statements(case)))]
    tombed = [facts for facts in told if is_tombed(facts, trusted, now)]
    living = {form for facts in told if facts not in tombed for form in facts.forms}
    for facts in tombed:
        case = facts.case
        if facts.request.unit != unit or is_deleted(store.desk, case):
            continue
        papers = [one for one in facts.forms if one not in living and not _needed(store, one, case)]
        blobs = [*papers, *_bundles_with(store.desk, case)]
        yield DELETED, {"case": case, "blobs": [one for one in blobs if store.has_blob(one)]}


def carry_out(store: Store, by: str, now: datetime) -> None:
    """Destroy what is condemned, and say so; nothing is written when nothing is.

    Raises ``Problem("STORE_WRITE_FAILED")``; calling it again goes on.
    """
    condemned = [document for document, _ in store.desk.items(CONDEMNED)]
    if not condemned:
        return
    for one in condemned:
        store.destroy_blob(parse_digest(one))
    at = now.replace(microsecond=0).isoformat()
    store.commit([EntryIn(kind=DESTROYED, by=by, at=at, facts={"blobs": list(condemned)})])


def _needed(store: Store, document: Digest, case: Digest) -> bool:
    """Whether a case that is not deleted names the document too."""
    store.wait()
    before: int | None = None
    while True:
        page = store.index.page(Query(document=document, kinds=_SUBJECTS), before)
        for found in page.rows:
            other = found.case
            if other is not None and other != case and not is_deleted(store.desk, other):
                return True
        if page.following is None:
            return _is_above(store, document)
        before = page.following


def _is_above(store: Store, document: Digest) -> bool:
    """Whether it is kept at a level above this reader's: then a case up there needs it."""
    try:
        if store.has_blob(document):
            store.blob(document).close()
    except Problem as problem:
        return problem.code == "CLEARANCE_LOW"
    return False


def _bundles_with(desk: DeskView, case: Digest) -> Iterator[Digest]:
    for _, row in desk.items("exports"):
        if isinstance(row, dict) and case in _texts(row.get("cases", [])):
            yield parse_digest(str(row["digest"]))


def _texts(value: JsonValue) -> list[str]:
    assert isinstance(value, list)
    return [str(one) for one in value]
