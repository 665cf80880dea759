"""docs/places.md says what data/providers.json says."""

import re
from pathlib import Path

from voicetune.providers.profiles import PROVIDERS, Profile, load_profiles
from voicetune.providers.protocol import Supports

PAGE = (Path(__file__).resolve().parents[3] / "docs" / "places.md").read_text("utf-8")


def test_every_place_stands_there_with_what_was_checked_and_when():
    rows = {}
    for line in PAGE.splitlines():
        if line.startswith("| ") and line.count("|") == 4:
            name, _, checked = (cell.strip() for cell in line.strip("|").split("|"))
            rows[name] = checked
    for profile in load_profiles(PROVIDERS).values():
        day = f"{profile.verified_on.day} {profile.verified_on:%B %Y}"
        assert rows[profile.name] == f"{profile.verified}, {day}"


def test_the_example_is_a_place(tmp_path):
    (example,) = re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)
    file = tmp_path / "providers.json"
    file.write_text(example, "utf-8")
    assert load_profiles(file)["village"].status_of("done") == "succeeded"


def test_the_fields_that_are_explained_exist():
    explained = re.findall(r"^\| ((?:`\w+`(?:, )?)+) \|", PAGE, re.MULTILINE)
    named = {name for cell in explained for name in re.findall(r"`(\w+)`", cell)}
    known = set(Profile.model_fields) | {"prices"}
    assert named
    assert named <= known
    (supports,) = re.findall(r"^\| `supports` \| (.*) \|", PAGE, re.MULTILINE)
    assert set(re.findall(r"`(\w+)`", supports)) == set(Supports.model_fields)
