"""Single DER values: what is read was written so, and inner values end with the outer ones."""

from datetime import UTC, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from airseal.keys.der import Reader, Tag, tlv

TAGS = st.sampled_from(list(Tag))


@given(TAGS, st.binary(max_size=70_000) | st.integers(0, 300).map(bytes))
@example(Tag.OCTETS, bytes(0x7F))
@example(Tag.OCTETS, bytes(0x80))
@example(Tag.OCTETS, bytes(0xFFFF))
@example(Tag.OCTETS, bytes(0x10000))
def test_a_value_is_read_as_it_was_written(tag: Tag, contents: bytes) -> None:
    written = tlv(tag, contents[:5], contents[5:])
    reader = Reader(written + tlv(Tag.INTEGER, b"\x01"))
    assert reader.take(tag) == contents
    assert reader.take(Tag.INTEGER) == b"\x01"
    with pytest.raises(ValueError):
        reader.take(tag)


def test_an_inner_value_ends_where_the_outer_one_does() -> None:
    """The bytes behind the outer value are there, and belong to somebody else."""
    inner = b"\x04\x05ab"
    outer = tlv(Tag.SEQUENCE, inner) + b"cde"
    with pytest.raises(ValueError):
        Reader(outer).enter(Tag.SEQUENCE).take(Tag.OCTETS)
    with pytest.raises(ValueError):
        Reader(tlv(Tag.SEQUENCE, b"\x04\x82\x01") + bytes(300)).enter(Tag.SEQUENCE).take(Tag.OCTETS)


@pytest.mark.parametrize(
    ("tag", "text", "moment"),
    [
        (Tag.UTC_TIME, b"261129235959Z", datetime(2026, 11, 29, 23, 59, 59, tzinfo=UTC)),
        (Tag.TIME, b"20501129235959Z", datetime(2050, 11, 29, 23, 59, 59, tzinfo=UTC)),
        *(
            (tag, text, None)
            for tag, text in [
                (Tag.UTC_TIME, b"261129235959"),
                (Tag.UTC_TIME, b"261329235959Z"),
                (Tag.UTC_TIME, b"2611292359Z"),
                (Tag.TIME, b"20501129235959.5Z"),
                (Tag.TIME, b"20501129235959+"),
                (Tag.TIME, "２０５０１１２９２３５９５９Z".encode()),
                (Tag.TIME, b"Z0501129235959Z"),
                (Tag.OCTETS, b"20501129235959Z"),
                (Tag.TIME, b""),
            ]
        ),
    ],
)
def test_times_have_one_form(tag: Tag, text: bytes, moment: datetime | None) -> None:
    reader = Reader(tlv(tag, text))
    if moment is not None:
        assert reader.moment() == moment
        return
    with pytest.raises(ValueError):
        reader.moment()
