"""Population figures from a text: separators, digits, names, totals, wide tables; and written as a file."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survey.errors import MarginError
from survey.study.questionnaire import Label, Option, Question, Questionnaire
from survey.study.weighting_plan import MarginSource
from survey.weighting.margins.file import read_margin
from survey.weighting.margins.pasted import read_figures
from survey.weighting.margins.written import margin_text


def question(name, *labels):
    options = tuple(Option(f"o{i}", Label((("zh", label),))) for i, label in enumerate(labels, 1))
    return Question(name, "single", Label((("zh", name),)), None, options)


DISTRICT = question("district", "小店区", "迎泽区", "古交市", "阳曲县")
SEX = question("sex", "男", "女")
AGE = question("age", "18-24岁", "25-29岁")
WANTED = {("o1",): 1200000.0, ("o2",): 590000.0, ("o3",): 210000.0, ("o4",): 120500.0}


@pytest.mark.parametrize(
    "text",
    [
        "小店区\t1200000\n迎泽区\t590000\n古交市\t210000\n阳曲县\t120500",
        "地区\t人口数\n古交市\t210,000\n阳曲县\t120,500\n小店区\t1,200,000\n迎泽区\t590,000\n合计\t2,120,500",
        "小店区,1200000\n迎泽区,590000\n古交市,210000\n阳曲县,120500\n",
        '名称,人口\n小店区,"1,200,000"\n迎泽区,590000\n古交市,210000\n阳曲县,120500\n总计,"2,120,500"',
        "小店区 1200000\n迎泽区 590000\n古交市 210000\n阳曲县 120500",
        "小店 1 200 000人\n迎泽 590,000 人\n古交 210 000人\n阳曲 120 500",
        "小店区\u3000\uff11\uff12\uff10\uff10\uff10\uff10\uff10\n迎泽区\u3000590000\n"
        "古交市\u3000210000\n阳曲县\u3000120500",
        "小店区\uff0c1200000\n迎泽区\uff0c590000\n古交市\uff0c210000\n阳曲县\uff0c120500",
        "地区\t人口数\t占比\n小店区\t1200000\t56.6\n迎泽区\t590000\t27.8\n古交市\t210000\t9.9\n阳曲县\t120500\t5.7",
    ],
)
def test_a_list_is_read_however_it_was_copied(text):
    read = read_figures(text, [DISTRICT])
    assert read.figures == WANTED
    assert (read.use, read.absent) == ("counts", ())


def test_totals_and_foreign_lines_are_left_over_and_named():
    read = read_figures("小店区\t10\n晋中市\t5\n古交市\t", [DISTRICT])
    assert read.figures == {("o1",): 10.0}
    assert read.left_over == ("晋中市",)
    assert read.absent == (("o2",), ("o3",), ("o4",))


@pytest.mark.parametrize(
    ("text", "use"),
    [
        ("男\t51.2%\n女\t48.8%", "shares"),
        ("男\t51.2\n女\t48.7", "shares"),
        ("男\t0.512\n女\t0.488", "shares"),
        ("男\t512\n女\t488", "counts"),
    ],
)
def test_shares_are_known_by_their_sum_or_their_sign(text, use):
    assert read_figures(text, [SEX]).use == use


CROSSED = {("o1", "o1"): 5.0, ("o1", "o2"): 6.0, ("o2", "o1"): 7.0, ("o2", "o2"): 8.0}


@pytest.mark.parametrize(
    "text",
    [
        "男\t18-24岁\t5\n男\t25-29岁\t6\n女\t18-24岁\t7\n女\t25-29岁\t8",
        "年龄\t性别\t人数\n18-24岁\t男\t5\n25-29岁\t男\t6\n18-24岁\t女\t7\n25-29岁\t女\t8",
        "\t18-24岁\t25-29岁\t合计\n男\t5\t6\t11\n女\t7\t8\t15\n合计\t12\t14\t26",
        "年龄\t男\t女\n18-24岁\t5\t7\n25-29岁\t6\t8",
    ],
)
def test_two_crossed_stand_in_three_columns_or_as_a_wide_table_either_way(text):
    assert read_figures(text, [SEX, AGE]).figures == CROSSED


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("", "margin.no_figures"),
        ("甲\t1\n乙\t2", "margin.text_no_category"),
        ("小店区\t1\n小店区\t2", "margin.twice"),
        ("小店区\t12.3万", "margin.not_number"),
        ("小店区\t约1200\n迎泽区\t5", "margin.not_number"),
        ("小店区\t-5", "margin.not_number"),
        ("小店区\t1,5", "margin.comma"),
        ("小店区\t10\n迎泽区\t20\n合计\t31", "margin.text_total"),
        ("小店区\t10\t20\n迎泽区\t20\t30", "margin.text_columns"),
    ],
)
def test_what_is_ambiguous_or_wrong_is_refused(text, key):
    with pytest.raises(MarginError) as refused:
        read_figures(text, [DISTRICT])
    assert refused.value.key == key


def test_a_table_that_fits_either_way_is_refused():
    with pytest.raises(MarginError) as refused:
        read_figures("\t是\t否\n是\t1\t2\n否\t3\t4", [question("a", "是", "否"), question("b", "是", "否")])
    assert refused.value.key == "margin.text_either_way"


def test_an_ending_is_left_off_only_where_that_names_one_category():
    twins = question("d", "城区", "城关区", "城关县")
    read = read_figures("城关\t5\n城区\t6", [twins])
    assert read.figures == {("o1",): 6.0}
    assert read.left_over == ("城关",)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 10**9), min_size=4, max_size=4), st.permutations(range(4)))
def test_what_is_written_is_read_back_by_both_readers(tmp_path_factory, figures, order):
    wanted = {(f"o{i}",): float(n) for i, n in enumerate(figures, 1)}
    notes = {("o1",): ("统计公报", "2023-12-31", "")}
    text = margin_text([DISTRICT], {codes: wanted[codes] for codes in list(wanted)}, notes=notes)
    head, *lines = text.splitlines()
    shuffled = "\n".join([head, *(lines[i] for i in order)])
    assert read_figures(shuffled, [DISTRICT]).figures == wanted
    if abs(sum(figures) - 100) >= 1 and any(figures):
        file = tmp_path_factory.mktemp("margins") / "margins-district.csv"
        file.write_text(text, encoding="utf-8-sig")
        source = MarginSource(file, "counts", None, None)
        margin = read_margin(source, Questionnaire({"district": DISTRICT}))
        assert margin.figures == wanted
        assert ("统计公报", "2023-12-31", "") in margin.sources
