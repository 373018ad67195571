"""What it costs to start, as ratios of one run: `python tests/benchmarks/startup.py`.

`musegen --help` against bare Python (to be under 6), and the check of one chorale, whole process, against importing
music21 and parsing the same file (to be under 0.6).
"""

import statistics
import subprocess
import sys
import time

ROUNDS = 9
COMMANDS = {
    "bare Python": ["-c", "pass"],
    "musegen --help": ["-m", "musegen", "--help"],
    "musegen check bach/bwv66.6": ["-m", "musegen", "check", "bach/bwv66.6"],
    "music21 parse bach/bwv66.6": ["-c", "from music21 import corpus; corpus.parse('bach/bwv66.6', forceSource=True)"],
}


def seconds(arguments):
    """Wall time of one process."""
    start = time.perf_counter()
    subprocess.run([sys.executable, *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    return time.perf_counter() - start


def main():
    rounds = [{name: seconds(arguments) for name, arguments in COMMANDS.items()} for _ in range(ROUNDS)]
    median = {name: statistics.median(times[name] for times in rounds) for name in COMMANDS}
    for name, value in median.items():
        print(f"{name:<28} {value:6.3f} s")
    bare, helped, checked, parsed = median.values()
    print(f"help / bare Python: {helped / bare:.2f} (< 6)")
    print(f"check / music21 parse: {checked / parsed:.2f} (< 0.6)")


if __name__ == "__main__":
    main()
