"""A renamed option is refused, never counted as "other"; what people did type under "other" is counted."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tiny_study import tiny_answers

from survey.errors import ExportError

OPTIONS = """
separator = ";"
options.price = { en = "Price" }
options.far = { en = "Too far from home" }
options.other = { en = "Other", typed = true MATCH }
"""


def read(folder, cells, kind="single", match="", more=""):
    lines = ["n,Answer", *(f'{i},"{cell}"' for i, cell in enumerate(cells, 1))]
    options = OPTIONS.replace(" MATCH", match and f", match = [{match}]")
    question = f'[questions.q]\nkind = "{kind}"\ntext = "Question"\ncolumn = "Answer"\n{more}{options}'
    return tiny_answers(folder, question, "\n".join(lines) + "\n")["q"]


@pytest.mark.parametrize("kind", ["single", "multiple"])
def test_an_option_renamed_on_the_platform_is_refused_with_the_option_that_nobody_chose(tmp_path, kind):
    words = (
        r'question q: of 7 answers has "Distance" in 2: not an option, .*"Other", and nobody chose '
        r'"Too far from home"; add match = \["Distance"\] to .*perhaps "Too far from home".*"Other"'
    )
    with pytest.raises(ExportError, match=words):
        read(tmp_path, [*["Price"] * 4, *["Distance", "distance "], "cold"], kind)


def test_a_tick_of_a_renamed_option_counts_beside_others(tmp_path):
    with pytest.raises(ExportError, match='of 5 answers has "Distance" in 2'):
        read(tmp_path, ["Price;Distance", "Distance;Price;cold", "Price", "Price", "Price"], "multiple")


@pytest.mark.parametrize(("n", "refused"), [(400, True), (500, True), (501, False)])
def test_a_text_in_five_answers_and_one_percent_is_refused_though_every_option_was_chosen(
    tmp_path, n, refused
):
    cells = ["none", *["Nothing"] * 5, "Too far from home", *["Price"] * (n - 7)]
    if refused:
        with pytest.raises(ExportError, match=r'"Nothing" in 5: not an option, .*"Other"; add match'):
            read(tmp_path, cells)
    else:
        assert np.bincount(read(tmp_path, cells).values).tolist() == [n - 7, 1, 6]


def test_the_remedies_are_followed(tmp_path):
    cells = [*["Price"] * 4, *["Distance"] * 3]
    as_other = read(tmp_path, cells, match='"Distance"')
    assert np.bincount(as_other.values).tolist() == [4, 0, 3]
    assert as_other.unlisted is None
    (tmp_path / "codes.csv").write_text("text,code\nDistance,far\n", encoding="utf-8")
    coded = read(tmp_path, cells, more='coded = "codes.csv"\n')
    assert np.bincount(coded.values).tolist() == [4, 3]


def test_what_people_typed_once_is_counted_where_an_option_has_no_answer(tmp_path):
    assert read(tmp_path, ["Price", "cold", "too small"]).values.tolist() == [0, 2, 2]


def test_personal_data_is_not_quoted(tmp_path):
    with pytest.raises(ExportError) as refused:
        read(tmp_path, [*["Price"] * 4, *["ask 13812345678"] * 2])
    assert "13812345678" not in str(refused.value)
    assert "[telephone number]" in str(refused.value)


@settings(deadline=None, max_examples=40)
@given(
    st.lists(
        st.sampled_from(["Price", "Too far from home", "cold", "dark", "small"]), min_size=1, max_size=40
    )
)
def test_answers_are_refused_exactly_where_a_text_is_too_frequent(tmp_path_factory, cells):
    all_chosen = {"Price", "Too far from home"} <= set(cells)
    most = max(cells.count(text) for text in ("cold", "dark", "small"))
    folder = tmp_path_factory.mktemp("cells")
    if most >= (5 if all_chosen else 2):
        with pytest.raises(ExportError, match="not an option, and too often"):
            read(folder, cells)
    else:
        listed = ["Price", "Too far from home"]
        expected = [listed.index(cell) if cell in listed else 2 for cell in cells]
        assert read(folder, cells).values.tolist() == expected
