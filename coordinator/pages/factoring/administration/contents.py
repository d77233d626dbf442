"""Every page and every form of administration that belongs to factoring, one line each."""

from coordinator.pages.administration.contents import HOME, form, page, section
from coordinator.pages.contributing.contribution import Contribution
from coordinator.pages.factoring.administration.assignments import assignment, assignments, clean_up, end_assignment
from coordinator.pages.factoring.administration.corrections import corrections, end_preview, withdraw
from coordinator.pages.factoring.administration.numbers import (
    change_number,
    delete_number,
    numbers,
    one_number,
    shelve_number,
)
from coordinator.pages.factoring.administration.overview import overview
from coordinator.pages.factoring.administration.reservations import release, reservations, reserve
from coordinator.pages.factoring.administration.sharing import set_deadline, set_share, shares_page
from coordinator.pages.factoring.administration.uploads import uploads
from coordinator.pages.rendering.site import Part

_NUMBER = f"{HOME}/numbers/{{number}}"
_WORK = f"{HOME}/assignments/{{work}}"

ADMINISTRATION = Contribution(
    administration=(
        section("Numbers"),
        section("Uploads"),
        section("Assignments"),
        section("Reservations"),
        section("Shares"),
        section("Corrections"),
    ),
    pages=(
        page(f"{HOME}/numbers", "factoring/administration/numbers.html", numbers),
        page(_NUMBER, "factoring/administration/number.html", one_number),
        page(f"{HOME}/uploads", "factoring/administration/uploads.html", uploads),
        page(f"{HOME}/assignments", "factoring/administration/assignments.html", assignments),
        page(_WORK, "factoring/administration/assignment.html", assignment),
        page(f"{HOME}/reservations", "factoring/administration/reservations.html", reservations),
        page(f"{HOME}/shares", "factoring/administration/shares.html", shares_page),
        page(f"{HOME}/corrections", "factoring/administration/corrections.html", corrections),
    ),
    parts=(Part(HOME, overview, "factoring/administration/figures.html", "factoring/administration/overview.html"),),
    forms=(
        form(f"{_NUMBER}/wanted", _NUMBER, change_number),
        form(f"{_NUMBER}/shelf", _NUMBER, shelve_number),
        form(f"{_NUMBER}/delete", _NUMBER, delete_number),
        form(f"{HOME}/assignments", f"{HOME}/assignments", clean_up),
        form(_WORK, _WORK, end_assignment),
        form(f"{HOME}/reservations", f"{HOME}/reservations", reserve),
        form(f"{HOME}/shares", f"{HOME}/shares", set_share),
        form(f"{HOME}/deadlines", f"{HOME}/shares", set_deadline),
        form(f"{HOME}/reservations/{{work}}/release", f"{HOME}/reservations", release),
        form(f"{HOME}/corrections", f"{HOME}/corrections", withdraw),
        form(f"{HOME}/corrections/cancel", f"{HOME}/corrections", end_preview),
    ),
)
