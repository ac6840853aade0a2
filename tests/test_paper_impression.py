"""The drawn seal: true size, deterministic, shaped like one (LC-06, X-12)."""

import subprocess
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from paper_kit import red_box

from airseal.model.problem import Problem
from airseal.paper.impression import draw_round_seal
from airseal.paper.jail import Jail
from airseal.paper.papers import Papers, Picture
from airseal.paper.style import Emblem, UnitClass, check_style


@pytest.fixture(scope="module")
def papers() -> Iterator[Papers]:
    jail = Jail(formal=True)
    yield Papers(jail)
    jail.close()


def ink(picture: Picture) -> list[list[bool]]:
    row = picture.width * 3
    return [
        [picture.rgb[y * row + x + 1] < 128 for x in range(0, row, 3)]
        for y in range(picture.height)
    ]


def test_the_same_name_gives_the_same_bytes() -> None:
    one = draw_round_seal("示范市档案局", 42_000, lower="（1）", overprint="演示")
    assert one == draw_round_seal("示范市档案局", 42_000, lower="（1）", overprint="演示")
    assert one != draw_round_seal("示范市档案局", 42_000)


@pytest.mark.parametrize("diameter", [42_000, 45_000])
def test_it_is_as_large_as_said(papers: Papers, diameter: int) -> None:
    seal = draw_round_seal("示范市档案局", diameter)
    size = papers.preflight(BytesIO(seal)).page_sizes[0]
    assert abs(size.width_um - diameter) <= 1 and abs(size.height_um - diameter) <= 1
    left, top, right, bottom = red_box(papers, seal)
    assert max(left, top, diameter - right, diameter - bottom) <= 500


def test_ring_star_and_an_arc_open_at_the_bottom(papers: Papers) -> None:
    picture = papers.render(BytesIO(draw_round_seal("示范市档案局", 42_000)), 1, 420)
    dots = ink(picture)
    assert dots[4][210] and dots[415][210] and dots[210][4] and dots[210][415]
    assert dots[210][210]
    assert dots[145][210] and not dots[290][210]
    above = sum(sum(row[60:360]) for row in dots[20:130])
    below = sum(sum(row[140:280]) for row in dots[300:385])
    assert above > 1000 and below == 0
    assert not any(dots[5][:100])


def test_names_of_every_length_keep_clear_of_the_ring_and_star(papers: Papers) -> None:
    for length in (4, 8, 16, 24):
        dots = ink(papers.render(BytesIO(draw_round_seal("国" * length, 42_000)), 1, 420))
        for y in range(420):
            for x in range(420):
                distance = ((x - 209.5) ** 2 + (y - 209.5) ** 2) ** 0.5
                if 196 < distance < 197 or 80 < distance < 100:
                    assert not dots[y][x], (length, x, y)


def test_overprint_and_lower_text_are_seen(papers: Papers) -> None:
    def lower_ink(**kwargs: str) -> int:
        seal = draw_round_seal("示范市档案局", 42_000, **kwargs)
        return sum(sum(row[60:360]) for row in ink(papers.render(BytesIO(seal), 1, 420))[260:340])

    plain = lower_ink()
    assert lower_ink(lower="合同专用章") > plain + 500
    assert lower_ink(overprint="演示") > plain + 1500


def test_no_font_travels_along(tmp_path: Path) -> None:
    path = tmp_path / "seal.pdf"
    path.write_bytes(draw_round_seal("示范市档案局", 42_000))
    done = subprocess.run(["pdffonts", path], capture_output=True, text=True)
    assert done.returncode == 0 and len(done.stdout.splitlines()) == 2


@pytest.mark.parametrize(
    ("text", "diameter", "code"),
    [
        ("三字章", 42_000, "SEAL_TEXT_LENGTH"),
        ("长" * 25, 42_000, "SEAL_TEXT_LENGTH"),
        ("示范市档\u0007局", 42_000, "SEAL_TEXT_CHARACTER"),
        ("示范市档案局", 61_000, "SEAL_DIAMETER_RANGE"),
    ],
)
def test_what_cannot_be_drawn_is_refused(text: str, diameter: int, code: str) -> None:
    with pytest.raises(Problem) as caught:
        draw_round_seal(text, diameter)
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("unit", "diameter", "emblem", "code"),
    [
        (UnitClass.TOWNSHIP, 42_000, Emblem.STAR, None),
        (UnitClass.TOWNSHIP, 45_000, Emblem.STAR, "SEAL_DIAMETER"),
        (UnitClass.ENTERPRISE, 40_000, Emblem.STAR, None),
        (UnitClass.ENTERPRISE, 45_001, Emblem.STAR, "SEAL_DIAMETER"),
        (UnitClass.STATE_COUNCIL, 60_000, Emblem.STATE_EMBLEM, None),
        (UnitClass.STATE_COUNCIL, 60_000, Emblem.STAR, "SEAL_EMBLEM"),
    ],
)
def test_the_style_table(unit: UnitClass, diameter: int, emblem: Emblem, code: str | None) -> None:
    problem = check_style(unit, diameter, emblem)
    assert (problem.code if problem else None) == code
