"""Words for people: the two languages, harmless outside text, and how values are written.

Our own sentences are :class:`Phrase` values: English message ids with parameters, turned
into the language of the moment when they are painted, so that the language can change
live. Everything else is outside text and passes :func:`safe_text` before it is shown.
"""

import gettext
import os
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Final

from airseal.model.digest import Digest, to_hex
from airseal.model.level import Level
from airseal.model.matter import Special
from airseal.model.people import Post, Role

LANGUAGES: Final = ("zh_CN", "en")
DEFAULT_LANGUAGE: Final = "zh_CN"
_LOCALE: Final = Path(__file__).parent / "locale"

SAFE_LIMIT: Final = 200
_MARKS_IN_A_ROW: Final = 3
# Letters and marks by category, yet nothing is drawn for them.
_INKLESS: Final = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
_HIDDEN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_COMBINING: Final = frozenset({"Mn", "Me"})


class _Language:
    """The language of the moment, one for the whole process."""

    name = ""
    catalogue: gettext.NullTranslations = gettext.NullTranslations()


def use_language(name: str) -> None:
    """Write in ``name`` from now on; an unknown name means the default, 中文."""
    _Language.name = name if name in LANGUAGES else DEFAULT_LANGUAGE
    _Language.catalogue = gettext.translation(
        "airseal", _LOCALE, languages=[_Language.name], fallback=True
    )


def language() -> str:
    """The language of the moment: ``zh_CN`` or ``en``."""
    return _Language.name


def next_language() -> str:
    """The language that F2 switches to."""
    return LANGUAGES[(LANGUAGES.index(_Language.name) + 1) % len(LANGUAGES)]


use_language(os.environ.get("AIRSEAL_LANG", DEFAULT_LANGUAGE))


@dataclass(frozen=True, slots=True)
class Phrase:
    """A sentence of ours: a message id and its parameters.

    ``str()`` writes it in the language of the moment. A parameter that is itself a phrase
    is written as one; any other string is outside text and is made harmless.
    """

    msgid: str
    params: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        if not self.msgid:
            return ""  # gettext answers an empty id with the catalogue's header
        return _Language.catalogue.gettext(self.msgid).format_map(_Spoken(self.params))


@dataclass(frozen=True, slots=True)
class Plural(Phrase):
    """A phrase with a number in it, ``{n}``, that some languages write in two ways."""

    msgid_plural: str = ""
    n: int = 0

    def __str__(self) -> str:
        template = _Language.catalogue.ngettext(self.msgid, self.msgid_plural, self.n)
        return template.format_map(_Spoken({**self.params, "n": self.n}))


@dataclass(frozen=True, slots=True)
class Joined(Phrase):
    """Several phrases or outside texts in one line, parted by ``msgid``."""

    parts: tuple[Phrase | str, ...] = ()

    def __str__(self) -> str:
        return str(Phrase(self.msgid)).join(shown(part) for part in self.parts)

    def __bool__(self) -> bool:
        return bool(self.parts)


Shown = Phrase | str
"""What a widget may be given: a phrase of ours, or outside text."""


def phrase(msgid: str, **params: object) -> Phrase:
    """The sentence ``msgid`` with ``params``, to be written when it is shown."""
    return Phrase(msgid, params)


def plural(msgid: str, msgid_plural: str, n: int, **params: object) -> Phrase:
    """The sentence for ``n`` of something."""
    return Plural(msgid, params, msgid_plural, n)


class Counted(str):
    """The message id of a sentence whose words depend on its parameter ``by``; see `counted`."""

    __slots__ = ("by", "one")
    one: str
    by: str


def counted(one: str, many: str, by: str) -> Counted:
    """Marks the sentence of a table that is ``one`` where its parameter ``by`` is 1, else ``many``.

    Like :func:`mark` for the catalogues; :func:`said` turns it into a phrase.
    """
    made = Counted(many)
    made.one, made.by = one, by
    return made


def said(msgid: str, params: Mapping[str, object]) -> Phrase:
    """The sentence of a table with its parameters."""
    number = params.get(msgid.by) if isinstance(msgid, Counted) else None
    if isinstance(msgid, Counted) and isinstance(number, int):
        return Plural(msgid.one, params, str(msgid), number)
    return Phrase(msgid, params)


