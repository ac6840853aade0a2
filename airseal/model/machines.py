"""Every state machine of REQUIREMENTS Part 2, in its order: 2.1 seal to 2.7 token."""

from typing import Any, Final

from airseal.model.allowance import ALLOWANCE_MACHINE, COPY_MACHINE
from airseal.model.custody import CUSTODY_MACHINE
from airseal.model.delivery import DELIVERY_MACHINE
from airseal.model.machine import CASES
from airseal.model.seal import SEAL_MACHINE
from airseal.model.token import TOKEN_MACHINE
from airseal.model.transition import Machine
from airseal.model.version import VERSION_MACHINE

MACHINES: Final[tuple[Machine[Any, Any, Any], ...]] = (
    SEAL_MACHINE,
    CASES,
    VERSION_MACHINE,
    ALLOWANCE_MACHINE,
    COPY_MACHINE,
    DELIVERY_MACHINE,
    CUSTODY_MACHINE,
    TOKEN_MACHINE,
)
"""Their tables are what the program asks, and ``docs/state-machines.md`` is written from them."""
