"""Reads archives of format 1; written from archive-1.md, keys-1.md and share-1.md alone.

    strongroom_decoder.py list    FOLDER-OR-VOLUME... --seed HEX
    strongroom_decoder.py verify  FOLDER-OR-VOLUME...
    strongroom_decoder.py restore FOLDER-OR-VOLUME... --seed HEX --to DIR

Clauses A1 to A17, A19 to A27, A32 for lost trailers, A41 within a page; K1, K2, K7 to K12; S3, S18. Left
out: parts of damaged segments (A18), mending (A35), lost indexes (A36 to A40), owners, attributes.
"""

import argparse, functools, hashlib, hmac, io, os, re, struct, sys
from collections import namedtuple
from pathlib import Path

import zstandard
from blake3 import blake3
from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives import hashes, hpke, keywrap
from cryptography.hazmat.primitives.asymmetric import ed25519, mlkem, x25519
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF, HKDFExpand

BLOCK, BODY = 4096, 64 << 20  # A3, A5
CAPSULE, SEGMENT, MANIFEST, KEYS, INDEX, ROOT = range(1, 7)  # A7
KINDS = "- capsule segment manifest keys index root parity expectations".split()
FILE, FOLDER, LINK, HARD_LINK = range(1, 5)  # A22
DAMAGE = set()
WRONG = (ValueError, InvalidTag, InvalidSignature, keywrap.InvalidUnwrap, zstandard.ZstdError)
Frame = namedtuple("Frame", "kind number volume offset length text compression digest")  # A10
Maybe = namedtuple("Maybe", "form")
Each = namedtuple("Each", "form low high")

# Forms of records: a range or set is what a value is one of, a tuple the bounds of a byte string's
# length, str a text, a list an array of exactly these, Each an array of one form, a dict a map.
U32, U64, I64 = range(1 << 32), range(1 << 64), range(-(1 << 63), 1 << 63)
ONE, VOLUMES, COUNT = range(1, 2), range(1, 65537), range(1, 1 << 32)
B16, B20, B32, B64 = (16, 16), (20, 20), (32, 32), (64, 64)
RECORD = [range(1, 9), U64, VOLUMES, U64, range(BODY + 1), range(BODY + 1), range(2), B32]  # A10
ENVIRONMENT = {"production", "staging", "development", "drill"}
SETTINGS_MAP = {0: B16, 1: Maybe(B16), 2: Maybe(ENVIRONMENT), 3: Maybe([str, U64]), 4: str, 5: U64,
                6: {1 << bits for bits in range(16, 25)}, 7: Maybe(U64), 8: Maybe(str),
                9: Maybe([range(2, 1025), COUNT, range(64, (1 << 20) + 1, 64), range(1, 257)])}
BLOCK_MAP = {0: ONE, 1: VOLUMES, 2: SETTINGS_MAP, 3: Maybe(U64),
             4: Maybe([VOLUMES, [RECORD, RECORD]])}  # A3
ROOT_MAP = {0: ONE, 1: B16, 2: B32, 3: B32, 4: U64, 5: U64, 6: U64, 7: U64, 8: U64, 9: VOLUMES,
            10: Each([U64, Each(RECORD, 1, 8)], 0, 65536), 11: B32, 12: Maybe([B32, B64])}  # A12
CAPSULE_MAP = {0: ONE, 1: [U32] * 3, 2: B20, 3: Maybe([str, COUNT]), 4: COUNT, 5: U64, 6: B16,
               7: Maybe(ENVIRONMENT), 8: Maybe(B32), 9: (1120, 1120), 10: (48, 48), 11: B32}  # K8
ENTRY = {0: (1, 4096), 1: [range(1, 5), list], 2: range(0o10000), 3: I64, 4: range(10**9),
         5: [U64, U64], 6: Maybe([str, str]), 7: Each([(1, BODY), (0, BODY)], 0, BODY)}  # A22
ENTRY_KINDS = {FILE: [U64, U64, U64, Each([U64, U64], 0, BODY), B32], FOLDER: [],
               LINK: [(1, BODY)], HARD_LINK: [(1, 4096)]}

