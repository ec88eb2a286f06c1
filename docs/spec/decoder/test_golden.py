"""Runs strongroom_decoder.py against the golden archives: python test_golden.py

One line for each check; the exit code is 0 only if all of them pass.
"""

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from blake3 import blake3

HERE = Path(__file__).resolve().parent
DECODER = HERE / "strongroom_decoder.py"
GOLDEN = HERE.parents[2] / "tests" / "golden" / "v1"
PREAMBLE = b"SRFRAME1"
failures = []


def check(name, passed, detail=""):
    print(f"{'ok  ' if passed else 'FAIL'} {name}{'' if passed else ': ' + str(detail)[:500]}")
    if not passed:
        failures.append(name)


def run(*arguments):
    command = [sys.executable, str(DECODER), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=600)


def shown(digits):
    return repr(bytes.fromhex(digits).decode("utf-8", "surrogateescape"))


def as_listed(line):
    """A line of contents.txt (tests/golden/README.md) as the decoder lists it."""
    path, mode, time, owner, rest = line.split(" ", 4)
    names, what = re.fullmatch(r"\[(.*?)\] (.*)", rest).groups()
    names = " ".join(map(shown, names.split()))
    kind, _, target = what.rpartition(" ")
    if kind in ("link", "hard link"):
        what = f"{kind} {shown(target)}"
    return f"{shown(path)} {mode} {time} {owner} [{names}] {what}"


def stored_bytes(path, holes):
    data, start, stored = path.read_bytes(), 0, b""
    for hole in holes.split():
        offset, length = map(int, hole.split("+"))
        stored, start = stored + data[start:offset], offset + length
        if any(data[offset:start]):
            return None
    return stored + data[start:]


def restored_rightly(line, target):
    """Whether an entry of contents.txt is there: kind, contents, mode and time."""
    name, mode, time, _, rest = line.split(" ", 4)
    place = target / Path(*[part.decode("utf-8", "surrogateescape")
                            for part in bytes.fromhex(name).split(b"/")])
    what = rest.partition("] ")[2]
    status = place.lstat()
    seconds, nanoseconds = map(int, time.split("."))
    good = status.st_mtime_ns == seconds * 10**9 + nanoseconds or what.startswith("hard link")
    if what.startswith("file "):
        size, holes, digest = re.fullmatch(r"file (\d+) \[(.*)\] (\w+)", what).groups()
        stored = stored_bytes(place, holes)
        good &= status.st_size == int(size) and blake3(stored).hexdigest() == digest
    elif what == "folder":
        good &= place.is_dir() and not place.is_symlink()
    elif what.startswith("link "):
        return good and str(place.readlink()) == bytes.fromhex(what.split()[1]).decode()
    else:
        other = target / bytes.fromhex(what.split()[2]).decode()
        return place.samefile(other)
    return good and status.st_mode & 0o7777 == int(mode, 8) & 0o777


def flipped(folder, copy, choose):
    """A copy of an archive with one byte changed: choose(volume's bytes) says where."""
    shutil.copytree(folder, copy)
    volume = sorted(copy.glob("*.strongroom"))[0]
    data = bytearray(volume.read_bytes())
    data[choose(data)] ^= 1
    volume.write_bytes(data)
    return copy


