"""More models for an engine, on this computer or a server: proposed ones, any other by its id."""

from collections.abc import Callable
from datetime import timedelta

import streamlit as st

from voicetune.providers import engine_catalogue
from voicetune.providers.client import Place
from voicetune.providers.engine_catalogue import Catalogue, Download, HubModel, OpenModel
from voicetune.training.eta import in_words
from voicetune.ui.parts.dates import day_in_words
from voicetune.ui.parts.states import trouble
from voicetune.ui.parts.text import aside, escape, prose

SECONDS_BETWEEN = 1.0
_TROUBLE, _LOOKED_UP, _ARRIVED = "_hub_trouble", "_hub_model", "_hub_arrived"
_ID = "hub_id"


def draw_more_models(place: Place) -> None:
    """Draws what can be downloaded and what is on its way; nothing where an engine is too old."""
    from openai import NotFoundError, OpenAIError

    arrived = st.session_state.pop(_ARRIVED, None)
    if arrived:
        st.toast(f"{escape(arrived)} has been downloaded.", icon=":material/check_circle:")
    try:
        coming = engine_catalogue.downloads(place)
    except NotFoundError:
        return
    except OpenAIError as error:
        trouble("The list of models cannot be had", escape(engine_catalogue.reason(error, place)))
        return
    busy = any(each.running for each in coming)
    panel = st.expander(
        f"More models for {_machine(place)}",
        icon=":material/download:",
        key="more_models",
        on_change="rerun",
    )
    if panel.open:
        with panel:
            _draw_panel(place, busy)
    elif busy:
        aside(":material/downloading: One is on its way.")


def _draw_panel(place: Place, busy: bool) -> None:
    prose(
        "Open models from the Hugging Face Hub. Downloaded once, a model stays on "
        f"{_machine(place)}: it trains and answers {_here(place)} like the starter model, without "
        "a network. A larger model writes better, and takes longer."
    )
    st.fragment(_draw_list, run_every=SECONDS_BETWEEN if busy else None)(place, busy)
    _draw_any_other(place)


def _draw_list(place: Place, was_busy: bool) -> None:
    from openai import OpenAIError

    try:
        offered, coming = engine_catalogue.catalogue(place), engine_catalogue.downloads(place)
    except OpenAIError as error:
        trouble("The list of models cannot be had", escape(engine_catalogue.reason(error, place)))
        return
    busy = any(each.running for each in coming)
    if busy != was_busy:  # the page has a model more, or from now on something to wait for
        if was_busy and coming[0].status == "succeeded":
            st.session_state[_ARRIVED] = coming[0].model
        st.rerun()
    if said := st.session_state.pop(_TROUBLE, None):
        trouble("That did not work", escape(said))
    by_model = {each.model: each for each in reversed(coming)}
    proposed = {model.id for model in offered.models}
    for download in coming:
        if download.model not in proposed and download.status != "succeeded":
            with st.container(border=True, gap="xsmall"):
                prose(f"**{escape(download.model)}**")
                _draw_on_its_way(place, download)
    with st.grid(2, min_column_width=330, gap="small"):
        for model in offered.models:
            with st.container(border=True, gap="xsmall", height="stretch"):
                _draw_model(place, offered, model, by_model.get(model.id))
    day = day_in_words(min(model.as_of for model in offered.models))
    aside(
        f"{size(offered.free_disk)} of disk and {size(offered.free_memory)} of memory are free "
        f"{_here(place)} now. Sizes and licences as of {day}; the Hub is asked again before a "
        "download."
    )


def _draw_model(
    place: Place, offered: Catalogue, model: OpenModel, download: Download | None
) -> None:
    badge = ""
    if model.here:
        badge = f" :green-badge[:material/check: {_here(place).capitalize()}]"
    elif not model.fits:
        badge = " :orange-badge[Too large for the memory free now]"
    prose(f"**{escape(model.name)}**{badge}")
    prose(model.quality)
    aside(_facts(model, _here(place)))
    if model.here:
        _offer_to_delete(place, model.id, model.download_bytes)
    elif download is not None and download.status != "succeeded":
        _draw_on_its_way(place, download)
    else:
        _offer_download(
            place, model.id, model.download_bytes, model.licence, offered.free_disk, model.fits
        )


def _facts(model: OpenModel, here: str) -> str:
    lines = [
        f"{size(model.download_bytes)} {f'on the disk {here}' if model.here else 'to download'}",
        model.licence,
        f"{_parameters(model.parameters)} parameters",
        f"training takes {size(model.memory_bytes)} of memory at least",
    ]
    if model.seconds is not None:
        judged = f"measured {here}" if model.measured else "judged by the starter model's speed"
        lines.append(f"100 examples: {in_words(timedelta(seconds=model.seconds))} ({judged})")
    if model.thinks:
        lines.append(f"made to think first; trained and asked {here} without")
    return " · ".join(lines)


