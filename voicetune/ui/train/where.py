"""Where to train: every place as a short list, with what it takes and what this set costs there."""

from collections.abc import Mapping

import streamlit as st

from voicetune.cost.money import money, rate
from voicetune.examples.intake import counted
from voicetune.providers.offers import Offer, best_of_each
from voicetune.providers.profiles import Profile
from voicetune.providers.standing import standing
from voicetune.ui import places, session
from voicetune.ui.parts import address
from voicetune.ui.parts.held import held
from voicetune.ui.parts.text import aside, escape

PARAM = "place"
GROUPS = {
    "here": "Train from here",
    "elsewhere": "Train elsewhere",
    "answers": "Only answer",
}
_ABOUT = {
    "elsewhere": "These places train, by means of their own. VoiceTune tells what they cost and "
    "writes the file they take.",
    "answers": "These places run a model, and do not train one. Connected, they are there in "
    "Compare and for finding questions.",
}
_GROUP_KEY, _PLACE_KEY = "place_group", "choice_place"


def choose_place(offers: list[Offer]) -> Profile:
    """Draws the places and returns the chosen one; it stands in the page's address.

    `offers` are those of this set; the cheapest of each place is shown with it.
    """
    offered = {
        profile.id: profile
        for profile in places.profiles().values()
        if not profile.local or places.local_engine_available()
    }
    asked = address.asked(PARAM)
    chosen = offered.get(asked) or next(iter(offered.values()))
    group = group_of(chosen)
    by_group: dict[str, list[str]] = {name: [] for name in GROUPS}
    for profile in offered.values():
        by_group[group_of(profile)].append(profile.id)
    first = {name: ids[0] for name, ids in by_group.items() if ids}
    st.segmented_control(
        "Kind of place",
        list(GROUPS),
        format_func=GROUPS.__getitem__,
        required=True,
        wrap=True,
        label_visibility="collapsed",
        **held(_GROUP_KEY, group, _turn, first),
    )
    if group in _ABOUT:
        aside(_ABOUT[group])
    best = {offer.profile.id: offer for offer in best_of_each(offers)}
    st.radio(
        "Place",
        by_group[group],
        format_func=lambda each: _label(offered[each]),
        captions=[_caption(offered[each], best.get(each)) for each in by_group[group]],
        label_visibility="collapsed",
        **held(_PLACE_KEY, chosen.id, _write),
    )
    return chosen


def group_of(profile: Profile) -> str:
    """Returns the group a place is listed in."""
    if profile.trains:
        return "here"
    return "elsewhere" if profile.kind == "elsewhere" else "answers"


def _label(profile: Profile) -> str:
    now = standing(profile, session.today())
    badge = ""
    if not now.trains:
        badge = " :red-badge[closed]"
    elif now.training_days is not None:
        badge = f" :orange-badge[closes in {counted(now.training_days, 'day')}]"
    return f"**{escape(profile.name)}**{badge}"


def _caption(profile: Profile, offer: Offer | None) -> str:
    words = " · ".join([*_money(profile, offer), _key(profile)])
    return f"{profile.summary}  \n{words}".replace("$", r"\$")


def _money(profile: Profile, offer: Offer | None) -> list[str]:
    if profile.free:
        return ["Free" if profile.local else "Free: the computer is yours"]
    if offer is None:
        return ["Its price is its own" if profile.kind == "chat" else "Price not known"]
    currency, bill = offer.bill.currency or "USD", offer.bill
    if offer.training is None:
        words = ["Price to be looked up"]
    else:
        least = ", the least it takes" if bill.minimum_applies else ""
        start = "From " if len(profile.models) > 1 else ""
        words = [f"{start}{money(offer.training, currency)} for this set{least}"]
    if bill.hosting_per_hour:
        fetched = ", or fetched and free" if profile.supports.adapter_download else ""
        words.append(f"then {rate(bill.hosting_per_hour, currency)} an hour to answer{fetched}")
    return words


def _key(profile: Profile) -> str:
    if profile.needs_key:
        return "needs a key and an address" if profile.address else "needs a key"
    return "no key" if profile.local else "no key, unless it asks for one"


def _turn(first: Mapping[str, str]) -> None:
    address.put(PARAM, first[st.session_state[_GROUP_KEY]])


def _write() -> None:
    address.put(PARAM, st.session_state[_PLACE_KEY])
