"""Receiving: lost, mixed, repeated, interrupted, forged; a real decoder in a real child."""

import hashlib
import lzma
import os
import random
import signal
import struct
import zlib
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from station_kit import children

from transfer.child import ReadingChild
from transfer.errors import TransferError
from transfer.fountain import Fountain
from transfer.frames import Frame, Session, encode_frame, session_of
from transfer.limits import LIGHT
from transfer.parcel import Kind, Parcel, pack, parcel_of, unpack
from transfer.receiving import Receiver, Taken
from transfer.solving import solve
from transfer.wording import WORDS


def parcel(size: int, seed: int = 1) -> Parcel:
    return Parcel(Kind.STATEMENT, b"\x30" + random.Random(seed).randbytes(size - 1))


def sent(what: Parcel, room: int = 808) -> Fountain:
    return Fountain(pack(what), room)


@pytest.fixture(scope="module")
def child():
    with ReadingChild() as one:
        yield one


def received(receiver: Receiver, texts) -> tuple[Parcel | None, int]:
    for count, text in enumerate(texts, 1):
        if (made := receiver.take(text)) is not None:
            return made, count
    return None, -1


@pytest.mark.parametrize("size", [1, 40, 2_000, 20_000, 204_800])
@pytest.mark.parametrize("loss", [0.0, 0.1, 0.3, 0.5])
def test_any_k_frames_and_now_and_then_one_more_are_enough(child, size, loss):
    chance = random.Random(size)
    source, receiver = sent(parcel(size)), Receiver(child.solve)
    seen = (text for text in source.texts() if chance.random() >= loss)
    made, count = received(receiver, seen)
    assert made == parcel(size)
    assert count <= source.needed + 2


def test_who_joins_late_or_sees_them_backwards_loses_nothing(child):
    source = sent(parcel(20_000))
    late = [source.text(n) for n in range(source.period - 1, source.needed, -1)]
    assert received(Receiver(child.solve), late)[0] == parcel(20_000)


def test_two_senders_and_repetitions_are_kept_apart(child):
    one, other = sent(parcel(20_000, 1)), sent(parcel(20_000, 2), 400)
    receiver = Receiver(child.solve)
    texts = [f.text(n) for n in range(one.needed + 60) for f in (one, other) for _ in range(2)]
    assert receiver.take_all(texts) == [parcel(20_000, 1), parcel(20_000, 2)]
    assert receiver.receptions == ()
    assert receiver.take(one.text(0)) is None and receiver.last is Taken.FINISHED


def test_an_interrupted_reception_goes_on_from_its_lines(child):
    source, before = sent(parcel(20_000)), Receiver(child.solve)
    before.take_all(source.text(n) for n in range(20))
    (under_way,) = before.receptions
    assert (under_way.held, under_way.needed) == (20, 25)
    after = Receiver(child.solve)
    after.take_all(before.lines(under_way.session))
    assert received(after, (source.text(n) for n in range(100, 106)))[0] == parcel(20_000)


@pytest.mark.parametrize("place", [0, 7, 24])
@pytest.mark.parametrize("forgeries", [1, 3])
def test_a_forged_symbol_with_a_right_checksum_costs_frames_and_nothing_else(
    child, place, forgeries
):
    source, receiver = sent(parcel(20_000)), Receiver(child.solve)
    texts = [source.text(n) for n in range(source.period)]
    for n in range(place, place + forgeries):
        forged = os.urandom(source.session.symbol_size)
        texts[n] = encode_frame(Frame(source.session, n, forged))
    made, count = received(receiver, texts)
    assert made == parcel(20_000)
    assert count <= 2 * source.needed


def test_a_thousand_honest_frames_and_one_forged(child):
    source, receiver = sent(parcel(800_000)), Receiver(child.solve)
    texts = [source.text(n) for n in range(source.needed + 120)]
    forged = os.urandom(source.session.symbol_size)
    texts.insert(500, encode_frame(Frame(source.session, source.needed + 200, forged)))
    assert received(receiver, texts)[0] == parcel(800_000)


def test_two_symbols_under_one_number_are_both_disbelieved(child):
    source, receiver = sent(parcel(2_000)), Receiver(child.solve)
    receiver.take(source.text(0))
    receiver.take(encode_frame(Frame(source.session, 0, bytes(source.session.symbol_size))))
    assert receiver.last is Taken.REFUSED
    assert receiver.receptions[0].held == 0


