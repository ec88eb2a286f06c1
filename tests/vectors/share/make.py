"""Writes the share vectors with foreign software: nothing of Strongroom runs here.

Shares come from the reference implementation of SLIP-39 (shamir-mnemonic), records and
commitments from the text of docs/spec/share-1.md, fingerprints from Python's cryptography.
Run it with the peers' Python: target/peers/venv/bin/python tests/vectors/share/make.py
The same run writes the same files.
"""

import hashlib
import pathlib
import struct
from dataclasses import replace

from cryptography.hazmat.primitives.asymmetric import mlkem, x25519
from shamir_mnemonic import rs1024, shamir, wordlist
from shamir_mnemonic.share import Share

HERE = pathlib.Path(__file__).parent
WORDS = wordlist.WORDLIST
counter = 0


def draw(n):
    """Bytes from a counter: vectors need no secrets, they need repetition."""
    global counter
    out = b""
    while len(out) < n:
        out += hashlib.sha256(b"share vectors" + struct.pack(">Q", counter)).digest()
        counter += 1
    return out[:n]


shamir.RANDOM_BYTES = draw


def fingerprint(seed):
    label = b"HPKE-v1" + b"KEM" + struct.pack(">HH", 0x647A, 13) + b"DeriveKeyPair"
    private = hashlib.shake_256(seed + label + struct.pack(">H", 32)).digest(32)
    parts = hashlib.shake_256(private).digest(96)
    first = mlkem.MLKEM768PrivateKey.from_seed_bytes(parts[:64]).public_key()
    second = x25519.X25519PrivateKey.from_private_bytes(parts[64:]).public_key()
    public = first.public_bytes_raw() + second.public_bytes_raw()
    return hashlib.sha256(struct.pack(">HHH", 0x647A, 1, 2) + public).digest()[:20]


def cbor(value):
    """Deterministic CBOR of what records hold (RFC 8949 section 4.2)."""

    def head(major, n):
        if n < 24:
            return bytes([major << 5 | n])
        for extra, size in ((24, 1), (25, 2), (26, 4), (27, 8)):
            if n < 1 << 8 * size:
                return bytes([major << 5 | extra]) + n.to_bytes(size, "big")
        raise ValueError(n)

    if isinstance(value, int):
        return head(0, value)
    if isinstance(value, bytes):
        return head(2, len(value)) + value
    if isinstance(value, str):
        return head(3, len(value.encode())) + value.encode()
    if isinstance(value, list):
        return head(4, len(value)) + b"".join(map(cbor, value))
    pairs = sorted(value.items())
    return head(5, len(pairs)) + b"".join(cbor(k) + cbor(v) for k, v in pairs)


class Record(dict):
    """What a record says, by the names of the text file; `share` is the SLIP-39 share."""

    def encode(self):
        r = self
        place = {0: r["group"], 1: r["group-name"], 2: r["groups"], 3: r["groups-needed"],
                 4: r["member"], 5: r["holder"], 6: r["members"], 7: r["members-needed"]}
        environment, version = r["key"].split("/")
        record = {0: 1, 1: r["vault"], 2: [environment, int(version)], 3: r["fingerprint"],
                  4: r["split"], 5: r["created"], 6: r["identifier"], 7: place, 8: r["salt"],
                  9: r["commitment"]}
        return {key: value for key, value in record.items() if value is not None}

    def text(self, words, **changes):
        r = self
        lines = {
            "strongroom-share": "1",
            "environment": r["key"].split("/")[0],
            "key": r["key"],
            "fingerprint": r["fingerprint"].hex(),
            "vault": r["vault"].hex(),
            "split": r["split"].hex(),
            "created": "2026-11-24T15:04:05Z",
            "identifier": str(r["identifier"]),
            "group": f"{r['group'] + 1} of {r['groups']}",
            "group-name": r["group-name"],
            "groups-needed": str(r["groups-needed"]),
            "member": f"{r['member'] + 1} of {r['members']}",
            "holder": r["holder"],
            "members-needed": str(r["members-needed"]),
            "salt": r["salt"].hex(),
            "commitment": r["commitment"].hex(),
            "words": words,
        }
        lines.update({key.replace("_", "-"): value for key, value in changes.items()})
        return "".join(f"{k}: {v}\n" for k, v in lines.items() if v is not None)


