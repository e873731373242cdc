"""What identifies people, told by a column's header or by the shape of its cells, and how it is masked."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import AddressValueError, IPv6Address

import numpy as np
import pandas as pd

from survey.numeric.array_types import Ints, Texts
from survey.text import normalised

# A column is of the kind that more than this share of its answers look like.
MOST = 0.5
# Answers that are kept as they are, such as numbers, may not hold more telephone numbers than this.
NOTICEABLE, FEWEST = 0.01, 2
# A tenth of all long numbers have the check digit of one.
BY_CHANCE = "bank card number"

# What stands before the name of a thing in place of a person: 幼儿园名字, 品牌名字.
_THING = r"(?<![园校构牌司位区村道品程院目])(?<![园校构牌司位区村道品程院目]的)"
_PERSON = (
    r"(?:(?:联系|填写|填表|填报|提交|报名|登记|经办|答题|创建|负责|推荐|介绍|监护|受访|被访|录入)(?:人|者)"
    r"|(?:调查|访问)员|访员)"
)
HEADERS: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "telephone number",
        re.compile(
            r"手机号|电话号|联系(?:电话|方式)|^(?:手机|电话)$|\b(?:tele)?phone\b|\bmobile (?:no|number)"
        ),
    ),
    (
        "name",
        re.compile(
            rf"姓名|{_THING}(?:名字|大名)|昵称|称呼|贵姓|尊姓|微信名|网名|{_PERSON}"
            r"|\b(?:first|last|full|your|family|given|user|child'?s|parent'?s?|student'?s?|contact) ?name\b"
            r"|^name$|\b(?:surname|nickname)\b|^(?:what|how)\b.{0,30}\b(?:call|address) you\b"
            r"|submitter|submitted by|contact person"
        ),
    ),
    ("identity number", re.compile(r"身份证|证件号|护照|\bpassport\b|\bid (?:card|number)\b")),
    ("e-mail address", re.compile(r"邮箱|电子邮件|\be-?mail\b")),
    ("account name", re.compile(r"微信号|\bqq\b|openid|unionid|用户标识|\bwechat\b")),
    ("bank card number", re.compile(r"银行卡号?|银行账号|\bbank (?:card|account)\b|\biban\b")),
    ("number plate", re.compile(r"车牌|number plate|license plate")),
    ("address", re.compile(r"详细地址|家庭住址|门牌|\b(?:street|postal|home) address\b|^address$")),
    ("coordinates", re.compile(r"经度|纬度|经纬|坐标|\blatitude\b|\blongitude\b|\bgps\b")),
    ("network address", re.compile(r"^ip$|\bip\s?(?:地址|address)\b|来自ip")),
)
# A header that asks for a name, and for nothing else: its cells are names however few differ.
_NAME_WORD = r"(?:姓名|名字|昵称|称呼|大名|小名|乳名|微信名|网名)"
_OWN = (
    "what is|please|enter|your|the|my|full|first|last|family|given|middle|preferred|contact|recipient|user"
    "|display|(?:child|children|parent|mother|father|student|pupil|teacher|respondent|person)(?:'?s|')?"
)
ASKS_NAME = re.compile(
    rf"^[^是否愿能可谁哪取知喜满]{{0,10}}{_THING}{_NAME_WORD}(?:是|叫)?(?:什么|啥)?$"
    rf"|(?:怎么|如何|怎样)称呼|贵姓|尊姓|^[^是否愿]{{0,4}}{_PERSON}(?:是谁)?$"
    rf"|^(?:(?:{_OWN}) ?){{0,8}}(?:sur|fore|nick)?name(?: is)?$"
    rf"|^name of (?:the |your )?(?:{_OWN})$|^(?:what|how) .{{0,30}}(?:call|address) you$"
    r"|^(?:submitter|submitted by|contact person)$"
)
_AROUND = re.compile(r"^\W*(?:q?\d{1,3}\W+)?|[(\[【][^()\[\]【】]*[)\]】]|[\s?:*。]+$")
# Who answers for a child, a form of address, a mark: what may stand below 填写人 or 称呼 in place of names.
ROLE = re.compile(
    r"(?:孩子的?)?(?:爸爸?|妈妈?|父亲|母亲|父母亲?|爷爷|奶奶|外公|外婆|姥姥|姥爷|祖父母?|祖母|外祖父母?|外祖母|家长"
    r"|本人|自己|配偶|丈夫|妻子|亲属|亲戚|亲友|保姆|老师|班主任|园长|孩子|学生|监护人|姑姑|阿姨|舅舅|叔叔|伯伯|哥哥|姐姐"
    r"|先生|女士|小姐|其他人?|其它|是|否|有|没有|[/、或和]){1,8}|\d{1,2}分?|m(?:r|s|rs|iss)\.?|dr\.?|self|me"
    r"|(?:(?:grand)?(?:mother|father|parent)|aunt|uncle|teacher|guardian|carer|caregiver|nanny|other|yes|no)s?"
)

SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴"
    "夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
    "劉陳楊趙黃吳孫馬羅鄭謝韓馮蕭許鄧蔣賈葉閻鍾譚鄒陸顧萬錢湯龔賴"
)
_SURNAME = f"(?:[{SURNAMES}]|欧阳|司马|上官|诸葛|皇甫|慕容|令狐|司徒|尉迟)"
_TITLE = "(?:女士|先生|小姐|太太|老师|妈妈|爸爸|阿姨|叔叔|奶奶|爷爷|师傅|同学)"
_POLITE = "(?:女士|先生|小姐|太太)"
# Words that begin with a surname: 高龄女士 is no name, and neither is 白领小姐.
_NO_NAME = "高[龄级等中薪]|金牌|白领|文[员艺]|任[课职何]|常[住驻]|全|单"
PERSONAL_NAME = re.compile(rf"{_SURNAME}[\u4e00-\u9fff]{{1,2}}")
# So many different ones among a column's answers that each is somebody's own.
NEARLY_ALL = 0.9

_PROVINCE = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
DATE_OF_BIRTH = r"(?:18|19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
IDENTITY = rf"(?<![0-9A-Za-z])[1-9]\d{{5}}{DATE_OF_BIRTH}\d{{3}}[\dXx](?![0-9A-Za-z])"


def _passes_luhn(number: str) -> bool:
    """Say whether the digits have the check digit of a bank card."""
    digits = [int(c) for c in number if c.isdecimal()][::-1]
    doubled = [2 * d - 9 * (d > 4) for d in digits[1::2]]
    return (sum(digits[::2]) + sum(doubled)) % 10 == 0


def _is_ipv6(text: str) -> bool:
    try:
        return text.count(":") > 1 and IPv6Address(text) is not None
    except AddressValueError:
        return False


@dataclass(frozen=True, slots=True)
class Look:
    """The shape of one kind of personal data, and what must hold besides for it to be one."""

    kind: str
    pattern: re.Pattern[str]
    holds: Callable[[str], bool] = bool


# In the order tried: an identity number contains digits that could be a telephone number. Each takes
# time in proportion to the length of the text, whatever it contains: none may restart at every letter.
LOOKS = (
    Look("identity number", re.compile(IDENTITY)),
    Look(
        "e-mail address",
        re.compile(r"(?<![A-Za-z0-9_.+-])[A-Za-z0-9_.+-]+@[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)+"),
    ),
    Look("account name", re.compile(r"(?<![A-Za-z0-9_-])o[A-Za-z0-9_-]{27}(?![A-Za-z0-9_-])")),
    Look("account name", re.compile(r"(?<![A-Za-z0-9_])wxid_[A-Za-z0-9]{4,40}")),
    Look("account name", re.compile(r"(?i:(?<![A-Za-z])qq(?:号码?)?[ :是]{0,3}[1-9]\d{4,10}(?!\d))")),
    Look("account name", re.compile(r"(?i:微信(?:号[ :是]{0,3}|[:是] ?)[A-Za-z][A-Za-z0-9_-]{5,19})")),
    Look(
        "coordinates",
        re.compile(r"(?<![\d.])-?\d{1,3}\.\d{4,}\s{0,3}[,;/ ]\s{0,3}-?\d{1,3}\.\d{4,}(?![\d.])"),
    ),
    Look("network address", re.compile(r"(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.])")),
    Look("network address", re.compile(r"(?<![A-Za-z0-9:.])[0-9A-Fa-f:]{3,39}(?![A-Za-z0-9:])"), _is_ipv6),
    Look(
        BY_CHANCE,
        re.compile(r"(?<![\d.])\d{4}(?:[ -]?\d{4}){3}(?:[ -]?\d{1,3})?(?![\d.])"),
        _passes_luhn,
    ),
    Look(
        "telephone number", re.compile(r"(?<!\d)(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?:\.0+)?(?!\d)")
    ),
    # A spreadsheet rounds long numbers.
    Look("telephone number", re.compile(r"(?<![\d.])1\.[3-9]\d{0,9}[Ee]\+?10(?!\d)")),
    Look("identity number", re.compile(r"(?<![\d.])[1-9]\.\d{1,17}[Ee]\+?1[5-8](?!\d)")),
    Look("telephone number", re.compile(r"(?<!\d)\(?0\d{2,3}(?:[- ]|\)[- ]?)\d{7,8}(?!\d)")),
    Look("telephone number", re.compile(r"(?<![\d.])0(?:10\d{8}|2\d{9}|[3-9]\d{9,10})(?![\d.])")),
    Look("telephone number", re.compile(r"(?<![\d+])\+[1-9](?:[-. ()]{0,2}\d){7,14}(?!\d)")),
    Look("passport number", re.compile(r"(?<![A-Za-z0-9])(?:[EeGg]\d{8}|[Ee][A-Za-z]\d{7})(?![A-Za-z0-9])")),
    Look(
        "number plate",
        re.compile(
            rf"[{_PROVINCE}][A-HJ-NP-Z][·. -]?"
            r"(?=[A-Z]{0,3}\d)[A-HJ-NP-Z0-9]{4,5}[A-HJ-NP-Z0-9学警港澳挂](?![A-Za-z0-9])"
        ),
    ),
    # After a Chinese character it may be part of another word, as in 有关老师; 我是 comes before a name.
    Look("name", re.compile(rf"(?:(?<![\u4e00-\u9fff])|(?<=[是叫找])){_SURNAME}{_TITLE}")),
    Look("name", re.compile(rf"(?<![\u4e00-\u9fff])(?!{_NO_NAME}){_SURNAME}[\u4e00-\u9fff]{{1,2}}{_POLITE}")),
    Look("name", re.compile(r"(?<![A-Za-z])(?:Mr|Mrs|Ms|Miss)\b\.? [A-Z][A-Za-z'-]{1,30}")),
)
# Without any of these a text is none of them: most answers are passed over by this alone.
POSSIBLE = re.compile(
    rf"\d(?:[^\d\n]{{0,3}}\d){{6}}|\d\.\d{{1,3}}\.\d|[@\uff20]|:[0-9A-Fa-f]{{0,4}}:|wxid_|微信|[Qq][Qq]|\d[Ee]\+?1"
    rf"|{_SURNAME}[\u4e00-\u9fff]{{0,2}}{_TITLE}|M(?:rs?|s|iss)\b|[{_PROVINCE}][A-Z]|o[A-Za-z0-9_-]{{27}}"
)
# Longer cells are texts, even with such data in them, and longer headers are more than a name.
LONGEST = 200


def identifier_by_header(header: str) -> str:
    """Return the kind of identifier that a column's header names, such as "name"; "" if none."""
    text = normalised(header)
    if len(text) > LONGEST:  # an introduction, which may name a help line
        return ""
    return next((kind for kind, pattern in HEADERS if pattern.search(text)), "")


