"""What to look for in the ledger: seal, person, title or document, kind, days (RE-13)."""

from datetime import datetime, time, timedelta

from textual.app import ComposeResult

from airseal.model.digest import Digest, parse_digest
from airseal.model.problem import Problem
from airseal.screens.base import AirsealScreen
from airseal.screens.session import Session
from airseal.screens.widgets.choice_field import Choice, ChoiceField
from airseal.screens.widgets.entry_fields import DayField, TextField
from airseal.screens.widgets.form import Form
from airseal.station import Station
from airseal.store import Query
from airseal.text import Phrase, Shown, mark, one_after_another, phrase
from airseal.words.event import GROUPS

_ANY = "-"
_DAY = timedelta(days=1)


class SearchScreen(AirsealScreen[Query]):
    """Hands back the query, or None; every field left empty means everything."""

    HEADING = mark("Search the ledger")
    HELP = mark(
        "Fill in what you know and press F9; what is left empty does not matter. Words are found"
        " inside titles, purposes and reasons, Chinese too, from one character on. A document can"
        " be given by its digest. The days include the last one."
    )
    OFFERS = ("confirm",)

    def __init__(self, session: Session, query: Query) -> None:
        super().__init__()
        self._session, self._before = session, query

    def body(self) -> ComposeResult:
        """The fields."""
        station, old = self._session.station, self._before
        registry = station.registry
        seals = [] if registry is None else [row for _, row in registry.seals.values()]
        nothing = Choice(_ANY, phrase("any"))
        groups = [Choice(name, Phrase(words)) for name, (words, _) in GROUPS.items()]
        group = next((name for name, (_, kinds) in GROUPS.items() if kinds == old.kinds), _ANY)
        zone = station.now().tzinfo
        since = old.since.astimezone(zone).date() if old.since else None
        until = (old.until - _DAY).astimezone(zone).date() if old.until else None
        yield Form(
            [
                TextField("text", phrase("Words or digest"), _text_of(old), required=False),
                TextField("person", phrase("Person id"), old.person or "", required=False),
                ChoiceField(
                    "seal",
                    phrase("Seal"),
                    [nothing, *(Choice(row.seal, row.name) for row in seals)],
                    old.seal or _ANY,
                ),
                ChoiceField("kind", phrase("Kind"), [nothing, *groups], group),
                DayField("since", phrase("From"), since),
                DayField("until", phrase("Until"), until),
            ]
        )

    def do_confirm(self) -> None:
        """Hand it back."""
        form = self.query_one(Form)
        if not form.check():
            return
        words = form.field("text", TextField).value
        digest = digest_in(words)
        since = form.field("since", DayField).day
        until = form.field("until", DayField).day
        zone = self._session.station.now().tzinfo
        group = form.field("kind", ChoiceField).value or _ANY
        seal = form.field("seal", ChoiceField).value
        self.dismiss(
            Query(
                text="" if digest else words,
                kinds=GROUPS[group][1] if group in GROUPS else frozenset(),
                person=form.field("person", TextField).value or None,
                seal=None if seal == _ANY else seal,
                document=digest,
                since=datetime.combine(since, time(), zone) if since else None,
                until=datetime.combine(until, time(), zone) + _DAY if until else None,
            )
        )


def digest_in(words: str) -> Digest | None:
    """The digest that was typed, with or without its tag; None for any other words."""
    tagged = words if words.startswith("sha256:") else f"sha256:{words}"
    try:
        return parse_digest(tagged)
    except Problem:
        return None


def search_words(station: Station, query: Query) -> Shown:
    """A query in words."""
    parts: list[Shown] = []
    if query.text or query.document:
        parts.append(_text_of(query))
    if query.person:
        parts.append(station.person_name(query.person))
    if query.seal:
        parts.append(station.seal_name(query.seal))
    parts += [Phrase(words) for words, kinds in GROUPS.values() if kinds == query.kinds]
    if query.since:
        parts.append(phrase("from {day}", day=f"{query.since:%Y-%m-%d}"))
    if query.until:
        parts.append(phrase("until {day}", day=f"{query.until - _DAY:%Y-%m-%d}"))
    return one_after_another(parts) if parts else phrase("everything")


def _text_of(query: Query) -> str:
    return query.document or query.text
