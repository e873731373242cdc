"""`make faults`: two hundred reports killed at random moments, half of them while they make every file."""

from killed_runs import runs

# Two thirds of such a run are spent on these and on the web page.
EVERY_FILE = ('files = ["word", "slides", "pictures", "replication"]',)

if __name__ == "__main__":
    print("pages, tables and web page:", runs(100, seed=7))
    print("with Word, slides, pictures and archive:", runs(100, seed=8, lines=EVERY_FILE))
