"""The one error of this package: a stable code with its parameters, never a sentence."""

import errno
from collections.abc import Mapping


class TransferError(Exception):
    """Something was refused or failed, for a reason a person can act on.

    ``code`` is upper-case ASCII and never changes its meaning once released. ``params``
    hold what the sentence needs: short texts or integers, never a path of this machine.
    Texts may come from a hostile file; whoever shows them makes them harmless.
    """

    def __init__(self, code: str, **params: str | int) -> None:
        super().__init__(code)
        self.code = code
        self.params: Mapping[str, str | int] = params

    def __repr__(self) -> str:
        return f"TransferError({self.code!r}, {dict(self.params)!r})"


def medium_error(error: OSError) -> TransferError:
    """The code for what the operating system said while a medium was read or written."""
    match error.errno:
        case errno.ENOSPC | errno.EDQUOT:
            return TransferError("MEDIUM_FULL")
        case errno.EFBIG:
            return TransferError("MEDIUM_FILE_TOO_LARGE")
        case errno.EROFS:
            return TransferError("MEDIUM_READ_ONLY")
        case errno.EACCES | errno.EPERM:
            return TransferError("MEDIUM_DENIED")
        case errno.ENOENT | errno.ENOTDIR | errno.ENODEV | errno.ENXIO | errno.ESTALE:
            return TransferError("MEDIUM_GONE")
        case None:
            return TransferError("MEDIUM_FAILED", error="EIO")
        case number:
            return TransferError("MEDIUM_FAILED", error=errno.errorcode.get(number, str(number)))
