"""Lines of a drafted study file for the phrases of its sentences, commented out: a person writes them."""

from __future__ import annotations

from collections.abc import Iterator

from survey.drafting.margin_tables import WEIGHTED_ON
from survey.drafting.questions import DraftQuestion

# What those of a category are called together, and one of them.
GROUPS = {
    "district": (("各地区", "districts"), ("{}的受访者", "people in {}")),
    "sex": (("男女", "the sexes"), ("{}性受访者", "{lower}")),
    "age": (("各年龄组", "age groups"), ("{}的受访者", "people aged {}")),
}
SAYS = {"zh": "觉得价格太高", "en": "say it costs too much"}


def phrase_lines(question: DraftQuestion, language: str) -> Iterator[str]:
    """Yield what stands above the options of a question: names of groups, or a phrase for an answer."""
    if question.role in WEIGHTED_ON:
        for key, (zh, en) in zip(("groups", "group"), GROUPS[question.role], strict=True):
            yield f'# {key} = {{ zh = "{zh}", en = "{en}" }}'
    elif not question.role and len(question.options) > 1:
        example = f'says = {{ {language} = "{SAYS[language]}" }}'
        yield f"# beside a label, such as {example}: what those who chose it do, for sentences"
