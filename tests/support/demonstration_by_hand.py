"""The estimates of the demonstration study from the formulas: dense, one row a respondent."""

import re
import tomllib
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd
from scipy import stats
from scipy.optimize import brentq

FOLDER = Path(__file__).parents[2] / "data" / "taiyuan"
RULES = ("ineligible", "incomplete", "duplicate", "speeder")
KEYS = ["wave", "question", "option", "by", "group", "measure"]
STUDY = tomllib.loads((FOLDER / "study.toml").read_text(encoding="utf-8"))
DISTRICTS = [code for code in STUDY["questions"]["district"]["options"] if code != "outside"]


def coded(question, raw):
    """Return codes, a frozen set of them where several may be ticked, and None for a blank."""
    if raw in {"(空)", "(跳过)"}:
        return None
    if question["kind"] == "month":
        year, month = re.fullmatch(r"(\d{4})\D(\d{1,2})\D?", raw).groups()
        return 12 * int(year) + int(month)
    if question["kind"] == "number":
        return float(raw)
    codes = {t: code for code, o in question["options"].items() for t in (o["zh"], *o.get("match", []))}
    if question["kind"] == "single":
        return codes[raw]
    ticked = frozenset(codes[text] for text in re.sub("〖.*?〗", "", raw).split("┋"))
    return ticked - {"none"} if len(ticked) > 1 else ticked


def read_by_hand(wave):
    sheet = pd.read_excel(FOLDER / f"responses-{wave}-text.xlsx", engine="calamine", dtype=str)
    answers = {}
    for code, question in STUDY["questions"].items():
        raw = sheet.filter(regex=rf"^{question['column']}、").iloc[:, 0]
        answers[code] = np.array([coded(question, text) for text in raw], dtype=object)
    paradata = {
        "ip": sheet["来自IP"].to_numpy(object),
        "submitted": pd.to_datetime(sheet["提交答卷时间"], format="%Y/%m/%d %H:%M:%S"),
        "seconds": sheet["所用时间"].str.removesuffix("秒").astype(float),
    }
    return pd.DataFrame(answers, dtype=object), pd.DataFrame(paradata)


def repeats(answers, paradata):
    found = set()
    rows = answers.to_numpy(object)
    submitted = paradata["submitted"].to_numpy()
    for same_ip in paradata.groupby("ip").indices.values():
        for early, late in combinations(sorted(same_ip, key=lambda row: (submitted[row], row)), 2):
            if submitted[late] - submitted[early] < np.timedelta64(10, "m"):
                pairs = [(a, b) for a, b in zip(rows[early], rows[late], strict=True) if {a, b} != {None}]
                if sum(a == b for a, b in pairs) >= 0.9 * len(pairs):
                    found.add(late)
    return np.isin(np.arange(len(rows)), list(found))


def screen_by_hand(answers, paradata):
    born, sent = answers["child_birth"].astype(float), paradata["submitted"].dt
    months = 12 * sent.year + sent.month - born
    ineligible = answers["district"].eq("outside") | answers["age"].eq("other")
    ineligible |= born.notna() & ~months.between(0, 35)
    incomplete = answers[["child_birth", "intent", "concerns"]].isna().any(axis=1)
    sound = ~ineligible & ~incomplete
    duplicate = np.zeros(len(answers), dtype=bool)
    duplicate[sound] = repeats(answers[sound], paradata[sound])
    speeder = paradata["seconds"] < paradata["seconds"][sound].median() / 3
    rule = np.select([ineligible, incomplete, duplicate, speeder], RULES, "kept")
    return answers[rule == "kept"].reset_index(drop=True), {r: int((rule == r).sum()) for r in RULES}


def category_totals(category, population, everybody):
    """Return the total of each category; "unknown" keeps the share it has in the sample."""
    unknown = (category == "unknown").mean()
    totals = {code: everybody * (1 - unknown) * n for code, n in (population / population.sum()).items()}
    return totals | ({"unknown": everybody * unknown} if unknown else {})


