"""What the engine's two outward sides may load: the server no torch, the launcher nothing."""

import json
import subprocess
import sys


def loaded_by(module: str) -> set[str]:
    code = f"import json, sys, {module}; print(json.dumps(sorted(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return {name for name in json.loads(done.stdout) if not name.startswith("_")}


def test_the_server_loads_neither_torch_nor_the_app():
    names = loaded_by("voicetune.engine.__main__")
    for foreign in ("torch", "transformers", "openai", "streamlit", "sqlalchemy", "numpy"):
        assert foreign not in names
    for part in ("ui", "workspace", "providers", "runs"):
        assert f"voicetune.{part}" not in names


def test_the_launcher_loads_the_standard_library_alone():
    tops = {name.partition(".")[0] for name in loaded_by("voicetune.engine.launcher")}
    before = {name.partition(".")[0] for name in loaded_by("json")}
    assert tops - before - sys.stdlib_module_names == {"voicetune"}
