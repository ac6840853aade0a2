"""Who holds which post at a station, and that each has taken it on (AC-14, PE-02, RE-14, SU-10)."""

from dataclasses import dataclass

from airseal.model.moment import parse_day
from airseal.model.people import Post, is_person
from airseal.model.request import MAX_TEXT


@dataclass(frozen=True, slots=True)
class Responsibility:
    """岗位责任书: its author takes on the post they sign with, and has read the rules.

    ``scope`` is what the post is about here; ``rules`` the number of the policy pack that was read
    (SU-08), ``title`` its title.
    """

    scope: str
    rules: int
    title: str

    def __post_init__(self) -> None:
        if not self.scope.strip() or len(self.scope) > MAX_TEXT or self.rules < 1:
            raise ValueError("a responsibility without scope or rules")


@dataclass(frozen=True, slots=True)
class StaffRow:
    """One person at a station: the post, the mobile number (PE-02), and since which day."""

    person: str
    name: str
    mobile: str
    post: Post
    since: str

    def __post_init__(self) -> None:
        if not (is_person(self.person) and self.name.strip() and self.mobile.strip()):
            raise ValueError("a row without person, name or mobile number")
        parse_day(self.since)


@dataclass(frozen=True, slots=True)
class StaffList:
    """人员备案: everybody at a station, as filed with the seal department after a change.

    ``vacant`` are the posts that the unit's roster gives to nobody (AC-14).
    """

    people: tuple[StaffRow, ...]
    vacant: tuple[Post, ...]
    reason: str

    def __post_init__(self) -> None:
        names = [row.person for row in self.people]
        if not names or names != sorted(set(names)):
            raise ValueError("people must be sorted and distinct")
        if not self.reason.strip() or len(self.reason) > MAX_TEXT:
            raise ValueError("a reason is missing")


StaffBody = Responsibility | StaffList


@dataclass(frozen=True, slots=True)
class PostEntry:
    """A line of the register of posts (AC-14). ``person`` is None where the post is vacant.

    ``signed`` is the day of the responsibility statement, ``rules`` the policy pack it is about;
    ``current`` says that it is about this post and the pack in force.
    """

    post: Post
    person: str | None
    name: str = ""
    mobile: str = ""
    since: str = ""
    scope: str = ""
    signed: str | None = None
    rules: int = 0
    current: bool = False
