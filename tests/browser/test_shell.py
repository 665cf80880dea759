import time
from pathlib import Path
from urllib.error import URLError
from urllib.request import Request, urlopen

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.app import running_app
from tests.browser.look import visit

ENGINE_SECONDS = 30.0


def ask_engine(home: Path) -> int:
    url = (home / "engine" / "url").read_text().strip()
    token = (home / "engine" / "token").read_text().strip()
    request = Request(f"{url}/engine", headers={"Authorization": f"Bearer {token}"})
    with urlopen(request, timeout=5) as answer:
        return int(answer.status)


def test_the_engine_comes_up_with_the_app_and_goes_with_it(
    browser: Browser, page: Page, tmp_path: Path
) -> None:
    with running_app(tmp_path / "home") as app:
        visit(page, app.at("/"))
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        url_file = app.home / "engine" / "url"
        end = time.monotonic() + ENGINE_SECONDS
        while not url_file.exists():
            assert time.monotonic() < end, app.log.read_text(errors="replace")
            time.sleep(0.1)
        assert ask_engine(app.home) == 200
        url = url_file.read_text().strip()
        page.close()
    with pytest.raises(URLError):
        urlopen(f"{url}/engine", timeout=5)
    assert not url_file.exists()
