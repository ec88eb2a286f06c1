#!/usr/bin/env python3
"""Verifies the transcript of a ceremony, written from docs/spec/transcript-1.md and log-1.md alone.

    strongroom_transcript.py FILE [--script FILE] [--key KEY]

Says what the transcript proves, or the first thing that is wrong, and ends with 1 then. It does not run the script
again (R8): that needs an implementation of script-1.
"""

import argparse
import base64
import hashlib
import re
import sys

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

BYTES_MAX = 16 << 20


class Wrong(Exception):
    """The first thing that is wrong: which part, and what."""


def wrong(part, what):
    raise Wrong(f"{part}: {what}")


def sha256(data):
    return hashlib.sha256(data).digest()


def encoded(value):
    """Deterministic CBOR (RFC 8949 section 4.2) of what transcripts and entries are made of."""
    def head(major, number):
        for size, width in ((24, 0), (1 << 8, 1), (1 << 16, 2), (1 << 32, 4), (1 << 64, 8)):
            if number < size:
                if width == 0:
                    return bytes([major << 5 | number])
                return bytes([major << 5 | 23 + width.bit_length()]) + number.to_bytes(width, "big")
        raise ValueError(number)

    if value is None:
        return b"\xf6"
    if isinstance(value, int):
        return head(0, value) if value >= 0 else head(1, -1 - value)
    if isinstance(value, bytes):
        return head(2, len(value)) + value
    if isinstance(value, str):
        return head(3, len(value.encode())) + value.encode()
    if isinstance(value, list):
        return head(4, len(value)) + b"".join(map(encoded, value))
    return head(5, len(value)) + b"".join(encoded(k) + encoded(value[k]) for k in sorted(value))


def decoded(data, at=0, depth=0):
    """The value at a place, and the place behind it."""
    if at >= len(data) or depth > 8:
        raise ValueError("it ends too early or lies too deep")
    first, at = data[at], at + 1
    if first == 0xF6:
        return None, at
    major, number = first >> 5, first & 31
    if major > 5 or number > 27:
        raise ValueError("it has what is not used here")
    if number > 23:
        width = 1 << number - 24
        number, at = int.from_bytes(data[at:at + width], "big"), at + width
    if major < 2:
        return (number if major == 0 else -1 - number), at
    if major < 4:
        part = data[at:at + number]
        return (part if major == 2 else part.decode()), at + number
    items = []
    for _ in range(number * (major - 3)):
        item, at = decoded(data, at, depth + 1)
        items.append(item)
    return (items if major == 4 else dict(zip(items[::2], items[1::2]))), at


def canonical(data, part):
    """The content of deterministic CBOR; every other encoding of it is refused."""
    try:
        content, end = decoded(data)
        same = end == len(data) and encoded(content) == data
    except (TypeError, ValueError) as error:
        wrong(part, f"it is not CBOR of this kind ({error})")
    if not same:
        wrong(part, "it is not in its one encoding")
    return content


def root(leaves):
    """RFC 6962 section 2.1, over leaf hashes."""
    if not leaves:
        return sha256(b"")
    if len(leaves) == 1:
        return leaves[0]
    split = 1 << ((len(leaves) - 1).bit_length() - 1)
    return sha256(b"\x01" + root(leaves[:split]) + root(leaves[split:]))


def included(leaf, index, size, path, head):
    """RFC 9162 section 2.1.3.2."""
    if index >= size:
        return False
    node, last, value = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            return False
        if node & 1 or node == last:
            value = sha256(b"\x01" + sibling + value)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            value = sha256(b"\x01" + value + sibling)
        node, last = node >> 1, last >> 1
    return last == 0 and value == head


