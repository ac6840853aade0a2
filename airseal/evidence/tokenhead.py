"""The ledger's head as the custodian's token keeps it (CKO_DATA, readable after the PIN)."""

import msgspec

from airseal.model.checkpoint import MAX_SIZE


class TokenHead(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How far the ledger had come: the hash of its last entry, and the restores before it."""

    hash: str
    restores: int
    sequence: int


def head_label(unit: str, station: str) -> str:
    """Where the head of one station lies; one token may serve several."""
    return f"airseal head {unit}/{station}"


def encode_head(head: TokenHead) -> bytes:
    """The bytes to keep."""
    return msgspec.json.encode(head)


def decode_head(value: bytes) -> TokenHead | None:
    """A head, or None for what is none: nobody without the PIN can have written it."""
    try:
        head = msgspec.json.decode(value, type=TokenHead)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None
    return head if 0 < head.sequence < MAX_SIZE else None
