"""Chinese: what no word file can say of it."""

from __future__ import annotations

from reports.language.grammar import Claims

CLAIMS = Claims(
    percent="%",
    points="个?百分点",
    fraction="[一二两三四五六七八九]成|一半|[三四五]分之[一二三四]",
    up="上升|增加|提高|升高|增长",
    down="下降|减少|降低|回落",
    first="首位|居首|最多|第一",
    never="抽样误差|应答率|回答率|回应率|显著",
    cause="因为|由于|因(?!素)|导致|造成|致使|引起|引发|使得|促使|促成|所致|缘于|源于|归因|推动|拉动|取决于|影响|为何|为什么",
    everybody=(
        "全(?:市|省|国|县|区|州|社会|民)|全体(?!受访|填答|答卷)|(?:所有|每个|每位|各位)(?!受访|填答|答卷)|广大|市民|居民|群众|"
        "百姓|民众|公众|大众|人人|家家户户|普遍|一致|社会各界|无人|没有人"
    ),
    rank=(
        "排名|排序|排第|位列|名列|位居|居第|第[二三四五六七八九十]|第\\d|名次|位次|倒数|末位|垫底|榜|冠军|之首|之最|"
        "最[高低大小少强弱好差]|领先|领跑|落后|并列|前[二三四五十]"
    ),
    majority="(?:绝)?大?多数|大部分|过半|半数以上",
)


def noun(label: str) -> str:
    """Return a label as it stands inside a sentence: as it is."""
    return label


def plural(number: str) -> str:
    """Return the form that goes with a number: there is one."""
    return "other"
