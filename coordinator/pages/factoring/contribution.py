"""All that factoring brings to the pages."""

from coordinator.pages.contributing.contribution import CONTRIBUTIONS, Contribution
from coordinator.pages.contributing.contribution import FACTORING as GROUP
from coordinator.pages.factoring.administration.contents import ADMINISTRATION
from coordinator.pages.factoring.factors.factor import factor
from coordinator.pages.factoring.factors.found import found_factors
from coordinator.pages.factoring.numbers.composites import composites
from coordinator.pages.factoring.numbers.handing_in import FORM
from coordinator.pages.factoring.numbers.number import number
from coordinator.pages.factoring.numbers.residues import residues
from coordinator.pages.factoring.numbers.why import why
from coordinator.pages.factoring.overview import counts, overview
from coordinator.pages.factoring.people.contributor import contributor
from coordinator.pages.factoring.people.leaderboard import contributions
from coordinator.pages.factoring.people.users import user
from coordinator.pages.factoring.projects import project, projects
from coordinator.pages.factoring.searching import named, search
from coordinator.pages.factoring.submitting import FORMS as SUBMITTING_FORMS
from coordinator.pages.factoring.submitting import PAGES as SUBMITTING_PAGES
from coordinator.pages.factoring.telling import BOOKS, MANY, PASSING, SENTENCES, minor, words
from coordinator.pages.factoring.working import at_work, away, queues, runs, speeds
from coordinator.pages.rendering.navigation import Section
from coordinator.pages.rendering.site import Page, Part

FACTORING = Contribution(
    context="factoring",
    sections=(
        Section("/composites", "Numbers", "n", GROUP, "open"),
        Section("/factors", "Factors", "f", GROUP),
        Section("/contributors", "Contributors", "c", CONTRIBUTIONS),
        Section("/projects", "Projects", "r", GROUP),
    ),
    counts=counts,
    pages=(
        Page("/composites", "factoring/numbers/composites.html", composites, "/composites"),
        Page("/composites/{number}", "factoring/numbers/number.html", number, "/composites"),
        Page("/composites/{number}/why", "factoring/numbers/why.html", why, "/composites"),
        Page("/residues", "factoring/numbers/residues.html", residues, "/composites"),
        Page("/factors", "factoring/factors/factors.html", found_factors, "/factors"),
        Page("/factors/{factor}", "factoring/factors/factor.html", factor, "/factors"),
        Page("/contributors", "factoring/people/contributors.html", contributions, "/contributors"),
        Page("/contributors/{client}", "factoring/people/contributor.html", contributor, "/contributors"),
        Page("/users/{user}", "factoring/people/user.html", user, "/contributors"),
        Page("/projects", "factoring/projects.html", projects, "/projects"),
        Page("/projects/{project}", "factoring/project.html", project, "/projects"),
        *SUBMITTING_PAGES,
        *ADMINISTRATION.pages,
    ),
    forms=(FORM, *SUBMITTING_FORMS, *ADMINISTRATION.forms),
    administration=ADMINISTRATION.administration,
    parts=(
        Part("/", overview, "factoring/figures.html", "factoring/overview.html"),
        Part("/workers", at_work, "factoring/working_figures.html", "factoring/working.html"),
        *ADMINISTRATION.parts,
    ),
    sentences=SENTENCES,
    books=BOOKS,
    many=MANY,
    passing=PASSING,
    minor=minor,
    words=words,
    search=search,
    named=named,
    queues=queues,
    speeds=speeds,
    runs=runs,
    away=away,
)
