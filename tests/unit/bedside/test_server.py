"""The server with real sockets: python-hl7 as a peer, several lines at once, failures, resending."""

from __future__ import annotations

import asyncio
import io
import ssl
import subprocess
import sys
from collections import Counter
from random import Random
from typing import TYPE_CHECKING

import pytest
from hl7.client import MLLPClient, mllp_send

from bedside.acknowledgement import (
    ErrorCode,
    Outcome,
    Problem,
    Repeat,
    Signature,
    answer_unreadable,
    compare,
    identify,
    read_answer,
)
from bedside.inbox import Verdict, answer, receive
from bedside.mllp import Event, Noise, wrap
from bedside.physiology import Script
from bedside.sender import NotAcknowledged, Sender, Target
from bedside.server import Listener, Peer, PlainTextRefused, Settings, is_loopback, listen
from tests.unit.bedside.messages import NOON, message, monitor, spo2

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

BY = Signature()
QUICK = Settings(settle_s=0.05, idle_s=5, handler_s=2)


class Store:
    """What a listener keeps: the raw message first, then the answer."""

    def __init__(self, fails: int = 0, silent: int = 0) -> None:
        self.kept: dict[tuple[str, str, str], tuple[str, bytes]] = {}
        self.verdicts: Counter[str] = Counter()
        self.seen: list[bytes] = []
        self.faults: list[Event] = []
        self.fails = fails
        self.silent = silent
        self.answers = 0

    async def handler(self, data: bytes, peer: Peer) -> bytes | None:
        self.seen.append(data)
        if self.fails:
            self.fails -= 1
            raise OSError("the disk is full")
        await asyncio.sleep(0)
        receipt = receive(data, received_at=NOON)
        identity = identify(data)
        key = (identity.application, identity.facility, identity.control_id)
        known = self.kept.get(key)
        if compare(identity, known[0] if known else None) is Repeat.NEW:
            self.kept[key] = (identity.digest, data)
            self.verdicts[receipt.verdict] += 1
        if self.silent:
            self.silent -= 1
            raise OSError("killed after the commit")
        return answer(data, receipt, by=BY, control_id=self._next(), at=NOON)

    async def on_fault(self, event: Event, peer: Peer) -> bytes | None:
        self.faults.append(event)
        if isinstance(event, Noise):
            return None
        problem = Problem(ErrorCode.DATA_TYPE, "Send the frame again")
        return answer_unreadable(
            event.data,
            Outcome.FAILED,
            by=BY,
            control_id=self._next(),
            at=NOON,
            problem=problem,
        )

    def _next(self) -> str:
        self.answers += 1
        return f"S{self.answers}"


def _run(store: Store, play: Callable[[int], Awaitable[None]], settings: Settings = QUICK) -> None:
    async def whole() -> None:
        listener = await listen(
            store.handler, host="127.0.0.1", port=0, on_fault=store.on_fault, settings=settings
        )
        try:
            await asyncio.wait_for(play(listener.address[1]), 20)
        finally:
            await listener.close()

    asyncio.run(whole())


def test_python_hl7_sends_and_is_answered() -> None:
    store = Store()
    answers: list[bytes] = []

    def client(port: int) -> None:
        with MLLPClient("127.0.0.1", port) as peer:
            answers.extend(
                peer.send_message(message(spo2("97"), control_id=f"P{number}"))
                for number in range(5)
            )

    _run(store, lambda port: asyncio.to_thread(client, port))
    assert len(store.kept) == 5
    for number, got in enumerate(answers):
        assert got.startswith(b"\x0b")
        assert got.endswith(b"\x1c\r")
        read = read_answer(got[1:-2])
        assert read is not None
        assert (read.code, read.control_id) == ("CA", f"P{number}")


def test_the_mllp_send_command_of_python_hl7_sends_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store()
    file = tmp_path / "messages.mllp"
    file.write_bytes(b"".join(wrap(monitor().message(second)) for second in range(3)))

    def command(port: int) -> None:
        monkeypatch.setattr(
            sys, "argv", ["mllp_send", "--port", str(port), "--file", str(file), "127.0.0.1"]
        )
        monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(io.BytesIO()))
        mllp_send()

    _run(store, lambda port: asyncio.to_thread(command, port))
    assert [data for _, data in store.kept.values()] == [
        monitor().message(second).rstrip(b"\r") for second in range(3)
    ]


