"""Runs a batch of curves: one process of GMP-ECM, followed line by line, and a report of what it did.

The parametrisation is always given (`-param`), so that residues are never ambiguous, and the first factor ends the
batch (`-one`): the coordinator decides what to do about what is left. Each batch has a directory of its own, with a
fresh save file, for GMP-ECM refuses to write into an old one.
"""

import os
import signal
import subprocess
import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import takewhile
from pathlib import Path

from gmpy2 import is_divisible, mpz
from msgspec import Struct

from core.bigint import abbreviate
from core.factoring.formats.credit.crediting import credit_of
from core.factoring.formats.gmp_ecm.one_by_one import OutputReader
from core.factoring.formats.gmp_ecm.output import Curve
from core.factoring.formats.residues.lines import read_residues
from core.factoring.mathematics.curves.bounds import Bounds, bounds_of
from core.refusals import BadInput
from core.wording import shortened
from workers.held import place
from workers.processes.guarding import Guard
from workers.processes.leash import own_seconds
from workers.processes.tying import tied

PROGRAM = "gmp-ecm"


_FAILED = 1
"""Bit of the exit status for an error. The others tell kinds of factors (2, 4, 8), which the output tells better."""


class BatchOrder(Struct, frozen=True):
    """An order for a batch of curves.

    Attributes:
        number: in decimal.
        b1: bound of stage 1.
        b2: bound of stage 2; None for GMP-ECM's default, 0 for stage 1 only.
        param: parametrisation 0 to 3.
        curves: how many.
        sigma: of the one curve to run, in decimal; empty for curves that GMP-ECM draws.
        method: `ecm`; for one run of P-1 or P+1 `pm1` or `pp1`.
    """

    number: str
    b1: int
    b2: int | None
    param: int
    curves: int
    sigma: str = ""
    method: str = "ecm"


class FoundFactor(Struct, frozen=True):
    """A proper factor in decimal, not necessarily prime, and its curve; no sigma for 2, which needs no curve."""

    factor: str
    sigma: str | None


class BatchResult(Struct, frozen=True):
    """The curves that were run.

    Attributes:
        sigmas: one for each finished curve, in decimal, in the order in which they were run.
        checksums: for each sigma, that of its stage-1 residue; None where none was saved of this very number, as after
            a curve that found a factor.
        reached: for each curve or run, how far it was made: the printed B2, and stage 1 only where that found something.
        factors: what was found; nothing when a curve found the number as a whole.
        curves: how many were finished, the finding one included.
        cpu_seconds: used by GMP-ECM, an unfinished curve included.
        program: always `gmp-ecm`.
        program_version: as GMP-ECM gives it; None when it ended before it said so.
    """

    sigmas: tuple[str, ...]
    checksums: tuple[int | None, ...]
    reached: tuple[Bounds, ...]
    factors: tuple[FoundFactor, ...]
    curves: int
    cpu_seconds: float
    program: str
    program_version: str | None


class EcmFailed(Exception):  # noqa: N818 - it reads as what happened
    """GMP-ECM ended with an error.

    Attributes:
        result: the curves that were finished before; they count.
        refused: whether it is GMP-ECM that says so, of what it was asked for: on other machines it says the same.
    """

    def __init__(self, sentence: str, result: BatchResult, *, refused: bool = False) -> None:
        super().__init__(sentence)
        self.result = result
        self.refused = refused


@contextmanager
def run_batch(program: str, order: BatchOrder, begun: Path | None = None) -> Iterator["Batch"]:
    """Start a batch; on the way out it is ended, if it still runs, and its files are removed.

    Args:
        program: GMP-ECM.
        order: what it shall run.
        begun: a save file with a stage 1 of P-1 or P+1, to go on with.
    """
    with place("batch") as directory:
        batch = Batch(program, order, directory, begun)
        try:
            yield batch
        finally:
            batch.close()


