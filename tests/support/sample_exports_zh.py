"""The sample answers as Chinese platforms export them: header, then a row for each person."""

from datetime import datetime, timedelta

from sample_people import MATRIX_ZH, QUESTIONS

PLACES = ("上海-上海", "广东-深圳")
SATISFIED = [name for name in QUESTIONS if name.startswith("sat_")]


def label(name, code, *, language=1):
    """Return an option's text: 1 in Chinese, 2 in English."""
    return next(option[language] for option in QUESTIONS[name][3] if option[0] == code)


def place(name, code):
    """Return an option's place in its list, from 1."""
    return 1 + [option[0] for option in QUESTIONS[name][3]].index(code)


def started(person):
    """Return when a person began, as a time."""
    return datetime.fromisoformat(person["submitted"]) - timedelta(seconds=person["seconds"])


def sent(person, form):
    """Return when a person sent the answers, in a form of strftime."""
    return datetime.fromisoformat(person["submitted"]).strftime(form)


def slashed(person):
    """Return the time as 问卷星 writes it, 2025/9/1 9:04:11."""
    time = datetime.fromisoformat(person["submitted"])
    return f"{time.year}/{time.month}/{time.day} {time.hour}:{time:%M:%S}"


def address(person):
    """Return a network address of those kept for documents."""
    return f"203.0.113.{person['id']}"


def packed(person, name, separator, *, typed="{}", language=1):
    """Return the ticks of a select-all question in one cell, the typed words in their form."""
    chosen = person["answers"][name]
    if chosen in ("EMPTY", "SKIP"):
        return ""
    texts = [label(name, code, language=language) for code in chosen]
    if name == "why" and person["why_other"]:
        texts[-1] = typed.format(person["why_other"], label=texts[-1])
    return separator.join(texts)


def _single(person, name):
    chosen = person["answers"][name]
    return "" if chosen in ("EMPTY", "SKIP") else chosen if name == "fee" else label(name, chosen)


def wjx_text(people):
    """Return a 问卷星 text download."""
    header = ["序号", "提交答卷时间", "所用时间", "来源", "来源详情", "来自IP"]
    header += [f"{i}、{QUESTIONS[name][1]}" for i, name in enumerate(list(QUESTIONS)[:7], 1)]
    header += [f"8、{MATRIX_ZH}—{QUESTIONS[SATISFIED[0]][1]}", *(QUESTIONS[n][1] for n in SATISFIED[1:])]
    rows = [header]
    marks = {"EMPTY": "(空)", "SKIP": "(跳过)"}
    for p in people:
        cells = [marks.get(str(p["answers"][name])) or _single(p, name) if QUESTIONS[name][0] != "multi"
                 else marks.get(str(p["answers"][name])) or packed(p, name, "┋", typed="{label}〖{}〗")
                 for name in QUESTIONS]  # fmt: skip
        about = [str(p["id"]), slashed(p), f"{p['seconds']}秒", "手机提交", "直接访问"]
        rows.append([*about, f"{address(p)}({PLACES[p['id'] % 2]})", *cells])
    return rows


def wjx_code(people):
    """Return a 问卷星 download of option numbers."""
    header = ["序号", "提交答卷时间", "所用时间", "来源", "来源详情", "来自IP"]
    numbers = {"EMPTY": -2, "SKIP": -3}
    for i, (kind, zh, _, options) in enumerate(list(QUESTIONS.values())[:7], 1):
        header += [f"第{i}题({o[1]})" for o in options] if kind == "multi" else [f"{i}、{zh}"]
    header += [f"第8题({QUESTIONS[name][1]})" for name in SATISFIED]
    rows = [header]
    for p in people:
        cells = []
        for name, (kind, _, _, options) in QUESTIONS.items():
            answer = p["answers"][name]
            if kind == "multi":
                ticks = [numbers[answer]] * len(options) if isinstance(answer, str) else [
                    int(o[0] in answer) for o in options]  # fmt: skip
                cells += ticks
            elif kind == "text":
                cells.append(answer)
            else:
                cells.append(numbers[answer] if answer in numbers else place(name, answer))
        about = [p["id"], slashed(p), f"{p['seconds']}秒", "手机提交", "直接访问"]
        rows.append([*about, f"{address(p)}({PLACES[p['id'] % 2]})", *cells])
    return rows


def tencent(people):
    """Return a 腾讯问卷 download."""
    header = ["编号", "开始答题时间", "结束答题时间", "答题时长"]
    for i, (kind, zh, _, options) in enumerate(list(QUESTIONS.values())[:7], 1):
        letters = [f"{i}.{zh}:{chr(64 + n)}.{o[1]}" for n, o in enumerate(options, 1)]
        header += letters if kind == "multi" else [f"{i}.{zh}"]
    header += [f"8.{MATRIX_ZH}:{QUESTIONS[name][1]}" for name in SATISFIED]
    header += ["语言", "清洗数据结果", "智能清洗数据无效概率", "地理位置国家和地区", "地理位置省",
               "地理位置市", "用户类型", "用户标识", "昵称", "自定义字段", "IP", "UA",
               "Referrer", ""]  # fmt: skip
    rows = [header]
    for p in people:
        cells = []
        for name, (kind, _, _, options) in QUESTIONS.items():
            answer = p["answers"][name]
            lettered = [f"{chr(64 + n)}.{o[1]}" for n, o in enumerate(options, 1)]
            if kind == "multi":
                for option, text in zip(options, lettered, strict=True):
                    ticked = not isinstance(answer, str) and option[0] in answer
                    words = f":{p['why_other']}" if option[0] == "other" else ""
                    cells.append(text + words if ticked else "")
            elif kind == "single":
                cells.append(lettered[place(name, answer) - 1])
            else:
                cells.append("" if answer == "EMPTY" else answer)
        about = [str(p["id"]), f"{started(p)}", sent(p, "%Y-%m-%d %H:%M:%S"), str(p["seconds"])]
        rest = ["简体中文", "有效", "0.05", "中国", *PLACES[p["id"] % 2].split("-"), "匿名", "", "", "",
                address(p), "Mozilla/5.0", "", ""]  # fmt: skip
        rows.append([*about, *cells, *rest])
    return rows


def tencent_docs(people):
    """Return the results of a 腾讯文档 collection form."""
    header = ["提交者（自动）", "提交时间（自动）"]
    header += [f"{zh}（必填）" if kind == "single" else zh for kind, zh, _, _ in list(QUESTIONS.values())[:7]]
    header += [f"{MATRIX_ZH}-{QUESTIONS[name][1]}" for name in SATISFIED]
    return [header] + [[f"微信用户{p['id']}", slashed(p), *_cells(p, ",")] for p in people]


def jinshuju(people):
    """Return a 金数据 download."""
    header = ["序号", *(zh for _, zh, _, _ in list(QUESTIONS.values())[:7])]
    header += [f"{MATRIX_ZH}-{QUESTIONS[name][1]}" for name in SATISFIED]
    header += ["提交人", "提交时间", "修改时间", "填写设备", "操作系统", "浏览器", "IP"]
    rows = [header]
    for p in people:
        time = sent(p, "%Y-%m-%d %H:%M:%S")
        cells = _cells(p, "，", typed="其他:{}")
        rows.append([str(p["id"]), *cells, "", time, time, "手机", "iOS 17.5", "微信 8.0", address(p)])
    return rows


def _cells(person, separator, typed="{}"):
    return [packed(person, name, separator, typed=typed) if kind == "multi" else _single(person, name)
            for name, (kind, *_) in QUESTIONS.items()]  # fmt: skip
