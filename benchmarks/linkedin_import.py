"""Figure: LinkedIn archives, 1,000 posts in under 1 s, a 200 MB archive in under 300 MB of memory.

`python -m benchmarks.linkedin_import [--posts 1000] [--megabytes 200] [--rounds 3]`

The posts are mixed from the sample voices' sentences in the shape of real exports: lines wrapped in
quotes, links with tracking, every tenth post with mathematical letters, every twentieth with a
broken encoding. The reference is Python's csv module reading the same Shares.csv: the least that
any importer has to do. Large files are read in a process of their own, whose peak memory the
operating system tells (Linux and macOS): an archive that is mostly messages and pictures, as real
ones are, and a Shares.csv of that size, far beyond any real one, with the texts passing by and with
all of them kept.
"""

import argparse
import csv
import io
import json
import os
import platform
import random
import statistics
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path

SAMPLES = Path(__file__).resolve().parent.parent / "data" / "samples"
BOLD = {
    ord(c): 0x1D5D4 + i
    for i, c in enumerate("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
}
HEADER = "Date,ShareLink,ShareCommentary,SharedUrl,MediaUrl,Visibility\n"


def sentences() -> list[str]:
    """Returns the paragraphs of the sample voices."""
    found: list[str] = []
    for voice in ("hiring_manager.jsonl", "nursery_owner.jsonl"):
        for line in (SAMPLES / voice).read_text("utf-8").splitlines():
            found += json.loads(line)["messages"][-1]["content"].split("\n\n")
    return found


def make_row(number: int, paragraphs: list[str], rng: random.Random) -> str:
    """Returns one row of Shares.csv."""
    parts = rng.sample(paragraphs, 4)
    if number % 3 == 0:
        parts.append(f"Read on: https://example.org/{number}?utm_source=linkedin&id=7")
    if number % 10 == 0:
        parts[0] = parts[0][:20].translate(BOLD) + parts[0][20:]
    if number % 20 == 0:
        parts[1] = "Itâ€™s true. " + parts[1]
    text = f"{number}. " + "\n\n".join(parts).replace('"', '""').replace("\n", '""\n""')
    day = f"20{10 + number % 14}-{1 + number % 12:02}-{1 + number % 28:02} 10:00:00"
    link = f"https://www.linkedin.com/feed/update/urn%3Ali%3Ashare%3A{number}"
    return f'{day},{link},"{text}",,,MEMBER_NETWORK\n'


def make_shares(posts: int) -> bytes:
    """Returns a Shares.csv with this many posts."""
    rng = random.Random(7)
    paragraphs = sentences()
    return (HEADER + "".join(make_row(n, paragraphs, rng) for n in range(posts))).encode()


def make_archive(path: Path, megabytes: int, posts: int) -> None:
    """Writes an archive of this size: posts, other people's messages, pictures."""
    rng = random.Random(7)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("Shares.csv", make_shares(posts))
        archive.writestr("Profile.csv", "First Name,Last Name\nMaya,Okafor\n")
        archive.writestr("Ad_Targeting.csv", "Company\nx\n")
        with archive.open("messages.csv", "w", force_zip64=True) as stream:
            for _ in range(megabytes):
                stream.write(rng.randbytes(2**19).hex().encode())
        size = path.stat().st_size
        number = 0
        while size < megabytes * 2**20:
            piece = rng.randbytes(min(2**23, megabytes * 2**20 - size))
            archive.writestr(f"Media/{number}.jpg", piece, zipfile.ZIP_STORED)
            size, number = size + len(piece), number + 1


def read_with_csv(data: bytes) -> int:
    """The reference: only the rows, with Python's csv module."""
    csv.field_size_limit(10_000_000)
    return sum(1 for _ in csv.reader(io.StringIO(data.decode(), newline=""))) - 1


def read_with_voicetune(data: bytes) -> int:
    """Rows read, unwrapped, cleaned, screened."""
    from voicetune.importers.recognition import read

    return len(read("Shares.csv", io.BytesIO(data)).candidates)


def import_alone(path: Path, *, keep: bool) -> tuple[int, float, int]:
    """Returns texts, seconds and peak bytes of memory of an import in a process of its own.

    With `keep` all texts are in memory at the end, as the app has them; without it they pass by.
    """
    work = (
        "len(read(sys.argv[1], source).candidates)"
        if keep
        else ("sum(1 for _ in pieces(sys.argv[1], source))")
    )
    program = (
        "import resource, sys, time; from voicetune.importers.recognition import pieces, read\n"
        "start = time.perf_counter()\n"
        f"with open(sys.argv[1], 'rb') as source: texts = {work}\n"
        "took = time.perf_counter() - start\n"
        "print(texts, took, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(path)], capture_output=True, text=True, check=True
    )
    texts, took, peak = done.stdout.split()
    return int(texts), float(took), int(peak) * (1 if sys.platform == "darwin" else 1024)


def write_shares(path: Path, megabytes: int) -> None:
    """Writes a Shares.csv of about this size."""
    rng, paragraphs = random.Random(7), sentences()
    size = number = 0
    with path.open("w", encoding="utf-8", newline="") as stream:
        stream.write(HEADER)
        while size < megabytes * 2**20:
            size += stream.write(make_row(number, paragraphs, rng))
            number += 1


def report(what: str, path: Path, *, keep: bool) -> None:
    """Prints size, texts, time and peak memory of one import."""
    texts, seconds, peak = import_alone(path, keep=keep)
    print(
        f"{what}, {path.stat().st_size / 2**20:.0f} MB: {texts:,} texts, {seconds:.2f} s, "
        f"peak {peak / 2**20:.0f} MB of memory"
    )


def main() -> None:
    """Prints the figures, their ratios and the machine."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.linkedin_import")
    parser.add_argument("--posts", type=int, default=1000)
    parser.add_argument("--megabytes", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    data = make_shares(arguments.posts)
    took: dict[str, list[float]] = {"csv module": [], "VoiceTune": []}
    for _ in range(arguments.rounds):
        for name, read in (("csv module", read_with_csv), ("VoiceTune", read_with_voicetune)):
            start = time.perf_counter()
            if read(data) != arguments.posts:
                raise SystemExit(f"{name} did not find all posts")
            took[name].append(time.perf_counter() - start)
    reference = statistics.median(took["csv module"])
    print(f"{arguments.posts:,} posts, {len(data) / 2**20:.1f} MB of Shares.csv:")
    for name, seconds in took.items():
        middle = statistics.median(seconds)
        first = f", the first time {seconds[0]:.2f} s with its libraries to load"
        print(f"  {name}: {middle:.3f} s ({middle / reference:.0f} x the csv module){first}")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "Complete_LinkedInDataExport.zip"
        make_archive(path, arguments.megabytes, arguments.posts)
        report("archive of messages and pictures", path, keep=True)
        alone = Path(folder) / "Shares.csv"
        write_shares(alone, arguments.megabytes)
        report("Shares.csv, the texts passing by", alone, keep=False)
        report("Shares.csv, all texts kept", alone, keep=True)
    load = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    print(f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}{load}")


if __name__ == "__main__":
    main()