def mark(msgid: str) -> str:
    """``msgid`` itself; marks it for the catalogues where it stands in a table."""
    return msgid


def tr(msgid: str, **params: object) -> str:
    """The sentence ``msgid`` in the language of the moment; outside text is made harmless."""
    return str(Phrase(msgid, params))


def ntr(msgid: str, msgid_plural: str, n: int, **params: object) -> str:
    """The sentence for ``n`` of something, in the language of the moment."""
    return str(Plural(msgid, params, msgid_plural, n))


def shown(value: Shown, limit: int = SAFE_LIMIT) -> str:
    """``value`` as it may be painted: a phrase written out, outside text made harmless."""
    return str(value) if isinstance(value, Phrase) else safe_text(value, limit)


class _Spoken(dict[str, object]):
    """Parameters ready to be written: strings made harmless, a missing one as ``?``."""

    def __init__(self, params: Mapping[str, object]) -> None:
        super().__init__({k: safe_text(v) if isinstance(v, str) else v for k, v in params.items()})

    def __missing__(self, key: str) -> str:
        return "?"


def safe_text(value: str, limit: int = SAFE_LIMIT) -> str:
    """Outside text made harmless on one line: what hides is made visible.

    Control characters become their pictures, and bidi controls, zero-width, private,
    unassigned and other inkless characters their number in ‹ ›; stacked combining marks
    are cut; spaces are plain spaces. At most ``limit`` characters of ``value`` are shown,
    then ``...``. The result is text, never markup: paint it as such.
    """
    if len(value) > limit:
        return safe_text(value[:limit], limit) + "..."
    pieces = []
    marks = 0
    for character in value:
        harmless, combining = _harmless(character)
        marks = marks + 1 if combining else 0
        pieces.append(harmless if marks <= _MARKS_IN_A_ROW else _numbered(character))
    return "".join(pieces)


@lru_cache(maxsize=1 << 14)
def _harmless(character: str) -> tuple[str, bool]:
    """What is painted for it, and whether it combines with what stands before it."""
    category = unicodedata.category(character)
    code = ord(character)
    if code < 0x20:
        return chr(0x2400 + code), False
    if code == 0x7F:
        return "\u2421", False
    if category in _HIDDEN or character in _INKLESS:
        return _numbered(character), category in _COMBINING
    if 0xFE00 <= code <= 0xFE0F or 0xE0100 <= code <= 0xE01EF:  # variation selectors
        return _numbered(character), category in _COMBINING
    if category == "Zs" and character != "\u3000":
        return " ", False
    return character, category in _COMBINING


def _numbered(character: str) -> str:
    return f"\u2039{ord(character):04X}\u203a"


def moment(at: datetime) -> Phrase:
    """A local time to the minute: 2026年11月22日 14:05."""
    return phrase(
        "{year}-{month:02}-{day:02} {hour:02}:{minute:02}",
        year=at.year,
        month=at.month,
        day=at.day,
        hour=at.hour,
        minute=at.minute,
    )


def day(on: date) -> Phrase:
    """A day: 2026年11月22日."""
    return phrase("{year}-{month:02}-{day:02}", year=on.year, month=on.month, day=on.day)


def when(written: str) -> Shown:
    """A date or an RFC 3339 time as the formats write it, in words and in local time.

    What is neither is outside text, and is handed back as such.
    """
    try:
        if len(written) == len("2026-11-22"):
            return day(date.fromisoformat(written))
        return moment(datetime.fromisoformat(written).astimezone())
    except (ValueError, OverflowError):
        return written


def millimetres(um: int) -> Phrase:
    """A length given in µm, in millimetres with one decimal."""
    tenths = (abs(um) + 50) // 100
    sign = "-" if um < 0 and tenths else ""
    return phrase("{length} mm", length=f"{sign}{tenths // 10}.{tenths % 10}")


def file_size(size: int) -> str:
    """A size in bytes as people write it: ``812 B``, ``1.9 KB``, ``24.0 MB``."""
    if size < 1024:
        return f"{size} B"
    scaled = float(size)
    for unit in ("KB", "MB", "GB"):
        scaled /= 1024
        if scaled < 1024 or unit == "GB":
            break
    return f"{scaled:.1f} {unit}"


