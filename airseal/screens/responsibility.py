"""Signing for the own post and the rules in force (岗位责任书, AC-14, SU-08, SU-10)."""

from textual.app import ComposeResult

from airseal.keys.tokenhost import Signer
from airseal.screens.signing import SigningScreen
from airseal.screens.widgets.entry_fields import TextField
from airseal.screens.widgets.fact_table import Fact, FactTable
from airseal.screens.widgets.form import Form
from airseal.station import Station
from airseal.text import mark, phrase, post_name


class ResponsibilityScreen(SigningScreen[bool]):
    """Hands back True once it is signed."""

    HEADING = mark("Sign for my post")
    HELP = mark(
        "You sign that you hold this post at this station, what it is about here, and that you have"
        " read the rules named above; r on the registry page shows them. Fill in the scope and"
        " press F9. Sign again when your post or the rules change."
    )
    OFFERS = ("confirm",)

    DEFAULT_CSS = """
    ResponsibilityScreen FactTable { margin: 1 0; }
    """

    def body(self) -> ComposeResult:
        """What is signed for, and the scope."""
        yield FactTable(self._facts())
        yield Form([TextField("scope", phrase("Scope of the post"))])

    def do_confirm(self) -> None:
        """Ask for the PIN and sign."""
        form = self.query_one(Form)
        if not form.check():
            return
        scope = form.field("scope", TextField).value

        def sign(station: Station, signer: Signer) -> None:
            station.own.take_on(scope, signer)

        def check(station: Station) -> list[Fact]:
            station.own.may_take_on(scope)
            return [*self._facts(), Fact(phrase("Scope of the post"), scope)]

        self.check_and_sign(
            check, phrase("Sign for my post"), sign, self._signed, busy=phrase("Signing")
        )

    def _signed(self, _: None) -> None:
        self.dismiss(True)

    def _facts(self) -> list[Fact]:
        station = self.session.station
        facts = [
            Fact(phrase("Name"), station.account.name, strong=True),
            Fact(phrase("Post"), post_name(station.account.post), strong=True),
        ]
        if station.registry is not None and station.registry.policy is not None:
            pack = station.registry.policy[1]
            words = phrase("{title}, No. {number}", title=pack.title, number=pack.number)
            facts.append(Fact(phrase("Rules read"), words, strong=True))
        return facts
