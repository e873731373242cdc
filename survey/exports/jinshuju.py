"""金数据 (Jinshuju): titles without numbers, ticks packed in a cell; not checked against a genuine file."""

from __future__ import annotations

import numpy as np

from survey.errors import ExportError
from survey.exports.export import Column, Export
from survey.exports.sheet import Sheet

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


def recognise(sheet: Sheet) -> bool:
    """Say whether the header has 金数据's own columns and none of 问卷星's."""
    header = set(sheet.header)
    return {"序号", BY, SUBMITTED} <= header and not header & {"提交答卷时间", "所用时间"}


def read(sheet: Sheet) -> Export:
    """Return the answers of a 金数据 file; raises ExportError."""
    header = sheet.header
    places = [i for i, text in enumerate(header) if text and text not in OWN]
    if not places:
        raise ExportError(sheet.file, "holds no question", "export the data again with all fields")
    distinct = [str(cell) for i in places for cell in np.unique(sheet.body[:, i])]
    return sheet.export(
        PLATFORM,
        [Column.of(header[i], sheet.body[:, i], number=n, place=i) for n, i in enumerate(places, 1)],
        sheet.paradata(submitted=sheet.under(SUBMITTED), seconds=sheet.under(TAKEN)),
        # The sign that stands in the most cells.
        separator=max(SEPARATORS, key=lambda sign: sum(sign in cell for cell in distinct)),
        device=sheet.under(ADDRESS),
        user=sheet.under(*USERS),
        notes=(NOTE,),
    )
