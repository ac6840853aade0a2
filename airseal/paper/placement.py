"""Where a seal goes: pure geometry of pages, seals and the rules about them.

Two systems of coordinates meet here. People (and statements) measure in µm from the top
left corner of the page *as seen*, to the centre of the seal. PDF measures in points
(1/72 inch, y upwards) in a user space that may have any origin, be cropped, and be turned
by ``/Rotate``. One point is 25 400/72 µm; µm are whole numbers, rounded half to even;
points carry four decimals (35 nm), so that a true size stays true.

Rules: SE-02 (upright, true size, inside the page, no overlap), SE-05 and C-18 (moved only
inside the approved tolerance), GB/T 9704-2012 §7.3.5.1 (where the 落款 seal goes).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated, Final

from msgspec import Meta

from airseal.model.problem import Problem

UM_PER_INCH: Final = 25_400
POINTS_PER_INCH: Final = 72

MIN_PAGE_UM: Final = 10_000
MAX_PAGE_UM: Final = 5_080_000
"""ISO 32000-1 Annex C: no page side beyond 14 400 points."""

RIGHT_MARGIN_UM: Final = 26_000
BOTTOM_MARGIN_UM: Final = 35_000
"""GB/T 9704-2012 §5.2: the type area of an A4 page ends here."""

Um = Annotated[int, Meta(ge=-10_000_000, le=10_000_000)]
PageNumber = Annotated[int, Meta(ge=1, le=100_000)]


def to_um(points: float) -> int:
    """Points as whole µm."""
    return round(points * UM_PER_INCH / POINTS_PER_INCH)


def to_points(um: int) -> float:
    """µm as points, to four decimals."""
    return round(um * POINTS_PER_INCH / UM_PER_INCH, 4)


def mm(um: int) -> str:
    """µm written as millimetres with two decimals, for the parameters of a ``Problem``."""
    return f"{um / 1000:.2f}"


@dataclass(frozen=True, slots=True)
class PageSize:
    """A page as seen: turned and cropped as a reader sees it, in µm."""

    width_um: Um
    height_um: Um


@dataclass(frozen=True, slots=True)
class Place:
    """A seal on a page: its centre from the top left of the page as seen, and its size, in µm.

    Pages count from 1.
    """

    page: PageNumber
    x_um: Um
    y_um: Um
    width_um: Um
    height_um: Um

    @property
    def box(self) -> tuple[int, int, int, int]:
        """Left, top, right, bottom in µm as seen."""
        left = self.x_um - self.width_um // 2
        top = self.y_um - self.height_um // 2
        return left, top, left + self.width_um, top + self.height_um


@dataclass(frozen=True, slots=True)
class PageFrame:
    """The visible part of a page in user space (points), and its ``/Rotate`` (0, 90, 180, 270)."""

    left: float
    bottom: float
    right: float
    top: float
    rotation: int

    @property
    def size(self) -> PageSize:
        """Width and height as seen."""
        width, height = to_um(self.right - self.left), to_um(self.top - self.bottom)
        return PageSize(height, width) if self.rotation % 180 else PageSize(width, height)

    def seen(self, x: float, y: float) -> tuple[int, int]:
        """A point of user space as µm from the top left of the page as seen."""
        match self.rotation:
            case 90:
                across, down = y - self.bottom, x - self.left
            case 180:
                across, down = self.right - x, y - self.bottom
            case 270:
                across, down = self.top - y, self.right - x
            case _:
                across, down = x - self.left, self.top - y
        return to_um(across), to_um(down)

    def user_point(self, x_um: int, y_um: int) -> tuple[float, float]:
        """The point of user space that is seen at these µm; undoes :meth:`seen`."""
        across, down = to_points(x_um), to_points(y_um)
        match self.rotation:
            case 90:
                return self.left + down, self.bottom + across
            case 180:
                return self.right - across, self.bottom + down
            case 270:
                return self.right - down, self.top - across
            case _:
                return self.left + across, self.top - down

    def user_box(self, place: Place) -> tuple[float, float, float, float]:
        """``/Rect`` of a seal: lower left and upper right corner in user space."""
        x, y = self.user_point(place.x_um, place.y_um)
        width, height = to_points(place.width_um), to_points(place.height_um)
        if self.rotation % 180:
            width, height = height, width
        left, bottom = x - width / 2, y - height / 2
        return (
            round(left, 4),
            round(bottom, 4),
            round(left + width, 4),
            round(bottom + height, 4),
        )

    def seen_box(self, box: tuple[float, float, float, float], page: int) -> Place:
        """A rectangle of user space as a place on ``page``; undoes :meth:`user_box`."""
        x1, y1 = self.seen(box[0], box[1])
        x2, y2 = self.seen(box[2], box[3])
        return Place(page, (x1 + x2) // 2, (y1 + y2) // 2, abs(x2 - x1), abs(y2 - y1))


def check_place(
    size: PageSize, x_um: int, y_um: int, width_um: int, height_um: int
) -> Problem | None:
    """``PLACE_OUTSIDE_PAGE`` (mm beyond the edge) when any part of the seal leaves the page."""
    left, top, right, bottom = Place(1, x_um, y_um, width_um, height_um).box
    beyond = max(-left, -top, right - size.width_um, bottom - size.height_um)
    return Problem("PLACE_OUTSIDE_PAGE", mm=mm(beyond)) if beyond > 0 else None


def check_move(dx_um: int, dy_um: int, tolerance_um: int) -> Problem | None:
    """``PLACE_OUTSIDE_TOLERANCE`` (dx, dy, limit in mm) when a seal was moved too far.

    The tolerance is a distance: a seal may move inside a circle round its approved place.
    """
    if dx_um * dx_um + dy_um * dy_um <= tolerance_um * tolerance_um:
        return None
    return Problem("PLACE_OUTSIDE_TOLERANCE", dx=mm(dx_um), dy=mm(dy_um), limit=mm(tolerance_um))


def check_true_size(place: Place, width_um: int, height_um: int) -> Problem | None:
    """``PLACE_SIZE`` (mm) when a seal would be scaled (C-18: true size only)."""
    if (place.width_um, place.height_um) == (width_um, height_um):
        return None
    return Problem(
        "PLACE_SIZE",
        width=mm(place.width_um),
        height=mm(place.height_um),
        true_width=mm(width_um),
        true_height=mm(height_um),
    )


def check_apart(place: Place, others: Iterable[Place]) -> Problem | None:
    """``PLACE_OVERLAP`` (page) when a seal would touch another (SE-02, X-11)."""
    left, top, right, bottom = place.box
    for other in others:
        their_left, their_top, their_right, their_bottom = other.box
        if (
            other.page == place.page
            and left <= their_right
            and their_left <= right
            and top <= their_bottom
            and their_top <= bottom
        ):
            return Problem("PLACE_OVERLAP", page=place.page)
    return None


def over_signature_block(
    page: int, size: PageSize, block: tuple[int, int, int, int], width_um: int, height_um: int
) -> Place:
    """The seal's place over unit name and date (``block``: left, top, right, bottom in µm).

    GB/T 9704-2012 §7.3.5.1: upright, centred, pressing both, which come to lie a little
    below the seal's centre; a tenth of its height is taken for that. Kept inside the page.
    """
    left, top, right, bottom = block
    x, y = (left + right) // 2, (top + bottom) // 2 - height_um // 10
    return _inside(page, size, x, y, width_um, height_um)


def lower_right(page: int, size: PageSize, width_um: int, height_um: int) -> Place:
    """Where a 落款 usually is, for a document in which none was found."""
    x = size.width_um - RIGHT_MARGIN_UM - width_um // 2
    y = size.height_um - BOTTOM_MARGIN_UM - height_um // 2
    return _inside(page, size, x, y, width_um, height_um)


def _inside(page: int, size: PageSize, x: int, y: int, width_um: int, height_um: int) -> Place:
    half_width, half_height = -(-width_um // 2), -(-height_um // 2)
    x = max(half_width, min(x, size.width_um - half_width))
    y = max(half_height, min(y, size.height_um - half_height))
    return Place(page, x, y, width_um, height_um)