def _offer_download(
    place: Place, model: str, download_bytes: int, licence: str | None, free: int, fits: bool | None
) -> None:
    with st.popover(
        "Download", icon=":material/download:", key=f"offer_{model}", disabled=download_bytes > free
    ):
        prose(f"**{escape(model)}**, from the Hugging Face Hub.")
        prose(
            f"{size(download_bytes)} come over the network. {size(free)} of the disk "
            f"{_here(place)} can be used, so {size(max(0, free - download_bytes))} stay free."
        )
        prose(f"Licence: {escape(licence or 'not told; read its page on the Hub')}.")
        if fits is False:
            aside("Training it would not fit into the memory that is free now.")
        st.button(
            f"Download {size(download_bytes)}",
            type="primary",
            key=f"download_{model}",
            on_click=_try,
            args=(place, lambda: engine_catalogue.start_download(place, model)),
        )
    if download_bytes > free:
        aside(f"The disk has {size(free)} free for it.")


def _draw_on_its_way(place: Place, download: Download) -> None:
    share = download.bytes / max(1, download.total_bytes)
    told = f"{size(download.bytes)} of {size(download.total_bytes)}"
    st.progress(min(1.0, share), text=told if download.running else f"{told}, stopped")
    if download.message:
        st.warning(escape(download.message), icon=":material/cloud_off:")
    with st.container(horizontal=True):
        if download.running:
            st.button(
                "Stop",
                key=f"stop_{download.model}",
                icon=":material/stop_circle:",
                on_click=_try,
                args=(place, lambda: engine_catalogue.cancel_download(place, download.id)),
            )
            return
        st.button(
            "Go on",
            key=f"go_on_{download.model}",
            type="primary",
            icon=":material/download:",
            on_click=_try,
            args=(place, lambda: engine_catalogue.start_download(place, download.model)),
        )
        st.button(
            "Throw away what has come",
            key=f"discard_{download.model}",
            on_click=_try,
            args=(place, lambda: engine_catalogue.delete_model(place, download.model)),
        )


def _offer_to_delete(place: Place, model: str, download_bytes: int) -> None:
    with st.popover("Delete", icon=":material/delete:", key=f"offer_delete_{model}"):
        prose(
            f"Deletes {escape(model)} from {_machine(place)} and frees {size(download_bytes)}. It "
            f"can be downloaded again. Models that were tuned from it keep it {_here(place)}."
        )
        st.button(
            "Delete it",
            key=f"delete_{model}",
            on_click=_try,
            args=(place, lambda: engine_catalogue.delete_model(place, model)),
        )


def _draw_any_other(place: Place) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.text_input(
            "Any other model of the Hub, by its id",
            placeholder="owner/name",
            key=_ID,
            width=360,
            help="A chat model with weights as safetensors, a tokenizer.json and a chat template. "
            "Its page on huggingface.co has the id at the top.",
        )
        st.button(
            "Look it up", key="look_up", icon=":material/search:", on_click=_look_up, args=(place,)
        )
    found: HubModel | None = st.session_state.get(_LOOKED_UP)
    if found is not None:
        with st.container(border=True, key="looked_up", gap="xsmall"):
            _draw_found(place, found)


def _draw_found(place: Place, found: HubModel) -> None:
    prose(f"**{escape(found.id)}**")
    words = [escape(found.licence or "no licence told")]
    if found.problem is None and not found.here:
        words.insert(0, f"{size(found.download_bytes)} to download")
    if found.memory_bytes is not None:
        words.append(f"training takes {size(found.memory_bytes)} of memory at least")
    aside(" · ".join(words))
    if found.here:
        prose(f":material/check_circle: It is on {_machine(place)}.")
        _offer_to_delete(place, found.id, found.download_bytes)
    elif found.problem is not None:
        st.warning(escape(found.problem), icon=":material/block:")
    else:
        _offer_download(
            place, found.id, found.download_bytes, found.licence, found.free_disk, found.fits
        )


def _look_up(place: Place) -> None:
    asked = (st.session_state.get(_ID) or "").strip().removeprefix("https://huggingface.co/")
    st.session_state[_LOOKED_UP] = None
    if asked:
        _try(
            place,
            lambda: st.session_state.update({_LOOKED_UP: engine_catalogue.look_up(place, asked)}),
        )


def _try(place: Place, act: Callable[[], object]) -> None:
    """Does what a button says; why it could not be done is said where the list is drawn."""
    from openai import OpenAIError

    if st.session_state.get(_LOOKED_UP) is not None:
        st.session_state[_LOOKED_UP] = None
    try:
        act()
    except OpenAIError as error:
        st.session_state[_TROUBLE] = engine_catalogue.reason(error, place)


def _machine(place: Place) -> str:
    return "this computer" if place.profile.local else "your server"


def _here(place: Place) -> str:
    return "here" if place.profile.local else "there"


def size(count: int) -> str:
    """Writes bytes as people read them on a disk: 270 MB, 6.2 GB."""
    return f"{count / 1e6:,.0f} MB" if count < 1e9 else f"{count / 1e9:,.1f} GB"


def _parameters(count: int) -> str:
    return f"{count / 1e6:,.0f} million" if count < 1e9 else f"{count / 1e9:,.1f} billion"
