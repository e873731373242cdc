"""Rules of publication for tests."""

from analysis.publication.rules import ShareRules

ANYTHING = ShareRules(people=2, too_wide=2, narrow=2, wide=2, df=0)  # withholds nothing
