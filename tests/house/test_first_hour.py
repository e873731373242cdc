"""The first hour is walked as its page prints it: every command runs and every screen is the real one."""

import pytest
from pdf import words_of
from walk_first_hour import PAGES, walk


@pytest.mark.parametrize("language", PAGES)
def test_the_first_hour_is_what_happens(tmp_path, language):
    page, edits = walk(language, tmp_path)
    assert page == PAGES[language].read_text(encoding="utf-8"), "look at the page, then run make first-hour"
    assert edits == 11
    briefing = tmp_path / "out" / "responses_2023_text" / "briefing-zh.pdf"
    printed = words_of(briefing)
    assert "2023年太原市托育服务调查（示例）" in printed
    assert "待填" not in printed
