"""Which columns of an export are not drafted as questions, since their answers say who answered."""

from __future__ import annotations

import re
from collections.abc import Mapping

from survey.exports.export import Column
from survey.identifiers import (
    ROLE,
    are_personal_names,
    asks_for_name,
    identifier_by_content,
    identifier_by_header,
)
from survey.text import normalised

# Headers beside which a column of personal names is one; without any, they could be villages.
OF_PEOPLE = re.compile(
    r"名|姓|谁|称|者$|填表|填写|联系|家长|孩子|宝宝|学生|人员|负责人|经办|\bwho\b|person|respondent|contact"
)


def identifier_in(column: Column, counts: Mapping[str, int], *, few: bool) -> str:
    """Return the kind of identifier that a column holds, such as "name"; "" where it is a question.

    Parameters
    ----------
    counts : mapping of str to int
        The different answers with how often each was given.
    few : bool
        Whether they are few enough to be a list of options.
    """
    header = column.header or column.name
    if kind := identifier_by_content(column.texts, column.counts()):
        return kind
    if asks_for_name(header) and not all(ROLE.fullmatch(normalised(text)) for text in counts):
        return "name"
    if OF_PEOPLE.search(normalised(header)) and are_personal_names(column.cells):
        return "name"
    return "" if few else identifier_by_header(header)
