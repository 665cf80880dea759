"""Settings are remembered by name."""

from tests.unit.workspace.samples import reopened
from voicetune.workspace.database import Workspace
from voicetune.workspace.settings import get_setting, set_setting


def test_a_setting_is_remembered_and_replaced(workspace: Workspace) -> None:
    assert get_setting(workspace, "place", "local") == "local"
    set_setting(workspace, "place", {"id": "openai", "when": [1, 2.5, None, "🌱"]})
    set_setting(workspace, "place", {"id": "local"})
    assert get_setting(reopened(workspace), "place") == {"id": "local"}


def test_a_setting_of_none_is_not_the_default(workspace: Workspace) -> None:
    set_setting(workspace, "tour", None)
    assert get_setting(workspace, "tour", "default") is None
