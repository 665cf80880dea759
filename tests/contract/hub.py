"""A stand-in for the Hugging Face Hub on loopback: what is asked of it when a model is fetched.

It answers what the library asks (a model's description, whether one has access, files by range) and
does what a test wants: it cuts a connection, holds one open, changes a byte, says no.
"""

import hashlib
import json
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote, urlsplit

TOKEN = "hf_of_somebody_with_access"
CONFIG = {
    "architectures": ["LlamaForCausalLM"],
    "model_type": "llama",
    "hidden_size": 64,
    "intermediate_size": 128,
    "num_attention_heads": 2,
    "num_hidden_layers": 2,
    "vocab_size": 300,
    "max_position_embeddings": 2048,
}


def weights(numbers: int) -> bytes:
    """Returns a safetensors file of so many 16-bit numbers."""
    entry = {"dtype": "F16", "shape": [numbers], "data_offsets": [0, 2 * numbers]}
    header = json.dumps({"w": entry}).encode()
    return struct.pack("<Q", len(header)) + header + bytes(range(256)) * (numbers // 128)


def model_files(numbers: int = 128) -> dict[str, bytes]:
    """Returns a model's files, with such as must stay where they are."""
    return {
        "config.json": json.dumps(CONFIG).encode(),
        "tokenizer.json": b"{}",
        "tokenizer_config.json": b"{}",
        "chat_template.jinja": b"{{ messages }}",
        "model.safetensors": weights(numbers),
        "pytorch_model.bin": b"pickled",
        "modeling_own.py": b"raise SystemExit",
        "optimizer.pt": b"pickled",
        "README.md": b"# A model",
        "onnx/model.json": b"{}",
    }


@dataclass
class Repository:
    """One model there. Its files come whole unless `cut`, `held` or `spoilt` names them.

    `cut`: how many bytes go out before the connection breaks, each time one is left in the list.
    `held`: after how many bytes the connection waits for `go_on`.
    """

    files: dict[str, bytes]
    licence: str = "apache-2.0"
    gated: bool = False
    revision: str = "a" * 40
    cut: dict[str, list[int]] = field(default_factory=dict)
    held: dict[str, int] = field(default_factory=dict)
    spoilt: set[str] = field(default_factory=set)
    go_on: threading.Event = field(default_factory=threading.Event)

    def description(self, name: str) -> dict[str, object]:
        """Returns what the Hub's API tells."""
        siblings = []
        for path, content in self.files.items():
            git = hashlib.sha1(f"blob {len(content)}\0".encode() + content).hexdigest()
            entry: dict[str, object] = {"rfilename": path, "size": len(content), "blobId": git}
            if path.endswith(".safetensors"):
                digest = hashlib.sha256(content).hexdigest()
                entry["lfs"] = {"sha256": digest, "size": len(content), "pointerSize": 134}
            siblings.append(entry)
        return {
            "id": name,
            "modelId": name,
            "sha": self.revision,
            "private": False,
            "gated": "manual" if self.gated else False,
            "cardData": {"license": self.licence},
            "siblings": siblings,
        }


@dataclass
class Hub:
    """The repositories, and every file that was asked for with its range."""

    url: str = ""
    repositories: dict[str, Repository] = field(default_factory=dict)
    asked: list[tuple[str, str | None]] = field(default_factory=list)
    status: int | None = None


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    hub: Hub

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_GET(self) -> None:
        path = unquote(urlsplit(self.path).path)
        if self.hub.status is not None:
            self._say(self.hub.status, b"{}")
        elif path.startswith("/api/models/"):
            self._describe(path.removeprefix("/api/models/"))
        elif "/resolve/" in path:
            self._send_file(*path.lstrip("/").split("/resolve/"))
        else:
            self._say(404, b"{}")

    def _describe(self, rest: str) -> None:
        name = "/".join(rest.split("/")[:2])
        repository = self._found(name)
        if repository is None:
            self._say(404, b"{}", **{"X-Error-Code": "RepoNotFound"})
        elif rest.endswith("/auth-check"):
            if self._admits(repository):
                self._say(200, b"{}")
        else:
            known = next(each for each in self.hub.repositories if each.lower() == name.lower())
            self._say(200, json.dumps(repository.description(known)).encode())

    def _found(self, name: str) -> Repository | None:
        found = {key.lower(): value for key, value in self.hub.repositories.items()}
        return found.get(name.lower())

    def _admits(self, repository: Repository) -> bool:
        if repository.gated and self.headers.get("Authorization") != f"Bearer {TOKEN}":
            self._say(403, b"{}", **{"X-Error-Code": "GatedRepo"})
            return False
        return True

    def _send_file(self, name: str, rest: str) -> None:
        revision, _, path = rest.partition("/")
        repository = self._found(name)
        if repository is None or revision != repository.revision or path not in repository.files:
            self._say(404, b"{}", **{"X-Error-Code": "EntryNotFound"})
            return
        if not self._admits(repository):
            return
        content = repository.files[path]
        if path in repository.spoilt:
            content = content[:-1] + b"\x00"
        asked = self.headers.get("Range")
        self.hub.asked.append((path, asked))
        start = int(asked.removeprefix("bytes=").partition("-")[0]) if asked else 0
        length = len(content) - start
        self.send_response(206 if asked else 200)
        self.send_header("Content-Length", str(length))
        self.send_header("ETag", f'"{hashlib.sha256(content).hexdigest()}"')
        self.send_header("Accept-Ranges", "bytes")
        if asked:
            self.send_header("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}")
        self.end_headers()
        self._send_body(repository, path, content[start:], start)

    def _send_body(self, repository: Repository, path: str, content: bytes, start: int) -> None:
        cuts = repository.cut.get(path)
        if cuts:
            self.wfile.write(content[: cuts.pop(0)])
            self.close_connection = True
            return
        held = repository.held.get(path)
        if held is not None and not repository.go_on.is_set():
            ahead = max(0, held - start)
            self.wfile.write(content[:ahead])
            self.wfile.flush()
            repository.go_on.wait()
            content = content[ahead:]
        self.wfile.write(content)

    def _say(self, status: int, content: bytes, **headers: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:
        pass


@contextmanager
def running_hub() -> Iterator[Hub]:
    """Runs a Hub on a free port in threads; whoever waits there is let go at the end."""
    hub = Hub()
    handler = type("Handler", (_Handler,), {"hub": hub})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    server.handle_error = lambda *_: None  # type: ignore[method-assign] # a client that left
    hub.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield hub
    finally:
        for repository in hub.repositories.values():
            repository.go_on.set()
        server.shutdown()
        server.server_close()
        thread.join()
