"""Outside text through every widget: nothing hides, nothing steers, nothing breaks."""

import pytest
from screens_kit import HOSTILE, SMALL, application, harm, painted

from airseal.errors import explain
from airseal.model.level import Level
from airseal.model.people import Post
from airseal.model.problem import Problem
from airseal.model.verdict import Check, FiveItems, Step, Verdict, Word
from airseal.screens.shell import Situation
from airseal.screens.widgets.choice_field import Choice, ChoiceField
from airseal.screens.widgets.entry_fields import TextField
from airseal.screens.widgets.fact_table import Fact, FactTable
from airseal.screens.widgets.message_line import MessageLine
from airseal.screens.widgets.paint import Say
from airseal.screens.widgets.record_list import RecordList
from airseal.screens.widgets.records import Column, Listed, Record
from airseal.screens.widgets.text_pane import TextPane
from airseal.screens.widgets.verdict_view import VerdictView
from airseal.text import phrase


def _list(text):
    columns = [Column(phrase("Name")), Column(phrase("Post"), 20)]
    return RecordList(columns, Listed((Record("k", (text, text)),)), phrase("empty"))


WIDGETS = {
    "say": Say,
    "facts": lambda text: FactTable([Fact(phrase("Name"), text), Fact(phrase("Post"), text, True)]),
    "list": _list,
    "text": lambda text: TextPane(),
    "field": lambda text: TextField("a", phrase("Name"), text),
    "choice": lambda text: ChoiceField("b", phrase("Name"), [Choice("x", text)]),
    "verdict": lambda text: VerdictView(),
}


def _verdict(text):
    reason = Problem("BUNDLE_MEMBER_ALTERED", name=text)
    checks = (
        Check("PDF", Step.FORMAT, Word.FAIL, reason),
        Check(text[:20], Step.FORMAT, Word.PASS),
    )
    return Verdict(text, True, (FiveItems(text, text, text, text, text),), checks)


@pytest.mark.parametrize("name", WIDGETS)
async def test_every_widget_shows_hostile_text_harmlessly(name):
    app = application()
    async with app.run_test(size=SMALL) as pilot:
        body = app.screen.query_one("#body")
        for text in HOSTILE:
            app.situation = Situation(text, Level.SECRET, True, text, Post.CHECKER)
            await body.remove_children()
            widget = WIDGETS[name](text)
            await body.mount(widget)
            match widget:
                case TextPane():
                    widget.show(text)
                case VerdictView():
                    widget.show(_verdict(text))
            app.screen.query_one(MessageLine).explain(
                explain(Problem("BUNDLE_MEMBER_ALTERED", name=text))
            )
            await pilot.pause()
            assert app.errors == []
            assert list(harm(app)) == []


async def test_markup_is_shown_as_it_is():
    app = application(FactTable([Fact(phrase("Name"), "[@click=app.quit]x[/x].pdf")]))
    async with app.run_test(size=SMALL):
        assert any("[@click=app.quit]x[/x].pdf" in line for line in painted(app))