def asks_for_name(header: str) -> bool:
    """Say whether a header asks for somebody's name, as 怎么称呼您？ does and 是否愿意留下姓名 does not."""
    return bool(ASKS_NAME.search(_AROUND.sub("", normalised(header))))


def identifier_by_content(texts: Texts, people: Ints | None = None, *, least: float = MOST) -> str:
    """Return the kind of identifier that a column's cells are, such as "telephone number"; "" if none.

    Parameters
    ----------
    texts : array of str, shape (k,)
        Cells, or the different ones among them.
    people : int array, shape (k,), optional
        How many people gave each; by default one.
    least : float
        The share of the answers, 0–1, of which more must be of the kind; two at least where it is small.
    """
    counts = np.ones(len(texts), dtype=np.int64) if people is None else people
    found, answered = dict[str, int](), 0
    for text, n in zip(texts, counts.tolist(), strict=True):
        if text == "":
            continue
        answered += n
        if kind := looks_like(str(text)):
            found[kind] = found.get(kind, 0) + n
    fewest = FEWEST if least < MOST else 1
    for kind, n in sorted(found.items(), key=lambda item: -item[1]):
        if n >= fewest and n > (MOST if kind == BY_CHANCE else least) * answered:
            return kind
    return ""


def are_personal_names(cells: Texts) -> bool:
    """Say whether most cells have the shape of a Chinese name and nearly all differ.

    No proof by itself: villages are called 王家峰 too. It counts beside a header that could ask for people,
    or for a column that is to tell people apart.
    """
    answers = pd.Series(cells[cells != ""], dtype=object)
    different = answers.drop_duplicates()
    if len(answers) < FEWEST or len(different) < NEARLY_ALL * len(answers):
        return False
    return float(np.mean([bool(PERSONAL_NAME.fullmatch(str(text).strip())) for text in different])) > MOST


