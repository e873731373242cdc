"""`make faults`: two hundred reports killed at random moments (about ten minutes)."""

from killed_runs import runs

if __name__ == "__main__":
    print(runs(200, seed=7))
