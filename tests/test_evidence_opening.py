"""Opening a bundle: what it may bring, and that nothing else decides whether it opens."""

import io
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import pytest
from unit import DAY, DOCUMENT, NOW, SignedUnit, grant, sealed_form
from unit_bundles import pack

from airseal.evidence.opening import KIND_REGISTRY, open_signed_bundle
from airseal.evidence.paths import Anchor
from airseal.evidence.signed import Signed
from airseal.evidence.trusted import TrustedSet
from airseal.model.digest import sha256
from airseal.model.level import Level
from airseal.model.people import Post
from airseal.model.problem import Problem
from airseal.model.request import Outcome


@pytest.fixture
def unit(bureau: SignedUnit) -> SignedUnit:
    return bureau.fork()


@pytest.fixture
def fresh(unit: SignedUnit) -> TrustedSet:
    return TrustedSet([unit.anchor])


def code(source: io.BytesIO, trusted: TrustedSet) -> str:
    before = (trusted.cases, trusted.parked)
    with pytest.raises(Problem) as caught:
        open_signed_bundle(source, trusted)
    assert (trusted.cases, trusted.parked) == before
    return caught.value.code


def signed(unit: SignedUnit, *statements: object) -> list[Signed]:
    return [*unit.basics, *(unit[one] for one in statements)]  # type: ignore[index]  # statements


class TestOpened:
    def test_brings_everything_it_says(self, unit: SignedUnit, fresh: TrustedSet) -> None:
        request = unit.request()
        opened = open_signed_bundle(pack(unit, signed(unit, request), [DOCUMENT]), fresh)
        assert opened.cases == (request.id,)
        assert opened.cover.person == "li"
        assert (opened.cover.unit, opened.cover.kind) == ("bureau", "cases")
        assert [(name, file.read()) for name, file in opened.documents()] == [
            (sha256(DOCUMENT), DOCUMENT)
        ]
        assert opened.trusted.get(request.id) == unit[request]
        assert fresh.get(request.id) is None

    def test_a_registry_by_its_authority_is_the_first_thing_a_station_takes(
        self, unit: SignedUnit, fresh: TrustedSet
    ) -> None:
        opened = open_signed_bundle(pack(unit, unit.basics, by="zhou", kind=KIND_REGISTRY), fresh)
        registry = opened.trusted.registry("bureau")
        assert registry is not None
        assert registry.missing == ()
        assert opened.cover.person == "zhou"

    def test_again_brings_nothing_new(self, unit: SignedUnit, fresh: TrustedSet) -> None:
        request = unit.request()
        source = pack(unit, signed(unit, request), [DOCUMENT])
        once = open_signed_bundle(source, fresh)
        twice = open_signed_bundle(source, once.trusted)
        assert twice.offered.accepted == ()
        assert len(twice.offered.known) == len(once.statements)

    def test_an_old_bundle_still_opens_when_the_case_has_moved_on(
        self, unit: SignedUnit, fresh: TrustedSet
    ) -> None:
        """The officer's bundle again, after the document was sealed here."""
        request = unit.request()
        approval = unit.decide(request)
        sealing = unit.seal(request, approval)
        old = pack(unit, signed(unit, request, approval), [DOCUMENT], by="wang")
        trusted = open_signed_bundle(old, fresh).trusted
        trusted.offer([unit[sealing]])
        again = open_signed_bundle(old, trusted)
        assert again.offered.accepted == ()
        new = pack(unit, signed(unit, request, approval, sealing), [sealed_form(1)], by="zhang")
        assert open_signed_bundle(new, trusted).cases == (request.id,)

    def test_what_was_left_here_by_another_does_not_spoil_it(
        self, unit: SignedUnit, fresh: TrustedSet
    ) -> None:
        """A bad orphan from an earlier bundle waits for the request of an honest one."""
        request = unit.request()
        poison = unit.seal(request, by="li", post=Post.DRAFTER)
        first = open_signed_bundle(pack(unit, signed(unit, poison)), fresh)
        assert poison.id in first.offered.parked
        honest = pack(unit, signed(unit, request), [DOCUMENT])
        opened = open_signed_bundle(honest, first.trusted)
        assert request.id in opened.offered.accepted

    def test_statements_of_a_case_without_its_request_wait(
        self, unit: SignedUnit, fresh: TrustedSet
    ) -> None:
        approval = unit.decide(unit.request())
        opened = open_signed_bundle(pack(unit, signed(unit, approval), by="wang"), fresh)
        assert set(opened.offered.parked) == {approval.id}


Build = Callable[[SignedUnit], io.BytesIO]


def one_request(
    unit: SignedUnit, documents: Sequence[bytes] = (DOCUMENT,), **more: Any
) -> io.BytesIO:
    return pack(unit, signed(unit, unit.request()), documents, **more)


def refused_statement(unit: SignedUnit) -> io.BytesIO:
    request = unit.request()
    forged = unit.decide(request, by="li", post=Post.DRAFTER)
    return pack(unit, signed(unit, request, forged), [DOCUMENT])


