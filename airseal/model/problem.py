"""The one error every airseal layer raises: a stable code with its parameters.

A :class:`Problem` carries no prose. ``airseal.errors`` (the only place that knows
sentences) turns the code and the parameters into what happened and what to do next, in
the user's language.
"""

from collections.abc import Mapping


class Problem(Exception):
    """Something was refused or failed, for a reason a person can act on.

    ``code`` is upper-case ASCII and never changes its meaning once released.
    ``params`` hold what the sentence needs: short texts or integers. They must never hold
    a secret, a path of this machine or a stack trace; texts from outside are allowed and
    are made harmless only where they are shown (``airseal.text.safe_text``).
    """

    def __init__(self, code: str, **params: str | int) -> None:
        super().__init__(code)
        self.code = code
        self.params: Mapping[str, str | int] = params

    def __repr__(self) -> str:
        return f"Problem({self.code!r}, {dict(self.params)!r})"
