"""What a person takes home: a tuned model's id and ready-made ways to call it.

The training system message is put in, since a tuned model asked without it often answers like its
base. Keys are read from the environment and never written out.
"""

import json
import shlex
from dataclasses import dataclass

QUESTION = "Write a short post about what I learned this week."


@dataclass(frozen=True, slots=True)
class Call:
    """What it takes to ask a model: where, which, with which system message, and the key's name.

    `key_name` is the environment variable that holds the key.
    """

    model: str
    base_url: str
    key_name: str
    system: str | None = None
    question: str = QUESTION

    @property
    def messages(self) -> list[dict[str, str]]:
        """The messages to send, the system message first where there is one."""
        first = [{"role": "system", "content": self.system}] if self.system else []
        return [*first, {"role": "user", "content": self.question}]


def python_snippet(call: Call) -> str:
    """Returns a complete Python program that asks the model and prints the answer as it comes."""
    messages = "".join(
        f'        {{"role": {message["role"]!r}, "content": {message["content"]!r}}},\n'
        for message in call.messages
    )
    return f"""\
import os

from openai import OpenAI

client = OpenAI(
    base_url={call.base_url!r},
    api_key=os.environ[{call.key_name!r}],
)
stream = client.chat.completions.create(
    model={call.model!r},
    messages=[
{messages}    ],
    stream=True,
)
for chunk in stream:
    if chunk.choices:
        print(chunk.choices[0].delta.content or "", end="", flush=True)
print()
"""


def curl_snippet(call: Call) -> str:
    """Returns a command for a POSIX shell that asks the model once."""
    body = json.dumps(
        {"model": call.model, "messages": call.messages}, ensure_ascii=False, indent=2
    )
    url = shlex.quote(f"{call.base_url.rstrip('/')}/chat/completions")
    return f"""\
curl {url} \\
  -H "Authorization: Bearer ${call.key_name}" \\
  -H "Content-Type: application/json" \\
  -d {shlex.quote(body)}
"""


def env_lines(call: Call) -> str:
    """Returns lines for a .env file; the key's line is left open for the person to fill in.

    The names are those the openai library reads; the key is under the place's own name.
    """
    values = {"OPENAI_BASE_URL": call.base_url, "VOICETUNE_MODEL": call.model}
    if call.system:
        values["VOICETUNE_SYSTEM_MESSAGE"] = call.system
    lines = [f"{name}={_env_value(value)}" for name, value in values.items()]
    return "\n".join([*lines, f"{call.key_name}="]) + "\n"


def _env_value(value: str) -> str:
    """Quotes a value as a shell's double quotes; dotenv readers take line ends within them too."""
    for special in ("\\", '"', "$", "`"):
        value = value.replace(special, "\\" + special)
    return f'"{value}"'