def test_many_lines_at_once_lose_mix_and_double_nothing() -> None:
    store = Store()
    lines = 6

    async def gateway(line: int, port: int) -> None:
        chance = Random(line)
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        stream = b""
        for second in range(12):
            data = monitor(list(Script)[line], line).message(second)
            stream += b"\r\n" * (second % 3) + wrap(data) + (wrap(data) if second % 4 == 0 else b"")
        while stream:
            size = chance.randint(1, 700)
            writer.write(stream[:size])
            stream = stream[size:]
            await asyncio.sleep(0)
        await writer.drain()
        answers = b""
        while answers.count(b"\x1c\r") < 15:
            answers += await reader.read(65536)
        writer.close()
        await writer.wait_closed()

    async def play(port: int) -> None:
        await asyncio.gather(*(gateway(line, port) for line in range(lines)))

    _run(store, play)
    kept = {data for _, data in store.kept.values()}
    sent = {
        monitor(list(Script)[line], line).message(second)
        for line in range(lines)
        for second in range(12)
    }
    assert kept == sent
    assert len(store.seen) == lines * 15
    assert not store.faults


def test_nothing_is_answered_before_it_is_kept_and_a_failure_is_sent_again() -> None:
    store = Store(fails=2, silent=1)

    async def play(port: int) -> None:
        async with Sender(Target("127.0.0.1", port, wait_s=0.01, answer_s=2)) as sender:
            first = await sender.send(monitor().message(0))
            second = await sender.send(monitor().message(1))
        assert (first.attempts, second.attempts) == (4, 1)
        assert first.answer.is_accepted

    _run(store, play)
    assert [data for _, data in store.kept.values()] == [monitor().message(0), monitor().message(1)]
    assert store.verdicts == {Verdict.ACCEPTED: 2}


def test_an_answer_to_another_message_is_not_taken_for_this_one() -> None:
    async def confused(data: bytes, peer: Peer) -> bytes | None:
        return b"MSH|^~\\&|S\rMSA|CA|another\r"

    async def whole() -> None:
        listener = await listen(confused, host="127.0.0.1", port=0)
        target = Target("127.0.0.1", listener.address[1], answer_s=0.1, attempts_max=1)
        async with Sender(target) as sender:
            with pytest.raises(NotAcknowledged):
                await sender.send(monitor().message(0))
        await listener.close()

    asyncio.run(asyncio.wait_for(whole(), 10))


def test_a_sender_keeps_what_nobody_answers() -> None:
    store = Store(fails=99)

    async def play(port: int) -> None:
        target = Target("127.0.0.1", port, wait_s=0.01, attempts_max=3)
        async with Sender(target) as sender:
            with pytest.raises(NotAcknowledged, match="Keep message"):
                await sender.send(monitor().message(0))

    _run(store, play)
    assert not store.kept


def test_accepted_refused_and_quarantined_add_up_to_what_was_received() -> None:
    store = Store()
    sent = [
        message(spo2("97"), control_id="1"),
        message(spo2("97"), control_id="2").replace(b"|P|2.6", b"|T|2.6"),
        message(spo2("97"), control_id="3").replace(b"ORU^R01", b"ADT^A04"),
        message("OBX|2|NM|1^MDC_NOT_KNOWN^MDC|1.1.1.1|5", control_id="4"),
        message(spo2("97"), control_id="1"),
    ]

    async def play(port: int) -> None:
        async with Sender(Target("127.0.0.1", port)) as sender:
            codes = [delivered.answer.code async for delivered in sender.send_all(sent)]
        assert codes == ["CA", "CA", "CR", "CA", "CA"]

    _run(store, play)
    assert store.verdicts == {Verdict.ACCEPTED: 1, Verdict.QUARANTINED: 2, Verdict.REFUSED: 1}
    assert store.verdicts.total() == len(store.kept) == 4


def test_damage_is_answered_and_the_line_goes_on() -> None:
    store = Store()

    async def play(port: int) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        good = message(spo2("97"), control_id="G")
        writer.write(b"noise" + b"\x0b" + good[:150] + wrap(good) + b"\x0b" + good + b"\x1c")
        answers = b""
        while answers.count(b"\x1c\r") < 3:
            answers += await reader.read(65536)
        writer.close()
        codes = [read_answer(part.strip(b"\x0b\r")) for part in answers.split(b"\x1c")[:3]]
        assert [(one.code, one.control_id) for one in codes if one] == [
            ("CE", "G"),
            ("CA", "G"),
            ("CA", "G"),
        ]

    _run(store, play)
    assert len(store.kept) == 1


