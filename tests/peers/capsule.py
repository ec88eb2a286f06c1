"""The master key and the capsule, written from docs/spec/keys-1.md alone, over `cryptography`.

    python capsule.py describe SEED                what the seed gives, as JSON
    python capsule.py open SEED < capsule          the archive key and the facts, as JSON
    python capsule.py seal SEED < facts            facts as JSON with "archive_key"; a capsule

SEED, keys, digests and identifiers are hexadecimal. These are drill keys: real ones are never
arguments.
"""

import hashlib
import hmac
import json
import struct
import sys

from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, MLKEM768X25519PrivateKey, Suite
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

SUITE_NUMBERS = [0x647A, 0x0001, 0x0002]
SUITE_BYTES = struct.pack(">HHH", *SUITE_NUMBERS)
HPKE = Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
LETTERS = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"


def shake256(data, length):
    return hashlib.shake_256(data).digest(length)


def private_seed(seed):
    """K1."""
    label = b"HPKE-v1" + b"KEM" + struct.pack(">H", 0x647A)
    label += struct.pack(">H", 13) + b"DeriveKeyPair" + struct.pack(">H", 32)
    return shake256(seed + label, 32)


def key_pair(seed):
    """K2: the private key, and the public key's bytes."""
    expanded = shake256(private_seed(seed), 96)
    lattice = MLKEM768PrivateKey.from_seed_bytes(expanded[:64])
    curve = X25519PrivateKey.from_private_bytes(expanded[64:])
    public = lattice.public_key().public_bytes_raw() + curve.public_key().public_bytes_raw()
    return MLKEM768X25519PrivateKey(lattice, curve), public


def bech32(prefix, data):
    """K4, K5: BIP-173 without its limit of length."""
    bits = "".join(f"{byte:08b}" for byte in data)
    bits += "0" * (-len(bits) % 5)
    values = [int(bits[at : at + 5], 2) for at in range(0, len(bits), 5)]
    spread = [ord(c) >> 5 for c in prefix] + [0] + [ord(c) & 31 for c in prefix]
    check = 1
    for value in spread + values + [0] * 6:
        top, check = check >> 25, (check & 0x1FFFFFF) << 5 ^ value
        for bit, part in enumerate([0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3]):
            check ^= part if top >> bit & 1 else 0
    check ^= 1
    values += [check >> 5 * (5 - at) & 31 for at in range(6)]
    return prefix + "1" + "".join(LETTERS[value] for value in values)


def fingerprint(public):
    """K6."""
    return hashlib.sha256(SUITE_BYTES + public).digest()[:20]


def info(environment, archive):
    """K10."""
    parts = [b"strongroom/capsule/1", SUITE_BYTES, (environment or "unstated").encode(), archive]
    return b"".join(struct.pack(">H", len(part)) + part for part in parts)


def derive(key, archive, label, context):
    """K12."""
    named = b"strongroom/archive-key/1\0" + label + b"\0" + context
    return HKDF(algorithm=SHA256(), length=32, salt=archive, info=named).derive(key)


def commitment(key, archive):
    """K11."""
    return derive(key, archive, b"commitment", b"")


def cbor(value):
    """Deterministic CBOR (RFC 8949 section 4.2) of what a capsule is made of."""

    def head(major, number):
        if number < 24:
            return bytes([major << 5 | number])
        for extra, form in [(24, ">B"), (25, ">H"), (26, ">I"), (27, ">Q")]:
            if number < 1 << 8 * struct.calcsize(form):
                return bytes([major << 5 | extra]) + struct.pack(form, number)
        raise ValueError(number)

    if isinstance(value, int):
        return head(0, value)
    if isinstance(value, bytes):
        return head(2, len(value)) + value
    if isinstance(value, str):
        return head(3, len(value.encode())) + value.encode()
    if isinstance(value, list):
        return head(4, len(value)) + b"".join(map(cbor, value))
    pairs = [cbor(key) + cbor(value[key]) for key in sorted(value) if value[key] is not None]
    return head(5, len(pairs)) + b"".join(pairs)


def parse(data):
    """Reads one value; returns it and what follows."""
    major, short = data[0] >> 5, data[0] & 31
    width = {24: 1, 25: 2, 26: 4, 27: 8}.get(short, 0)
    number = int.from_bytes(data[1 : 1 + width], "big") if width else short
    rest = data[1 + width :]
    if major == 0:
        return number, rest
    if major in (2, 3):
        text = rest[:number]
        return (text if major == 2 else text.decode()), rest[number:]
    items = []
    for _ in range(number * (2 if major == 5 else 1)):
        item, rest = parse(rest)
        items.append(item)
    return (items if major == 4 else dict(zip(items[::2], items[1::2]))), rest


def describe(seed):
    _, public = key_pair(seed)
    return {
        "private": private_seed(seed).hex(),
        "public": public.hex(),
        "recipient": bech32("age1pq", public),
        "identity": bech32("age-secret-key-pq-", private_seed(seed)).upper(),
        "fingerprint": fingerprint(public).hex(),
    }


def open_capsule(seed, data):
    record, rest = parse(data)
    assert rest == b"" and cbor(record) == data, "K8: one encoding"
    assert record[0] == 1 and record[1] == SUITE_NUMBERS, "K9: known suite"
    private, public = key_pair(seed)
    assert record[2] == fingerprint(public), "K7: this master key"
    bound = info(record.get(7), record[6])
    key = HPKE.decrypt(record[9] + record[10], private, bound)
    assert hmac.compare_digest(commitment(key, record[6]), record[11]), "K11: commitment"
    return {
        "archive_key": key.hex(),
        "archive": record[6].hex(),
        "environment": record.get(7),
        "key": record.get(3),
        "generation": record[4],
        "created": record[5],
        "index_root": record[8].hex() if 8 in record else None,
        "wrapping": derive(key, record[6], b"wrapping", b"context").hex(),
    }


def seal_capsule(seed, facts):
    private, public = key_pair(seed)
    key, archive = bytes.fromhex(facts["archive_key"]), bytes.fromhex(facts["archive"])
    environment = facts.get("environment")
    sealed = HPKE.encrypt(key, private.public_key(), info(environment, archive))
    root = facts.get("index_root")
    return cbor(
        {
            0: 1,
            1: SUITE_NUMBERS,
            2: fingerprint(public),
            3: facts.get("key"),
            4: facts["generation"],
            5: facts["created"],
            6: archive,
            7: environment,
            8: bytes.fromhex(root) if root else None,
            9: sealed[:1120],
            10: sealed[1120:],
            11: commitment(key, archive),
        }
    )


def main():
    verb, seed = sys.argv[1], bytes.fromhex(sys.argv[2])
    if verb == "describe":
        print(json.dumps(describe(seed)))
    elif verb == "open":
        print(json.dumps(open_capsule(seed, sys.stdin.buffer.read())))
    elif verb == "seal":
        sys.stdout.buffer.write(seal_capsule(seed, json.load(sys.stdin)))
    else:
        sys.exit(f"what is {verb}?")


main()
