"""金数据 (Jinshuju): titles without numbers, ticks packed in a cell; not checked against a genuine file."""

from __future__ import annotations

import numpy as np

from survey.errors import ExportError
from survey.exports.export import Column, Export, Paradata
from survey.exports.sheet import Cells
from survey.exports.times import read_durations, read_times
from survey.numeric.array_types import Texts
from survey.study.questionnaire import Missing

PLATFORM, LABEL = "jinshuju", "金数据"
SUBMITTED, TAKEN, ADDRESS, BY = "提交时间", "填写时长", "IP", "提交人"
USERS = ("微信OpenID", "OpenID")
OWN = {
    "序号", "提交人", "提交时间", "更新时间", "修改时间", "填写时长", "开始填写时间", "IP", "填写设备",
    "操作系统", "浏览器", "微信昵称", "微信头像", "微信性别", "微信国家", "微信省市", "微信OpenID",
    "OpenID", "扩展属性", "填写地区", "来源", "数据来源",
}  # fmt: skip
SEPARATORS = (",", "，", "、", ";")
NOTE = (
    "no genuine 金数据 file was at hand when this was written: compare the counts below with the platform's "
    'own report, and give separator = "…" for a tick-all question that is not split right'
)


def recognise(cells: Cells) -> bool:
    """Say whether the header has 金数据's own columns and none of 问卷星's."""
    header = set(cells.header)
    return {"序号", BY, SUBMITTED} <= header and not header & {"提交答卷时间", "所用时间"}


def read(cells: Cells) -> Export:
    """Return the answers of a 金数据 file; raises ExportError."""
    header, body, rows = cells.header, cells.grid[1:], cells.rows[1:]
    asked = [i for i, text in enumerate(header) if text and text not in OWN]
    if not asked:
        raise ExportError(cells.file, "holds no question", "export the data again with all fields")

    def of(*names: str) -> Texts | None:
        return next((body[:, header.index(name)] for name in names if name in header), None)

    submitted, taken = of(SUBMITTED), of(TAKEN)
    return Export(
        platform=PLATFORM,
        file=cells.file,
        encoding=cells.encoding,
        coding="text",
        columns=tuple(_column(header[i], n, body[:, i]) for n, i in enumerate(asked, 1)),
        paradata=Paradata(
            rows,
            submitted=None if submitted is None else read_times(submitted, cells.file, rows),
            seconds=None if taken is None else read_durations(taken, cells.file, rows),
        ),
        separator=_separator(body[:, asked]),
        device=of(ADDRESS),
        user=of(*USERS),
        notes=(NOTE,),
    )


def _column(title: str, number: int, cells: Texts) -> Column:
    return Column(title, number, "", cells, np.where(cells == "", int(Missing.BLANK), 0).astype(np.int64))


def _separator(body: Texts) -> str:
    """Return the sign that stands in the most cells."""
    distinct = [str(cell) for column in body.T for cell in np.unique(column)]
    return max(SEPARATORS, key=lambda sign: sum(sign in cell for cell in distinct))