def weigh_by_hand(kept):
    """Return weights and the dummies of the margins: plain raking, as the bounds turn out not to bind."""
    district = kept["district"].fillna("unknown").to_numpy(object)
    people = pd.read_csv(FOLDER / "margins-district.csv", index_col="district")["population"]
    for merged in STUDY["weighting"]["collapse"]["district"]:
        if min((district == code).sum() for code in merged) < 30:
            district = np.where(np.isin(district, merged), "+".join(merged), district)
            people = people.rename(dict.fromkeys(merged, "+".join(merged)))
    people = people.groupby(level=0).sum()
    cell = (kept["sex"] + " " + kept["age"]).fillna("unknown").to_numpy(object)
    margin = pd.read_csv(FOLDER / "margins-sex-age-parents-derived.csv")
    parents = margin.set_index(margin["sex"] + " " + margin["age"])["population"]
    everybody = len(kept)  # both margins are shares, so that nothing says how many people there are
    margins = [
        [(answers == code, total) for code, total in category_totals(answers, table, everybody).items()]
        for answers, table in ((district, people), (cell, parents))
    ]
    base = everybody / len(kept)
    weight = np.full(len(kept), base)
    categories = margins[0] + margins[1]
    for _ in range(200):
        for member, total in categories:
            weight[member] *= total / weight[member].sum()
    reached = [weight[member].sum() for member, _ in categories]
    np.testing.assert_allclose(reached, [total for _, total in categories], rtol=1e-13)
    assert 0.2 < weight.min() / base < weight.max() / base < 5
    return weight, np.column_stack([member for member, _ in margins[0] + margins[1][1:]]).astype(float)


def quantile(df):
    return stats.t.ppf(0.975, df)


def wilson(p, n, t):
    half = t * np.sqrt(p * (1 - p) / n + t**2 / (4 * n**2))
    return (p + t**2 / (2 * n) - half) / (1 + t**2 / n), (p + t**2 / (2 * n) + half) / (1 + t**2 / n)


def smoothed(p, n, n_eff, kish):
    """Return the effective number of answers with a design effect drawn towards Kish's."""
    behind = n * p * (1 - p)
    return n / ((behind * n / n_eff + 10 * n / kish) / (behind + 10))


def korn_graubard(p, n):
    low = stats.beta.ppf(0.025, p * n, n - p * n + 1) if p > 0 else 0.0
    return low, stats.beta.ppf(0.975, p * n + 1, n - p * n) if p < 1 else 1.0


def may_be_printed(p, n, n_eff):
    """Return flag and reason: NCHS, and a mark where the interval is over 20 points wide."""
    low, high = korn_graubard(p, min(n, n_eff))
    wide = high - low
    reasons = {
        ("suppress", "few_answers"): min(n, n_eff) < 30,
        ("suppress", "interval_too_wide"): wide >= 0.30,
        ("suppress", "relative_width"): wide > max(0.05, 1.3 * p),
        ("caution", "wide_interval"): wide > 0.20,
        ("caution", "complement_unreliable"): wide > max(0.05, 1.3 * (1 - p)),
        ("", ""): True,
    }
    return next(reason for reason, holds in reasons.items() if holds)


