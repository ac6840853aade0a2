"""Frames: the published vectors, the frozen wire, and whatever is held up instead of one."""

import hashlib
import zlib

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from transfer import base45
from transfer.fountain import Fountain, packets
from transfer.frames import (
    OVERHEAD,
    Alphabet,
    Flaw,
    Frame,
    FrameError,
    Session,
    encode_frame,
    parse_frame,
    session_of,
    symbol_room,
    symbol_size_for,
)
from transfer.limits import LIGHT
from transfer.qr import VERSIONS, characters

CONTENT = bytes(range(256)) * 20
SESSION = session_of(CONTENT, 512)
FRAME = Frame(SESSION, 3, bytes(range(256)) * 2)


def flaw_of(text: str) -> Flaw:
    with pytest.raises(FrameError) as caught:
        parse_frame(text)
    return caught.value.flaw


def forged(head: bytes, symbol: bytes) -> str:
    """A frame with any head and a right checksum."""
    body = head + symbol
    data = body + zlib.crc32(body).to_bytes(4, "big")
    return "Q1" + base45.encode(data)


def head(
    version: int = 1, tag: bytes = b"tagg", length: int = 5_120, sbn: int = 0, esi: int = 3
) -> bytes:
    numbers = length.to_bytes(4, "big") + bytes([sbn]) + esi.to_bytes(3, "big")
    return bytes([version]) + tag + numbers


@pytest.mark.parametrize(
    ("plain", "text"),
    [
        (b"AB", "BB8"),
        (b"Hello!!", "%69 VD92EX0"),
        (b"base-45", "UJCLQE7W581"),
        (b"ietf!", "QED8WEX0"),
    ],
)
def test_base45_is_that_of_rfc_9285(plain, text):
    assert base45.encode(plain) == text
    assert base45.decode(text) == plain


@given(st.binary(max_size=300))
def test_base45_gives_back_what_it_was_given(data):
    assert base45.decode(base45.encode(data)) == data


@given(st.text(alphabet="09AZ $%*+-./:a\n\u20ac", max_size=40))
@example("BB8\n")
@example(":::")
@example("A")
def test_base45_has_one_text_for_each_meaning(text):
    try:
        meant = base45.decode(text)
    except ValueError:
        return
    assert base45.encode(meant) == text


@pytest.mark.parametrize("text", ["BB8\n", ":::", "A", "::", "bb8", "BB8 \u20ac"])
def test_base45_refuses_what_has_no_meaning_or_a_second_spelling(text):
    with pytest.raises(ValueError):
        base45.decode(text)


def test_the_packets_of_rfc_6330_are_those_of_the_first_release():
    # An upgrade of the library must not change what goes over the air unseen.
    made = hashlib.sha256(b"".join(packets(CONTENT, 512, 40))).hexdigest()
    assert made == "b25e55339ed24fee0496dc01c81489e270d384b7cfd24c883602e8a0a76b04b5"
    texts = "\n".join(Fountain(CONTENT, 512).text(number) for number in range(20))
    assert (
        hashlib.sha256(texts.encode()).hexdigest()
        == "575d8994195f7791a9b97326961c6f9976093c3956d73b89695bb7f5e076c837"
    )


@pytest.mark.parametrize("alphabet", list(Alphabet))
def test_a_frame_survives_its_own_text(alphabet):
    text = encode_frame(FRAME, alphabet)
    assert text.startswith(alphabet.value)
    assert parse_frame(text) == FRAME


@pytest.mark.parametrize("alphabet", list(Alphabet))
@pytest.mark.parametrize("version", VERSIONS)
def test_the_longest_symbol_of_a_version_fits_and_the_next_does_not(version, alphabet):
    room = symbol_room(characters(version), alphabet)
    if room:
        session = Session(b"tagg", 1, room)
        assert len(encode_frame(Frame(session, 0, bytes(room)), alphabet)) <= characters(version)
    longer = Frame(Session(b"tagg", 1, room + 8), 0, bytes(room + 8))
    too_long = len(encode_frame(longer, alphabet)) > characters(version)
    assert too_long or room == LIGHT.symbol_bytes


