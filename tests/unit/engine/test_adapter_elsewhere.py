"""The README's commands for other tools: run with the tools that are here, and what they say.

vLLM and llama.cpp are not installed with VoiceTune. VOICETUNE_VLLM names the `vllm` program, and
VOICETUNE_LLAMA_CPP the source of llama.cpp with its programs built into `build/bin`; the commands
of an adapter of the starter model are then run as they are printed.
"""

import json
import os
import re
import socket
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest

from tests.unit.engine.tiny import MARKED, STRICT, THINKING, make_tokenizer
from voicetune.cost.model_tokenizer import ModelTokenizer
from voicetune.engine.adapter_archive import readme, write_archive
from voicetune.engine.lora_settings import Lora
from voicetune.engine.modelfile import ollama_template
from voicetune.engine.models import STARTER, Base, starter_folder

SYSTEM = "You are Ada's.\nBe 'brief'."
QUESTION = "How do I water a fern?"
MESSAGES = [{"role": "system", "content": SYSTEM}, {"role": "user", "content": QUESTION}]
VLLM, LLAMA_CPP = os.environ.get("VOICETUNE_VLLM"), os.environ.get("VOICETUNE_LLAMA_CPP")
WAIT_SECONDS = 300


def base_of(folder: Path, name: str = "owner/fern") -> Base:
    return Base(name, "fern", folder, 1, 256, 0)


def text_for(tmp_path: Path, template: str, system: str | None = SYSTEM, rank: int = 16) -> str:
    make_tokenizer(tmp_path, template)
    return readme("ft:fern", base_of(tmp_path), system, Lora(rank, 32, ("q_proj",)))


def as_ollama_renders(template: str, messages: list[dict[str, str]]) -> str:
    """What Go's text/template makes of the one construct that these templates use."""
    loop = re.fullmatch(r"\{\{ range \.Messages \}\}(.*)\{\{ end \}\}(.*)", template, re.S)
    turn, rest = loop.groups()
    return (
        "".join(
            turn.replace("{{ .Role }}", m["role"]).replace("{{ .Content }}", m["content"])
            for m in messages
        )
        + rest
    )


@pytest.mark.parametrize("template", [MARKED, THINKING])
def test_ollama_s_template_writes_what_the_model_s_own_does(tmp_path, template):
    make_tokenizer(tmp_path, template)
    found = ollama_template(tmp_path)
    assert as_ollama_renders(found, MESSAGES) == ModelTokenizer(tmp_path).render(MESSAGES, ask=True)


def test_the_starter_s_template_for_ollama_is_its_own():
    folder = starter_folder()
    assert as_ollama_renders(ollama_template(folder), MESSAGES) == ModelTokenizer(folder).render(
        MESSAGES, ask=True
    )


def test_a_thinking_model_is_asked_everywhere_with_its_thoughts_left_empty(tmp_path):
    text = text_for(tmp_path, THINKING)
    assert "trained without thoughts" in text
    assert "return_dict=True, enable_thinking=False\n" in text
    switch = "'{\"enable_thinking\": false}'"
    assert f"--lora-modules voice=. --default-chat-template-kwargs {switch}\n" in text
    assert f"llama-server -m voice.gguf --port 8080 --chat-template-kwargs {switch}\n" in text
    assert '<|im_start|>assistant\n<think>\n\n</think>\n\n"""' in text
    assert "thinking" not in text_for(tmp_path, MARKED)


def test_a_model_without_a_system_role_gets_the_message_before_the_first_question(tmp_path):
    text = text_for(tmp_path, STRICT)
    assert "put it at the head of the first question" in text
    assert "'role': 'system'" not in text
    assert repr(f"{SYSTEM}\n\nWrite a short post")[:-1] in text
    assert "-sys" not in text
    assert "TEMPLATE" not in text
    assert "ollama show voice" in text


@pytest.mark.parametrize(("rank", "said"), [(1, 8), (8, 8), (20, 32), (257, 320), (512, 512)])
def test_vllm_is_told_a_rank_that_it_takes(tmp_path, rank, said):
    assert f"--max-lora-rank {said} " in text_for(tmp_path, MARKED, rank=rank)


def test_the_system_message_is_quoted_for_the_shell(tmp_path):
    (command,) = re.findall(r"```sh\n(llama-cli .*?)\n```", text_for(tmp_path, MARKED), re.S)
    script = f'llama-cli() {{ printf %s "$4"; }}\n{command}'
    said = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=True)
    assert said.stdout == SYSTEM


# ---- with the tools themselves


@pytest.fixture(scope="module")
def adapter(tmp_path_factory):
    """The unpacked ZIP of an adapter of the starter model that changes what it says."""
    import torch
    from peft import LoraConfig, get_peft_model
    from transformers import AutoModelForCausalLM

    here, there = tmp_path_factory.mktemp("here"), tmp_path_factory.mktemp("there")
    torch.manual_seed(5)
    model = AutoModelForCausalLM.from_pretrained(starter_folder(), dtype=torch.float32)
    tuned = get_peft_model(model, LoraConfig(r=8, lora_alpha=16, target_modules="all-linear"))
    for name, weights in tuned.named_parameters():
        if "lora_B" in name:
            torch.nn.init.normal_(weights, std=0.01)
    tuned.save_pretrained(here)
    base = base_of(starter_folder(), STARTER)
    write_archive(here / "a.zip", here, model_id="ft:s", base=base, system=SYSTEM)
    with zipfile.ZipFile(here / "a.zip") as archive:
        archive.extractall(there)
    return there


