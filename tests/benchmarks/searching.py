"""What a search costs: processor time of `corpus find` over 365 chorales, the first time and when analyses are kept.

python tests/benchmarks/searching.py              # all 365; the first question takes about 20 seconds of CPU
python tests/benchmarks/searching.py --split test # 70 of them

Whole processes, their own children included, with an empty cache of their own; the second and later questions are to
take a second at most.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
QUESTIONS = (
    ["V65/V V", "bach-chorales", "--at", "cadence"],
    ["V65/V V", "bach-chorales", "--at", "cadence"],
    ["(ii65|ii6|IV) V7? I", "bach-chorales", "--cadence", "PAC", "--by", "split"],
    ["--melody", "5 4 3 2 1", "bach-chorales", "--voice", "soprano"],
    ["--melody", "+2 +2 -3", "bach-chorales"],
    ["--module", "7_1 6_-2 8", "bach-chorales"],
    ["--motion", "parallel P5 P5", "bach-chorales"],
    ["--motion", "parallel P5 P5", "bach-chorales"],
)
"""The first of each kind of pattern reads scores; the others find all they need on the disk."""


def asked(question: list[str]) -> tuple[float, str]:
    """CPU seconds of a question, and the first line of its answer."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [sys.executable, "-m", "musegen", "corpus", "find", *question, *sys.argv[1:], "--most", "1"]
    answer = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()[0]
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, answer


def main() -> None:
    """Each question with its cost."""
    with tempfile.TemporaryDirectory() as cache:
        os.environ["MUSEGEN_CACHE"] = cache
        for question in QUESTIONS:
            cost, answer = asked(question)
            print(f"{cost:6.2f} s CPU  {answer}", flush=True)


if __name__ == "__main__":
    main()
