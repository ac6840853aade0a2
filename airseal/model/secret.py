"""A password or PIN on its way from the keyboard to the one place that needs it."""


class Secret:
    """Holds secret bytes, shows nothing of them, and can be wiped.

    Wiping overwrites the buffer this object owns. Copies that Python itself made on the
    way (an immutable ``str`` typed by a test, for instance) are beyond its reach.
    """

    __slots__ = ("_buffer",)

    def __init__(self, value: str | bytes | bytearray = b"") -> None:
        self._buffer = bytearray(value.encode() if isinstance(value, str) else value)

    def reveal(self) -> bytes:
        """The secret itself; call it only where it is handed to a KDF or a token."""
        return bytes(self._buffer)

    def wipe(self) -> None:
        """Overwrite the buffer with zeros and forget its length."""
        for index in range(len(self._buffer)):
            self._buffer[index] = 0
        del self._buffer[:]

    def __len__(self) -> int:
        return len(self._buffer)

    def __bool__(self) -> bool:
        return bool(self._buffer)

    def __repr__(self) -> str:
        return "Secret(…)"

    __str__ = __repr__

    def __reduce__(self) -> str:
        raise TypeError("a Secret is never serialised")
