"""The section on the quality of the sample: a paragraph unless listed; channels in the page's language."""

import re
from types import SimpleNamespace

import pytest
from pdf import words_of

from analysis.study.arrival import PLATFORM_CHANNEL
from reports.language.words import words_of as language
from reports.sections.about.quality import _channel


@pytest.mark.parametrize(
    ("name", "patterns", "column"),
    [
        ("en", [r"Responsescamethrough[^.]*phone\([\d,]+\)", r"Oftheresponsessetaside"], "Setaside,2024"),
        ("zh", [r"答卷来自[^。]*手机提交（[\d,]+份）", r"剔除的答卷中"], "剔除（2024年）"),
    ],
)
def test_without_a_list_of_sections_a_paragraph_says_it(demo, name, patterns, column):
    text = words_of(demo / f"briefing-{name}.pdf")
    assert [pattern for pattern in patterns if not re.search(pattern, text)] == []
    assert column not in text


def test_a_platforms_channel_has_no_han_on_an_english_page():
    english, chinese = (SimpleNamespace(words=language(name)) for name in ("en", "zh"))
    assert _channel(english, PLATFORM_CHANNEL, "公众号菜单", 3) == "channel 3"
    assert _channel(english, PLATFORM_CHANNEL, "手机提交", 1) == "phone"
    assert _channel(chinese, PLATFORM_CHANNEL, "公众号菜单", 3) == "公众号菜单"
