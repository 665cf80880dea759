"""Arrows run one way: pages -> ui -> runs -> providers, workspace -> pure packages.

Each package is imported, with all its modules, in an interpreter of its own; then sys.modules says
what it pulled in.
"""

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PURE = (
    "examples",
    "importers",
    "questions",
    "variety",
    "voice",
    "coach",
    "cost",
    "training",
    "compare",
    "adviser",
)
HEAVY = ("streamlit", "openai", "sqlalchemy", "torch")
APP = ("voicetune.ui", "voicetune.workspace", "voicetune.providers", "voicetune.runs")

SCRIPTS = ("voicetune.ui.router",)
"""Modules that are run, not imported."""
LAUNCHER = ["voicetune.engine", "voicetune.engine.launcher"]

SCRIPT = """
import importlib, json, pkgutil, sys
package = importlib.import_module(sys.argv[1])
for module in pkgutil.walk_packages(getattr(package, "__path__", []), package.__name__ + "."):
    if not module.name.endswith("__main__") and module.name not in sys.argv[2:]:
        importlib.import_module(module.name)
print(json.dumps(sorted(sys.modules)))
"""


def pulled_in(package: str) -> set[str]:
    """Returns every module that importing a package, or one module, loads."""
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, package, *SCRIPTS],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return set(json.loads(done.stdout.splitlines()[-1]))


def below(modules: set[str], *names: str) -> list[str]:
    """Returns those of the modules that are one of `names` or inside one."""
    return sorted(m for m in modules if any(m == n or m.startswith(n + ".") for n in names))


@pytest.mark.parametrize("package", PURE)
def test_pure_packages_stay_pure(package: str) -> None:
    modules = pulled_in(f"voicetune.{package}")
    assert below(modules, *HEAVY, *APP, "voicetune.engine") == []


@pytest.mark.parametrize("package", ["providers", "workspace"])
def test_providers_and_workspace_know_nothing_above_them(package: str) -> None:
    modules = pulled_in(f"voicetune.{package}")
    assert below(modules, "streamlit", "torch", "voicetune.ui", "voicetune.runs") == []
    assert below(modules, "voicetune.engine") == []


def test_the_scripted_place_knows_nothing_of_the_app() -> None:
    modules = pulled_in("voicetune.rehearsal")
    assert below(modules, "streamlit", "torch", "openai", "sqlalchemy", *APP) == []


def test_runs_know_nothing_of_the_pages() -> None:
    modules = pulled_in("voicetune.runs")
    assert below(modules, "streamlit", "torch", "voicetune.ui") == []
    assert set(below(modules, "voicetune.engine")) <= set(LAUNCHER)


def test_the_engine_knows_nothing_of_the_app() -> None:
    modules = pulled_in("voicetune.engine")
    assert below(modules, "streamlit", "sqlalchemy", "openai", *APP) == []


def test_the_launcher_needs_only_the_standard_library() -> None:
    modules = pulled_in("voicetune.engine.launcher")
    outside = {m.partition(".")[0] for m in modules} - set(sys.stdlib_module_names)
    installed = {name for name in outside if not name.startswith("_")}
    assert below(modules, "voicetune") == ["voicetune", *LAUNCHER]
    # What an interpreter has loaded before it runs anything (site's .pth files) is not ours.
    assert installed - pulled_in_by_nothing() <= {"voicetune"}


def pulled_in_by_nothing() -> set[str]:
    return {name.partition(".")[0] for name in pulled_in("json")}


def test_of_the_engine_the_app_imports_only_the_launcher() -> None:
    modules = pulled_in("voicetune.ui")
    assert below(modules, "torch") == []
    assert set(below(modules, "voicetune.engine")) <= set(LAUNCHER)
    for path in source_files("voicetune/ui", "voicetune/runs", "pages", "app.py"):
        for name in imported(path):
            if name.startswith("voicetune.engine"):
                assert name == "voicetune.engine.launcher", path


def test_only_pages_and_ui_import_streamlit() -> None:
    for path in source_files("voicetune"):
        if "ui" not in path.relative_to(ROOT / "voicetune").parts[:1]:
            assert not [n for n in imported(path) if n.partition(".")[0] == "streamlit"], path


def source_files(*places: str) -> list[Path]:
    files: list[Path] = []
    for place in places:
        path = ROOT / place
        files += [path] if path.suffix == ".py" else sorted(path.rglob("*.py"))
    return files


def imported(path: Path) -> list[str]:
    """Returns the names of all modules that a file imports, also inside functions."""
    names = []
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.append(node.module)
    return names
