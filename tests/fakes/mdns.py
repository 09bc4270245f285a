"""A multicast DNS client of its own, run as a program: prints each record that it hears as a line of JSON.

``mdns.py [--on ADDRESS] NAME…`` asks for the pointers of the service types and for what they point to.
``mdns.py --claim HOST ADDRESS`` says, and answers whoever asks, that HOST has ADDRESS, and prints nothing else.
It listens on the interface with that address, which is loopback unless told otherwise.
"""

from __future__ import annotations

import json
import select
import socket
import struct
import sys
from collections.abc import Iterator
from typing import Any

GROUP = ("224.0.0.251", 5353)
A, PTR, TXT, AAAA, SRV, ANY = 1, 12, 16, 28, 33, 255
IN, FLUSH = 1, 0x8000


def open_socket(address: str = "127.0.0.1") -> socket.socket:
    """Join the group on one interface alone, beside whoever else uses the port."""
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    sock.bind(("", GROUP[1]))
    interface = socket.inet_aton(address)
    sock.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, socket.inet_aton(GROUP[0]) + interface)
    sock.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, interface)
    return sock


def encode_name(name: str) -> bytes:
    labels = [label.encode() for label in name.rstrip(".").split(".")]
    return b"".join(bytes([len(label)]) + label for label in labels) + b"\0"


def decode_name(packet: bytes, at: int) -> tuple[str, int]:
    """Return the name at an offset, and the offset behind it; follows RFC 1035's pointers."""
    labels, end = [], 0
    while length := packet[at]:
        if length >= 0xC0:
            end = end or at + 2
            at = struct.unpack_from("!H", packet, at)[0] & 0x3FFF
            continue
        labels.append(packet[at + 1 : at + 1 + length].decode())
        at += 1 + length
    return ".".join(labels), end or at + 1


def question(name: str, kind: int) -> bytes:
    return struct.pack("!6H", 0, 0, 1, 0, 0, 0) + encode_name(name) + struct.pack("!2H", kind, IN)


def questions(packet: bytes) -> list[str]:
    """Return the names that a query asks for; nothing for an answer."""
    _, flags, count = struct.unpack_from("!3H", packet)
    names, at = [], 12
    for _ in range(0 if flags & 0x8000 else count):
        name, at = decode_name(packet, at)
        names.append(name)
        at += 4
    return names


def answers(packet: bytes) -> Iterator[dict[str, Any]]:
    """Yield the records of an answer."""
    _, flags, asked, *counts = struct.unpack_from("!6H", packet)
    at = 12
    for _ in range(asked):
        at = decode_name(packet, at)[1] + 4
    for _ in range(sum(counts) if flags & 0x8000 else 0):
        name, at = decode_name(packet, at)
        kind, _, ttl, length = struct.unpack_from("!2HIH", packet, at)
        at += 10
        yield {"name": name, "type": kind, "ttl": ttl, **decode_data(packet, kind, at, length)}
        at += length


def decode_data(packet: bytes, kind: int, at: int, length: int) -> dict[str, Any]:
    if kind == A:
        return {"address": socket.inet_ntoa(packet[at : at + length])}
    if kind == AAAA:
        return {"address": socket.inet_ntop(socket.AF_INET6, packet[at : at + length])}
    if kind == PTR:
        return {"target": decode_name(packet, at)[0]}
    if kind == SRV:
        return {"port": struct.unpack_from("!H", packet, at + 4)[0], "target": decode_name(packet, at + 6)[0]}
    if kind == TXT:
        pairs, end = [], at + length
        while at < end:
            pairs.append(packet[at + 1 : at + 1 + packet[at]].decode().partition("="))
            at += 1 + packet[at]
        return {"text": {key: value for key, _, value in pairs if key}}
    return {}


def listen(types: list[str], address: str = "127.0.0.1") -> None:
    """Ask every half second until something is heard, then only listen; whoever started this ends it."""
    sock = open_socket(address)
    wanted = [(name, PTR) for name in types]
    while True:
        for name, kind in wanted:
            sock.sendto(question(name, kind), GROUP)
        while select.select([sock], [], [], 0.5)[0]:
            for record in answers(sock.recv(9000)):
                if record["type"] in (PTR, SRV) and (record["target"], ANY) not in wanted:
                    wanted.append((record["target"], ANY))
                print(json.dumps(record), flush=True)


def claim(host: str, address: str) -> None:
    sock = open_socket()
    data = socket.inet_aton(address)
    record = encode_name(host) + struct.pack("!2HIH", A, IN | FLUSH, 120, len(data)) + data
    answer = struct.pack("!6H", 0, 0x8400, 0, 1, 0, 0) + record
    sock.sendto(answer, GROUP)
    print(json.dumps({"claimed": host}), flush=True)
    while True:
        if host in questions(sock.recv(9000)):
            sock.sendto(answer, GROUP)


if __name__ == "__main__":
    if sys.argv[1] == "--claim":
        claim(*sys.argv[2:])
    elif sys.argv[1] == "--on":
        listen(sys.argv[3:], sys.argv[2])
    else:
        listen(sys.argv[1:])
