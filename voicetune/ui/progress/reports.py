"""What the run reported: the chart, its answers as it learned, checkpoints, events, files."""

from functools import partial

import streamlit as st

from voicetune.runs.answering import checkpoints_answer
from voicetune.runs.held_out import held_out_answers
from voicetune.runs.watch import points_of
from voicetune.training.metrics import MetricPoint
from voicetune.training.preference_reading import explain_pairs
from voicetune.training.reading import best_point, epoch_ends, explain
from voicetune.training.status import is_final
from voicetune.ui import places, rooms
from voicetune.ui.parts.loss_chart import loss_chart
from voicetune.ui.parts.preference_charts import preference_charts
from voicetune.ui.parts.rehearsal import BADGE
from voicetune.ui.parts.text import aside, escape, plain, prose
from voicetune.ui.progress.controls import draw_delete
from voicetune.workspace.database import Workspace
from voicetune.workspace.reports import Event, list_checkpoints, list_samples
from voicetune.workspace.runs import Run, run_file

EVENTS_SHOWN = 200
_LEVELS = {"info": "", "warn": ":material/warning: ", "error": ":material/error: "}


def draw_chart(ws: Workspace, run: Run) -> None:
    """Draws loss and token accuracy from the first point on, and how to read them now."""
    points = points_of(ws, run)
    kept = {c.step_number for c in list_checkpoints(ws, run.id) if c.available and c.model}
    st.subheader("How it learns", anchor=False)
    read = explain_pairs if run.on_pairs else partial(explain, best_is_taken=run.stops_early)
    prose(
        escape(
            read(
                points,
                final=is_final(run.status),
                cut_short=run.status != "succeeded",
                has_validation=run.validation_examples > 0,
                kept=kept or None,
            )
        )
    )
    if not points:
        return
    if run.rehearsal:
        prose(f"{BADGE} These figures are made up: they show what you would see, not a result.")
    axis = "step"
    if any(point.epoch is not None for point in points):
        axis = st.segmented_control(
            "Along",
            ["epoch", "step"],
            default="epoch",
            required=True,
            format_func=str.capitalize,
            key="axis",
            persist_state="session",
            label_visibility="collapsed",
        )
    if run.on_pairs:
        preference_charts(points, axis="epoch" if axis == "epoch" else "step")
        aside("Dots are the ends of [[epoch|epochs]], measured on the pairs kept apart.")
        return
    loss_chart(
        points,
        key="loss",
        axis="epoch" if axis == "epoch" else "step",
        height=460,
        accuracy=any(point.train_accuracy is not None for point in points),
    )
    aside(
        "[[loss|Loss]]: how far the model's guess is from your words; lower is closer. "
        "[[token accuracy|Token accuracy]]: how often its first guess was your next word. Dots "
        "are the ends of [[epoch|epochs]]; the ring marks the lowest [[validation loss]]."
    )


def draw_samples(ws: Workspace, run: Run) -> None:
    """Draws the model's answers to one held-out question: before training, now, in between.

    "Now" is the latest; of a finished run that took its best epoch, it is that one.
    """
    samples = list_samples(ws, run.id)
    if not samples:
        return
    takes_best = run.stops_early and run.status == "succeeded"
    best = best_point(epoch_ends(points_of(ws, run))) if takes_best else None
    taken = round(best.epoch) if best and best.epoch else None
    st.subheader("How its voice emerges", anchor=False)
    prose(f"Asked after each epoch, [[held-out]] from training: *{escape(run.question)}*")
    first, *later = samples
    now = next((sample for sample in later if sample.epoch == taken), samples[-1])
    columns = st.columns(2 if later else 1, gap="medium", border=True)
    for sample, column in zip([first, now][: len(samples)], columns, strict=True):
        with column:
            yours = ", the epoch that became your model" * (sample.epoch == taken)
            st.caption(_moment(run, sample.epoch) + yours)
            plain(sample.answer or "(nothing)")
    rest = [sample for sample in reversed(later) if sample is not now]
    if rest:
        others = "In between" if now is later[-1] else "The other epochs"
        with st.expander(f"{others} ({len(rest)})", key="between"):
            for sample in rest:
                st.caption(_moment(run, sample.epoch))
                plain(sample.answer or "(nothing)")
    if own := held_out_answers(ws, run).get(run.question):
        with st.expander("Your own answer", icon=":material/person:", key="own_answer"):
            plain(own)


