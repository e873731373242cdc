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
    counts = pd.read_csv(FOLDER / "margins-sex-age.csv").set_index(["sex", "age"])["population"]
    counts.index = counts.index.map(" ".join)
    everybody = counts.sum()
    margins = [
        [(answers == code, total) for code, total in category_totals(answers, table, everybody).items()]
        for answers, table in ((district, people), (cell, counts))
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
            size = smoothed(p, n, n_eff, kish)
            low, high = wilson(p, size, quantile(n - 1))
            row = dict(zip(KEYS[1:5], key, strict=True)) | {"size": size}
            row |= {"estimate": p, "std_error": se, "conf_low": low, "conf_high": high, "df": n - 1, "n": n}
            rows.append(row | {"n_eff": n_eff, "deff": n / n_eff, "flag": flag, "note": note})
        return pd.DataFrame(rows).assign(wave=self.name, measure="share", method="wilson_smoothed")

    def price_less_quality(self):
        everybody = self.inside["", ""]
        answer = self.ticked["concerns", "price"] - self.ticked["concerns", "quality"]
        d, u = self.share(answer, everybody)
        keys = {"wave": self.name, "question": "concerns", "option": "price - quality", "by": "", "group": ""}
        return pd.DataFrame(
            [keys | {"estimate": d, "std_error": self.std_errors([u])[0], "n": len(u)}]
        ).assign(df=len(everybody) - 1, measure="difference", flag="", note="")

    def districts_against_the_rest(self, shares):
        """By t; where a side is near 0 or 1, limits and p-value recovered from both sides' limits."""
        known = self.kept["district"].notna().to_numpy()
        table = shares[shares["by"] == "district"][[*KEYS[:-1], "n", "flag"]].copy()
        rows = []
        for question, option, group in table[["question", "option", "group"]].itertuples(index=False):
            inside, answer = self.inside["district", group], self.ticked[question, option]
            sides = [inside, known & ~inside]
            (p1, u1), (p2, u2) = (self.share(answer, side) for side in sides)
            v1, v2, v = self.std_errors([u1, u2, u1 - u2]) ** 2
            d, df = p1 - p2, known.sum() - 1
            row = {"estimate": d, "std_error": np.sqrt(v), "df": df, "method": "t"}
            row |= {"statistic": d / np.sqrt(v), "p_value": 2 * stats.t.sf(abs(d) / np.sqrt(v), df)}
            limits = d - quantile(df) * np.sqrt(v), d + quantile(df) * np.sqrt(v)
            if min(p1, p2) < 0.1 or max(p1, p2) > 0.9:
                r = (v1 + v2 - v) / 2 / np.sqrt(v1 * v2) if min(v1, v2) > 1e-24 else 0.0
                known_sides = [self.side(*one) for one in ((p1, v1, sides[0]), (p2, v2, sides[1]))]
                limits = recovered(known_sides, r, 0.05)
                row |= {"method": "mover_wilson_smoothed", "statistic": np.nan}
                row["p_value"] = recovered_p(known_sides, r)
            rows.append(row | dict(zip(("conf_low", "conf_high"), limits, strict=True)))
        found = pd.DataFrame(rows, index=table.index)
        return table.assign(measure="difference_from_rest", **found)

    def side(self, p, variance, inside):
        weight = self.weight[inside]
        edge = min(p, 1 - p) < 1e-12
        kish = weight.sum() ** 2 / (weight**2).sum()
        n_eff = kish if edge else p * (1 - p) / variance
        return p, smoothed(p, len(weight), n_eff, kish), len(weight) - 1


def recovered(sides, r, error):
    (p1, l1, h1), (p2, l2, h2) = ((p, *wilson(p, n, stats.t.isf(error / 2, df))) for p, n, df in sides)
    a, b, c, d = p1 - l1, h2 - p2, h1 - p1, p2 - l2
    below, above = np.sqrt(a**2 + b**2 - 2 * r * a * b), np.sqrt(c**2 + d**2 - 2 * r * c * d)
    return p1 - p2 - below, p1 - p2 + above


def recovered_p(sides, r):
    """Return the error rate at which one of the recovered limits is 0."""
    sign = np.sign(sides[0][0] - sides[1][0])
    return brentq(
        lambda error: min(sign * np.array(recovered(sides, r, error))),
        1e-12,
        1 - 1e-12,
        xtol=1e-15,
        rtol=1e-14,
    )


def withheld_with_their_shares(table):
    gone = table["flag"].eq("suppress")
    return table.assign(flag=np.where(gone, "suppress", ""), note=np.where(gone, "share_withheld", ""))


def with_t_limits(table):
    half = quantile(table["df"]) * table["std_error"]
    statistic = table["estimate"] / table["std_error"]
    return table.assign(
        conf_low=table["estimate"] - half,
        conf_high=table["estimate"] + half,
        statistic=statistic,
        p_value=2 * stats.t.sf(statistic.abs(), table["df"]),
        method="t",
    )


def holm(p):
    order = np.argsort(p.to_numpy())
    stepped = np.maximum.accumulate(p.to_numpy()[order] * np.arange(len(p), 0, -1))
    return pd.Series(np.minimum(stepped, 1), index=p.index[order])


def changes(before, after):
    """Return what changed between two independent waves; recovered limits where a share is near 0 or 1."""
    one, two = (table.set_index(KEYS[1:5]) for table in (before, after))
    v1, v2 = one["std_error"] ** 2, two["std_error"] ** 2
    flag = one["flag"].where(one["flag"] == "suppress", two["flag"])
    table = pd.DataFrame({"estimate": two["estimate"] - one["estimate"], "std_error": np.sqrt(v1 + v2)})
    table = with_t_limits(table.assign(df=(v1 + v2) ** 2 / (v1**2 / one["df"] + v2**2 / two["df"])))
    p1, low1, high1 = (one[name] for name in ("estimate", "conf_low", "conf_high"))
    p2, low2, high2 = (two[name] for name in ("estimate", "conf_low", "conf_high"))
    recovered = {
        "conf_low": table["estimate"] - np.hypot(p2 - low2, high1 - p1),
        "conf_high": table["estimate"] + np.hypot(high2 - p2, p1 - low1),
    }
    extreme = np.minimum(p1, p2).lt(0.1) | np.maximum(p1, p2).gt(0.9)
    table.loc[extreme, list(recovered)] = pd.DataFrame(recovered)[extreme]
    table.loc[extreme, "statistic"] = np.nan
    sides = [wave[["estimate", "size", "df"]].itertuples(index=False, name=None) for wave in (two, one)]
    tested = extreme & flag.ne("suppress")
    p = [
        recovered_p(pair, 0.0) if at else np.nan
        for pair, at in zip(zip(*sides, strict=True), tested, strict=True)
    ]
    table["p_value"] = table["p_value"].mask(extreme, pd.Series(p, index=table.index))
    table = table.assign(
        n=np.minimum(one["n"], two["n"]), flag=flag, method=np.where(extreme, "mover_wilson_smoothed", "t")
    )
    return table.reset_index().assign(wave="2024 - 2023", measure="change")


def work_out(names):
    """Return each wave and the table of all estimates."""
    waves = {name: Wave(name) for name in names}
    shares = {name: wave.shares() for name, wave in waves.items()}
    moved = withheld_with_their_shares(changes(*shares.values()))
    for _, family in moved[moved["flag"] == ""].groupby(["question", "by"]):
        moved.loc[family.index, "p_adjusted"] = holm(family["p_value"])
    tables = [*shares.values(), moved]
    for name, wave in waves.items():
        rest = withheld_with_their_shares(wave.districts_against_the_rest(shares[name]))
        for _, family in rest[rest["flag"] == ""].groupby("question"):
            rest.loc[family.index, "p_adjusted"] = holm(family["p_value"])
        tables += [rest, with_t_limits(wave.price_less_quality())]
    return waves, pd.concat(tables, ignore_index=True)
