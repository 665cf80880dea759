"""A scripted generator: speaks the worker protocol and answers by echoing the last message.

What the last message says decides what happens: "die" ends the process, "too long" is refused,
"for ever" goes on until it is cancelled, "wait" answers only when another request says "go on".
Cancelled ids go to the file named by the first argument, what was asked to its .asked twin.
"""

import json
import os
import sys
import threading
import time
from pathlib import Path

notes = Path(sys.argv[1])
lock = threading.Lock()
cancelled: set[str] = set()
go_on = threading.Event()


def say(event: str, **fields: object) -> None:
    with lock:
        print(json.dumps({"event": event, **fields}), flush=True)


def answer(request: dict) -> None:
    text = request["messages"][-1]["content"]
    name = request["id"]
    if text == "die":
        os._exit(1)
    if text == "go on":
        go_on.set()
    if text == "wait":
        say("token", id=name, index=0, text="waiting ")
        go_on.wait()
    if text == "too long":
        say("error", id=name, code="context_length_exceeded", message="Shorten the conversation.")
        return
    words = f"{'tuned' if request['adapter'] else 'base'}: {text}".split(" ")
    sent = 0
    while text == "for ever" and name not in cancelled:
        say("token", id=name, index=0, text="on ")
        time.sleep(0.01)
    for index in range(request["n"]):
        for word in words[: request["max_tokens"]]:
            say("token", id=name, index=index, text=word + " ")
            sent += 1
        short = request["max_tokens"] is not None and request["max_tokens"] < len(words)
        say("done", id=name, index=index, finish_reason="length" if short else "stop")
    say("usage", id=name, prompt_tokens=7, completion_tokens=sent)


say("ready")
for line in sys.stdin:
    command = json.loads(line)
    if command["op"] == "chat":
        with notes.with_suffix(".asked").open("a") as asked:
            asked.write(line)
        threading.Thread(target=answer, args=(command,), daemon=True).start()
    else:
        cancelled.add(command["id"])
        with notes.open("a") as file:
            file.write(command["id"] + "\n")