def commands(folder: Path) -> dict[str, str]:
    """The README's shell blocks by their beginning, and its Python blocks by their name."""
    text = (folder / "README.md").read_text(encoding="utf-8")
    shell = re.findall(r"```sh\n(.*?)\n```", text, re.S)
    python = re.findall(r"<!-- (\w+) -->\n```python\n(.*?)\n```", text, re.S)
    return {block: block for block in shell} | dict(python)


def shell(folder: Path, beginning: str, extra: str = "") -> list[str]:
    """A printed shell block as one runs it, with arguments of the test's own at its end."""
    (block,) = (each for each in commands(folder).values() if each.startswith(beginning))
    tools = f"{Path(sys.executable).parent}:{LLAMA_CPP}/build/bin:{Path(VLLM or 'x').parent}"
    return ["env", f"PATH={tools}:{os.environ['PATH']}", f"BASE={starter_folder()}",
            "bash", "-c", f"exec {block}{extra}" if extra else block]  # fmt: skip


def answered(folder: Path, beginning: str, model: str, extra: str = "") -> float:
    """Serves by a printed command; the largest difference of a token's ln p from PEFT's."""
    import openai
    import torch
    from peft import PeftModel
    from transformers import AutoModelForCausalLM, AutoTokenizer

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    arguments = f" --host 127.0.0.1 --port {port} {extra}"
    server = subprocess.Popen(shell(folder, beginning, arguments), cwd=folder)
    try:
        client = openai.OpenAI(base_url=f"http://127.0.0.1:{port}/v1", api_key="none")
        until = time.monotonic() + WAIT_SECONDS
        while True:
            try:
                assert model in {each.id for each in client.models.list()}
                break
            except (openai.APIConnectionError, openai.InternalServerError):
                assert server.poll() is None
                assert time.monotonic() < until
                time.sleep(0.5)
        answer = client.chat.completions.create(
            model=model, messages=MESSAGES, temperature=0, max_tokens=24, logprobs=True
        )
    finally:
        server.terminate()
        server.wait()
    said = answer.choices[0].logprobs.content
    tokenizer = AutoTokenizer.from_pretrained(starter_folder())
    base = AutoModelForCausalLM.from_pretrained(starter_folder(), dtype=torch.float32)
    tuned = PeftModel.from_pretrained(base, folder).eval()
    prompt = tokenizer.apply_chat_template(MESSAGES, add_generation_prompt=True)["input_ids"]
    assert answer.usage.prompt_tokens == len(prompt)
    words = [tokenizer.encode(each.token, add_special_tokens=False)[0] for each in said]
    with torch.no_grad():
        scores = tuned(torch.tensor([[*prompt, *words]])).logits[0].log_softmax(-1)
    at = len(prompt) - 1
    differences = [
        abs(float(scores[at + n, word]) - each.logprob)
        for n, (word, each) in enumerate(zip(words, said, strict=True))
    ]
    return max(differences)


@pytest.mark.skipif(not VLLM, reason="vLLM is not here: VOICETUNE_VLLM names its program")
def test_vllm_serves_the_adapter_by_the_printed_command_with_the_same_figures(adapter):
    extra = "--dtype float32 --enforce-eager --max-num-seqs 2"
    assert answered(adapter, "vllm serve", "voice", extra) < 1e-3


@pytest.mark.skipif(not LLAMA_CPP, reason="llama.cpp is not here: VOICETUNE_LLAMA_CPP names it")
def test_llama_cpp_converts_and_serves_by_the_printed_commands_with_the_same_figures(adapter):
    (adapter / "llama.cpp").symlink_to(Path(LLAMA_CPP))
    found = commands(adapter)
    (adapter / "to_gguf.py").write_text(found["to_gguf"])
    (adapter / "merge.py").write_text(found["merge"])
    there = {**os.environ, "BASE": str(starter_folder())}
    subprocess.run([sys.executable, "merge.py"], cwd=adapter, env=there, check=True)
    for block in ("python to_gguf.py merged", 'python to_gguf.py "$BASE"'):
        subprocess.run(shell(adapter, block), cwd=adapter, check=True)
    # Merged weights are rounded to bfloat16, and llama.cpp keeps its memory in half precision.
    assert answered(adapter, "llama-server -m voice.gguf", "voice.gguf") < 0.1
    assert answered(adapter, "llama-server -m base.gguf", "base.gguf") < 0.03
    asked = shell(adapter, "llama-cli", f" -p {json.dumps(QUESTION)} -st -n 8 --temp 0")
    said = subprocess.run(
        asked, cwd=adapter, check=True, capture_output=True, text=True, stdin=subprocess.DEVNULL
    )
    assert QUESTION in said.stdout
