"""A scripted trainer: speaks the worker protocol, trains nothing, does what its script file says.

`python fake_trainer.py SCRIPT`, where SCRIPT is a JSON object: `steps` (with `epoch_every`),
`step_seconds`, `die_at` (a step), `fail` (an event), `deaf` (never becomes ready), `child` (starts
a process of its own). It writes what it was asked to train to SCRIPT.asked, a line a job.
"""

import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

script_file = Path(sys.argv[1])
paused = threading.Event()


def say(event: str, **fields: object) -> None:
    print(json.dumps({"event": event, **fields}), flush=True)


def listen() -> None:
    for line in sys.stdin:
        if json.loads(line)["op"] == "pause":
            paused.set()
    os._exit(0)


def adapter(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    config = {"base_model_name_or_path": "/secret/place", "r": 2, "lora_alpha": 4}
    config["target_modules"] = ["q_proj"]
    (folder / "adapter_config.json").write_text(json.dumps(config))
    (folder / "adapter_model.safetensors").write_bytes(b"weights")


def train(job: dict, script: dict) -> None:
    out = Path(job["out"])
    with (script_file.with_suffix(".asked")).open("a") as asked:
        asked.write(json.dumps(job) + "\n")
    if script.get("child"):
        process = subprocess.Popen(["sleep", "600"])
        script_file.with_suffix(".child").write_text(str(process.pid))
    if script.get("fail"):
        say("failed", **script["fail"])
        return
    steps, every = script.get("steps", 4), script.get("epoch_every", 2)
    state = out / "resume.json"
    done = json.loads(state.read_text()) if job["resume"] and state.exists() else 0
    say(
        "started",
        n_epochs=steps // every,
        batch_size=1,
        learning_rate_multiplier=1.5,
        total_steps=steps,
        resumed_from_step=done or None,
    )
    for step in range(done + 1, steps + 1):
        time.sleep(script.get("step_seconds", 0))
        if step == script.get("die_at"):
            if script.get("die_once"):
                script_file.write_text(json.dumps({**script, "die_at": None}))
            os._exit(9)
        figures = {"train_loss": 4 / step, "train_mean_token_accuracy": 0.5, "valid_loss": 5 / step}
        figures["valid_mean_token_accuracy"] = 0.25
        if step % every == 0:
            figures |= {"full_valid_loss": 6 / step, "full_valid_mean_token_accuracy": 0.3}
        say(
            "metrics",
            step=step,
            total_steps=steps,
            epoch=step / every,
            tokens_per_second=123.0,
            **figures,
        )
        if step % every == 0:
            adapter(out / f"checkpoint-{step}")
            state.write_text(str(step))
            folder = str(out / f"checkpoint-{step}")
            say("checkpoint", step=step, epoch=step // every, folder=folder, metrics=figures)
        if paused.is_set():
            state.write_text(str(step))
            say("paused", step=step)
            return
    say("finished", trained_tokens=1000, folder=str(out / f"checkpoint-{steps}"))


def main() -> None:
    script = json.loads(script_file.read_text())
    if script.get("deaf"):
        threading.Event().wait()
    say("ready")
    for line in sys.stdin:
        command = json.loads(line)
        if command["op"] == "measure":
            say("speed", model=command["model"], tokens_per_second=2345.6)
        elif command["op"] == "train":
            threading.Thread(target=listen, daemon=True).start()
            train(command, json.loads(script_file.read_text()))
            return


main()