def unchunked(key, context, body):  # A15, with the formula of C2SP chunked-encryption@v1
    salt, commitment, chunks = body[:24], body[24:56], body[56:]
    info = b"c2sp.org/chunked-encryption@v1+AEAD_AES_256_GCM\0" + salt + context
    derived = HKDFExpand(hashes.SHA512(), 76, info).derive(key)
    need(hmac.compare_digest(derived[44:], commitment), "sealed with another key or for another place")
    aead, base, text = AESGCM(derived[:32]), int.from_bytes(derived[32:44]), b""
    need(len(chunks) % 16400 >= 16, "it is cut off")
    for number, at in enumerate(range(0, len(chunks), 16400)):
        text += aead.decrypt((base ^ number).to_bytes(12), chunks[at:at + 16400], None)
    return text

def need(condition, text):
    if not condition:
        raise ValueError(text)

def damaged(text):
    if text not in DAMAGE:
        print(f"damaged: {text}", file=sys.stderr)
    DAMAGE.add(text)

def digest(data):
    return blake3(data).digest()

def shown(name):
    return repr(name.decode("utf-8", "surrogateescape"))

def head(major, number):
    if number < 24:
        return bytes([major << 5 | number])
    extra = next(extra for extra in range(4) if number < 1 << (8 << extra))
    return bytes([major << 5 | 24 + extra]) + number.to_bytes(1 << extra, "big")

def encode(value):  # A1
    if isinstance(value, int):
        return head(0, value) if value >= 0 else head(1, -1 - value)
    if isinstance(value, (bytes, str)):
        data = value if isinstance(value, bytes) else value.encode()
        return head(2 if data is value else 3, len(data)) + data
    if isinstance(value, dict):
        return head(5, len(value)) + b"".join(sorted(encode(k) + encode(value[k]) for k in value))
    return head(4, len(value)) + b"".join(map(encode, value))

def decode(stream, depth=0):  # whether the encoding was A1's is seen by encoding again
    first = stream.read(1)
    major, number = divmod(first[0] if first else 255, 32)
    need(major < 6 and number < 28 and depth < 8, "CBOR that ends too early or is not used here")
    if number > 23:
        number = int.from_bytes(stream.read(1 << number - 24), "big")
    if major < 2:
        return -1 - number if major else number
    if major < 4:
        part = stream.read(min(number, BODY))
        return part if major == 2 else part.decode()
    items = [decode(stream, depth + 1) for _ in range(number * (major - 3))]
    if major == 4:
        return items
    need(all(type(key) is int for key in items[::2]), "CBOR map with keys that are no integers")
    return dict(zip(items[::2], items[1::2]))

FITS = {
    range: lambda v, f: type(v) is int and v in f,
    set: lambda v, f: type(v) in (int, str) and v in f,
    type: lambda v, f: type(v) is f,
    tuple: lambda v, f: type(v) is bytes and f[0] <= len(v) <= f[1],
    list: lambda v, f: type(v) is list and len(v) == len(f) and all(map(fits, v, f)),
    Each: lambda v, f: type(v) is list and f.low <= len(v) <= f.high and fits(v, [f.form] * len(v)),
    dict: lambda v, f: type(v) is dict and {*v} <= {*f} and all(fits(v.get(k), f[k]) for k in f),
    Maybe: lambda v, f: v is None or fits(v, f.form)}

def fits(value, form):
    return FITS[type(form)](value, form)

def read_record(data, form, bound=BODY):
    need(len(data) <= bound, f"more than {bound} bytes")
    record = decode(io.BytesIO(data))
    need(encode(record) == data, "CBOR in another encoding")
    if isinstance(record, dict):
        need(record.get(0) == 1, f"version {record.get(0)!r}; this program reads 1")  # A2
    need(form is not CAPSULE_MAP or record.get(1) == [0x647A, 1, 2], "unknown suite")  # K9
    need(fits(record, form), "fields are missing, unknown or out of bounds")
    return record

def preamble(archive, frame):  # A6
    data = struct.pack(">8sBB2x16sIQQQ4x", b"SRFRAME1", frame.kind, frame.compression, archive,
                       frame.volume, frame.number, frame.length, frame.text)
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0x82F63B78 if crc & 1 else 0)
    return data + struct.pack(">I", crc ^ 0xFFFFFFFF)

