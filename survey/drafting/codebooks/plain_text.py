"""A questionnaire as plain text, as 问卷星 imports and prints it: a number, a text, its options."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from survey.drafting.codebooks.codebook import Codebook, CodebookOption, CodebookQuestion, Texts
from survey.drafting.codebooks.text_skips import END, JUMP, jumps, told_skip
from survey.study.questionnaire import Kind

# 1. 1、 Q1. 第1题 in front of a question; not 1.5 or 1-2.
NUMBERED = re.compile(
    r"^(?:第\s*(\d{1,3})\s*题\s*[.、:：]?|Q?\s*(\d{1,3})\s*[.、．:：)）])\s*(?!\d)(.*)$", re.IGNORECASE
)
TAG = re.compile(
    r"[\[【(]\s*(?:(?:下拉)?(单选|多选|填空|问答|简答|量表|判断|排序|矩阵[^\]】)]{0,4}|日期|数字|多项填空|段落说明|评分|打分)题?"
    r"|(single(?: choice)?|multiple(?: choice)?|open|text|number|date|month|scale|matrix|note))"
    r"\s*(?:\*?\s*必[答填])?\s*[\]】)]",
    re.IGNORECASE,
)
KINDS: dict[str, Kind] = {
    **dict.fromkeys(("单选", "量表", "判断", "评分", "打分", "single", "scale", "matrix"), "single"),
    **dict.fromkeys(("多选", "排序", "multiple"), "multiple"),
    **dict.fromkeys(("填空", "问答", "简答", "多项填空", "open", "text"), "text"),
    **dict.fromkeys(("数字", "number"), "number"), **dict.fromkeys(("日期", "date", "month"), "month"),
}  # fmt: skip
NOTE = ("段落说明", "note")
SEVERAL = re.compile(r"可多选|多选|可选多项|不限选|all that apply|as many as", re.IGNORECASE)
AMOUNT = re.compile(
    r"多少(?!年代)|几(?:个|岁|次|口|天|小时|公里|分钟|名|位|点|成)|金额|[(（]\s*(?:单位[:：]\s*)?(?:元|岁|个|分钟|公里)"
    r"|(?:费用?|价格|收入|支出|年龄|月龄|人数)(?:是|为)?[?？:：]?$"
    r"|\bhow (?:many|much|old|far|long)\b|\bamount\b"
    r"|\bin (?:yuan|months|minutes|km)\b|\bhighest\b.{0,30}\b(?:fee|price)\b",
    re.IGNORECASE,
)
MONTH = re.compile(
    r"出生年月|哪年哪月|年\D{0,3}月\D{0,4}(?:出生|$|[?？])|month and year|year and month|which month", re.I
)
BULLET = re.compile(
    r"^(?:[A-Z][.、．:：)）]\s*|[①-⑳]\s*|[○◯◎●•□☐▢■◇◆√·*–-]\s*|[(（\[]\s*[)）\]]\s*)", re.IGNORECASE
)
BETWEEN = re.compile(r"\s+(?=[A-Z][.、．]\s*\S)|\s*(?=[○◯◎●□☐▢①-⑳])|\t+|\s{3,}")
LINE = re.compile(r"_{2,}|\uff3f{2,}|…{2,}")
ALONE = re.compile(
    r"[(（][^()（）]*(?:互斥|排他|单独选|不能?与其[他它]|excludes?|exclusive)[^()（）]*[)）]", re.IGNORECASE
)
FEWEST_COLUMNS = 2  # and one more, where single blanks part them
HAN, LATIN = re.compile(r"[\u4e00-\u9fff]"), re.compile(r"[A-Za-z]{2,}")
# A line of two languages, with a stroke between them or one behind the other.
STROKE = re.compile(r"^(.*[\u4e00-\u9fff].*?)\s+[/|\uff5c]\s+([^\u4e00-\u9fff]+)$")
BOTH = re.compile(r"^(.*[\u4e00-\u9fff][^A-Za-z]*?)\s*[/|\uff5c]?\s*([A-Za-z“\"(][^\u4e00-\u9fff]*)$")


Reading = Callable[[str], Texts]


@dataclass(frozen=True, slots=True)
class _Block:
    """A question with the lines below it."""

    number: int
    text: str
    tag: str
    lines: tuple[str, ...]


def of_lines(file: str, lines: Iterable[str]) -> Codebook:
    """Return the questions in the lines of a text; none where no line begins one."""
    cleaned = [" ".join(line.split(" ")).strip().strip("#").strip("*").strip() for line in lines]
    heads, blocks = _blocks(cleaned)
    notes = [*heads, *(" ".join([b.text, *b.lines]) for b in blocks if b.tag in NOTE)]
    asked = [block for block in blocks if block.tag not in NOTE]
    both = 2 * sum(bool(_two(block.text)) for block in asked) >= max(len(asked), 1)
    questions = [_question(block, both=_split if both else _as_written) for block in asked]
    return Codebook(
        file, tuple(_with_skips(questions, asked)), tuple(_as_written(text) for text in notes if text)
    )


def _blocks(lines: Sequence[str]) -> tuple[list[str], list[_Block]]:
    """Return the lines before the first question, and the questions."""
    tagged = sum(bool(TAG.search(line)) for line in lines) > 1
    starts = list[tuple[int, int, str]]()
    for i, line in enumerate(lines):
        found, last = NUMBERED.match(line), starts[-1][1] if starts else 0
        number = int(found[1] or found[2]) if found else 0
        follows = next((text for text in lines[i + 1 :] if text), "")
        tag_here = bool(TAG.search(line)) and not TAG.fullmatch(line)
        tag_next = bool(TAG.fullmatch(follows.strip("* ")))
        if tag_here or (found and number > last and (tag_next or not tagged) and found[3]):
            starts.append((i, number or last + 1, found[3] if found and number > last else line))
    blocks = []
    for (i, number, text), (end, *_) in pairwise([*starts, (len(lines), 0, "")]):
        below = [line for line in lines[i + 1 : end] if line]
        tag = TAG.search(text) or (
            TAG.search(below[0]) if below and TAG.fullmatch(below[0].strip("* ")) else None
        )
        below = [line for line in below if not TAG.fullmatch(line.strip("* "))]
        name = re.sub(r" choice$", "", (tag[1] or tag[2]).casefold()) if tag else ""
        blocks.append(_Block(number, _bare(text), name, tuple(below)))
    return list(filter(None, lines[: starts[0][0]] if starts else lines)), blocks


def _bare(text: str) -> str:
    """Return a question without its tag, the mark of what must be answered, and a second number."""
    text = re.sub(r"\s*\*\s*$|^\s*\*\s*", "", TAG.sub("", text).strip())
    second = re.match(r"^(\d{1,3})[.、．]\s*(?=\D)", text)
    return re.sub(r"\s*\*\s*$", "", text[second.end() :] if second else text).strip()


def _question(block: _Block, *, both: Reading) -> CodebookQuestion:
    """Return a question; its kind is what the tag says, else what stands below it."""
    rows: tuple[CodebookOption, ...] = ()
    lines = [line for line in block.lines if LINE.sub("", line).strip()]
    head = _cells(lines[0]) if block.tag.startswith(("矩阵", "matrix")) and lines else []
    if len(head) > 1:
        rows = tuple(_option(i, _cells(line)[0], both) for i, line in enumerate(lines[1:], 1))
        options = tuple(_option(i, cell, both) for i, cell in enumerate(head, 1))
    else:
        parts = [part for line in lines for part in _parted(line)]
        options = tuple(_option(i, part, both) for i, part in enumerate(parts, 1))
    kind = KINDS.get(block.tag) or ("multiple" if "多选" in block.tag else None)
    if kind is None:
        kind = "single" if options else "text"
        kind = "multiple" if options and SEVERAL.search(block.text) else kind
    if kind == "text":
        kind = "month" if MONTH.search(block.text) else "number" if AMOUNT.search(block.text) else "text"
    closed = kind in ("single", "multiple")
    return CodebookQuestion(
        f"Q{block.number}", kind, both(block.text) or (("en", "?"),), options if closed else (), rows
    )


def _cells(line: str) -> list[str]:
    """Return the cells of a line of a matrix, apart by tabs, wide blanks, or single ones between Chinese."""
    cells = [cell for cell in re.split(r"\t+|\s{2,}", line.strip()) if cell]
    words = line.split()
    return words if len(cells) == 1 and len(words) > FEWEST_COLUMNS and all(map(HAN.search, words)) else cells


def _parted(line: str) -> list[str]:
    """Return the options on a line: one, or several behind marks of their own."""
    parts = [part for part in BETWEEN.split(line) if part and part.strip()]
    marked = all(BULLET.match(part.strip()) for part in parts)
    return parts if len(parts) > 1 and (marked or "\t" in line) else [line]


def _option(place: int, text: str, both: Reading) -> CodebookOption:
    bare = BULLET.sub("", text.strip(), count=1)
    typed, alone, out = bool(LINE.search(bare)), bool(ALONE.search(bare)), bool(END.search(bare))
    label = JUMP.sub("", END.sub("", ALONE.sub("", LINE.sub("", bare)))).strip()
    return CodebookOption(str(place), both(label or bare), True if alone else None, typed, out)


def _with_skips(questions: Sequence[CodebookQuestion], blocks: Sequence[_Block]) -> list[CodebookQuestion]:
    """Return questions with what the text says of who answers them."""
    passed = jumps({block.number: block.lines for block in blocks})
    found = []
    for question, block in zip(questions, blocks, strict=True):
        conditions, skip = told_skip(block.text, {q.name: q for q in questions})
        conditions = (*passed.get(block.number, ()), *conditions)
        found.append(replace(question, asked_if=conditions, skip=skip or ("jump" if conditions else "")))
    return found


def _as_written(text: str) -> Texts:
    """Return a line in the language it is written in."""
    plain = unicodedata.normalize("NFKC", text).strip()
    return ((("zh" if HAN.search(plain) else "en"), text.strip()),) if plain else ()


def _two(text: str) -> re.Match[str] | None:
    """Return the Chinese and the English half of a line; None where it has no two halves."""
    found = STROKE.match(text.strip()) or BOTH.match(text.strip())
    return found if found and len(LATIN.findall(found[2])) > 1 else None


def _split(text: str) -> Texts:
    """Return a line of two languages by language."""
    found = STROKE.match(text.strip()) or BOTH.match(text.strip())
    return (("zh", found[1].strip()), ("en", found[2].strip())) if found else _as_written(text)
