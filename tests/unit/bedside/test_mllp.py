"""Frames: cut at every byte, run together, in noise, damaged; none lost, mixed or doubled."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bedside.mllp import Broken, Event, Frame, FrameReader, Noise, TooLong, wrap
from tests.unit.bedside.messages import message, spo2

BODIES = st.binary(min_size=1, max_size=60).map(
    lambda raw: b"MSH|" + raw.replace(b"\x0b", b"v").replace(b"\x1c", b"f")
)
NOISE = st.sampled_from([b"", b"\r\n", b"\r", b" \n", b"noise", b"\x00\x00", b"MSH|^~\\&|"])


def _read(*chunks: bytes, limit: int = 10_000) -> list[Event]:
    reader = FrameReader(limit)
    events: list[Event] = []
    for chunk in chunks:
        events += reader.feed(chunk)
    return events + reader.close()


def _frames(events: list[Event]) -> list[bytes]:
    return [event.data for event in events if isinstance(event, Frame)]


def test_a_frame_cut_at_every_byte_is_one_frame() -> None:
    data = message(spo2("97"))
    stream = wrap(data)
    for cut in range(len(stream) + 1):
        assert _read(stream[:cut], stream[cut:]) == [Frame(data)]
    assert _read(*(bytes([byte]) for byte in stream)) == [Frame(data)]


@given(
    st.lists(st.tuples(NOISE, BODIES), max_size=6),
    st.lists(st.integers(0, 500), max_size=12),
)
@settings(max_examples=100)
def test_frames_in_noise_arrive_whole_and_once_however_the_stream_is_cut(
    parts: list[tuple[bytes, bytes]], cuts: list[int]
) -> None:
    stream = b"".join(noise + wrap(body) for noise, body in parts)
    edges = [0, *sorted(min(cut, len(stream)) for cut in cuts), len(stream)]
    chunks = [stream[start:end] for start, end in pairwise(edges)]
    assert _frames(_read(*chunks)) == [body for _, body in parts]


@given(st.lists(st.binary(max_size=40), max_size=10))
@settings(max_examples=100)
def test_any_stream_is_read_without_an_error_and_the_reader_recovers(chunks: list[bytes]) -> None:
    reader = FrameReader(50)
    for chunk in chunks:
        reader.feed(chunk)
        assert reader.held_bytes <= 600
    reader.close()
    assert reader.feed(wrap(b"MSH|after")) == [Frame(b"MSH|after")]


@given(st.lists(BODIES, min_size=1, max_size=5), st.data())
@settings(max_examples=60)
def test_the_same_stream_gives_the_same_events_however_it_is_cut(
    bodies: list[bytes], data: st.DataObject
) -> None:
    stream = b"".join(map(wrap, bodies))
    place = data.draw(st.integers(0, len(stream) - 1))
    stream = stream[:place] + data.draw(st.sampled_from([b"\x0b", b"\x1c", b"\r"])) + stream[place:]
    whole = [event for event in _read(stream) if not isinstance(event, Noise)]
    bytewise = [
        event for event in _read(*(bytes([b]) for b in stream)) if not isinstance(event, Noise)
    ]
    assert bytewise == whole
    untouched = [body for body in bodies if body in _frames(whole)]
    assert len(untouched) >= len(bodies) - 1


def test_a_missing_cr_after_fs_does_not_swallow_the_next_message() -> None:
    assert _read(b"\x0bone\x1c\x0btwo\x1c\r") == [Frame(b"one", has_end=False), Frame(b"two")]


def test_a_last_frame_without_cr_counts_once_the_line_is_quiet() -> None:
    reader = FrameReader()
    assert reader.feed(b"\x0bone\x1c") == []
    assert reader.is_waiting_for_end
    assert reader.settle() == [Frame(b"one", has_end=False)]
    assert reader.settle() == []
    assert reader.feed(b"\r") == []


def test_fs_inside_a_frame_makes_it_broken_and_never_half_a_message() -> None:
    assert _read(b"\x0bMSH|a\x1cb\x1c\r" + wrap(b"ok")) == [
        Broken(b"MSH|a\x1cb", "FS stands inside the frame"),
        Frame(b"ok"),
    ]


def test_vt_inside_a_frame_gives_up_the_first_and_reads_the_second() -> None:
    assert _read(b"\x0bMSH|half" + wrap(b"MSH|whole")) == [
        Broken(b"MSH|half", "VT stands inside the frame"),
        Frame(b"MSH|whole"),
    ]


def test_a_line_that_closes_inside_a_frame_leaves_a_broken_one() -> None:
    assert _read(b"\x0bMSH|half") == [Broken(b"MSH|half", "the line closed inside the frame")]


def test_a_frame_over_the_limit_is_thrown_away_and_said() -> None:
    events = _read(b"\x0b", b"x" * 5000, b"x" * 5000, b"\x1c\r", wrap(b"next"), limit=6000)
    assert isinstance(events[0], TooLong)
    assert events[0].size_bytes == 10_000
    assert len(events[0].data) <= 512
    assert events[1:] == [Frame(b"next")]


@pytest.mark.parametrize("end", [b"\x0b", b""])
def test_a_frame_over_the_limit_is_said_even_if_it_never_ends(end: bytes) -> None:
    reader = FrameReader(10)
    reader.feed(b"\x0b" + b"x" * 20)
    events = reader.feed(end) + reader.close()
    assert events[0] == TooLong(b"x" * 20, 20)
    assert events[1:] == ([Broken(b"", "the line closed inside the frame")] if end else [])


def test_a_line_that_closes_after_fs_still_gives_its_frame() -> None:
    assert _read(b"\x0bone\x1c") == [Frame(b"one", has_end=False)]
    assert _read(b"\x0bo\x1cne\x1c") == [Broken(b"o\x1cne", "FS stands inside the frame")]


def test_blanks_and_line_ends_between_frames_are_nothing_and_other_bytes_are_noise() -> None:
    assert _read(b"\r\n \r\n" + wrap(b"a") + b"\n\n" + wrap(b"b")) == [Frame(b"a"), Frame(b"b")]
    assert _read(b"GET / HTTP/1.1\r\n" + wrap(b"a")) == [Noise(b"GET / HTTP/1.1", 14), Frame(b"a")]


def test_a_message_with_a_frame_sign_inside_is_not_framed() -> None:
    with pytest.raises(ValueError, match="Escape VT and FS"):
        wrap(b"a\x1cb")
