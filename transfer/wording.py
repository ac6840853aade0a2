"""The words that a small parcel need not spell out, because both sides know them beforehand.

They are part of the wire format: not a byte may change, which a test holds. New words belong into
a new list with a number of its own.
"""

from typing import Final

_TIME: Final = b"T00:00:00+08:00"
_TAIL: Final = (
    b'","kind":"%s","level":"%s","nonce":"","on":["sha256:","sha256:"],"post":"%s",'
    b'"station":"%s","unit":"bureau","v":1}'
)

WORDS: Final = (
    b'{"at":"2027-01-01' + _TIME + b'","body":{"document":"sha256:","input":"sha256:","order":1,'
    b'"output":"sha256:","output_size":,"page":1,"seal":"bureau-official","sealed_at":"2027-01-01'
    + _TIME + b'","x_um":,"y_um":},"by":"","case":"sha256:","cert":"sha256:'
    + _TAIL % (b"sealing", b"internal", b"custodian", b"custodian")
    + b'{"at":"2027-01-01' + _TIME + b'","body":{"delegation":null,"grant":{"copies":1,"documents":'
    b'[{"digest":"sha256:","pages":1,"seals":[{"order":1,"page":1,"rule":"signature-block",'
    b'"seal":"bureau-official","tolerance_um":15000,"x_um":,"y_um":}],"size":}],"recipients":['
    b'{"role":"main","unit":"},{"role":"copy","unit":"}],"until":null},"outcome":"approve",'
    b'"reason":"\xe5\x90\x8c\xe6\x84\x8f\xe7\x94\xa8\xe5\x8d\xb0\xe3\x80\x82","replaces":null,'
    b'"role":"section-chief"},"by":"","case":"sha256:","cert":"sha256:'
    + _TAIL % (b"decision", b"internal", b"officer", b"officer")
    + b'{"at":"2026-12-31' + _TIME + b'","body":{"about":"sha256:","bundle":"custodian-202612",'
    b'"digest":"sha256:","imported":"2026-12-31T00:00:00+00:00","question":"sha256:",'
    b'"root":"sha256:","size":1,"state":"sealed","station":"custodian","unit":"bureau"},"by":"",'
    b'"case":null,"cert":"sha256:'
    + _TAIL % (b"receipt", b"public", b"checker", b"checker")
)  # fmt: skip
"""The JSON of a sealing, a decision, a receipt: keys in their order, and what is often said."""