def commitment(split, salt, words):
    label = b"strongroom/share-commitment/1\0"
    return hashlib.sha256(label + split + salt + words.encode()).digest()


class Split:
    def __init__(self, seed, key, groups, needed):
        self.seed, self.split, self.key = seed, draw(16), key
        numbers = [(k, 1 if k == 1 else len(holders)) for _, k, holders in groups]
        made = shamir.generate_mnemonics(needed, numbers, seed, b"", True, 0)
        self.records, self.words = [], []
        for g, (name, k, holders) in enumerate(groups):
            for m, holder in enumerate(holders):
                words = made[g][0 if k == 1 else m]
                salt = draw(32)
                share = Share.from_mnemonic(words)
                self.records.append(Record({
                    "vault": VAULT, "key": key, "split": self.split, "created": 1795532645,
                    "fingerprint": fingerprint(seed) if len(seed) == 32 else bytes(20),
                    "identifier": share.identifier, "group": g, "group-name": name,
                    "groups": len(groups), "groups-needed": needed, "member": m,
                    "holder": holder, "members": len(holders), "members-needed": k,
                    "salt": salt, "commitment": commitment(self.split, salt, words),
                }))
                self.words.append(words)

    def sheet(self, i, words=None, **changes):
        return self.records[i].text(words or self.words[i], **changes)

    def bare(self, i):
        return f"words: {self.words[i]}\n"

    def description(self):
        return cbor({0: 1, 1: [r.encode() for r in self.records]})


GROUPS = [("custodians", 2, ["Ada Example", "Ben Example", "Cleo Example"]),
          ("officers", 1, ["Dora Example", "Emil Example"])]
VAULT = draw(16)
SEED = draw(32)
A = Split(SEED, "drill/1", GROUPS, 2)
B = Split(draw(32), "drill/2", GROUPS, 2)
P = Split(draw(32), "production/1", GROUPS, 2)
OLD = Split(SEED, "drill/1", GROUPS, 2)
SHORT = Split(draw(16), "drill/1", GROUPS, 2)
WORDS_A = A.words[0].split()


def sealed(share, **changes):
    """A share with changed fields and a checksum that matches."""
    return replace(share, **changes).mnemonic()


def summed(indices, extendable=True):
    name = b"shamir_extendable" if extendable else b"shamir"
    return " ".join(wordlist.words_from_indices(indices + rs1024.create_checksum(indices, name)))


def swapped(a, b):
    words = list(WORDS_A)
    words[a], words[b] = words[b], words[a]
    return " ".join(words)


def with_word(position, word):
    words = list(WORDS_A)
    words[position - 1] = word
    return " ".join(words)


def other(word, step=1):
    return WORDS[(WORDS.index(word) + step) % 1024]


number = 0


def write(name, expect, sheets, outcome="opens", knows=("description",), split=A, about=""):
    """One vector: `expect` is the code of its one failure and who is named, or nothing."""
    global number
    number += 1
    code, _, named = expect.partition(" ")
    lines = [f"# {about or name.replace('-', ' ')}"]
    lines += [f"finding: {code}"] if code else []
    lines += [f"names: {named}"] if named else []
    lines += [f"outcome: {outcome}"]
    lines += [f"seed: {split.seed.hex()}"] if outcome == "opens" else []
    if "description" in knows:
        lines += [f"description: {split.description().hex()}"]
    if "fingerprint" in knows:
        lines += [f"fingerprint: {fingerprint(split.seed).hex()}"]
    if "environment" in knows:
        lines += [f"environment: {split.key.split('/')[0]}"]
    if "retired" in knows:
        lines += [f"retired: {OLD.split.hex()} 2026-12-01T00:00:00Z"]
    text = "\n".join(lines) + "\n"
    for at, sheet in enumerate(sheets):
        text += f"--- share {at + 1}\n{sheet}"
    (HERE / f"{number:03}-{name}.txt").write_text(text)


