"""A step of the unit's flow of its physical seal, as the policy pack names it (AP-01)."""

from dataclasses import dataclass

from airseal.model.machine import Act
from airseal.model.people import Post, Role


@dataclass(frozen=True, slots=True)
class FlowStep:
    """One step: ``id`` is its name, ``act`` what does it here.

    ``post`` narrows a check to the drafter's or the clerk's, ``roles`` an approval to those
    given with one of them; without, any counts.
    """

    id: str
    act: Act
    post: Post | None = None
    roles: tuple[Role, ...] = ()

    def __post_init__(self) -> None:
        if not self.id.strip():
            raise ValueError("a step without a name")