def test_a_line_that_says_nothing_is_closed() -> None:
    async def play(port: int) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        assert await reader.read() == b""
        writer.close()

    _run(Store(), play, Settings(idle_s=0.05))


def test_more_lines_than_allowed_are_turned_away() -> None:
    async def play(port: int) -> None:
        _, first = await asyncio.open_connection("127.0.0.1", port)
        await asyncio.sleep(0.05)
        reader, second = await asyncio.open_connection("127.0.0.1", port)
        assert await reader.read() == b""
        first.close()
        second.close()

    _run(Store(), play, Settings(lines_max=1))


def test_closing_lets_the_message_in_hand_be_answered() -> None:
    started = asyncio.Event()

    async def slow(data: bytes, peer: Peer) -> bytes | None:
        started.set()
        await asyncio.sleep(0.1)
        return b"MSH|^~\\&|S\rMSA|CA|1\r"

    async def whole() -> None:
        listener: Listener = await listen(slow, host="127.0.0.1", port=0)
        reader, writer = await asyncio.open_connection(*listener.address)
        writer.write(wrap(b"MSH|x"))
        await started.wait()
        await listener.close()
        assert b"MSA|CA|1" in await reader.read()
        writer.close()
        assert listener.lines == 0

    asyncio.run(asyncio.wait_for(whole(), 10))


def test_closing_does_not_wait_for_ever() -> None:
    async def stuck(data: bytes, peer: Peer) -> bytes | None:
        await asyncio.sleep(60)
        return b"MSH|^~\\&|S\rMSA|CA|1\r"

    async def whole() -> None:
        listener = await listen(stuck, host="127.0.0.1", port=0)
        reader, writer = await asyncio.open_connection(*listener.address)
        writer.write(wrap(b"MSH|x"))
        await writer.drain()
        await asyncio.sleep(0.05)
        await listener.close(patience_s=0.05)
        assert await reader.read() == b""
        writer.close()

    asyncio.run(asyncio.wait_for(whole(), 10))


def test_without_a_fault_handler_noise_is_passed_over_and_damage_closes_the_line() -> None:
    async def whole() -> None:
        store = Store()
        listener = await listen(store.handler, host="127.0.0.1", port=0)
        reader, writer = await asyncio.open_connection(*listener.address)
        writer.write(b"noise" + wrap(monitor().message(0)) + b"\x0bhalf" + wrap(b"MSH|lost"))
        answered = await reader.read()
        assert answered.count(b"\x1c\r") == len(store.kept) == 1
        writer.close()
        await listener.close()

    asyncio.run(asyncio.wait_for(whole(), 10))


@pytest.mark.parametrize("host", ["0.0.0.0", "", "::", "192.0.2.7", "clinic.example"])  # noqa: S104
def test_plain_text_beyond_this_machine_is_refused(host: str) -> None:
    with pytest.raises(PlainTextRefused, match=r"^Give a certificate"):
        asyncio.run(listen(Store().handler, host=host, port=0))
    with pytest.raises(PlainTextRefused, match=r"^Give a certificate"):
        Sender(Target(host, 2575))


def test_loopback_is_this_machine_alone() -> None:
    assert all(map(is_loopback, ["127.0.0.1", "::1", "localhost", "127.8.8.8"]))
    assert not any(map(is_loopback, [None, "", "10.0.0.1", "localhost.example"]))


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A key and a certificate for 127.0.0.1 in one folder, made for this run."""
    folder = tmp_path_factory.mktemp("tls")
    command = (
        "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost "
        "-addext subjectAltName=IP:127.0.0.1 -keyout key.pem -out cert.pem"
    )
    try:
        subprocess.run(command.split(), cwd=folder, check=True, capture_output=True, timeout=30)
    except (OSError, subprocess.SubprocessError):
        pytest.skip("openssl is not here to make a certificate")
    return folder


def test_messages_travel_encrypted(certificate: Path) -> None:
    ours = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    ours.load_cert_chain(certificate / "cert.pem", certificate / "key.pem")
    theirs = ssl.create_default_context(cafile=str(certificate / "cert.pem"))
    store = Store()

    async def whole() -> None:
        listener = await listen(store.handler, host="127.0.0.1", port=0, tls=ours)
        target = Target("127.0.0.1", listener.address[1], tls=theirs)
        async with Sender(target) as sender:
            assert (await sender.send(monitor().message(0))).answer.code == "CA"
        await listener.close()

    asyncio.run(asyncio.wait_for(whole(), 10))
    assert len(store.kept) == 1
