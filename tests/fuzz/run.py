"""Fuzzing for long, with atheris: `python tests/fuzz/run.py ticker --cpu-minutes 10`.

`pip install atheris` first. It ends by the processor's time, not the clock's. What is found does
not stop it: one input for each place where it went wrong is kept in `--found`.
"""

import argparse
import importlib
import os
import pkgutil
import random
import sys
import time
import traceback
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

atheris: Any = importlib.import_module("atheris")
with atheris.instrument_imports(include=["ctick"]):
    for _module in pkgutil.walk_packages(importlib.import_module("ctick").__path__, "ctick."):
        importlib.import_module(_module.name)
from fuzz.seeds import mutated, seeds, words  # noqa: E402 - ctick is instrumented as it is imported
from fuzz.targets import TARGETS, attempt  # noqa: E402

_LONGEST_WORD = 64  # that libFuzzer takes


class Fuzzer:
    """One target, until its time is over."""

    def __init__(self, target: str, seconds: float, corpus: Path, found: Path) -> None:
        self.target = target
        self.seconds = seconds
        self.corpus = corpus
        self.found = found
        self.executions = 0
        self.failures: dict[str, Path] = {}

    def try_one(self, data: bytes) -> None:
        if time.process_time() > self.seconds:
            self.say(self.report())
            os._exit(1 if self.failures else 0)  # libFuzzer has no other end that is none of its own
        self.executions += 1
        try:
            attempt(self.target, data)
        except BaseException as error:  # noqa: BLE001 - whatever it is, it is what we are here for
            self.keep(data, error)

    def keep(self, data: bytes, error: BaseException) -> None:
        """Notes a failure, once for each place."""
        frames = traceback.extract_tb(error.__traceback__)
        place = " ".join(f"{Path(frame.filename).name}:{frame.lineno}" for frame in frames[-3:])
        key = f"{type(error).__name__} {place}"
        if key not in self.failures and len(self.failures) < 100:
            path = self.found / f"{self.target}-{len(self.failures)}-{os.getpid()}"
            path.write_bytes(data)
            self.failures[key] = path
            self.say(f"{path}: {key}\n{''.join(traceback.format_exception(error))[-3000:]}")

    def say(self, text: str) -> None:
        sys.stdout.write(text + "\n")
        sys.stdout.flush()

    def report(self) -> str:
        size = sum(1 for _ in self.corpus.iterdir())
        return (
            f"{self.target}: {self.executions:,} executions, {time.process_time():.0f} CPU seconds,"
            f" {size:,} inputs in the corpus, {len(self.failures)} failures"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description="Fuzz one part of ctick.")
    parser.add_argument("target", choices=TARGETS)
    parser.add_argument("--cpu-minutes", type=float, default=10)
    parser.add_argument("--folder", type=Path, default=Path("fuzzing"), help="where corpora and findings are kept")
    options = parser.parse_args()
    target = options.target
    corpus, found = options.folder / "corpus" / target, options.folder / "found"
    corpus.mkdir(parents=True, exist_ok=True)
    found.mkdir(parents=True, exist_ok=True)
    kept = Path(__file__).parents[1] / "data" / "found" / target
    for number, seed in enumerate([*seeds(target), *(path.read_bytes() for path in sorted(kept.glob("*")))]):
        (corpus / f"seed-{number}").write_bytes(seed)
    dictionary = options.folder / f"{target}.dict"
    lines = ["".join(rf"\x{byte:02x}" for byte in word) for word in words(target) if 0 < len(word) <= _LONGEST_WORD]
    dictionary.write_text("".join(f'"{line}"\n' for line in lines))
    fuzzer = Fuzzer(target, options.cpu_minutes * 60, corpus.absolute(), found.absolute())

    def mutate(data: bytes, most: int, seed: int) -> bytes:
        rng = random.Random(seed)
        return bytes(atheris.Mutate(data, most)) if rng.random() < 0.5 else mutated(data, target, rng)[:most]

    atheris.Setup(
        [
            sys.argv[0],
            str(corpus.absolute()),
            f"-dict={dictionary.absolute()}",
            f"-artifact_prefix={found.absolute()}/{target}-",
            *("-max_len=16384", "-timeout=120", "-rss_limit_mb=3000", "-print_final_stats=1", "-verbosity=0"),
        ],
        fuzzer.try_one,
        custom_mutator=mutate,
    )
    atheris.Fuzz()


if __name__ == "__main__":
    main()
