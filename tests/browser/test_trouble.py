from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from tests.browser.app import running_app
from tests.browser.look import take_pictures, visit


def test_a_workspace_that_cannot_be_opened_is_explained(
    browser: Browser, page: Page, tmp_path: Path
) -> None:
    home = tmp_path / "broken"
    home.mkdir()
    (home / "workspace.db").write_text("this is not a database " * 100)
    with running_app(home) as app:
        visit(page, app.at("/"))
        expect(page.get_by_text("Your workspace cannot be opened")).to_be_visible()
        expect(page.get_by_text("workspace.db")).to_be_visible()
        expect(page.get_by_text("Traceback")).to_have_count(0)
        take_pictures(page, "trouble-workspace")
        page.close()
