"""The whole journey in Chromium on the real engine, with a tiny random model as the starter.

From the sample voice on Start to the adapter in a ZIP: a double click launches one run, a reload
loses nothing, and an engine killed in the middle comes back and finishes.
"""

import io
import os
import signal
import subprocess
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from openai import OpenAI
from playwright.sync_api import Browser, Page, expect

from tests.browser.app import App, running_app
from tests.browser.look import click, settled, take_pictures, visit
from tests.unit.engine.tiny import make_tokenizer

EPOCHS = 4
PATIENCE = 180_000
"""Milliseconds that a machine busy with other things may take for what takes seconds."""
WATCH = """() => {
    window.seen = [];
    const look = () => {
        const sides = [...document.querySelectorAll('.st-key-asking [data-testid=stColumn]')];
        const texts = sides.map(s => s.querySelector('[data-testid=stText]'));
        if (sides.length === 2) window.seen.push(texts.map(t => t ? t.innerText.length : 0));
    };
    new MutationObserver(look).observe(document.body,
        {childList: true, subtree: true, characterData: true});
}"""


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[App]:
    folder = tmp_path_factory.mktemp("journey")
    starter = slow_enough_model(folder / "starter")
    with running_app(folder / "home", VOICETUNE_STARTER=str(starter)) as app:
        yield app


def slow_enough_model(folder: Path) -> Path:
    """Writes a random Llama that takes long enough over a step to be caught in the middle."""
    import torch
    from transformers import LlamaConfig, LlamaForCausalLM

    tokenizer = make_tokenizer(folder)
    torch.manual_seed(3)
    config = LlamaConfig(
        vocab_size=len(tokenizer),
        hidden_size=64,
        intermediate_size=128,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        max_position_embeddings=1024,
        eos_token_id=tokenizer.eos_token_id,
        tie_word_embeddings=True,
    )
    LlamaForCausalLM(config).save_pretrained(folder)
    return folder


def engine_of(app: App) -> OpenAI:
    """Connects with the engine as it is now."""
    folder = app.home / "engine"
    return OpenAI(
        base_url=(folder / "url").read_text().strip(),
        api_key=(folder / "token").read_text().strip(),
        max_retries=0,
        timeout=60,
    )


def kill_engine(app: App) -> None:
    """Kills the engine's server process, as a crash would."""
    listed = subprocess.run(
        ["ps", "-axww", "-o", "pid=,command="], check=True, capture_output=True, text=True
    ).stdout
    own = [
        int(line.split()[0])
        for line in listed.splitlines()
        if "-m voicetune.engine --home" in line and str(app.home) in line
    ]
    assert len(own) == 1, listed
    os.kill(own[0], signal.SIGKILL)


def only_job(app: App) -> Any:
    """Returns the one job that the engine has; asks until the engine answers."""
    from openai import OpenAIError

    end = time.monotonic() + PATIENCE / 1000
    while True:
        try:
            [job] = engine_of(app).fine_tuning.jobs.list().data
        except (OpenAIError, OSError):
            assert time.monotonic() < end
        else:
            return job


def messages(app: App, job_id: str) -> str:
    events = engine_of(app).fine_tuning.jobs.list_events(job_id, limit=1000).data
    return "\n".join(event.message for event in events)


def stream_seen(page: Page, question: int) -> bool:
    """Asks a suggested question; says whether both columns had text before either was done."""
    page.evaluate(WATCH)
    turns = page.locator("[class*=st-key-turn_]")
    before = turns.count()
    click(page.locator(f".st-key-suggestion_{question} button"))
    expect(turns).to_have_count(before + 1, timeout=PATIENCE)
    expect(page.locator(".st-key-asking")).to_have_count(0, timeout=PATIENCE)
    settled(page)
    seen: list[list[int]] = page.evaluate("() => window.seen")
    longest = [max((pair[side] for pair in seen), default=0) for side in (0, 1)]
    return any(0 < left < longest[0] and 0 < right < longest[1] for left, right in seen)


@pytest.mark.training
def test_from_the_sample_voice_to_the_adapter_in_hand(app: App, page: Page) -> None:
    visit(page, app.at("/"))
    click(page.get_by_role("button", name="Try it with this sample voice").first)
    page.wait_for_url("**/examples?voice=1", timeout=PATIENCE)
    settled(page)

    # Train: settings, the dialog, a double click.
    visit(page, app.at("/train?voice=1"))
    up = page.get_by_text("Settings: epochs")
    again = page.get_by_role("button", name="Try again")
    expect(up.or_(again)).to_be_visible(timeout=PATIENCE)
    while again.is_visible():
        click(again)
        settled(page)
        expect(up.or_(again)).to_be_visible(timeout=PATIENCE)
    click(up)
    page.get_by_role("spinbutton", name="Epochs (recommended").fill(str(EPOCHS))
    page.keyboard.press("Enter")
    expect(page.locator(".st-key-bill")).to_contain_text(f"× {EPOCHS} epochs")
    click(page.get_by_role("button", name="Train: no charge"))
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text(f"{EPOCHS} epochs")
    dialog.get_by_role("button", name="Start training").dblclick()
    page.wait_for_url("**/progress?*run=*", timeout=PATIENCE)

    # Progress: the chart gets its points, the step moves, a reload loses nothing.
    progress = page.get_by_test_id("stProgress")
    expect(progress).to_contain_text("Step ", timeout=PATIENCE)
    expect(page.locator(".st-key-loss .js-plotly-plot").first).to_be_visible(timeout=PATIENCE)
    job = only_job(app)
    step = progress.inner_text()
    expect(progress).not_to_have_text(step, timeout=PATIENCE)
    address = page.url
    page.reload()
    expect(page.locator(".st-key-loss .js-plotly-plot").first).to_be_visible(timeout=PATIENCE)
    assert page.url == address

    # The engine is killed after the first epoch: it comes back, goes on, and finishes.
    expect(page.get_by_role("heading", name="Checkpoints")).to_be_visible(timeout=PATIENCE)
    kill_engine(app)
    finished = page.locator(".st-key-stage").get_by_text("your model is ready")
    expect(finished).to_be_visible(timeout=PATIENCE)
    assert only_job(app).id == job.id
    said = messages(app, job.id)
    assert "Training goes on after step" in said
    click(page.get_by_text("Events ("))
    expect(page.get_by_text("Training goes on after step").first).to_be_visible()
    expect(page.get_by_text("Before training")).to_be_visible(timeout=PATIENCE)
    take_pictures(page, "journey-finished")

    # Compare: both columns stream at once, the history is there after a reload.
    click(page.get_by_role("button", name="Compare it with the base model"))
    page.wait_for_url("**/compare?*run=*", timeout=PATIENCE)
    expect(page.get_by_role("heading", name="Take it with you")).to_be_visible(timeout=PATIENCE)
    # A random model may end an answer at its first word; of four questions one will do.
    assert any(stream_seen(page, question) for question in range(4))
    page.reload()
    expect(page.locator("[class*=st-key-turn_]").first).to_be_visible(timeout=PATIENCE)
    expect(page.get_by_text("Your own answer").first).to_be_visible()

    # Take it home.
    settled(page)
    with page.expect_download(timeout=PATIENCE) as download:
        page.get_by_role("button", name="Download the adapter (ZIP)").click()
    archive = zipfile.ZipFile(io.BytesIO(Path(download.value.path()).read_bytes()))
    assert {"adapter_config.json", "adapter_model.safetensors"} <= set(archive.namelist())
