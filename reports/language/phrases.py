"""Shares in words, such as "about eight in ten": each phrase only where the interval lies in its range.

Pure rules, printed in docs/wording.md. A phrase that rounds ("about", "nearly") needs the share near
its fraction and the whole interval not far from it; one that claims ("more than half") needs the
whole interval on its side.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase and where it may be used, all as shares of 0–1.

    Attributes
    ----------
    key : str
        Its place under [fraction] of the words of each language.
    least, most : Fraction
        The share lies between them, ends included.
    low, high : Fraction
        The interval lies between them; strictly so where the phrase makes a claim.
    claims : bool
        Whether the phrase says that the share is above or below something.
    poor : bool
        Whether it says less than the figure beside it, "fewer than half (44%)": accepted in a headline of the
        study's own, and never made.
    """

    key: str
    least: Fraction
    most: Fraction
    low: Fraction
    high: Fraction
    claims: bool = False
    poor: bool = False

    def allows(self, share: float, low: float, high: float) -> bool:
        """Say whether the phrase is true of a share with this interval."""
        # As written in decimals: the float 0.235 is a little less than 0.235.
        p, bottom, top = (Fraction(repr(float(value))) for value in (share, low, high))
        if not self.least <= p <= self.most:
            return False
        if self.claims:
            return self.low < bottom and top < self.high
        return self.low <= bottom and top <= self.high


def _near(key: str, centre: Fraction, share: str, interval: str) -> Phrase:
    close, wide = Fraction(share), Fraction(interval)
    return Phrase(key, centre - close, centre + close, centre - wide, centre + wide)


def _over(key: str, bound: str, most: str) -> Phrase:
    return Phrase(key, Fraction(bound), Fraction(most), Fraction(bound), Fraction(2), claims=True)


def _under(key: str, bound: str, least: str, *, poor: bool = True) -> Phrase:
    return Phrase(
        key, Fraction(least), Fraction(bound), Fraction(-1), Fraction(bound), claims=True, poor=poor
    )


# In the order tried: what names a fraction before what only bounds it.
PHRASES: tuple[Phrase, ...] = (
    _near("quarter", Fraction(1, 4), "0.015", "0.04"),
    _near("third", Fraction(1, 3), "0.015", "0.04"),
    _near("two_thirds", Fraction(2, 3), "0.015", "0.04"),
    _near("three_quarters", Fraction(3, 4), "0.015", "0.04"),
    Phrase("nearly_half", Fraction("0.455"), Fraction("0.49"), Fraction("0.43"), Fraction("0.52")),
    _near("half", Fraction(1, 2), "0.02", "0.05"),
    *(_near(f"tenths_{n}", Fraction(n, 10), "0.03", "0.05") for n in (1, 2, 3, 4, 6, 7, 8, 9)),
    _over("over_nine_tenths", "0.9", "1"),
    _over("over_three_quarters", "0.75", "0.95"),
    _over("over_two_thirds", "2/3", "0.8"),
    _over("over_half", "0.5", "0.7"),
    _under("under_tenth", "0.1", "0", poor=False),
    _under("under_quarter", "0.25", "0.15"),
    _under("under_third", "1/3", "0.25"),
    _under("under_half", "0.5", "0.35"),
)


# The per cent that a rounding phrase says without "about" where it is printed so.
EXACT = {"half": "50", **{f"tenths_{n}": f"{n}0" for n in (1, 2, 3, 4, 6, 7, 8, 9)}}


def phrase_for(*shares: tuple[float, float, float]) -> Phrase | None:
    """Return the first phrase that is true of every share, 0–1, with its interval; None if there is none.

    Parameters
    ----------
    *shares : tuples of float
        Share, lower and upper limit; of several waves between which no change is clear, as one phrase for one
        and another for the next would tell of a change.
    """
    made = (phrase for phrase in PHRASES if not phrase.poor)
    return next((phrase for phrase in made if all(phrase.allows(*share) for share in shares)), None)
