"""The request templates of a station, for those who request."""

from collections.abc import Mapping
from dataclasses import dataclass

from airseal.duties import templating
from airseal.duties.templating import Template
from airseal.model.rights import Right
from airseal.station.guard import Guard

__all__ = ["Template", "Templates"]


@dataclass(frozen=True, slots=True)
class Templates:
    """See the module; the duties say what each method raises."""

    _guard: Guard

    def held(self) -> tuple[Template, ...]:
        """All of them, by name."""
        with self._guard.acting(Right.REQUEST) as ports:
            return templating.templates(ports)

    def keep(self, name: str, values: Mapping[str, str]) -> Template:
        """Keep one, or replace the one of that name."""
        with self._guard.acting(Right.REQUEST) as ports:
            return templating.keep_template(ports, name, values)

    def drop(self, name: str) -> None:
        """Forget one."""
        with self._guard.acting(Right.REQUEST) as ports:
            templating.drop_template(ports, name)
