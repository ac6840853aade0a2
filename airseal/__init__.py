"""airseal: offline electronic seal workstation (电子印章).

``from airseal import verify`` judges a sealed document; everything behind it is imported only
when it is asked for.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from airseal.library import verify, verify_all

__all__ = ["verify", "verify_all"]


def __getattr__(name: str) -> Any:
    if name in __all__:
        from airseal import library

        return getattr(library, name)
    raise AttributeError(name)
