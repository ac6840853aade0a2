"""How the station stands (token, medium, printer, clock, ledger, backup): short, and at length."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from airseal.errors import Explained, explain
from airseal.keys.tokenhost import PinState, TokenStatus
from airseal.model.problem import Problem
from airseal.screens.backup_words import ago, backup_fact
from airseal.screens.token_words import token_words
from airseal.screens.widgets.fact_table import Fact
from airseal.screens.widgets.state_line import Part
from airseal.station import Station
from airseal.store import Soundness
from airseal.text import Phrase, mark, phrase, plural, when
from transfer.errors import TransferError

_PIN_WORDS: Final = {
    PinState.OK: mark("ready"),
    PinState.LOW: mark("few tries left"),
    PinState.FINAL_TRY: mark("ONE try left"),
    PinState.LOCKED: mark("LOCKED"),
    PinState.INITIAL: mark("first PIN"),
}


@dataclass(frozen=True, slots=True)
class Kept:
    """What the station knows of itself without asking anything outside."""

    registry: Fact
    soundness: Soundness
    entries: int
    clock: Problem | None
    printers: tuple[str, ...]
    backup: Fact
    backed_up: Part


@dataclass(frozen=True, slots=True)
class PluggedIn:
    """What is plugged in; a refusal tells why nothing can be said."""

    bundles: int | Explained
    token: TokenStatus | Explained


@dataclass(frozen=True, slots=True)
class StationState:
    """All of it, as far as it is known by now; ``confined`` is whether the jail is real."""

    kept: Kept | None = None
    plugged_in: PluggedIn | None = None
    confined: bool | None = None

    def parts(self) -> list[Part]:
        """One word for each."""
        outside = [self._token(), self._medium()]
        if self.kept is None:
            return [*outside, *map(_looking, _INSIDE)]
        kept = self.kept
        return [
            *outside,
            _printer(kept.printers),
            _clock(kept.clock),
            _ledger(kept.soundness),
            kept.backed_up,
        ]

    def facts(self, *, all_of_them: bool) -> list[Fact]:
        """Each in a sentence: what is not as it should be, or everything."""
        return [fact for fact in self._facts() if all_of_them or fact.strong]

    def _facts(self) -> Iterator[Fact]:
        kept, plugged_in = self.kept, self.plugged_in
        if plugged_in is not None:
            ill = not self._token().well
            yield Fact(phrase("USBKey"), token_words(plugged_in.token), strong=ill)
            if isinstance(plugged_in.bundles, Explained):
                yield Fact(phrase("Medium"), plugged_in.bundles.sentence, strong=True)
        if kept is not None:
            yield kept.registry
            if kept.clock is not None:
                yield Fact(phrase("Clock"), explain(kept.clock).sentence, strong=True)
            damaged = kept.soundness.problem is not None
            yield Fact(phrase("Ledger"), _ledger_words(kept), strong=damaged)
            yield kept.backup
        if self.confined is not None:
            yield Fact(phrase("Documents"), _jail_words(self.confined), strong=not self.confined)

    def _token(self) -> Part:
        if self.plugged_in is None:
            return _looking("USBKey")
        token = self.plugged_in.token
        if isinstance(token, Explained):
            return Part(phrase("USBKey"), phrase("absent"), False)
        return Part(phrase("USBKey"), Phrase(_PIN_WORDS[token.pin]), token.pin is PinState.OK)

    def _medium(self) -> Part:
        if self.plugged_in is None:
            return _looking("Medium")
        bundles = self.plugged_in.bundles
        if isinstance(bundles, Explained):
            return Part(phrase("Medium"), phrase("absent"), False)
        return Part(phrase("Medium"), plural("{n} bundle", "{n} bundles", bundles), True)


_INSIDE: Final = (mark("Printer"), mark("Clock"), mark("Ledger"), mark("Backup"))


def _looking(label: str) -> Part:
    return Part(Phrase(label), "...", None)


def _printer(printers: tuple[str, ...]) -> Part:
    """Which printer is registered; whether it is switched on nobody can tell before it prints."""
    if not printers:
        return Part(phrase("Printer"), phrase("none registered"), None)
    count = plural("{n} registered", "{n} registered", len(printers))
    return Part(phrase("Printer"), count, True)


def _clock(problem: Problem | None) -> Part:
    if problem is None:
        return Part(phrase("Clock"), phrase("right"), True)
    return Part(phrase("Clock"), phrase("does not fit"), False)


def _ledger(sound: Soundness) -> Part:
    if sound.problem is not None:
        return Part(phrase("Ledger"), phrase("DAMAGED"), False)
    if not sound.complete:
        percent = phrase("{percent} % verified", percent=_percent(sound))
        return Part(phrase("Ledger"), percent, None)
    return Part(phrase("Ledger"), phrase("whole"), True)


def _backup(station: Station) -> Part:
    state, now = station.keeping.state(), station.now()
    if state.made is None:
        return Part(phrase("Backup"), phrase("NONE yet"), False)
    return Part(phrase("Backup"), ago(state.made, now), not state.backup_overdue(now))


def look_at_kept(station: Station) -> Kept:
    """What the station knows of itself."""
    return Kept(
        registry=_registry(station),
        soundness=station.soundness,
        entries=station.entries,
        clock=station.clock_problem,
        printers=station.facts.printers,
        backup=backup_fact(station),
        backed_up=_backup(station),
    )


def look_at_ports(station: Station, medium: Path) -> PluggedIn:
    """What is plugged in."""
    try:
        bundles: int | Explained = len(station.bundles_on(medium))
    except TransferError as error:
        bundles = explain(error)
    try:
        token: TokenStatus | Explained = station.token()
    except Problem as problem:
        token = explain(problem)
    return PluggedIn(bundles, token)


def _registry(station: Station) -> Fact:
    registry = station.registry
    if registry is None or registry.snapshot is None:
        words = phrase("not imported yet: import the registry bundle of the seal department")
        return Fact(phrase("Registry"), words, strong=True)
    number, until = registry.snapshot.number, when(registry.snapshot.next_update)
    if registry.expired(station.now()):
        words = phrase(
            "No. {number}, EXPIRED since {until}: import a newer one", number=number, until=until
        )
        return Fact(phrase("Registry"), words, strong=True)
    if registry.rivals:
        words = phrase(
            "No. {number}, and ANOTHER one of that number: the seal department must publish anew",
            number=number,
        )
        return Fact(phrase("Registry"), words, strong=True)
    words = phrase("No. {number}, next one due by {until}", number=number, until=until)
    return Fact(phrase("Registry"), words)


def _ledger_words(kept: Kept) -> Phrase:
    sound = kept.soundness
    if sound.problem is not None:
        return explain(sound.problem).sentence
    if not sound.complete:
        return phrase("being verified: {percent} %; work may go on", percent=_percent(sound))
    return plural("whole, {n} entry", "whole, {n} entries", kept.entries)


def _percent(sound: Soundness) -> int:
    return 100 * sound.verified // sound.entries


def _jail_words(confined: bool) -> Phrase:
    if confined:
        return phrase("opened in isolation (no network, no files)")
    return phrase(
        "NOT isolated: bubblewrap is missing or may not run here, allowed in a demonstration only"
    )