def test_a_hundred_thousand_junk_frames_neither_kill_nor_fill(child):
    source, receiver = sent(parcel(20_000)), Receiver(child.solve)
    chance = random.Random(3)
    short = Fountain(b"short", 8).text(0)
    other = ("Q1", "HTTPS://EXAMPLE.ORG/", short[:-1], short[:-3] + "000")

    def junk(n: int) -> str:
        if n % 8:
            return other[n % 4]
        # Right in every respect, of ever new sessions, the first frame of something large.
        session = Session(chance.randbytes(4), 400_000, 8)
        return encode_frame(Frame(session, n % 1_000, b"junkjunk"))

    honest = iter([source.text(n) for n in range(source.needed + 2)])
    made = []
    for n in range(100_000):
        made += receiver.take_all([junk(n)])
        assert (receiver.last is Taken.NEW) == (n % 8 == 0)
        if n % 3_000 == 0 and (next_one := next(honest, None)) is not None:
            made += receiver.take_all([next_one])
    assert len(receiver.receptions) == LIGHT.sessions
    assert made == [parcel(20_000)]


def test_a_crowd_of_strangers_does_not_push_out_whom_more_was_seen_of(child):
    caps = replace(LIGHT, sessions=64)
    source, receiver = sent(parcel(20_000)), Receiver(child.solve, caps)
    receiver.take_all(source.text(n) for n in range(source.needed - 1))
    for n in range(3 * caps.sessions):
        stranger = Session(n.to_bytes(4, "big"), 400_000, 8)
        for esi in range(source.needed // 2):
            receiver.take(encode_frame(Frame(stranger, esi, b"junkjunk")))
    assert len(receiver.receptions) == caps.sessions
    assert receiver.take(source.text(source.needed + 1)) == parcel(20_000)


def test_what_is_kept_stays_below_its_cap(child):
    caps = replace(LIGHT, stored_bytes=100_000)
    receiver = Receiver(child.solve, caps)
    for tag in range(6):
        session = Session(bytes([tag] * 4), 40_000, 400)
        for esi in range(session.needed - 1):
            receiver.take(encode_frame(Frame(session, esi, bytes(400))))
            held = sum(one.held * one.session.symbol_size for one in receiver.receptions)
            assert held <= caps.stored_bytes
    assert receiver.receptions[0].held == 99
    receiver.forget()
    assert receiver.receptions == ()


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 12), st.booleans()), max_size=150))
def test_what_is_counted_is_what_is_held(takes):
    caps = replace(LIGHT, stored_bytes=400, sessions=3)
    receiver = Receiver(lambda session, packets: None, caps)
    for tag, esi, forged in takes:
        frame = Frame(Session(bytes([tag] * 4), 64, 8), esi, bytes([forged] * 8))
        receiver.take(encode_frame(frame))
        held = sum(one.held * one.session.symbol_size for one in receiver.receptions)
        assert receiver._bytes == held <= caps.stored_bytes
        assert len(receiver.receptions) <= caps.sessions


def test_a_decoder_that_dies_is_survived():
    class Dead:
        asked = 0

        def __call__(self, session, packets):
            self.asked += 1
            raise TransferError("LIGHT_CHILD_DIED")

    dead = Dead()
    source, receiver = sent(parcel(20_000)), Receiver(dead)
    assert received(receiver, (source.text(n) for n in range(40))) == (None, -1)
    assert dead.asked == 3, "a session whose symbols kill the decoder is given up"


def test_a_child_that_is_killed_is_started_again(child):
    source = sent(parcel(2_000))
    child.solve(source.session, [])
    for pid in children("transfer.childmain"):
        os.killpg(pid, signal.SIGKILL)
    packets = [source.frame(n).packet for n in range(source.needed)]
    with pytest.raises(TransferError, match="LIGHT_CHILD_DIED"):
        child.solve(source.session, packets)
    assert unpack(child.solve(source.session, packets)) == parcel(2_000)