@given(length=st.integers(1, 300_000), room=st.integers(1, 300).map(lambda n: n * 8))
def test_smaller_symbols_never_cost_a_frame(length, room):
    size = symbol_size_for(length, room)
    assert size <= room and size % 8 == 0
    assert -(-length // size) == -(-length // room)


@pytest.mark.parametrize(
    ("text", "flaw"),
    [
        ("", Flaw.MAGIC),
        ("Q3ABC", Flaw.MAGIC),
        ("https://example.org/", Flaw.MAGIC),
        ("Q1", Flaw.LENGTH),
        ("Q1abc", Flaw.TEXT),
        ("Q1:::", Flaw.TEXT),
        ("Q1BB8\n", Flaw.TEXT),
        ("Q2A", Flaw.TEXT),
        ("Q2AA", Flaw.LENGTH),
        ("Q2AB", Flaw.TEXT),
        ("Q1" + "0" * 5_000, Flaw.LENGTH),
        (forged(head(), b""), Flaw.LENGTH),
        (encode_frame(FRAME)[:-2], Flaw.CRC),
        (encode_frame(FRAME)[:-3], Flaw.TEXT),
        (forged(head(version=2), bytes(512)), Flaw.VERSION),
        (forged(head(version=0x81), bytes(512)), Flaw.VERSION),
        (forged(head(), bytes(513)), Flaw.SYMBOL),
        (forged(head(length=0), bytes(512)), Flaw.OBJECT),
        (forged(head(length=LIGHT.object_bytes + 1), bytes(512)), Flaw.OBJECT),
        (forged(head(length=2**32 - 1), bytes(512)), Flaw.OBJECT),
        (forged(head(length=LIGHT.object_bytes), bytes(8)), Flaw.OBJECT),
        (forged(head(sbn=1), bytes(512)), Flaw.BLOCK),
        (forged(head(sbn=255), bytes(512)), Flaw.BLOCK),
        (forged(head(esi=LIGHT.esi), bytes(512)), Flaw.ESI),
        (forged(head(esi=2**24 - 1), bytes(512)), Flaw.ESI),
    ],
    ids=lambda one: str(one)[:24],
)
def test_what_is_no_frame_is_refused_before_any_decoder(text, flaw):
    assert flaw_of(text) is flaw


def test_bits_left_over_make_no_second_spelling():
    text = encode_frame(FRAME, Alphabet.BASE32)
    spellings = {text[:-1] + last for last in "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"}
    readable = []
    for one in spellings:
        try:
            readable.append(parse_frame(one))
        except FrameError:
            continue
    assert readable == [FRAME]


@given(st.text(max_size=300) | st.binary(max_size=300).map(lambda b: "Q1" + base45.encode(b)))
def test_any_text_is_a_frame_or_refused(text):
    try:
        frame = parse_frame(text)
    except FrameError:
        return
    assert encode_frame(frame, Alphabet(text[:2])) == text


@given(st.integers(0, len(encode_frame(FRAME)) - 1), st.sampled_from("0AZ $:/"))
def test_one_changed_character_is_never_taken(at, character):
    text = encode_frame(FRAME)
    changed = text[:at] + character + text[at + 1 :]
    if changed != text:
        with pytest.raises(FrameError):
            parse_frame(changed)


def test_the_row_of_frames_begins_again_and_each_says_what_it_is():
    source = Fountain(CONTENT, 512)
    assert source.needed == 10
    numbers = [source.frame(n).esi for n in range(source.period)]
    assert numbers == list(range(source.period))
    assert source.frame(source.period) == source.frame(0)
    assert b"".join(source.frame(n).symbol for n in range(10)) == CONTENT
    assert len(source.frame(0).packet) == 4 + 512 and OVERHEAD == 17
