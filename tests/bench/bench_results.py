"""Durable single results with one sigma each over HTTP, against a POST that does nothing on the same stack."""

import statistics

from stage import coordinator, figure, get, post, reference, wrk

CONNECTIONS = 64


def main() -> None:
    """Alternate between the two servers, so that a change of the machine's mood hits both."""
    print(f"  workload: one curve with one fresh sigma a request, {CONNECTIONS} connections, 5 x 6 s each, one number")
    with coordinator() as ours, reference() as theirs:
        post(f"{ours}/api/v1/composites/bulk", [{"number": "2^365-3", "target_t_level": 60}])
        work = get(f"{ours}/api/v1/work/request?client_id=bench")["work_id"]
        loads = [
            (wrk(ours, "result.lua", work, "/api/v1/results/ecm"), wrk(theirs, "result.lua", work, "/"))
            for _ in range(5)
        ]
    ratio = statistics.median(mine.rate / no_op.rate for mine, no_op in loads)
    rate = statistics.median(mine.rate for mine, _ in loads)
    no_op = statistics.median(no_op.rate for _, no_op in loads)
    p99 = statistics.median(mine.p99_ms for mine, _ in loads)
    failures = sum(mine.failures for mine, _ in loads)
    figure("results/s over those of a no-op", ratio, "x", goal=">= 0.5", beside=f"{rate:,.0f}/s beside {no_op:,.0f}/s")
    figure("latency at the 99th percentile", p99, "ms", goal="< 40")
    figure("answers other than 2xx", failures, "", goal="0")
    first, last = loads[0][0].rate / loads[0][1].rate, loads[-1][0].rate / loads[-1][1].rate
    figure("last run over first, the number having all results", last / first, "x", goal="about 1")


if __name__ == "__main__":
    main()
