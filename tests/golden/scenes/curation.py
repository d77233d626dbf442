"""How the list of numbers is kept: projects, shares, what is put aside."""

from core.factoring.commands.assignment import RequestWork
from core.factoring.commands.numbers import DescribeNumber, SetDeadline, ShelveNumber, UnshelveNumber
from core.factoring.commands.projects import CreateProject, DeleteProject, PauseProject, ResumeProject, SetShare
from core.factoring.commands.reports import ReportCurves
from core.factoring.state.numbers import Wanted
from tests.golden.staging import fresh, leads_to, name, submitted


@leads_to("factoring.project_created.v1", "factoring.project_deleted.v1")
def keep_projects(office):
    """A project is created and deleted."""
    made = office.perform(CreateProject(name=f"project {fresh(office)}", description="for a while"), client=None)
    office.perform(DeleteProject(project=made.project), client=None)


@leads_to("factoring.project_share_set.v1", "factoring.number_deadline_set.v1")
def share(office):
    """A project is given a weight, a number of it has to be done soon, and work is handed out and reported."""
    called = f"project {fresh(office)}"
    number, *_ = submitted(office, project=called)
    office.perform(
        SetShare(project=office.factoring.project(called), weight=3, deadline=office.now + 10**10), client=None
    )
    office.perform(SetDeadline(number=number, deadline=office.now + 10**9), client=None)
    command = RequestWork(work=name(office), wanted=Wanted(), lease_seconds=600, work_seconds=60)
    work = office.perform(command).work
    office.perform(ReportCurves(work=work, value="", bounds=None, curves=1, cpu_milliseconds=1_500))


@leads_to("factoring.project_paused.v1", "factoring.project_resumed.v1")
def pause_projects(office):
    """Two projects are paused, of which one is resumed."""
    for resumed in (False, True):
        called = f"project {fresh(office)}"
        submitted(office, project=called)
        project = office.factoring.project(called)
        office.perform(PauseProject(project=project, drains=resumed, reason="a wrong list"), client=None)
        if resumed:
            office.perform(ResumeProject(project=project), client=None)


@leads_to("factoring.number_shelved.v1", "factoring.number_unshelved.v1", "factoring.snfs_form_noted.v1")
def shelve_a_number(office):
    """A number is put aside, taken back, and described."""
    number, _, _ = submitted(office)
    office.perform(ShelveNumber(number=number, shelf="inactive", reason="not now"), client=None)
    office.perform(UnshelveNumber(number=number), client=None)
    office.perform(DescribeNumber(number=number, snfs_difficulty=123), client=None)
