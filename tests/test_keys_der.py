"""Single DER values: what is written is what the known parser writes, what is read it reads too."""

from datetime import UTC, datetime

import pytest
from asn1crypto import parser
from hypothesis import example, given
from hypothesis import strategies as st

from airseal.keys.der import Reader, Tag, tlv

TAGS = st.sampled_from(list(Tag))


@given(TAGS, st.binary(max_size=70_000) | st.integers(0, 300).map(bytes))
@example(Tag.OCTETS, bytes(0x7F))
@example(Tag.OCTETS, bytes(0x80))
@example(Tag.OCTETS, bytes(0xFFFF))
@example(Tag.OCTETS, bytes(0x10000))
def test_a_value_is_what_the_known_parser_writes(tag: Tag, contents: bytes) -> None:
    written = tlv(tag, contents[:5], contents[5:])
    assert written == parser.emit(tag >> 6, tag >> 5 & 1, tag & 0x1F, contents)
    reader = Reader(written + tlv(Tag.INTEGER, b"\x01"))
    assert reader.take(tag) == contents
    assert reader.take(Tag.INTEGER) == b"\x01"
    with pytest.raises(ValueError):
        reader.take(tag)


@given(st.binary(max_size=40) | st.binary(max_size=12).map(lambda b: b"\x04" + b))
@example(b"\x04\x80\x00\x00")
@example(b"\x04\x85\x00\x00\x00\x00\x00")
@example(b"\x04\x84\xff\xff\xff\xff")
@example(b"\x04")
@example(b"")
def test_of_any_bytes_it_takes_no_more_than_the_known_parser(data: bytes) -> None:
    try:
        taken = Reader(data).take(Tag.OCTETS)
    except ValueError:
        return
    _, _, _, header, contents, _ = parser.parse(data)
    assert taken == contents
    # And only in the shortest form: what it takes is written again as the same bytes.
    assert data.startswith(tlv(Tag.OCTETS, taken)) and len(header) + len(contents) <= len(data)


@pytest.mark.parametrize("long", [b"\x04\x81\x01x", b"\x04\x82\x00\x80" + bytes(128)])
def test_a_length_longer_than_it_need_be_is_refused(long: bytes) -> None:
    with pytest.raises(ValueError):
        Reader(long).take(Tag.OCTETS)


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
