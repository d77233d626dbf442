"""Every page, one line each, and the navigation between them."""

from coordinator.pages import counting as counting_pages
from coordinator.pages import tasks as tasks_pages
from coordinator.pages.administration.contents import FORMS as ADMINISTRATION_FORMS
from coordinator.pages.administration.contents import PAGES as ADMINISTRATION_PAGES
from coordinator.pages.audit import audit
from coordinator.pages.composites import composites
from coordinator.pages.counting import counting, counting_job
from coordinator.pages.events import event, events
from coordinator.pages.factors import found_factors
from coordinator.pages.federation import agent, federation
from coordinator.pages.forms import handler
from coordinator.pages.numbers import number
from coordinator.pages.overview import overview
from coordinator.pages.people import at_work, contributions, contributor
from coordinator.pages.projects import project, projects
from coordinator.pages.residues import residues
from coordinator.pages.searching import search
from coordinator.pages.signing_in import HANDLERS as SIGNING_IN
from coordinator.pages.signing_in import LOGIN, login
from coordinator.pages.simulations import simulation, simulations
from coordinator.pages.site import Page, Section
from coordinator.pages.tasks import task, tasks
from coordinator.pages.why import why

SECTIONS = (
    Section("/", "Overview", "o"),
    Section("/composites", "Numbers", "n"),
    Section("/factors", "Factors", "f"),
    Section("/contributors", "Contributors", "c"),
    Section("/workers", "Workers", "w"),
    Section("/projects", "Projects", "r"),
    Section("/counting", "Counting", "u"),
    Section("/convergence", "Simulations", "s"),
    Section("/federation", "Federation", "d"),
    Section("/tasks", "Tasks", "t"),
    Section("/events", "Log", "l"),
    Section("/audit", "Audit", "a"),
)

PAGES = (
    Page("/", "overview.html", overview, "/"),
    Page("/composites", "composites.html", composites, "/composites"),
    Page("/composites/{number}", "number.html", number, "/composites"),
    Page("/composites/{number}/why", "why.html", why, "/composites"),
    Page("/residues", "residues.html", residues, "/composites"),
    Page("/factors", "factors.html", found_factors, "/factors"),
    Page("/contributors", "contributors.html", contributions, "/contributors"),
    Page("/contributors/{client}", "contributor.html", contributor, "/contributors"),
    Page("/workers", "workers.html", at_work, "/workers"),
    Page("/projects", "projects.html", projects, "/projects"),
    Page("/projects/{project}", "project.html", project, "/projects"),
    Page("/counting", "counting.html", counting, "/counting"),
    Page("/counting/{job}", "counting_job.html", counting_job, "/counting"),
    Page("/convergence", "simulations.html", simulations, "/convergence"),
    Page("/convergence/{simulation}", "simulation.html", simulation, "/convergence"),
    Page("/federation", "federation.html", federation, "/federation"),
    Page("/federation/agent", "agent.html", agent, "/federation"),
    Page("/tasks", "tasks.html", tasks, "/tasks"),
    Page("/tasks/{task}", "task.html", task, "/tasks"),
    Page("/events", "events.html", events, "/events"),
    Page("/events/{position}", "event.html", event, "/events"),
    Page("/audit", "audit.html", audit, "/audit"),
    Page("/search", "search.html", search, ""),
    Page(LOGIN, "login.html", login, "/admin", None),
    *ADMINISTRATION_PAGES,
)

FORMS = (*map(handler, (*counting_pages.FORMS, *tasks_pages.FORMS, *ADMINISTRATION_FORMS)), *SIGNING_IN)
"""What is posted from pages."""
