"""One open station (工作站): what screens and the command line talk to, and nothing below it."""

from airseal.station.acts import Result
from airseal.station.opened import LocalClock, Station

__all__ = ["LocalClock", "Result", "Station"]
