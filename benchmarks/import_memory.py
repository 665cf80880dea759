"""Figure: how much memory an import takes above Python's own, for a file of 200 MB.

`python -m benchmarks.import_memory [--megabytes 200]`

Each import runs in a process of its own; its peak is what the operating system tells (Linux and
macOS), less the peak of a process that imports twenty posts, which loads every library. The ratio
is to the file's size. "read" is what the page holds to show a preview, `import` the command that
writes JSONL; the page has the upload itself besides, which Streamlit keeps in memory as long as it
is in the field: one more time the file. The files: an archive as real ones are, mostly other
people's messages and pictures, and a Shares.csv of nothing but posts, far beyond any real one.
"""

import argparse
import os
import platform
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from benchmarks.linkedin_import import make_archive, make_shares, write_shares

_READ = (
    "from voicetune.importers.opening import open_file\n"
    "with open(sys.argv[1], 'rb') as source: found = open_file(sys.argv[1], source)\n"
    "texts = len(found.candidates)\n"
)
_COMMAND = (
    "from voicetune.cli import main\n"
    "out = sys.argv[1] + '.jsonl'\n"
    "main(['import', sys.argv[1], '-o', out], standalone_mode=False)\n"
    "texts = sum(1 for _ in open(out, 'rb')) if os.path.exists(out) else 0\n"
)
_MEASURED = (
    "import os, resource, sys\n{work}"
    "print(texts, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
)


def peak(work: str, path: Path) -> tuple[int, int]:
    """Returns the number of texts and the peak bytes of memory of one import."""
    program = _MEASURED.format(work=work)
    done = subprocess.run(
        [sys.executable, "-c", program, str(path)], capture_output=True, text=True, check=True
    )
    texts, size = done.stdout.split()[-2:]
    return int(texts), int(size) * (1 if sys.platform == "darwin" else 1024)


def main() -> None:
    """Prints texts, peak memory and its ratio to the file, for both files and both ways."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.import_memory")
    parser.add_argument("--megabytes", type=int, default=200)
    megabytes = parser.parse_args().megabytes
    with tempfile.TemporaryDirectory() as folder:
        few = Path(folder) / "Shares_1.csv"
        few.write_bytes(make_shares(20))
        archive = Path(folder) / "Complete_LinkedInDataExport.zip"
        make_archive(archive, megabytes, posts=2000)
        shares = Path(folder) / "Shares.csv"
        write_shares(shares, megabytes)
        packed = Path(folder) / "Only_posts.zip"
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as target:
            target.write(shares, "Shares.csv")
        for name, work in (("read", _READ), ("import", _COMMAND)):
            own = peak(work, few)[1]
            print(f"{name}: twenty posts take {own / 2**20:.0f} MB")
            for path in (archive, shares, packed):
                texts, most = peak(work, path)
                above, size = most - own, path.stat().st_size
                print(
                    f"  {path.name}, {size / 2**20:.0f} MB, {texts:,} texts: {above / 2**20:.0f} "
                    f"MB above that ({above / size:.2f} of the file)"
                )
    print(f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}")


if __name__ == "__main__":
    main()
