"""Every cap of this package in one place, each with its reason.

A cap is checked before the bytes it bounds are allocated or parsed.
"""

from dataclasses import dataclass

KIB = 1024
MIB = 1024 * KIB
GIB = 1024 * MIB

CHUNK = MIB
"""Bytes moved at a time; the memory a bundle of any size needs is a few of these."""

ZIP_BYTES = 2**32 - 1
"""Where a ZIP would need zip64 (and where a FAT file ends): bundles stay below."""

ZIP_MEMBERS = 2**16 - 1
"""Where a ZIP directory would need zip64."""


@dataclass(frozen=True)
class Caps:
    """The largest things we take in or write out, in bytes unless said otherwise."""

    bundle_bytes: int = GIB
    """A bundle is held in memory (memfd) while it is checked: what a 4 GiB machine can bear."""

    members: int = 10_000
    """Files in one bundle (count): a batch of 1,000 cases with everything they rely on."""

    name_bytes: int = 200
    """One member name: 64 (top folder) and 100 (longest path we define), with room to spare."""

    tag_bytes: int = 2 * MIB
    """One tag file: a manifest of 10,000 lines is 1.6 MB."""

    info_labels: int = 32
    """Lines of bag-info.txt (count)."""

    info_chars: int = 500
    """One value of bag-info.txt, in characters."""

    signature_bytes: int = 64 * KIB
    """The detached signature: 2 KB in practice, with room for certificates of other makers."""

    statement_bytes: int = 4 * MIB
    """One statement: 2 KB in practice; a registry statement may carry a large CRL."""

    proofs_bytes: int = 32 * MIB
    """The proofs about one checkpoint: 2 KB for each of 10,000 statements, with room to spare."""

    document_bytes: int = 512 * MIB
    """One document: more than twice the largest we promise to seal (200 MB)."""

    listed_bundles: int = 1_000
    """Bundles listed from one directory (count): more than a person can choose from."""

    directory_entries: int = 100_000
    """Directory entries looked at while listing (count): a full stick, not an endless one."""

    def __post_init__(self) -> None:
        if self.bundle_bytes > ZIP_BYTES or self.members > ZIP_MEMBERS:
            raise ValueError("these caps would need zip64")


DEFAULT = Caps()


@dataclass(frozen=True)
class LightCaps:
    """The largest things that cross as QR codes, in bytes unless said otherwise."""

    payload_bytes: int = 16 * MIB
    """A bundle or statement after decompression: hours of codes, and still cheap to hold."""

    object_bytes: int = 8 * MIB
    """What the frames carry: compressed, with its header."""

    symbol_bytes: int = 2_840
    """One RaptorQ symbol: what a QR code of version 40-L holds, a multiple of 8."""

    symbols: int = 56_403
    """Source symbols of one block (count): RFC 6330 §5.1.2."""

    esi: int = 1 << 20
    """Encoding symbol ids: a hundred hours at 3 codes a second before one would repeat."""

    frame_chars: int = 4_296
    """One code's text: the alphanumeric capacity of version 40-L."""

    sessions: int = 4_096
    """Receptions kept apart at a time (count): so many strangers' codes may come between two
    codes of a sender without its first being forgotten."""

    stored_bytes: int = 64 * MIB
    """Symbols of all receptions together."""

    kept_sessions: int = 8
    """Receptions that are kept for another day (count), the fullest."""

    deaths: int = 3
    """Pictures of one folder that may end the reading child (count) before it is given up."""

    finished: int = 64
    """Sessions remembered as done (count), so that a sender that goes on showing is no news."""

    picture_bytes: int = 64 * MIB
    """One picture file."""

    picture_pixels: int = 64_000_000
    """One picture, decoded: an A4 page at 600 dpi in grey is 35 million."""

    video_bytes: int = 2 * GIB
    """One video file; it is read frame by frame."""

    video_frames: int = 100_000
    """Pictures taken from one video (count): an hour at 25 a second."""

    text_bytes: int = 256 * MIB
    """Lines of a keyboard-wedge scanner or of a saved reception."""

    pictures: int = 20_000
    """Picture files taken from one folder (count)."""

    codes: int = 64
    """Codes read from one picture (count): a sheet holds at most twelve."""


LIGHT = LightCaps()