class Batch:
    """A batch under way. Iterate for each curve as it finishes, then ask for the result.

    Everything but `stop` belongs to one thread, which must outlive the batch (see `workers.processes.leash`).

    Attributes:
        save_file: where GMP-ECM puts its residues, as it ends.
    """

    def __init__(self, program: str, order: BatchOrder, directory: Path, begun: Path | None = None) -> None:
        self._order = order
        self._begun_file = begun
        self.save_file = directory / "residues"
        self._reader = OutputReader()
        self._curves: list[Curve] = []
        self._last_words: deque[str] = deque(maxlen=2)
        self._stopped = False
        self._status: int | None = None
        self._cpu_seconds = self._leash_seconds = self._seconds = 0.0
        self._reaping = threading.Lock()
        number_file = directory / "number"
        number_file.write_text(f"{order.number}\n", encoding="ascii")
        with number_file.open("rb") as number:
            self._process = subprocess.Popen(  # noqa: S603 - the program is the worker's own choice; no shell takes part
                tied([program, *self._options()]),
                stdin=number,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                encoding="ascii",
                errors="replace",
                process_group=0,  # Ctrl-C is for the worker, which then stops the batch
            )
        self._begun = time.monotonic()
        self._guard: Guard | None = None
        try:
            self._guard = Guard(self._process.pid)
        except OSError:
            self.close()
            raise

    def __iter__(self) -> Iterator[Curve]:
        """Each curve once it is known to be over: when the next begins, or the program ends by itself."""
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if (leash := own_seconds(line)) is not None:
                self._leash_seconds = leash
                continue
            self._last_words.append(line.strip())
            yield from self._record(self._reader.read(line))
        yield from self._record(self._reader.close(killed=self._reap() < 0))

    def stop(self) -> None:
        """End the batch now; the curve that is under way is lost. May be called from any thread, and repeatedly.

        Where `ecm` is a script that starts another program, that ends too.
        """
        with self._reaping:
            self._stopped = True
            if self._status is None:
                os.killpg(self._process.pid, signal.SIGKILL)

    def result(self) -> BatchResult:
        """The curves that were run, once the program has ended; waits for that.

        Raises:
            EcmFailed: it ended otherwise than by finishing or by `stop`, or printed a factor that is none.
        """
        deque(self, maxlen=0)  # reads what nobody has followed yet
        status = self._reap()
        fault = None
        if status < 0 and not self._stopped:
            fault = f"GMP-ECM was ended by signal {-status}."
        elif status > 0 and status & _FAILED:
            fault = f"GMP-ECM failed: {' '.join(self._last_words)}"
        try:
            checksums = self._saved_checksums()
        except BadInput as damage:
            checksums = {}
            fault = fault or f"GMP-ECM left a damaged save file. {damage.sentence}"
        if wrong := self._factor_that_is_none():
            fault = fault or f"GMP-ECM printed the factor {abbreviate(wrong)}, which does not divide the number."
        result = self._result(checksums)
        if fault:
            raise EcmFailed(fault, result, refused=status > 0 and any(map(_is_refusal, self._last_words)))
        return result

    def end(self) -> str:
        """How the program came to its end, and its last line, to be written behind "it"; waits for the end."""
        status = self._reap()
        way = f"ended with exit status {status}" if status >= 0 else "was stopped"
        said = next((line for line in reversed(self._last_words) if line), "")
        last = f"its last line is {shortened(said)!r}" if said else "it printed nothing"
        return f"{way} after {self._seconds:.1f} seconds, and {last}"

    def result_within(self, seconds: float) -> BatchResult:
        """The curves that were run in so many seconds: `result` of a batch that is stopped then."""
        clock = threading.Timer(seconds, self.stop)
        clock.start()
        try:
            return self.result()
        finally:
            clock.cancel()

    def close(self) -> None:
        """End the batch if it still runs."""
        self.stop()
        self._reap()
        if self._guard is not None:
            self._guard.dismiss()
        assert self._process.stdout is not None
        self._process.stdout.close()

    def _options(self) -> list[str]:
        order = self._order
        bounds = [str(order.b1)] if order.b2 is None else [str(order.b1), str(order.b2)]
        if order.method != "ecm":
            which = [f"-{order.method}"] if self._begun_file is None else ["-resume", str(self._begun_file)]
            return ["-one", *which, "-save", str(self.save_file), *bounds]
        which = ["-sigma", f"{order.param}:{order.sigma}"] if order.sigma else ["-param", str(order.param)]
        return ["-one", *which, "-c", str(order.curves), "-save", str(self.save_file), *bounds]

    def _record(self, curves: tuple[Curve, ...]) -> tuple[Curve, ...]:
        self._curves += curves
        return curves

    def _reap(self) -> int:
        """Exit status, negative for a signal; waits for the end. Call it when the output has ended or been cut off."""
        with self._reaping:
            if self._status is None:
                _, status, usage = os.wait4(self._process.pid, 0)
                self._status = self._process.returncode = os.waitstatus_to_exitcode(status)
                self._cpu_seconds = usage.ru_utime + usage.ru_stime
                self._seconds = time.monotonic() - self._begun
            return self._status

    def _saved_checksums(self) -> dict[str | None, int | None]:
        """Checksum by sigma. A last line cut off by `stop` is none; a residue modulo a cofactor is another number's."""
        if self._order.method != "ecm" or not self.save_file.exists():
            return {}
        with self.save_file.open("rb") as file:
            lines = takewhile(lambda line: line.endswith(b"\n"), file)
            residues = read_residues(lines, ceiling_digits=len(self._order.number))
            return {residue.sigma: residue.checksum for residue in residues if residue.number == self._order.number}

    def _reached(self, curve: Curve) -> Bounds:
        order = self._order
        credit = credit_of(curve)
        if credit.beside is not None:
            return Bounds(credit.beside.b1, credit.beside.b2, order.param)
        return credit.bounds or bounds_of(order.b1, order.b2, order.param)

    def _factor_that_is_none(self) -> str | None:
        """A factor that was printed and is none: the program, or the machine, has a fault."""
        printed = [curve.factor for curve in self._curves if curve.factor] + [one.factor for one in self._reader.strays]
        return next((factor for factor in printed if not self._divides(factor)), None)

    def _divides(self, factor: str) -> bool:
        return mpz(factor) > 1 and bool(is_divisible(mpz(self._order.number), mpz(factor)))

    def _result(self, checksums: dict[str | None, int | None]) -> BatchResult:
        curves = [curve for curve in self._curves if not curve.factor or self._divides(curve.factor)]
        strays = [stray.factor for stray in self._reader.strays if self._divides(stray.factor)]
        whole = self._order.number
        found = [FoundFactor(curve.factor, curve.sigma) for curve in curves if curve.factor and curve.factor != whole]
        return BatchResult(
            sigmas=tuple(curve.sigma for curve in curves if curve.sigma),
            checksums=tuple(checksums.get(curve.sigma) for curve in curves if curve.sigma),
            reached=tuple(map(self._reached, curves)),
            factors=(*found, *(FoundFactor(factor, None) for factor in strays)),
            curves=len(curves),
            cpu_seconds=max(self._cpu_seconds - self._leash_seconds, 0.0),
            program=PROGRAM,
            program_version=self._reader.version,
        )


def _is_refusal(line: str) -> bool:
    """Tell whether GMP-ECM says that there is no such curve: `Error, invalid sigma value: 0`, or of A that it does not fit."""
    return line.startswith("Error, ")