@pytest.mark.parametrize("length", [1, 10, 1_000, LIGHT.object_bytes])
@pytest.mark.parametrize("size", [8, 512, 2_840])
def test_the_decoder_survives_what_the_caps_let_through(child, length, size):
    session = Session(b"tagg", length, size)
    if session.needed > LIGHT.symbols:
        return
    numbers = [*range(min(session.needed, 50)), LIGHT.esi - 1, LIGHT.esi - 2]
    packets = [n.to_bytes(4, "big") + bytes(size) for n in numbers]
    made = child.solve(session, packets * (1 if length > 1_000 else 3))
    assert made is None


def test_the_object_counts_only_with_its_own_sha256():
    honest = pack(parcel(2_000))
    assert unpack(honest) == parcel(2_000)
    refused = 0
    for at in range(len(honest)):
        damaged = bytearray(honest)
        damaged[at] ^= 1
        try:
            # Deflate leaves bits unused here and there.
            assert unpack(bytes(damaged)) == parcel(2_000)
        except TransferError as error:
            assert error.code in {"LIGHT_DAMAGED", "LIGHT_TOO_LARGE"}
            refused += 1
    assert refused >= len(honest) - 3


def as_lzma(content):
    filters = [{"id": lzma.FILTER_LZMA1, "preset": 9, "dict_size": 4 << 20}]
    return lzma.compress(content, format=lzma.FORMAT_RAW, filters=filters)


def as_words(content):
    encoder = zlib.compressobj(9, wbits=-15, zdict=WORDS)
    return encoder.compress(content) + encoder.flush()


@pytest.mark.parametrize(("method", "compress"), [(1, as_lzma), (2, as_words)])
def test_a_decompression_bomb_is_cut_off_at_the_promised_size(method, compress):
    bomb = compress(bytes(20 << 20))
    assert len(bomb) < 100_000
    for promised in (1_000, LIGHT.payload_bytes):
        head = struct.pack(">BBI32s", 1, method, promised, hashlib.sha256(b"").digest())
        with pytest.raises(TransferError, match="LIGHT_DAMAGED"):
            unpack(head + bomb)
    head = struct.pack(">BBI32s", 1, method, 2**32 - 1, bytes(32))
    with pytest.raises(TransferError, match="LIGHT_TOO_LARGE"):
        unpack(head + bomb)


@given(st.binary(max_size=200))
def test_any_bytes_are_a_parcel_or_damaged(data):
    with pytest.raises(TransferError):
        unpack(b"\x01\x01" + data)
    with pytest.raises(TransferError):
        unpack(b"\x03\x02" + data)


def test_the_words_that_both_sides_know_never_change():
    """A sender and a receiver of different versions must have the same ones."""
    told = hashlib.sha256(WORDS).hexdigest()
    assert told == "ff08feea0efa10d1e5c93e58cf8bc9a4a3d28e05167b9c96eb1c67eecf087294"
    slip = Parcel(Kind.SLIP, b"S1\x00\x00" + WORDS[-300:])
    assert len(pack(slip)) < 60 and unpack(pack(slip)) == slip
    for cut in (pack(slip)[:-1], pack(slip) + b"\x00"):
        with pytest.raises(TransferError, match="LIGHT_DAMAGED"):
            unpack(cut)


def test_only_bundles_and_statements_are_sent():
    assert parcel_of(b"PK\x03\x04rest").kind is Kind.BUNDLE
    assert parcel_of(b"\x30\x82rest").kind is Kind.STATEMENT
    assert parcel_of(b"S1rest").kind is Kind.SLIP
    for content, code in ((b"%PDF-1.7", "LIGHT_KIND"), (b"", "LIGHT_KIND")):
        with pytest.raises(TransferError, match=code):
            parcel_of(content)
    with pytest.raises(TransferError, match="LIGHT_TOO_LARGE"):
        parcel_of(b"\x30" + bytes(LIGHT.payload_bytes))


@settings(max_examples=40, deadline=None)
@given(st.binary(min_size=1, max_size=3_000), st.randoms(use_true_random=False))
def test_any_object_by_any_choice_of_frames(content, chance):
    source = Fountain(content, 64)
    numbers = chance.sample(range(source.period), source.needed + 3)
    made = solve(source.session, [source.frame(n).packet for n in numbers])
    assert made == content
    assert session_of(content, source.session.symbol_size) == source.session