class Wave:
    """One wave's answers, weights and linearised columns, kept dense: one row a respondent."""

    def __init__(self, name):
        self.name = name
        self.kept, self.removed = screen_by_hand(*read_by_hand(name))
        self.weight, self.x = weigh_by_hand(self.kept)
        concerns, intent = self.kept["concerns"], self.kept["intent"]
        options = {question: STUDY["questions"][question]["options"] for question in ("concerns", "intent")}
        self.ticked = {("concerns", o): concerns.map(lambda a, o=o: o in a) for o in options["concerns"]}
        self.ticked |= {("intent", o): intent.eq(o) for o in options["intent"]}
        self.ticked = {key: answer.to_numpy(float) for key, answer in self.ticked.items()}
        self.inside = {("", ""): np.ones(len(self.kept), dtype=bool)}
        self.inside |= {("district", code): self.kept["district"].eq(code).to_numpy() for code in DISTRICTS}

    def share(self, answer, inside):
        total = self.weight[inside].sum()
        p = self.weight[inside] @ answer[inside] / total
        return p, np.where(inside, answer - p, 0) / total

    def std_errors(self, columns):
        """Return the standard errors of linearised columns: residuals over one minus the leverage."""
        q, _ = np.linalg.qr(self.x)
        u = np.column_stack(columns)
        z = self.weight[:, None] * (u - q @ (q.T @ u)) / (1 - (q**2).sum(axis=1))[:, None]
        return np.sqrt((len(z) - 1) / len(z) * (z**2).sum(axis=0))

    def shares(self):
        keys = [(*item, *domain) for domain in self.inside for item in self.ticked]
        cells = [self.share(self.ticked[key[:2]], self.inside[key[2:]]) for key in keys]
        rows = []
        for key, (p, _), se in zip(keys, cells, self.std_errors([u for _, u in cells]), strict=True):
            weight = self.weight[self.inside[key[2:]]]
            n = len(weight)
            kish = weight.sum() ** 2 / (weight**2).sum()
            n_eff = kish if min(p, 1 - p) < 1e-12 else p * (1 - p) / se**2
            flag, note = may_be_printed(p, n, n_eff)
            if key[2]:
                # By the other districts' share, at Kish's number of this one.
                others = self.kept["district"].notna().to_numpy() & ~self.inside[key[2:]]
                flag, note = may_be_printed(self.share(self.ticked[key[:2]], others)[0], n, kish)
            size = smoothed(p, n, n_eff, kish)
            low, high = wilson(p, size, quantile(n - 1))
            row = dict(zip(KEYS[1:5], key, strict=True)) | {"size": size}
            row |= {"estimate": p, "std_error": se, "conf_low": low, "conf_high": high, "df": n - 1, "n": n}
            rows.append(row | {"n_eff": n_eff, "deff": n / n_eff, "flag": flag, "note": note})
        return pd.DataFrame(rows).assign(wave=self.name, measure="share", method="wilson_smoothed")

    def price_less_quality(self):
        """The same people chose either: McNemar's score at the effective number, and Tango's limits."""
        everybody = self.inside["", ""]
        price, quality = (self.ticked["concerns", option] for option in ("price", "quality"))
        d, u = self.share(price - quality, everybody)
        just_one, _ = self.share((price != quality).astype(float), everybody)
        error = self.std_errors([u])[0]
        p10, p01, m = (just_one + d) / 2, (just_one - d) / 2, (just_one - d**2) / error**2
        keys = {"wave": self.name, "question": "concerns", "option": "price - quality", "by": "", "group": ""}
        row = {"estimate": d, "std_error": error, "n": len(u), "statistic": paired(p10, p01, m, 0.0)}
        limits = inverted(lambda at: paired(p10, p01, m, at), d)
        row |= dict(zip(("conf_low", "conf_high"), limits, strict=True))
        return pd.DataFrame([keys | row]).assign(
            measure="difference", method="score_paired", flag="", note=""
        )

    def districts_against_the_rest(self, shares):
        known = self.kept["district"].notna().to_numpy()
        table = shares[shares["by"] == "district"][[*KEYS[:-1], "n"]].copy()
        rows = []
        for question, option, group in table[["question", "option", "group"]].itertuples(index=False):
            inside, answer = self.inside["district", group], self.ticked[question, option]
            sides = [inside, known & ~inside]
            (p1, u1), (p2, u2) = (self.share(answer, side) for side in sides)
            v1, v2, v = self.std_errors([u1, u2, u1 - u2]) ** 2
            r = (v1 + v2 - v) / 2 / np.sqrt(v1 * v2) if min(v1, v2) > 1e-24 else 0.0
            # A group is judged by the others' share, the many others by that of all.
            all_of_them = self.share(answer, known)[0]
            one, two = self.side(p1, v1, sides[0], p2), self.side(p2, v2, sides[1], all_of_them)
            rows.append({"estimate": p1 - p2, "std_error": np.sqrt(v)} | compared(one, two, r))
        found = pd.DataFrame(rows, index=table.index)
        return table.assign(measure="difference_from_rest", **found)

    def side(self, p, variance, inside, judged):
        weight = self.weight[inside]
        edge = min(p, 1 - p) < 1e-12
        kish = weight.sum() ** 2 / (weight**2).sum()
        n_eff = kish if edge else p * (1 - p) / variance
        return p, smoothed(p, len(weight), n_eff, kish), *may_be_printed(judged, len(weight), kish)


def compared(one, two, r):
    """Return test, limits and verdict of two shares, each with its effective number, flag and note."""
    (p1, m1, *first), (p2, m2, *second) = one, two
    worse = next((v for flag in ("suppress", "caution") for v in (first, second) if v[0] == flag), ["", ""])
    row = {"flag": worse[0], "note": "share_withheld" if worse[0] == "suppress" else worse[1]}
    if worse[0] == "suppress":
        return row
    low, high = inverted(lambda d: skewed(p1, m1, p2, m2, r, d), p1 - p2)
    statistic = skewed(p1, m1, p2, m2, r, 0.0)
    return row | {"conf_low": low, "conf_high": high, "statistic": statistic, "method": "score_skewness"}