def signed_by_a_stranger(unit: SignedUnit) -> io.BytesIO:
    """Somebody who has a certificate of the unit but no appointment held here."""
    request = unit.request()
    held = [one for one in signed(unit, request) if one.id != unit.registry["appointment/wu"].id]
    return pack(unit, held, [DOCUMENT], by="wu")


def request_above_the_cover(unit: SignedUnit) -> io.BytesIO:
    return one_request(unit, LEVEL="public")


def prepared_at_another_time(unit: SignedUnit) -> io.BytesIO:
    return one_request(unit, PREPARED=(NOW + timedelta(seconds=1)).isoformat())


def prepared_without_an_offset(unit: SignedUnit) -> io.BytesIO:
    return one_request(unit, PREPARED="2026-01-01T00:00:00")


def prepared_never(unit: SignedUnit) -> io.BytesIO:
    return one_request(unit, PREPARED="never")


def sealed_form_missing(unit: SignedUnit) -> io.BytesIO:
    request = unit.request()
    approval = unit.decide(request)
    sealing = unit.seal(request, approval)
    return pack(unit, signed(unit, request, approval, sealing), [DOCUMENT], by="zhang")


def two_documents_one_brought(unit: SignedUnit) -> io.BytesIO:
    first, second = unit.request(), unit.request(grant(content=b"%PDF other"))
    return pack(unit, signed(unit, first, second), [DOCUMENT])


def decision_only_with_a_document(unit: SignedUnit) -> io.BytesIO:
    approval = unit.decide(unit.request(), Outcome.DENY)
    return pack(unit, signed(unit, approval), [DOCUMENT], by="wang")


@pytest.mark.parametrize(
    ("build", "expected"),
    [
        (lambda unit: one_request(unit, ()), "DOCUMENT_MISSING"),
        (lambda unit: one_request(unit, (DOCUMENT, b"%PDF more")), "DOCUMENT_UNNAMED"),
        (sealed_form_missing, "DOCUMENT_MISSING"),
        (two_documents_one_brought, "DOCUMENT_MISSING"),
        (decision_only_with_a_document, "DOCUMENT_UNNAMED"),
        (lambda unit: one_request(unit, kind=KIND_REGISTRY), "BUNDLE_COVER"),
        (lambda unit: pack(unit, unit.basics, by="zhou"), "BUNDLE_COVER"),
        (lambda unit: one_request(unit, KIND="other"), "BUNDLE_COVER"),
        (lambda unit: one_request(unit, SENDER="bureau"), "BUNDLE_COVER"),
        (lambda unit: one_request(unit, SENDER="rival/seal-room"), "UNIT_UNKNOWN"),
        (lambda unit: one_request(unit, LEVEL="very secret"), "BUNDLE_COVER"),
        (request_above_the_cover, "BUNDLE_COVER"),
        (prepared_at_another_time, "BUNDLE_COVER"),
        (prepared_without_an_offset, "BUNDLE_COVER"),
        (prepared_never, "BUNDLE_COVER"),
        (refused_statement, "POST_WRONG"),
        (signed_by_a_stranger, "BUNDLE_SIGNER"),
        (lambda unit: one_request(unit, at=NOW + 2 * 365 * DAY), "CERT_STATUS_UNKNOWN"),
    ],
)
def test_refused_and_nothing_is_changed(
    unit: SignedUnit, fresh: TrustedSet, build: Build, expected: str
) -> None:
    assert code(build(unit), fresh) == expected


def test_the_level_of_the_registry_does_not_raise_the_cover(
    unit: SignedUnit, fresh: TrustedSet
) -> None:
    request = unit.request(level=Level.PUBLIC)
    source = pack(unit, signed(unit, request), [DOCUMENT], LEVEL="public")
    assert open_signed_bundle(source, fresh).cover.level is Level.PUBLIC


def test_another_unit_may_bring_our_statements_but_none_of_its_own(
    unit: SignedUnit, rival: SignedUnit
) -> None:
    """A unit passes our case on; statements of a unit nobody enrolled are refused."""
    request = unit.request()
    both = TrustedSet([unit.anchor, rival.anchor])
    passed_on = [*rival.basics, *signed(unit, request)]
    opened = open_signed_bundle(pack(rival, passed_on, [DOCUMENT]), both)
    assert opened.cover.unit == "rival"
    assert request.id in opened.offered.accepted
    ours = TrustedSet([unit.anchor])
    theirs = rival.fork()
    parked = theirs.decide(theirs.request())
    mixed = pack(unit, [*signed(unit, request), theirs[parked]], [DOCUMENT])
    assert code(mixed, ours) == "UNIT_UNKNOWN"
    assert code(pack(rival, passed_on, [DOCUMENT]), ours) == "UNIT_UNKNOWN"


def test_the_same_person_of_another_root_is_a_stranger(unit: SignedUnit, rival: SignedUnit) -> None:
    request = unit.request()
    impostor = rival.fork()
    impostor.id = "bureau"
    source = pack(impostor, signed(unit, request), [DOCUMENT])
    assert code(source, TrustedSet([unit.anchor])) == "BUNDLE_SIGNER"
    wrong_root = TrustedSet([Anchor("bureau", rival.anchor.root)])
    assert code(pack(unit, signed(unit, request), [DOCUMENT]), wrong_root) == "CHARTER_SIGNER"