def draw_checkpoints(ws: Workspace, run: Run) -> None:
    """Draws the checkpoints that can be talked to, with the best of them named."""
    profile = places.profiles().get(run.place)
    checkpoints = [c for c in list_checkpoints(ws, run.id) if c.available and c.model]
    if not checkpoints or profile is None or not checkpoints_answer(run, profile):
        return
    points = points_of(ws, run)
    by_step = {point.step: point for point in points}
    ends = epoch_ends(points)
    best = best_point(ends)
    best_kept = best_point([p for p in ends if p.step in {c.step_number for c in checkpoints}])
    st.subheader("Checkpoints", anchor=False)
    keeps_best = profile.local or run.stops_early  # only VoiceTune's engine stops early
    which = "the last three and the best" if keeps_best else "the last three"
    aside(f"A [[checkpoint]] an epoch, {which} kept. Each can be talked to.")
    for checkpoint in sorted(checkpoints, key=lambda each: -each.step_number):
        point = by_step.get(checkpoint.step_number)
        with st.container(horizontal=True, vertical_alignment="center"):
            prose(_checkpoint(checkpoint.step_number, point, best, best_kept))
            rooms.door(
                rooms.COMPARE,
                "Compare",
                key=f"compare_{checkpoint.step_number}",
                voice=run.dataset_id,
                run=run.id,
                right=checkpoint.model,
            )


def draw_events(events: list[Event]) -> None:
    """Draws the run's diary, the latest first."""
    with st.expander(f"Events ({len(events):,})", icon=":material/list:", key="events"):
        lines = [
            f":gray[{event.created_at.astimezone():%H:%M:%S}] {_LEVELS.get(event.level, '')}"
            f"{escape(event.message)}"
            for event in reversed(events[-EVENTS_SHOWN:])
        ]
        with st.container(height=320 if len(lines) > 12 else "content", border=False):
            # One element, not hundreds: it is drawn anew every second.
            prose("  \n".join(lines) or "None yet.")
        if len(events) > EVENTS_SHOWN:
            aside(f"The latest {EVENTS_SHOWN} of {len(events):,} are shown.")


def draw_details(ws: Workspace, run: Run) -> None:
    """Draws what the run was started with, and the exact files."""
    with st.expander("What this run was started with", icon=":material/inventory_2:"):
        facts = {
            "Base model": run.model,
            **({"Method": "preference pairs (DPO)"} if run.on_pairs else {}),
            **({"Early stopping": "the best epoch is kept"} if run.stops_early else {}),
            **({"Goes on from": run.starts_from} if run.starts_from != run.model else {}),
            "Preference pairs" if run.on_pairs else "Examples": f"{run.training_examples:,} to "
            f"train on, {run.validation_examples:,} kept apart",
            **{
                name.removeprefix("n_").replace("_", " "): str(v)
                for name, v in run.hyperparameters.items()
            },
            "Seed": "chosen by the place" if run.seed is None else str(run.seed),
            "Suffix": run.suffix or "none",
            "Job": run.job_id or "not made yet",
            "Model id": run.fine_tuned_model or "not there yet",
        }
        for name, value in facts.items():
            prose(f"**{name[0].upper()}{name[1:]}**: {escape(value)}")
        if run.system:
            prose("**System message**")
            plain(run.system)
        with st.container(horizontal=True):
            for split in ("training", "validation"):
                content = run_file(ws, run.id, split)
                if content is not None:
                    st.download_button(
                        f"The exact {split} file (JSONL)",
                        content,
                        file_name=f"run-{run.id}-{split}.jsonl",
                        mime="application/jsonl",
                        icon=":material/download:",
                        on_click="ignore",
                        key=f"file_{split}",
                    )
            if is_final(run.status):
                draw_delete(run)


def _moment(run: Run, epoch: int) -> str:
    if epoch:
        return f"After epoch {epoch}"
    return "Before training" if run.starts_from == run.model else "Before this run"


def _checkpoint(
    step: int, point: MetricPoint | None, best: MetricPoint | None, best_kept: MetricPoint | None
) -> str:
    if point is None:
        return f"**Step {step}**"
    name = f"After epoch {round(point.epoch)}" if point.epoch else f"Step {step}"
    words = f"**{name}**"
    if point.validation is not None:
        words += f", validation loss {point.validation:.3f}"
    if point.validation_reward_accuracy is not None:
        words += f", {point.validation_reward_accuracy:.0%} of the pairs right"
    if best is not None and best.step == step:
        words += " :green-badge[lowest]"
    elif best_kept is not None and best_kept.step == step:
        words += " :green-badge[lowest of these]"
    return words