def check_archive(folder, scratch):
    name, seed = folder.name, (folder / "seed.txt").read_text().strip()
    lines = (folder / "contents.txt").read_text().splitlines()
    volumes = sorted(folder.glob("*.strongroom"), reverse=True)

    result = run("list", folder, "--seed", seed)
    check(f"{name}: list", (result.returncode, result.stdout.splitlines(), result.stderr)
          == (0, list(map(as_listed, lines)), ""), result)
    result = run("list", *volumes, "--seed", seed)
    check(f"{name}: list, volumes in another order", result.stdout.splitlines()
          == list(map(as_listed, lines)), result)
    result = run("list", folder, "--seed", "ff" * 32)
    check(f"{name}: list, another seed", result.returncode != 0 and not result.stdout, result)

    result = run("verify", folder)
    signed = "sealed by " if name == "tree" else "not signed"
    check(f"{name}: verify", result.returncode == 0 and result.stdout.startswith(signed), result)

    target = scratch / f"{name}.restored"
    result = run("restore", folder, "--seed", seed, "--to", target)
    check(f"{name}: restore", result.returncode == 0 and not result.stderr, result)
    for line in lines:
        check(f"{name}: restored {as_listed(line).split(' [')[0]}",
              restored_rightly(line, target), line)

    damages = {
        "superblock": (lambda data: 20, "superblock"),
        "trailer": (lambda data: len(data) - 4000, "trailer"),
        "capsule": (lambda data: 4096 + 64 + 700, "capsule"),
        "first preamble": (lambda data: 4096 + 20, "capsule"),
        "first recorded frame": (lambda data: data.index(PREAMBLE, 4200) + 64 + 30, "offset"),
        "last recorded frame": (lambda data: data.rindex(PREAMBLE) + 64 + 3, ""),
    }
    for what, (choose, named) in damages.items():
        copy = flipped(folder, scratch / f"{name}.{what}", choose)
        result = run("verify", copy)
        check(f"{name}: verify names a byte flipped in {what}",
              result.returncode == 1 and f"{named}" in result.stderr
              and "damaged: " in result.stderr and "Traceback" not in result.stderr, result)
        result = run("restore", copy, "--seed", seed, "--to", scratch / f"{name}.{what}.restored")
        again = scratch / f"{name}.{what}.restored"
        wrong = [place for place in again.rglob("*") if place.is_file()
                 and place.read_bytes() != (target / place.relative_to(again)).read_bytes()]
        check(f"{name}: restore with a byte flipped in {what} gives no wrong file",
              not wrong and "Traceback" not in result.stderr, (wrong, result))
        if what in ("superblock", "trailer", "capsule", "first preamble"):
            check(f"{name}: restore with a byte flipped in {what} gives every file",
                  all(restored_rightly(line, again) for line in lines), result)


def check_missing(scratch):
    folder, lone = GOLDEN / "volumes", scratch / "lone"
    lone.mkdir()
    volumes = sorted(folder.glob("*.strongroom"))
    shutil.copy(volumes[1], lone / "renamed")
    result = run("verify", lone / "renamed")
    check("volumes: verify names the missing volume",
          result.returncode == 1 and "volume 1 of 2 is missing" in result.stderr, result)
    result = run("restore", lone / "renamed", "--seed", (folder / "seed.txt").read_text().strip(),
                 "--to", lone / "restored")
    check("volumes: restore without a volume names what is lost",
          result.returncode == 1 and "lost are the bytes 0 to" in result.stderr
          and not any((lone / "restored").iterdir()), result)
    result = run("restore", volumes[0], "--seed", (folder / "seed.txt").read_text().strip(),
                 "--to", lone / "none")
    check("volumes: nothing is restored without the end", result.returncode == 1
          and "end is missing" in result.stderr and not (lone / "none").exists(), result)


def check_shares(scratch):
    from shamir_mnemonic import generate_mnemonics
    folder = GOLDEN / "tree"
    seed = bytes.fromhex((folder / "seed.txt").read_text())
    groups = generate_mnemonics(1, [(2, 3)], seed, iteration_exponent=0)
    files = [scratch / "first.txt", scratch / "second.txt"]
    files[0].write_text(groups[0][0])
    files[1].write_text(f"strongroom-share: 1\nwords: {groups[0][2]}\nholder: Ada Example\n")
    lines = (folder / "contents.txt").read_text().splitlines()
    result = run("list", folder, "--shares", *files)
    check("tree: list with two shares of three",
          result.stdout.splitlines() == list(map(as_listed, lines)), result)
    result = run("list", folder, "--shares", files[0])
    check("tree: list with one share of two", result.returncode != 0 and not result.stdout)


def main():
    with tempfile.TemporaryDirectory() as scratch:
        for folder in sorted(path for path in GOLDEN.iterdir() if path.is_dir()):
            check_archive(folder, Path(scratch))
        check_missing(Path(scratch))
        check_shares(Path(scratch))
    print(f"{len(failures)} checks failed" if failures else "all checks passed")
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