def looks_like(text: str) -> str:
    """Return what kind of personal data a whole cell is, such as "telephone number"; "" if none."""
    if len(text) > LONGEST or not POSSIBLE.search(text):
        return ""
    cell = unicodedata.normalize("NFKC", text).strip()
    return next((look.kind for look in LOOKS if look.pattern.fullmatch(cell) and look.holds(cell)), "")


def personal_data_in(text: str) -> str:
    """Return what kind of personal data stands in a text, such as "telephone number"; "" if none."""
    if not POSSIBLE.search(text):
        return ""
    normal = unicodedata.normalize("NFKC", text)
    found = (look.kind for look in LOOKS for one in look.pattern.finditer(normal) if look.holds(one[0]))
    return next(found, "")


def could_be_somebody(text: str) -> bool:
    """Say whether a text holds personal data, or has the shape of a Chinese name, as 任意 has too."""
    return bool(personal_data_in(text) or PERSONAL_NAME.fullmatch(text.strip()))


def masked(text: str) -> str:
    """Return the text with personal data in it replaced by their kind in brackets.

    Only what has a fixed pattern is recognised: numbers, addresses, accounts, 王女士. Most names have none,
    so typed texts are not printed even masked, except by `parent-intent code`, which lists them for coding.
    """
    if not POSSIBLE.search(text):
        return text
    normal = before = unicodedata.normalize("NFKC", text)
    for look in LOOKS:
        normal = _without(look, normal)
    return text if normal == before else normal


def _without(look: Look, text: str) -> str:
    return look.pattern.sub(lambda found: f"[{look.kind}]" if look.holds(found[0]) else found[0], text)