def digest_words(digest: Digest, groups: int = 16) -> str:
    """A digest in groups of four, to be compared aloud; fewer ``groups`` show its start."""
    digits = to_hex(digest)
    words = [digits[start : start + 4] for start in range(0, len(digits), 4)]
    tail = " ..." if groups < len(words) else ""
    return "sha256: " + " ".join(words[:groups]) + tail


_LEVEL_NAMES: Final = {
    Level.PUBLIC: mark("Public"),
    Level.INTERNAL: mark("Internal"),
    Level.CONFIDENTIAL: mark("Confidential (秘密)"),
    Level.SECRET: mark("Secret (机密)"),
    Level.TOP_SECRET: mark("Top secret (绝密)"),
}

_LEVEL_MARKS: Final = {
    Level.PUBLIC: "公开",
    Level.INTERNAL: "内部",
    Level.CONFIDENTIAL: "秘密",
    Level.SECRET: "机密",
    Level.TOP_SECRET: "绝密",
}


def level_name(level: Level) -> Phrase:
    """The name of a level of secrecy (密级); English keeps the Chinese term beside its own."""
    return Phrase(_LEVEL_NAMES[level])


def marking(level: Level, years: int | None = None) -> str:
    """The 密级★保密期限 marking (X-16): ``机密★10年``; without ``years``, ``绝密★长期``.

    It is the regulation's own sign, so it is the same in every language. 公开 and 内部 are
    no state secrets and carry no term. The star is of ambiguous width, as the half blocks
    and lines of every screen are: the terminal must draw them one cell wide.
    """
    if not level.is_state_secret:
        return _LEVEL_MARKS[level]
    return f"{_LEVEL_MARKS[level]}\u2605" + ("长期" if years is None else f"{years}年")


_POST_NAMES: Final = {
    Post.DRAFTER: mark("Drafter"),
    Post.OFFICER: mark("Approving officer"),
    Post.CLERK: mark("Clerk"),
    Post.CUSTODIAN: mark("Seal custodian"),
    Post.PRINTER: mark("Printing clerk"),
    Post.CHECKER: mark("Checker"),
    Post.AUTHORITY: mark("Seal department"),
    Post.SYSTEM_ADMIN: mark("System administrator"),
    Post.SECURITY_ADMIN: mark("Security administrator"),
    Post.AUDITOR: mark("Security auditor"),
    Post.ROOT: mark("Offline root"),
}


def one_after_another(parts: Iterable[Shown]) -> Phrase:
    """Several things said in one line."""
    return Joined(mark("; "), parts=tuple(parts))


def enumerated(names: Iterable[Shown]) -> Phrase:
    """Names one after the other, parted as the language parts them."""
    return Joined(mark(", "), parts=tuple(names))


def labelled(label: Shown, value: Shown) -> Phrase:
    """A value behind what it is."""
    return phrase("{label}: {value}", label=label, value=value)


def with_id(name: Shown, id: str) -> Phrase:
    """The name of a person or thing with what it is known by in the records."""
    return phrase("{name} ({id})", name=name, id=id)


def post_name(post: Post) -> Phrase:
    """The name of a post (岗位)."""
    return Phrase(_POST_NAMES[post])


_ROLE_NAMES: Final = {
    Role.OFFICER: mark("any approving officer"),
    Role.SECTION_CHIEF: mark("section chief"),
    Role.DEPARTMENT_HEAD: mark("head of department"),
    Role.FINANCE: mark("finance department"),
    Role.LEGAL: mark("legal department"),
    Role.OFFICE_DIRECTOR: mark("director of the office"),
    Role.WORKGROUP_DIRECTOR: mark("director of the station working group"),
    Role.FINANCE_DIRECTOR: mark("finance director"),
    Role.DIVISION_LEADER: mark("leader in charge"),
    Role.UNIT_LEADER: mark("leader of the unit"),
    Role.SEAL_DEPARTMENT: mark("review by the seal department"),
}


def role_name(role: Role) -> Phrase:
    """The name of a role (职务) in the authority matrix."""
    return Phrase(_ROLE_NAMES[role])


_SPECIAL_NAMES: Final = {
    Special.OFFSITE: mark("use away from the office"),
    Special.LOAN: mark("lending the seal"),
    Special.TRANSFER: mark("passing the seal on"),
}


def special_name(special: Special) -> Phrase:
    """The name of a special matter (特殊事项)."""
    return Phrase(_SPECIAL_NAMES[special])