def opened(note, key):
    """The text of a signed note, if the verifier key signed it (C2SP signed-note)."""
    match = re.fullmatch(r"([^+\s]+)\+([0-9a-f]{8})\+(.+)", key)
    if not match:
        wrong("key", "it is no verifier key")
    name, identity, encoded = match.groups()
    try:
        public = base64.b64decode(encoded, validate=True)
    except ValueError:
        wrong("key", "it is not base64")
    if len(public) != 33 or public[0] != 1 or sha256(name.encode() + b"\n" + public)[:4].hex() != identity:
        wrong("key", "its number is another one")
    text, separator, signatures = note.rpartition("\n\n")
    if not separator:
        wrong("checkpoint", "it has no signature")
    text += "\n"
    for line in signatures.removesuffix("\n").split("\n"):
        parts = re.fullmatch("\u2014 (\\S+) (\\S+)", line)
        if not parts:
            wrong("checkpoint", "a signature line is none")
        signed = base64.b64decode(parts[2])
        if parts[1] == name and signed[:4].hex() == identity:
            try:
                Ed25519PublicKey.from_public_bytes(public[1:]).verify(signed[4:], text.encode())
            except InvalidSignature:
                wrong("checkpoint", "its signature is another one's")
            return name, text
    wrong("checkpoint", "the key did not sign it")


def fields_of(items):
    """The fields that are there, by path, each compared with its digest (R1)."""
    digests, fields = items[2], items[3]
    if len(digests) != len(fields):
        wrong("file", "it has another number of fields than of digests")
    if any(type(digest) is not bytes or len(digest) != 32 for digest in digests):
        wrong("file", "a digest is none")
    there = {}
    for digest, field in zip(digests, fields):
        if field is None:
            continue
        salt, path, value = field
        if [type(part) for part in field] != [bytes, str, str] or len(salt) != 16:
            wrong("file", "a field is none")
        if sha256(b"\x00" + encoded([salt, path, value])) != digest:
            wrong(f"field {ascii(path)}", "its digest is another one")
        if path in there:
            wrong(f"field {ascii(path)}", "it is there twice")
        there[path] = value
    return there


def verify(data, script=None, key=None):
    """What a transcript proves; raises Wrong."""
    if len(data) > BYTES_MAX:
        wrong("file", "it is longer than 16 MiB")
    items = canonical(data, "file")
    if not isinstance(items, list) or len(items) != 5 or items[:2] != ["strongroom/transcript", 1]:
        wrong("file", "it is no transcript of version 1 that was exported")
    fields = fields_of(items)
    entry, path, checkpoint, own_key = items[4]
    number, event = canonical(entry, "entry")
    if f"transcript:{root(items[2]).hex()}:{len(items[2])}" not in event[5]:
        wrong("digests", "their root and number are not in the closing entry")
    phase = event[4]
    if phase[0] not in (1, 2):
        wrong("entry", "it ends nothing")
    name, text = opened(checkpoint, own_key)
    origin, size, head = text.removesuffix("\n").split("\n")
    if origin != name:
        wrong("checkpoint", "it is about another log")
    if not included(sha256(b"\x00" + entry), number, int(size), path, base64.b64decode(head)):
        wrong("proof", "it does not lead from the entry to the head")
    if key is not None and key.strip() != own_key:
        wrong("key", "it is not the one that was given")
    digest = fields.get("script/digest")
    if "script" in fields and digest is not None and sha256(fields["script"].encode()).hex() != digest:
        wrong("script", "its digest is another one")
    if script is not None and sha256(script).hex() != digest:
        wrong("script", "it is not the one that was given")
    withheld = sum(field is None for field in items[3])
    return {
        "operation": event[3], "result": phase[2], "entry": number, "fields": len(items[3]),
        "withheld": withheld, "key": own_key, "values": fields,
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("file")
    parser.add_argument("--script")
    parser.add_argument("--key")
    options = parser.parse_args()
    with open(options.file, "rb") as file:
        data = file.read(BYTES_MAX + 1)
    script = None
    if options.script:
        with open(options.script, "rb") as file:
            script = file.read()
    try:
        proved = verify(data, script, options.key)
    except Wrong as error:
        print(f"WRONG {error}")
        return 1
    except (AttributeError, IndexError, KeyError, LookupError, TypeError, ValueError) as error:
        print(f"WRONG file: a part of it is of another kind ({error})")
        return 1
    # Whoever made the file chose these texts; a terminal must not obey them.
    print(f"ok {ascii(proved['operation'])[1:-1]} {ascii(proved['result'])[1:-1]}, entry {proved['entry']}")
    print(f"fields {proved['fields']}, withheld {proved['withheld']}; the script was not run again")
    print(f"key {ascii(proved['key'])[1:-1]}")
    print("somebody vouched for the key" if options.key else "NOBODY vouched for the key: compare it with --key")
    return 0


if __name__ == "__main__":
    sys.exit(main())