def main():
    for old in HERE.glob("*.txt"):
        old.unlink()
    rest = [A.sheet(1), A.sheet(2), A.sheet(3)]
    bare_rest = [A.bare(1), A.bare(2), A.bare(3)]
    ada = " Ada Example"
    first = Share.from_mnemonic(A.words[0])

    # Nothing is wrong.
    write("two-custodians-and-an-officer", "", [A.sheet(0), A.sheet(2), A.sheet(4)])
    write("everybody", "", [A.sheet(i) for i in range(5)])
    write("words-alone", "", [A.bare(0), A.bare(1), A.bare(3)], knows=("fingerprint",))
    write("words-alone-and-nothing-known", "", [A.bare(2), A.bare(0), A.bare(4)], knows=())
    write("capitals-and-spaces", "", [A.sheet(0, "  ".join(WORDS_A).upper()), *rest])

    # A word that is not on the list.
    for position, word in [(1, WORDS_A[0][:-1]), (5, "strongroom"), (9, "\u0430cid"),
                           (17, WORDS_A[16] + "s"), (32, "zzz"), (33, "33")]:
        write(f"unknown-word-{position}", "SR-QUORUM-UNKNOWN-WORD" + ada,
              [A.sheet(0, with_word(position, word)), *rest],
              about=f"word {position} is not on the list")

    # Words left out or added.
    for name, words in [("word-left-out", WORDS_A[:-1]), ("first-word-left-out", WORDS_A[1:]),
                        ("word-added", WORDS_A + ["acid"]), ("word-doubled", WORDS_A[:9] + WORDS_A[8:]),
                        ("half-of-the-words", WORDS_A[:16])]:
        write(name, "SR-QUORUM-WORD-COUNT" + ada, [A.sheet(0, " ".join(words)), *rest])

    # Words of the list that do not belong together.
    for position in (1, 2, 3, 4, 5, 12, 20, 30, 31, 33):
        write(f"wrong-word-{position}", "SR-QUORUM-CHECKSUM" + ada,
              [A.sheet(0, with_word(position, other(WORDS_A[position - 1]))), *rest],
              about=f"word {position} is another word of the list")
    for a, b in ((0, 1), (15, 16), (31, 32), (4, 29)):
        write(f"words-{a + 1}-and-{b + 1}-swapped", "SR-QUORUM-CHECKSUM" + ada,
              [A.sheet(0, swapped(a, b)), *rest])
    two = with_word(7, other(WORDS_A[6])).split()
    two[21] = other(two[21], 512)
    write("two-wrong-words", "SR-QUORUM-CHECKSUM" + ada, [A.sheet(0, " ".join(two)), *rest])
    two[30] = other(two[30], 77)
    write("three-wrong-words", "SR-QUORUM-CHECKSUM" + ada, [A.sheet(0, " ".join(two)), *rest])
    turned = " ".join(WORDS_A[1:] + WORDS_A[:1])
    write("words-turned-by-one", "SR-QUORUM-CHECKSUM" + ada, [A.sheet(0, turned), *rest])
    reverse = " ".join(reversed(WORDS_A))
    write("words-backwards", "SR-QUORUM-CHECKSUM" + ada, [A.sheet(0, reverse), *rest])

    # A right checksum over what cannot be.
    indices = list(wordlist.mnemonic_to_indices(A.words[0]))[:-3]
    for bit in (9, 6):
        padded = list(indices)
        padded[4] |= 1 << bit
        write(f"padding-bit-{bit}", "SR-QUORUM-MALFORMED" + ada,
              [A.sheet(0, summed(padded)), *rest])
    write("more-groups-needed-than-there-are", "SR-QUORUM-MALFORMED" + ada,
          [A.sheet(0, sealed(first, group_threshold=3)), *rest])
    write("group-beyond-the-last", "SR-QUORUM-MALFORMED" + ada,
          [A.sheet(0, sealed(first, group_index=2)), *rest])
    for exponent in (6, 15):
        write(f"iteration-exponent-{exponent}", "SR-QUORUM-EXPONENT" + ada,
              [A.sheet(0, sealed(first, iteration_exponent=exponent)), *rest])

    # A share, but not the one that was handed out.
    for bit in (0, 7, 100, 255):
        value = (int.from_bytes(first.value, "big") ^ 1 << bit).to_bytes(32, "big")
        write(f"value-bit-{bit}-changed", "SR-QUORUM-ALTERED" + ada,
              [A.sheet(0, sealed(first, value=value)), *rest])
    for name, changes in [("member", {"index": 1}), ("group", {"group_index": 1}),
                          ("member-threshold", {"member_threshold": 1}),
                          ("group-threshold", {"group_threshold": 1}),
                          ("group-count", {"group_count": 3}), ("exponent", {"iteration_exponent": 1}),
                          ("extendable-flag", {"extendable": False})]:
        write(f"{name}-changed", "SR-QUORUM-ALTERED" + ada,
              [A.sheet(0, sealed(first, **changes)), *rest])
    write("words-of-another-holder", "SR-QUORUM-ALTERED" + ada, [A.sheet(0, A.words[1]), *rest])
    write("altered-words-alone", "SR-QUORUM-ALTERED" + ada,
          ["words: " + sealed(first, value=bytes(32)) + "\n", *rest])
    write("salt-changed", "SR-QUORUM-ALTERED" + ada,
          [A.sheet(0, salt=bytes(32).hex()), *rest], knows=("fingerprint",))
    write("commitment-changed", "SR-QUORUM-ALTERED" + ada,
          [A.sheet(0, commitment=bytes(32).hex()), *rest], knows=("fingerprint",))
    write("split-id-changed", "SR-QUORUM-ALTERED" + ada,
          [A.sheet(0, split=bytes(16).hex()), *rest], knows=("fingerprint",))
    write("record-with-another-holder", "SR-QUORUM-OTHER-RECORD Eve Example",
          [A.sheet(0, holder="Eve Example"), *rest])
    write("record-with-another-date", "SR-QUORUM-OTHER-RECORD" + ada,
          [A.sheet(0, created="2026-11-25T15:04:05Z"), *rest])
    write("words-of-another-split", "SR-QUORUM-OTHER-WORDS" + ada,
          [A.sheet(0, OLD.words[0]), *rest])

    # The right shape, the wrong place.
    write("foreign-key", "SR-QUORUM-FOREIGN-KEY" + ada, [B.sheet(0), *rest])
    write("foreign-key-by-fingerprint", "SR-QUORUM-FOREIGN-KEY" + ada, [B.sheet(0), *rest],
          knows=("fingerprint",))
    write("foreign-words-alone", "SR-QUORUM-OTHER-SPLIT share 1", [B.bare(0), *rest])
    write("production-share-in-a-drill", "SR-QUORUM-OTHER-ENVIRONMENT" + ada,
          [P.sheet(0), *rest], knows=("environment",))
    write("drill-share-in-production", "SR-QUORUM-OTHER-ENVIRONMENT Cleo Example",
          [A.sheet(2), P.sheet(0), P.sheet(1), P.sheet(4)], split=P)
    write("retired-split", "SR-QUORUM-RETIRED-SPLIT" + ada, [OLD.sheet(0), *rest],
          knows=("description", "retired"))
    write("another-split-of-the-same-key", "SR-QUORUM-OTHER-SPLIT" + ada, [OLD.sheet(0), *rest])
    write("mixed-splits-of-words-alone", "SR-QUORUM-OTHER-SPLIT share 1",
          [OLD.bare(0), *bare_rest], knows=("fingerprint",))
    write("short-secret", "SR-QUORUM-SIZE share 1", [SHORT.bare(0), *bare_rest],
          knows=("fingerprint",))

    # The same share again.
    write("share-twice", "SR-QUORUM-DUPLICATE" + ada, [A.sheet(0), A.sheet(0), *rest])
    write("words-twice", "SR-QUORUM-DUPLICATE share 2", [A.bare(0), A.bare(0), *bare_rest],
          knows=("fingerprint",))
    write("officer-twice", "SR-QUORUM-DUPLICATE Dora Example", [A.sheet(3), A.sheet(3), A.sheet(0),
                                                                A.sheet(1)])
    write("share-twice-is-not-two", "SR-QUORUM-DUPLICATE" + ada,
          [A.sheet(0), A.sheet(0), A.sheet(3)], outcome="refused")

    # Too few.
    write("one-custodian", "SR-QUORUM-TOO-FEW Ben Example", [A.sheet(0), A.sheet(3)],
          outcome="refused")
    write("no-officer", "SR-QUORUM-TOO-FEW officers", [A.sheet(0), A.sheet(1), A.sheet(2)],
          outcome="refused")
    write("officers-only", "SR-QUORUM-TOO-FEW custodians", [A.sheet(3), A.sheet(4)],
          outcome="refused")
    write("nobody", "SR-QUORUM-TOO-FEW custodians", [], outcome="refused")
    write("words-of-one-group", "SR-QUORUM-TOO-FEW-GROUPS", [A.bare(0), A.bare(1)],
          outcome="refused", knows=())

    # Words alone, one forged with a right checksum: only combining can tell.
    forged = "words: " + sealed(first, value=draw(32)) + "\n"
    write("forged-share-and-a-surplus", "SR-QUORUM-WRONG-SHARE share 1", [forged, *bare_rest],
          knows=("fingerprint",))
    write("forged-share-last", "SR-QUORUM-WRONG-SHARE share 4", [*bare_rest, forged], knows=())
    write("forged-share-without-surplus", "SR-QUORUM-DISAGREE", [forged, A.bare(1), A.bare(3)],
          outcome="refused", knows=("fingerprint",))
    officer = Share.from_mnemonic(A.words[3])
    forged = "words: " + sealed(officer, value=draw(32)) + "\n"
    write("forged-officer-and-a-true-one", "SR-QUORUM-WRONG-SHARE share 1",
          [forged, A.bare(0), A.bare(1), A.bare(4)], knows=("fingerprint",))
    write("complete-quorum-of-another-key", "SR-QUORUM-OTHER-RESULT",
          [B.bare(0), B.bare(1), B.bare(3)], outcome="refused", knows=("fingerprint",))

    # Text files that are none.
    text = A.sheet(0)
    for name, code, bad in [
        ("unknown-key", "LINE", text + "note: hello\n"),
        ("line-without-key", "LINE", text + "hello\n"),
        ("key-twice", "REPEATED", text + "holder: Ada Example\n"),
        ("key-missing", "MISSING", A.sheet(0, salt=None)),
        ("words-missing", "MISSING", A.records[0].text(None)),
        ("split-malformed", "VALUE", A.sheet(0, split="0123")),
        ("group-zero", "VALUE", A.sheet(0, group="0 of 2")),
        ("later-version", "VALUE", A.sheet(0, **{"strongroom_share": "2"})),
        ("environment-contradicts-the-key", "VALUE", A.sheet(0, environment="production")),
        ("member-beyond-the-last", "RECORD", A.sheet(0, member="4 of 3")),
        ("text-turned-around", "RECORD", A.sheet(0, holder="Ada \u202eelpmaxE")),
        ("too-long", "TOO-LONG", text + "# " + "x" * 16384 + "\n"),
    ]:
        write(f"text-{name}", f"SR-QUORUM-TEXT-{code}", [bad, *rest], outcome="unreadable")

    example = A.records[0]
    print(f"record: {cbor(example.encode()).hex()}\n\n{A.sheet(0)}")


main()
