"""金数据 (Jinshuju): titles without numbers, ticks packed in a cell; not checked against a genuine file."""

from __future__ import annotations

from functools import partial

from survey.errors import ExportError
from survey.exports.export import Export
from survey.exports.headings import numbered_columns
from survey.exports.sheet import Sheet

PLATFORM, LABEL = "jinshuju", "金数据"
NUMBER, TAKEN, ADDRESS = "序号", "填写时长", "ip"
SUBMITTED = ("提交时间", "创建时间")
USERS = ("微信openid", "openid", "x_field_weixin_openid")
# Two of these stand beside the number and the time, as 飞书 and others write those two as well.
MARKS = {
    "更新时间", "修改时间", "最后更新时间", "填写设备", "操作系统", "浏览器", "填写时长", "微信昵称",
}  # fmt: skip
OWN = {
    NUMBER, *SUBMITTED, *MARKS, *USERS, ADDRESS, "提交人", "开始填写时间", "微信头像", "微信性别", "微信国家",
    "微信省市", "微信省份", "微信城市", "微信市", "扩展属性", "x_field_1", "填写地区", "来源", "数据来源",
}  # fmt: skip
NOTE = (
    "no genuine 金数据 file was at hand when this was written: compare the counts below with the platform's "
    'own report, and give separator = "…" for a tick-all question that is not split right'
)


def recognise(sheet: Sheet) -> bool:
    """Say whether the header has 金数据's own columns and none of 问卷星's."""
    header = {text.casefold() for text in sheet.header}
    timed = NUMBER in header and bool(header & set(SUBMITTED))
    return timed and len(header & MARKS) > 1 and not header & {"提交答卷时间", "所用时间"}


def read(sheet: Sheet) -> Export:
    """Return the answers of a 金数据 file; raises ExportError."""
    headings = {i: (text, "") for i, text in enumerate(sheet.header) if text.casefold() not in OWN}
    if not headings:
        raise ExportError(sheet.file, key="export.no_question")
    under = partial(sheet.under, places=sheet.places(str.casefold))
    return sheet.export(
        PLATFORM,
        numbered_columns(sheet, headings),
        sheet.paradata(submitted=under(*SUBMITTED), seconds=under(TAKEN)),
        device=under(ADDRESS),
        user=under(*USERS),
        notes=(NOTE,),
    )
