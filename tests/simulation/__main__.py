"""`python -m tests.simulation --seed 7`, or `--seeds 10000 --processes 0`."""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from multiprocessing import Pool

from tests.simulation.simulation import run

FAILURES_SHOWN = 3


def main() -> int:
    """Run seeds and print what came of them. Returns 1 when an invariant is broken."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    parser.add_argument("--seed", type=int, default=None, help="run this seed only")
    parser.add_argument("--first", type=int, default=0, help="the first of several seeds")
    parser.add_argument("--seeds", type=int, default=200, help="how many seeds")
    parser.add_argument("--processes", type=int, default=1, help="0: one for each core")
    options = parser.parse_args()
    first, number = (options.first, options.seeds) if options.seed is None else (options.seed, 1)
    began, tally, failures, events = time.perf_counter(), Counter[str](), [], 0
    with Pool(options.processes or None) as pool:
        for result in pool.imap_unordered(run, range(first, first + number), chunksize=8):
            tally.update(result.tally)
            events += result.events
            if options.seed is not None:
                print(f"trace {result.digest}")
            if result.failure:
                failures.append(result.seed)
                if len(failures) <= FAILURES_SHOWN:
                    print(result.failure, flush=True)
    for name, times in sorted(tally.items()):
        print(f"{times:9} {name}")
    seconds = time.perf_counter() - began
    print(
        f"{number} seeds, {events} events in {seconds:.1f} s; failed: {sorted(failures) or 'none'}"
    )
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
