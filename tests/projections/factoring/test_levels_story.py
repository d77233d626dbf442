"""How t-levels rose, read off the shares: the last level is the one that the number has."""

from core.factoring.commands import ReportCurves, SubmitComposite
from core.factoring.curves import bounds_of
from projections.factoring.levels import curve_worth, levels_of

N = str((10**13 + 37) * (10**19 + 51))
SMALL, LARGE = bounds_of(2000, None, 1), bounds_of(50_000, None, 1)


def test_levels_rise_with_every_report_and_end_where_the_number_stands(office):
    number = office.perform(SubmitComposite(text=N, ceiling_digits=1000)).number
    for sigma, bounds in (("7", SMALL), ("8", SMALL), ("7", LARGE), ("7", SMALL)):
        office.perform(ReportCurves(work="", value=N, bounds=bounds, curves=1, sigmas=(sigma,)))
    connection = office.factoring.connection
    levels = levels_of(connection, number, 100)
    assert [level.t_milli for level in levels] == sorted({level.t_milli for level in levels})
    assert len(levels) == 3  # the last report added nothing
    assert levels[-1].t_milli == office.factoring.number(number).t_milli
    assert levels_of(connection, number, 2)[-1] == levels[-1]
    assert len(levels_of(connection, number, 2)) == 2
    assert curve_worth(connection, SMALL) == office.factoring.worth(SMALL)
    assert curve_worth(connection, bounds_of(12_345, None, 1)) is None


def test_nothing_run_is_no_level(office):
    number = office.perform(SubmitComposite(text=N, ceiling_digits=1000)).number
    assert levels_of(office.factoring.connection, number, 10) == []
