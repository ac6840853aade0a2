"""How the program starts: at a station, or at a demonstration, and which login stands before it.

What is heavy (the station, its duties, the store) is imported only behind the login, so that the
first screen is there at once.
"""

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from airseal.app import AirsealApp, Idle
from airseal.model.people import Post
from airseal.model.problem import Problem
from airseal.model.secret import Secret
from airseal.screens.login import LoginScreen, OtherWays
from airseal.screens.practising import practice_at
from airseal.screens.shell import Situation
from airseal.text import tr

if TYPE_CHECKING:
    from airseal.duties.recovering import Lost
    from airseal.screens.session import Session
    from airseal.screens.work import Work

_MOUNTS: Final = (Path("/media"), Path("/run/media"))
"""Where desktops mount removable media, as ``<person>/<medium>``."""


def run(app: AirsealApp) -> int:
    """Run ``app`` at the terminal, without a mouse; the exit status to end with."""
    try:
        app.run(mouse=False)
    finally:
        app.close_session()
    return app.return_code or 0


def run_station(home: Path) -> int:
    """The program at the station in ``home``: login, then the page of the person's post."""
    return run(station_app(home))


def station_app(home: Path) -> AirsealApp:
    """What :func:`run_station` runs."""
    app = AirsealApp(lambda: _login(app, home, _medium()))
    return app


def run_demo(directory: Path, post: str) -> int:
    """The program at a demonstration, which is built first if it is not there yet.

    Raises the ``Problem`` codes of building, ``DEMO_MISSING`` for a damaged demonstration,
    and ``POST_UNKNOWN``.
    """
    if post not in set(Post):
        raise Problem("POST_UNKNOWN", name=post)
    from airseal.founding import demo_home

    if not demo_home.is_built(directory):
        from airseal import collecting
        from airseal.founding.demo import build

        collecting.begin()
        sys.stderr.write(tr("Building the demonstration unit; this takes a moment.") + "\n")
        build(directory)
    return run(demo_app(directory, Post(post)))


def demo_app(directory: Path, post: Post) -> AirsealApp:
    """The program at a demonstration that was built; raises ``Problem("DEMO_MISSING")``.

    It starts with the page of people, passwords and PINs, ``post`` under the cursor; each
    person opens the station of their own post, and locking it leads back to that page.
    """
    from airseal.founding import demo_home
    from airseal.screens.start import StartScreen

    demo = demo_home.opened(directory)

    def chosen(person: str) -> None:
        station = demo.stations[demo.person(person).post]
        app.push_screen(_login(app, station, demo.usb, person))

    app = AirsealApp(lambda: StartScreen(demo.people, chosen, post), situation=Situation(demo=True))
    return app


def _login(
    app: AirsealApp, home: Path, medium: Path, person: str = "", *, practice: bool = False
) -> LoginScreen["Session"]:
    """The login of the station in ``home``; what is heavy is imported only behind it."""
    driver = None if practice else _driver()

    def enter(who: str, password: Secret) -> "Session":
        from airseal.screens.session import Session
        from airseal.station import Station

        return Session(Station.open(home, who, password), medium, practice)

    def entered(session: "Session") -> None:
        from airseal.screens.home import HomeScreen

        station = session.station
        idle = Idle(station.idle_minutes * 60, station.record_lock)
        app.let_in(session.situation, HomeScreen(session), session.close, idle)

    def change(who: str, old: Secret, new: Secret) -> None:
        from airseal.founding.homes import change_password

        change_password(home, who, old, new)

    def enter_with_token(who: str, pin: Secret) -> "Session":
        from airseal.founding.homes import open_with_token
        from airseal.screens.session import Session

        return Session(open_with_token(home, who, pin, driver), medium, practice)

    def enrol(who: str, password: Secret, pin: Secret) -> None:
        from airseal.founding.homes import enrol_token

        enrol_token(home, who, password, pin, driver)

    def recover(first: tuple[str, Secret], second: tuple[str, Secret], lost: "Lost") -> Secret:
        from airseal.founding import homes

        return homes.recover(home, first, second, lost)

    def migrate(who: str, password: Secret, where: Path | None, work: "Work") -> int:
        from airseal.founding.homes import migrate_store

        return migrate_store(home, who, password, where or medium, work)["backup"]

    other = OtherWays(enter_with_token, enrol, recover, migrate)
    inside = practice_at(app, lambda *where: _login(app, *where, practice=True))
    return LoginScreen(enter, entered, change, person, other, None if practice else inside)


def _driver() -> Path | None:
    """The driver of the tokens at the login: ``AIRSEAL_PKCS11``, or the soft token."""
    named = os.environ.get("AIRSEAL_PKCS11", "")
    return Path(named) if named else None


def _medium() -> Path:
    """Where sticks are mounted: ``AIRSEAL_MEDIUM``, or the first one found."""
    named = os.environ.get("AIRSEAL_MEDIUM")
    if named:
        return Path(named)
    mounted = (place for root in _MOUNTS for place in sorted(root.glob("*/*")) if place.is_mount())
    return next(mounted, _MOUNTS[0])
