"""Prints what the starter model answers before and after it learned a voice, for its model card.

`python -m benchmarks.before_and_after [--questions 3]`

Uses the latest finished run of this computer's workspace (make one on the Train page, or with
`python -m benchmarks.record_run`), its system message and its first held-out questions, which
training never saw. Temperature 0.5 as on the Compare page, seed 7, nothing chosen, nothing edited.
"""

import argparse
from typing import Any

from voicetune.examples.reading import read_file
from voicetune.providers.client import client_for
from voicetune.providers.profiles import load_profiles
from voicetune.runs.connection import connected
from voicetune.workspace.database import open_workspace
from voicetune.workspace.runs import list_runs, run_file

OPTIONS: dict[str, Any] = {"temperature": 0.5, "seed": 7, "max_tokens": 220}


def main() -> None:
    """Asks both models and prints the pairs as Markdown."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.before_and_after")
    parser.add_argument("--questions", type=int, default=3)
    arguments = parser.parse_args()
    ws = open_workspace()
    run = next((r for r in list_runs(ws) if r.place == "local" and r.fine_tuned_model), None)
    if run is None:
        parser.error("There is no finished run on this computer yet.")
    held_out = read_file("validation.jsonl", run_file(ws, run.id, "validation") or b"").examples
    system = [{"role": "system", "content": run.system}] if run.system else []
    with connected(load_profiles()["local"]) as place_now:
        client = client_for(place_now())
        for example in held_out[: arguments.questions]:
            messages: Any = [*system, {"role": "user", "content": example.question}]
            print(f"**{example.question}**\n")
            for when, model in (("Before", run.model), ("After", run.fine_tuned_model or "")):
                answer = client.chat.completions.create(model=model, messages=messages, **OPTIONS)
                said = (answer.choices[0].message.content or "").strip()
                print(f"{when}:\n\n" + "\n".join(f"> {line}".rstrip() for line in said.split("\n")))
                print()
    ws.close()


if __name__ == "__main__":
    main()
