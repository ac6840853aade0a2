"""Geometry: two systems of coordinates, one place; and the rules about places."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airseal.model.problem import Problem
from airseal.paper.placement import (
    PageFrame,
    PageSize,
    Place,
    check_apart,
    check_move,
    check_place,
    check_true_size,
    lower_right,
    over_signature_block,
    to_points,
    to_um,
)

A4 = PageSize(210_000, 297_000)
um = st.integers(0, 5_000_000)
frames = st.builds(
    lambda left, bottom, width, height, rotation: PageFrame(
        left, bottom, left + width, bottom + height, rotation
    ),
    st.integers(-1000, 1000),
    st.integers(-1000, 1000),
    st.integers(100, 14_000),
    st.integers(100, 14_000),
    st.sampled_from([0, 90, 180, 270]),
)


def told(problem: Problem | None) -> tuple[str, dict[str, str | int]]:
    assert problem is not None
    return problem.code, dict(problem.params)


@given(um)
def test_micrometres_survive_points(value: int) -> None:
    assert to_um(to_points(value)) == value


def test_an_inch_is_72_points() -> None:
    assert to_um(72) == 25_400
    assert to_points(42_000) == 119.0551


@given(frames, um, um, st.integers(10_000, 60_000))
def test_a_place_survives_the_page_and_keeps_its_size(
    frame: PageFrame, x: int, y: int, side: int
) -> None:
    place = Place(1, x, y, side, side // 2)
    box = frame.user_box(place)
    back = frame.seen_box(box, 1)
    for was, now in (
        (place.x_um, back.x_um),
        (place.y_um, back.y_um),
        (place.width_um, back.width_um),
        (place.height_um, back.height_um),
    ):
        assert abs(was - now) <= 1
    width, height = box[2] - box[0], box[3] - box[1]
    assert (width > height) == (frame.rotation % 180 == 0)


@pytest.mark.parametrize(
    ("rotation", "corner"),
    # The user-space corner that is seen at the top left.
    [(0, (10, 820)), (90, (10, 20)), (180, (610, 20)), (270, (610, 820))],
)
def test_the_top_left_as_seen(rotation: int, corner: tuple[int, int]) -> None:
    frame = PageFrame(10, 20, 610, 820, rotation)
    assert frame.seen(*corner) == (0, 0)
    size = frame.size
    assert (size.width_um < size.height_um) == (rotation % 180 == 0)


def test_a_seal_stays_on_the_page() -> None:
    assert check_place(A4, 21_000, 21_000, 42_000, 42_000) is None
    assert check_place(A4, 189_000, 276_000, 42_000, 42_000) is None
    assert told(check_place(A4, 20_999, 100_000, 42_000, 42_000)) == (
        "PLACE_OUTSIDE_PAGE",
        {"mm": "0.00"},
    )
    assert told(check_place(A4, 100_000, 290_000, 42_000, 42_000)) == (
        "PLACE_OUTSIDE_PAGE",
        {"mm": "14.00"},
    )


def test_a_seal_moves_inside_a_circle() -> None:
    assert check_move(3_000, 4_000, 5_000) is None
    assert told(check_move(3_001, -4_000, 5_000)) == (
        "PLACE_OUTSIDE_TOLERANCE",
        {"dx": "3.00", "dy": "-4.00", "limit": "5.00"},
    )


def test_a_seal_is_never_scaled() -> None:
    place = Place(1, 50_000, 50_000, 42_000, 42_000)
    assert check_true_size(place, 42_000, 42_000) is None
    assert told(check_true_size(place, 45_000, 45_000))[0] == "PLACE_SIZE"


def test_seals_do_not_touch() -> None:
    place = Place(1, 50_000, 50_000, 42_000, 42_000)
    beside = Place(1, 92_001, 50_000, 42_000, 42_000)
    touching = Place(1, 92_000, 50_000, 42_000, 42_000)
    other_page = Place(2, 50_000, 50_000, 42_000, 42_000)
    assert check_apart(place, [beside, other_page]) is None
    assert told(check_apart(place, [beside, touching])) == ("PLACE_OVERLAP", {"page": 1})


@given(st.integers(-50_000, 300_000), st.integers(-50_000, 400_000))
def test_a_proposal_is_always_on_the_page(x: int, y: int) -> None:
    place = over_signature_block(1, A4, (x, y, x + 40_000, y + 16_000), 42_000, 42_000)
    assert check_place(A4, place.x_um, place.y_um, 42_000, 42_000) is None
    corner = lower_right(1, A4, 42_000, 42_000)
    assert check_place(A4, corner.x_um, corner.y_um, 42_000, 42_000) is None


def test_name_and_date_lie_below_the_middle_of_the_seal() -> None:
    block = (120_000, 200_000, 160_000, 216_000)
    place = over_signature_block(1, A4, block, 42_000, 42_000)
    left, top, right, bottom = place.box
    assert place.x_um == 140_000
    assert left < block[0] and right > block[2] and top < block[1] and bottom > block[3]
    assert place.y_um < (block[1] + block[3]) // 2
