"""What a question says of the respondent: district of residence, sex, age, consent; one question each."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

from survey.study.questionnaire import Kind
from survey.text import normalised

Role = Literal["", "district", "sex", "age", "birth", "wave", "consent"]
LIKE: tuple[tuple[Role, re.Pattern[str]], ...] = (
    ("consent", re.compile(r"知情同意|是否同意参加|\bconsent\b|agree to take part")),
    ("sex", re.compile(r"性别|\bsex\b|\bgender\b")),
    ("birth", re.compile(r"出生|生日|\bbirth|\bborn\b")),
    ("age", re.compile(r"年龄|几岁|多大(?=年|岁|了|\?|$)|月龄|\bage\b|how old")),
    (
        "district",
        re.compile(
            r"哪个区|区县|县区|所在区(?!域)|住在|住哪|居住|街道|乡镇|\bdistrict\b|\barea\b|do you live"
            r"|^(?:区|县|地区|town|county|region|borough|municipality)$"
        ),
    ),
    ("wave", re.compile(r"^(?:年份|调查年份|轮次|wave|year|round)$")),
)
KINDS: dict[Role, tuple[Kind, ...]] = {"birth": ("month",), "age": ("single", "number")}
# Of somebody else, of another time, or of something that has an age or a place as well.
_OTHERS = (
    r"孩子|宝宝|子女|小孩|婴|幼儿|儿子|女儿|父母|爱人|配偶|丈夫|妻子|伴侣|老人|老师|教师|家庭成员|月龄"
    r"|\b(?:child|kid|baby|infant|toddler|son|daughter|partner|spouse|husband|wife|teacher|pupil|mother|father)"
    r"(?:ren|s|'s)?\b"
)
_PAST = (
    r"时的|岁时|当时|第一次|首次|开始|曾|以前|之前"
    r"|\bwhen you\b|\bwere you\b|\bat what age\b|\bfirst\b|\bused to\b"
)
NOT_THEIRS: dict[Role, re.Pattern[str]] = {
    "sex": re.compile(rf"{_OTHERS}|教育|平等|\\b(?:education|equality|taught|teach)\\b"),
    "age": re.compile(
        rf"{_OTHERS}|{_PAST}|最小|最大|理想|合适|适合|限制|要求|应该|希望|打算|截止"
        r"|cut-?off|limit|minimum|maximum|ideal|should|retire|\bage of\b"
    ),
    "district": re.compile(
        rf"{_PAST}|多久|多长|年限|时间|面积|一起|和谁|与谁|租|类型|满意|工作|上班|单位|幼儿园|托育|学校|户籍|老家|希望"
        r"|打算|how long|with whom|who\b|\bwork|school|nursery|grew up|moved|would you like|satisf|area of"
        r"|subject|teach"
    ),
}
# Options that name no place or age of the study, and for which there are no population figures.
OUTSIDE: dict[Role, re.Pattern[str]] = {
    "district": re.compile(
        r"^(?:不在|不住|非本|本[市省县区]以?外|外[省市地]|市外|省外|(?:其他|其它)(?:地区|城市|省市?|市|地方)$)"
        r"|^(?:outside|elsewhere|not in|other (?:city|place|area|district|region))\b"
    ),
    "age": re.compile(r"^(?:(?:其他|其它)年龄|other ages?\b)"),
}
OWN = re.compile(
    r"您|你|本人|受访|填写人|\byour?\b|\bmy\b|respondent"
    r"|^性别$|^(?:sex|gender)$|^年龄段?$|^age(?: group)?$|现居|常住"
)


def role_like(text: str, kind: Kind) -> Role:
    """Return the role that a question's wording and kind fit, of the respondent and of today; "" if none."""
    wording = normalised(text)
    role: Role = next((role for role, pattern in LIKE if pattern.search(wording)), "")
    # 您的孩子 is not the respondent, but 您孩子的家长 would be; the wording decides as it stands.
    if role in NOT_THEIRS and NOT_THEIRS[role].search(wording):
        return ""
    return role if kind in KINDS.get(role, ("single",)) else ""


def one_of_each(candidates: Sequence[tuple[Role, str]]) -> dict[int, tuple[str, ...]]:
    """Return which questions keep their role, by place, each with the wordings it was preferred to.

    Parameters
    ----------
    candidates : sequence of (role, str)
        Role and wording of each question. One that names the respondent is preferred; of several, the first.
    """
    kept = {}
    for role in dict.fromkeys(role for role, _ in candidates if role):
        places = [place for place, (other, _) in enumerate(candidates) if other == role]
        best = max(places, key=lambda place: (bool(OWN.search(normalised(candidates[place][1]))), -place))
        kept[best] = tuple(candidates[place][1] for place in places if place != best)
    return kept