def skewed(p1, m1, p2, m2, r, d):
    """Return the skewness-corrected score, the shares without a difference but d found by bisection."""

    def slope(x):
        return m1 * (p1 - x) * (x - d) * (1 - x + d) + m2 * (p2 - x + d) * x * (1 - x)

    if d == 0:
        q1 = (m1 * p1 + m2 * p2) / (m1 + m2)
    else:
        ends = max(0.0, d), min(1.0, 1 + d)
        inner = [ends[0] + 1e-13, ends[1] - 1e-13]
        q1 = brentq(slope, *inner, xtol=1e-15) if slope(inner[0]) > 0 > slope(inner[1]) else (
            ends[0] if slope(inner[0]) <= 0 else ends[1])  # fmt: skip
    q2 = q1 - d
    v1, v2 = q1 * (1 - q1) / m1, q2 * (1 - q2) / m2
    v = v1 + v2 - 2 * r * np.sqrt(v1 * v2)
    x = (p1 - p2 - d) / np.sqrt(v)
    a = (v1 * (1 - 2 * q1) / m1 - v2 * (1 - 2 * q2) / m2) / (6 * v**1.5)
    if abs(a) < 1e-10:
        return x
    z = (np.sqrt(max(0.0, 1 + 4 * a * (x + a))) - 1) / (2 * a)
    return min(x, z, key=abs) if min(p1, 1 - p1, p2, 1 - p2) < 1e-12 else z


def paired(p10, p01, m, d):
    b, c = -p10 - p01 + (2 - p10 + p01) * d, -p01 * d * (1 - d)
    q = (np.sqrt(b**2 - 8 * c) - b) / 4
    return (p10 - p01 - d) / np.sqrt((2 * q + d * (1 - d)) / m)


def inverted(statistic, estimate):
    """Return the differences at which the score is at the normal quantile on either side."""
    z = stats.norm.ppf(0.975)
    ends = ((-1 + 1e-9, estimate), (estimate, 1 - 1e-9))
    return [brentq(lambda d: abs(statistic(d)) - z, *end, xtol=1e-15, rtol=1e-14) for end in ends]


def with_p_values(table):
    return table.assign(p_value=2 * stats.norm.sf(table["statistic"].abs()))


def holm(p):
    order = np.argsort(p.to_numpy())
    stepped = np.maximum.accumulate(p.to_numpy()[order] * np.arange(len(p), 0, -1))
    return pd.Series(np.minimum(stepped, 1), index=p.index[order])


def changes(before, after):
    """Return what changed between two independent waves."""
    one, two = (table.set_index(KEYS[1:5]) for table in (before, after))
    columns = ["estimate", "size", "flag", "note"]
    pairs = [side[columns].itertuples(index=False, name=None) for side in (two, one)]
    found = pd.DataFrame([compared(*pair, 0.0) for pair in zip(*pairs, strict=True)], index=one.index)
    found = found.assign(
        estimate=two["estimate"] - one["estimate"],
        std_error=np.hypot(one["std_error"], two["std_error"]),
        n=np.minimum(one["n"], two["n"]),
    )
    return found.reset_index().assign(wave="2024 - 2023", measure="change")


def work_out(names):
    """Return each wave and the table of all estimates."""
    waves = {name: Wave(name) for name in names}
    shares = {name: wave.shares() for name, wave in waves.items()}
    moved = with_p_values(changes(*shares.values()))
    for _, family in moved[moved["flag"] != "suppress"].groupby(["question", "by"]):
        moved.loc[family.index, "p_adjusted"] = holm(family["p_value"])
    tables = [*shares.values(), moved]
    for name, wave in waves.items():
        rest = with_p_values(wave.districts_against_the_rest(shares[name]))
        for _, family in rest[rest["flag"] != "suppress"].groupby("question"):
            rest.loc[family.index, "p_adjusted"] = holm(family["p_value"])
        pair = with_p_values(wave.price_less_quality())
        tables += [rest, pair.assign(p_adjusted=pair["p_value"])]
    return waves, pd.concat(tables, ignore_index=True)
