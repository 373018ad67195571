"""What it costs to start, as ratios of one run: `python tests/benchmarks/startup.py [ROUNDS]`.

`musegen --help` against bare Python (to be under 6), and the check of a chorale, whole process, against importing
music21 and parsing the same file (to be under 0.6): the median over chorales from all over the corpus. CPU seconds of
whole processes (user and system), medians, the commands in turn; all run from compiled bytecode, as installed packages
do, also where the environment forbids to write it.
"""

import os
import resource
import statistics
import subprocess
import sys
import tempfile

ROUNDS = 7
CHORALES = ("bwv66.6", "bwv103.6", "bwv267", "bwv310", "bwv354", "bwv386", "bwv438")
PARSE = "from music21 import corpus; corpus.parse('bach/{}', forceSource=True)"
COMMANDS = (
    {"bare Python": ["-c", "pass"], "musegen --help": ["-m", "musegen", "--help"]}
    | {f"musegen check bach/{name}": ["-m", "musegen", "check", f"bach/{name}"] for name in CHORALES}
    | {f"music21 parse bach/{name}": ["-c", PARSE.format(name)] for name in CHORALES}
)
DONE = (0, 1)
"""The exit codes of a check that was made."""


def seconds(arguments, bytecode):
    """CPU time of one process."""
    environment = os.environ | {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": bytecode}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    ended = subprocess.run(
        [sys.executable, *arguments],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False, env=environment,
    )  # fmt: skip
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if ended.returncode not in DONE:
        raise SystemExit(f"{' '.join(arguments)} ended with {ended.returncode}")
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main():
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS
    with tempfile.TemporaryDirectory() as bytecode:
        taken = [{name: seconds(given, bytecode) for name, given in COMMANDS.items()} for _ in range(rounds + 1)][1:]
    median = {name: statistics.median(times[name] for times in taken) for name in COMMANDS}
    for name, value in median.items():
        print(f"{name:<30} {value:6.3f} s")
    ratios = [median[f"musegen check bach/{name}"] / median[f"music21 parse bach/{name}"] for name in CHORALES]
    print(f"help / bare Python: {median['musegen --help'] / median['bare Python']:.2f} (< 6)")
    print(
        f"check / music21 parse: median {statistics.median(ratios):.2f} (< 0.6) of {len(ratios)} chorales, "
        f"{min(ratios):.2f} to {max(ratios):.2f}"
    )


if __name__ == "__main__":
    main()
