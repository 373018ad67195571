"""What it costs to start, as ratios of one run: `python tests/benchmarks/startup.py`.

`musegen --help` against bare Python (to be under 6), and the check of one chorale, whole process, against importing
music21 and parsing the same file (to be under 0.6). CPU seconds of whole processes, medians, the commands in turn; all
run from compiled bytecode, as installed packages do, also where the environment forbids to write it.
"""

import os
import resource
import statistics
import subprocess
import sys
import tempfile

ROUNDS = 15
COMMANDS = {
    "bare Python": ["-c", "pass"],
    "musegen --help": ["-m", "musegen", "--help"],
    "musegen check bach/bwv66.6": ["-m", "musegen", "check", "bach/bwv66.6"],
    "music21 parse bach/bwv66.6": ["-c", "from music21 import corpus; corpus.parse('bach/bwv66.6', forceSource=True)"],
}


def seconds(arguments, bytecode):
    """CPU time of one process."""
    environment = os.environ | {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": bytecode}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(
        [sys.executable, *arguments],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False, env=environment,
    )  # fmt: skip
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main():
    with tempfile.TemporaryDirectory() as bytecode:
        rounds = [{name: seconds(given, bytecode) for name, given in COMMANDS.items()} for _ in range(ROUNDS + 1)][1:]
    median = {name: statistics.median(times[name] for times in rounds) for name in COMMANDS}
    for name, value in median.items():
        print(f"{name:<28} {value:6.3f} s")
    bare, helped, checked, parsed = median.values()
    print(f"help / bare Python: {helped / bare:.2f} (< 6)")
    print(f"check / music21 parse: {checked / parsed:.2f} (< 0.6)")


if __name__ == "__main__":
    main()