class Volume:
    def __init__(self, path):
        self.path, self.file = path, open(path, "rb")
        self.size = self.file.seek(0, 2)
        self.blocks = [b for at in (0, self.size - BLOCK) if (b := self.block(at))]

    def read(self, offset, length):
        try:
            self.file.seek(offset)
            return self.file.read(min(length, max(0, self.size - offset)))
        except (OSError, OverflowError, ValueError):
            return b""

    def block(self, offset):  # A3, A4: what keys 0 to 4 have
        try:
            data = self.read(offset, BLOCK)
            end = 12 + int.from_bytes(data[8:12], "big")
            need(data[:8] == b"STRONGRM" and digest(data[:4064]) == data[4064:]
                 and end <= 4064 and not any(data[end:4064]), "not whole")
            record = read_record(data[12:end], BLOCK_MAP)
            need(record.get(3) == (self.size if offset else None)
                 and (4 not in record or offset and record[4][0] == record[1]), "not this volume's")
            return [record.get(key) for key in range(5)]
        except ValueError as problem:
            damaged(f"{self.path}: {'trailer' if offset else 'superblock'}: {problem}")

    def scan(self, archive, kind):  # A32: frames by their preambles, backwards
        for start in range(self.size // 65536 * 65536, -1, -65536):
            data = self.read(start, 65536 + 63)
            for at in reversed([match.start() for match in re.finditer(b"SRFRAME1", data[:65543])]):
                found = data[at : at + 64].ljust(64)
                sort, packed, volume, number, length, text = struct.unpack(">8xBB18xIQQQ8x", found)
                frame = Frame(sort, number, volume, start + at + 64, length, text, packed, None)
                if frame.kind == kind and preamble(archive, frame) == found:
                    yield frame

def private_key(seed):  # K1, K2
    label = b"HPKE-v1KEM\x64\x7a\x00\x0dDeriveKeyPair\x00\x20"
    expanded = hashlib.shake_256(hashlib.shake_256(seed + label).digest(32)).digest(96)
    return hpke.MLKEM768X25519PrivateKey(
        mlkem.MLKEM768PrivateKey.from_seed_bytes(expanded[:64]),
        x25519.X25519PrivateKey.from_private_bytes(expanded[64:]))

def derive(key, archive, label):  # K12
    return HKDF(hashes.SHA256(), 32, archive, b"strongroom/archive-key/1\0%b\0" % label).derive(key)

def open_capsule(record, private):  # K7, K10, K11
    parts = (b"strongroom/capsule/1", b"\x64\x7a\0\1\0\2", record.get(7, "unstated").encode(),
             record[6])
    info = b"".join(struct.pack(">H", len(part)) + part for part in parts)
    suite = hpke.Suite(hpke.KEM.MLKEM768_X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_256_GCM)
    try:
        key = suite.decrypt(record[9] + record[10], private, info)
        need(hmac.compare_digest(derive(key, record[6], b"commitment"), record[11]), "commitment")
        return key
    except WRONG:
        return None

def combine(files):  # S3, S18
    from shamir_mnemonic.recovery import RecoveryState, Share
    state = RecoveryState()
    for text in [Path(file).read_text("utf-8").lower() for file in files]:
        words = re.search(r"^\s*words\s*:(.*)", text, re.MULTILINE)
        state.add_share(Share.from_mnemonic(words[1] if words else text))
    return state.recover(b"")

def merkle_root(leaves):  # A21
    if len(leaves) < 2:
        return leaves[0] if leaves else digest(b"")
    half = 1 << (len(leaves) - 1).bit_length() - 1
    return digest(b"\1" + merkle_root(leaves[:half]) + merkle_root(leaves[half:]))

def path_parts(path):  # A23
    parts = path.split(b"/")
    need(len(parts) <= 512 and 0 not in path and not {b".", b".."} & set(parts)
         and all(1 <= len(part) <= 255 for part in parts), f"the path {shown(path)} is refused")
    return parts

def check_page(page, before, kind_before, position, lost):  # A24, A25: and what comes before next
    for entry in page:
        parts, (kind, fields) = path_parts(entry[0]), entry[1]
        names = [name for name, _ in entry[7]]
        need(fits(fields, ENTRY_KINDS[kind]) and len(encode(entry)) <= 8 << 20
             and names == sorted(set(names)), "form of an entry")
        need(before < parts and (kind_before == FOLDER or parts[: len(before)] != before), "order")
        if kind == FILE:
            start, stored, size, holes, _ = fields
            need(start == position or lost and start > position, "content is not in order")
            position, lost, end = start + stored, False, -1
            for offset, length in holes:
                need(length and offset > end, "holes")
                end, stored = offset + length, stored + length
            need(end <= size and stored == size, "holes")
        need(kind != LINK or 0 not in fields[0], "target of a link")
        need(kind != HARD_LINK or path_parts(fields[0]) < parts, "hard link to what follows it")
        before, kind_before = parts, kind
    return before, kind_before, position, False

class Archive:
    def __init__(self, paths):
        self.volumes, self.frames, self.records, self.key = {}, {}, [], None
        files = [file for path in map(Path, paths) for file in (
            [*path.glob("*.strongroom"), *path.glob("*.capsule")] if path.is_dir() else [path])]
        self.detached = [file for file in files if file.suffix == ".capsule"]
        self.every = [Volume(file) for file in sorted(files) if file.suffix != ".capsule"]
        blocks = [block for volume in self.every for block in volume.blocks]
        self.settings = blocks[0][2] if blocks else sys.exit("no volume that can be read")
        if any(block[2] != self.settings for block in blocks):
            sys.exit("the settings of the volumes differ")  # A9
        for volume, number in {(v, block[1]) for v in self.every for block in v.blocks}:
            self.volumes.setdefault(number, []).append(volume)
        self.id, self.environment = self.settings[0], self.settings.get(2, "unstated")
        self.root_frames = [Frame(*record) for block in blocks if block[4]
                            for record in block[4][1]]

    def read(self, frames, use):  # A20: what `use` makes of the first copy that is good
        for frame in frames:
            why = "its volume is missing"
            for volume in self.volumes.get(frame.volume, []):
                body = volume.read(frame.offset, frame.length)
                try:
                    need(digest(body) == frame.digest and len(body) == frame.length, "digest")
                    return use(frame, body)
                except WRONG as problem:
                    why = str(problem) or type(problem).__name__
            damaged(f"{KINDS[frame.kind]} {frame.number}, volume {frame.volume}, offset "
                    f"{frame.offset}, {frame.length} bytes: {why}")

    def open(self, key, frame, body):  # A15, A16
        context = (b"strongroom/archive/1\0" + bytes([frame.kind, frame.compression]) + self.id
                   + struct.pack(">QQ", frame.number, frame.text) + self.environment.encode())
        text = unchunked(key, context, body)
        if frame.compression:
            decompressor = zstandard.ZstdDecompressor(max_window_size=16 << 20)
            with decompressor.stream_reader(text, read_across_frames=True) as reader:
                text = reader.read(frame.text) + reader.read(1)
        need(len(text) == frame.text, "not as long as its record says")
        return text

    def root_bodies(self):  # A4, A32
        for frame in self.root_frames:
            yield self.read([frame], lambda _, body: body) or b""
        for volume in reversed(self.every):
            for frame in volume.scan(self.id, ROOT):
                yield volume.read(frame.offset, min(frame.length, BODY))

    def read_root(self, body):  # A12, A13
        root = read_record(body, ROOT_MAP)
        need(root[1] == self.id and root[2] == digest(encode(self.settings)), "of other settings")
        firsts = [page[0] for page in root[10]] + [root[5]]
        need(root[5] == -(-root[6] // self.settings[6]) and firsts == sorted(firsts)
             and not firsts[0] and bool(root[7]) == bool(root[8]) >= bool(root[6]), "numbers")
        self.statement = b"strongroom/archive-root/1\0" + encode({k: root[k] for k in range(11)})
        if self.key:
            mac = hmac.digest(derive(self.key, self.id, b"root"), self.statement, "sha256")
            need(hmac.compare_digest(mac, root[11]), "its MAC is not of the archive's key")
        return root

    def load(self):
        for body in self.root_bodies():
            try:
                self.root = self.read_root(body)
                break
            except ValueError as problem:
                damaged(f"root: {problem}")
        else:
            sys.exit("the archive is not sealed, or its end is missing")  # A4
        for number in set(range(1, self.root[9] + 1)) - self.volumes.keys():
            damaged(f"volume {number} of {self.root[9]} is missing")  # A9
        for number in range(len(self.root[10])):
            self.records += self.index_page(number) or []
        for frame in self.records:
            self.frames.setdefault((frame.kind, frame.number), []).append(frame)
        leaves = [digest(b"\0" + encode(frame)) for frame in self.records]
        if (len(leaves), merkle_root(leaves)) != (self.root[4], self.root[3]):
            damaged("index: not the records and the Merkle root that the root names")

    def index_page(self, number):  # A10
        first, copies = self.root[10][number]
        behind = [*self.root[10], [self.root[5]]][number + 1][0]
        size, content = self.settings[6], self.root[6]
        def use(_, body):
            page = [Frame(*record) for record in read_record(body, Each(RECORD, 1, 2048), 1 << 18)]
            segments = [(frame.number, frame.text) for frame in page if frame.kind == SEGMENT]
            need(segments == [(n, min(size, content - n * size)) for n in range(first, behind)],
                 "numbers or lengths of segments")
            need(all(frame.kind not in (CAPSULE, INDEX, ROOT) and frame.volume <= self.root[9]
                     for frame in page), "kind or volume of a record")
            ends = [(0, 0)] + [(frame.volume, frame.offset + frame.length) for frame in page]
            need(all(end <= (frame.volume, frame.offset - 64) and frame.offset >= 4160  # A41
                     for end, frame in zip(ends, page)), "places of records")
            return page
        return self.read([Frame(*record) for record in copies], use)

    def capsule_bytes(self):  # A8
        for volume in self.every:
            for frame in volume.scan(self.id, CAPSULE):
                yield volume.path, volume.read(frame.offset, min(frame.length, 2049))
        yield from [(path, path.read_bytes()) for path in self.detached]

    def capsules(self):  # K8, K9
        for path, data in self.capsule_bytes():
            try:
                record = read_record(data, CAPSULE_MAP, 2048)
                environment, name = self.settings.get(2), record.get(3, [record.get(7)])[0]
                need([record[6], record.get(7), name] == [self.id, environment, environment],
                     "of another archive")
                yield record
            except ValueError as problem:
                damaged(f"{path}: capsule: {problem}")

    def unlock(self, seed):
        private, names = private_key(seed), set()
        for record in self.capsules():
            names.add(f"{record.get(3)}, fingerprint {record[2].hex()}")
            self.key = open_capsule(record, private)
            if self.key:
                self.page_key = derive(self.key, self.id, b"pages")  # A19
                return
        sys.exit(f"no capsule opens with this seed; they name {names}")

    @functools.lru_cache(2)
    def key_page(self, page):  # A19
        def use(frame, body):
            first, keys = read_record(self.open(self.page_key, frame, body), [U64, (0, 4096 * 40)])
            need(first == 4096 * page and len(keys) == 40 * min(4096, self.root[5] - first), "keys")
            return keys
        return self.read(self.frames.get((KEYS, page), []), use)

    @functools.lru_cache(2)
    def segment(self, number):
        def use(frame, body):
            keys = self.key_page(number // 4096)
            need(keys, "its key page is lost")
            wrapping = derive(self.key, self.id, b"data keys")
            key = keywrap.aes_key_unwrap(wrapping, keys[number % 4096 * 40 :][:40])
            return self.open(key, frame, body)
        return self.read(self.frames.get((SEGMENT, number), []), use)

    def entries(self):  # A22
        before, count = ([], FOLDER, 0, False), 0
        def use(frame, body):
            page = read_record(self.open(self.page_key, frame, body), Each(ENTRY, 0, BODY))
            return page, check_page(page, *before)
        for number in range(self.root[8]):
            page, after = self.read(self.frames.get((MANIFEST, number), []), use) or ([], None)
            before, count = after or (*before[:3], True), count + len(page)
            yield from page
        if count != self.root[7] or before[2] != self.root[6]:
            damaged(f"manifest: {count} of {self.root[7]} entries are left")

def line(entry):
    path, (kind, fields), (user, group) = entry[0], entry[1], entry[5]
    if kind == FILE:
        holes = " ".join(f"{offset}+{length}" for offset, length in fields[3])
        what = f"file {fields[2]} [{holes}] {fields[4].hex()}"
    else:
        what = " ".join([["folder", "link", "hard link"][kind - 2], *map(shown, fields)])
    return (f"{shown(path)} {entry[2]:o} {entry[3]}.{entry[4]:09} {user}:{group} "
            f"[{' '.join(shown(name) for name, _ in entry[7])}] {what}\n")

def verify(archive):
    copies = [Frame(*record) for page in archive.root[10] for record in page[1]]
    for frame in archive.records + copies + archive.root_frames:
        archive.read([frame], lambda *_: True)
        for volume in archive.volumes.get(frame.volume, []):
            if volume.read(frame.offset - 64, 64) != preamble(archive.id, frame):
                damaged(f"{volume.path}: preamble at offset {frame.offset - 64}")
    index_root = digest(archive.statement)
    capsules = [(record.pop(8, index_root), encode(record)) for record in archive.capsules()]
    if len(capsules) < 2 * len(archive.every) or set(capsules) != {(index_root, capsules[0][1])}:
        damaged("capsules: a copy is lost, or they differ, or they name another index root")
    public, signature = archive.root.get(12, (b"", b""))  # A14
    try:
        if public:
            ed25519.Ed25519PublicKey.from_public_bytes(public).verify(signature, archive.statement)
        print(f"sealed by {public.hex()}" if public else "not signed")
    except WRONG:
        damaged("signature invalid")

class Restore:
    def __init__(self, archive, target):
        self.archive, self.target = archive, os.fsencode(os.path.abspath(target))
        self.apart, self.folders, self.files = self.target + b".damaged", {b""}, set()
        os.makedirs(self.target)
        os.makedirs(self.apart)
        entries, failed = list(archive.entries()), set()
        order = sorted(entries, key=lambda e: (FOLDER, FILE, HARD_LINK, LINK).index(e[1][0]))
        folders = [entry for entry in reversed(entries) if entry[1][0] == FOLDER]
        for action, entry in [(self.make, e) for e in order] + [(self.finish, e) for e in folders]:
            try:
                need(os.sep == "/" or not set(entry[0]) & set(b"\\:"), "no name for this system")
                action(entry, os.path.join(self.target, entry[0]))
            except (OSError, ValueError, OverflowError) as problem:
                damaged(f"{shown(entry[0])}: {problem}")
                failed.add(entry[0])
        if not os.listdir(self.apart):
            os.rmdir(self.apart)
        print(f"{len(entries) - len(failed)} entries restored, {len(failed)} not")

    def folder(self, path):
        if path not in self.folders:
            self.folder(path.rpartition(b"/")[0])
            os.mkdir(os.path.join(self.target, path))  # A26: fails where names fold
            self.folders.add(path)

    def make(self, entry, place):
        kind, fields = entry[1]
        self.folder(entry[0] if kind == FOLDER else entry[0].rpartition(b"/")[0])
        if kind == FILE:
            apart = os.path.join(self.apart, digest(entry[0]).hex().encode())
            problem = self.write(fields, apart) or os.path.lexists(place) and "its name is taken"
            need(not problem, f"{problem}; what is left is {os.fsdecode(apart)}")
            self.finish(entry, apart)
            os.rename(apart, place)  # A27
            self.files.add(entry[0])
        elif kind == HARD_LINK:
            need(fields[0] in self.files, "the file of this hard link was not restored")
            os.link(os.path.join(self.target, fields[0]), place)
        elif kind == LINK:
            os.symlink(fields[0], place)
            self.finish(entry, place)

    def write(self, fields, path):  # what can be read; returns what is wrong with it
        (position, _, size, holes, expected), at, lost, hasher = fields, 0, [], blake3()
        with open(path, "xb") as out:
            out.truncate(size)
            for hole, length in [*holes, [size, 0]]:
                while at < hole:
                    number, skip = divmod(position, self.archive.settings[6])
                    count = min(self.archive.settings[6] - skip, hole - at)
                    text = self.archive.segment(number)
                    piece = (text or b"")[skip : skip + count]
                    lost += [] if piece else [f"{at} to {at + count}"]
                    out.seek(at)
                    out.write(piece)
                    hasher.update(piece)
                    at, position = at + count, position + count
                at += length
        wrong = "" if hasher.digest() == expected else "its digest is wrong"
        return f"lost are the bytes {', '.join(lost)}" if lost else wrong

    def finish(self, entry, place):
        if entry[1][0] != LINK:
            os.chmod(place, entry[2] & 0o777)  # A26
        os.utime(place, ns=(entry[3] * 10**9 + entry[4],) * 2, follow_symlinks=False)

def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("command", choices=["list", "verify", "restore"])
    parser.add_argument("paths", nargs="+", metavar="FOLDER-OR-VOLUME")
    parser.add_argument("--seed", type=bytes.fromhex, default=b"", metavar="HEX")
    parser.add_argument("--shares", nargs="+", metavar="FILE")
    parser.add_argument("--to", default="restored", metavar="DIR", help="a new folder")
    options = parser.parse_args()
    archive = Archive(options.paths)
    if options.command != "verify":
        archive.unlock(combine(options.shares) if options.shares else options.seed)
    archive.load()
    if options.command == "list":
        sys.stdout.writelines(map(line, archive.entries()))
    elif options.command == "verify":
        verify(archive)
    else:
        Restore(archive, options.to)
    sys.exit("damaged" if DAMAGE else 0)

main()
