// Puts regions that have changed into the page without taking anything from under the reader's eyes or hands.
const badge = document.getElementById("fresh");
const announced = document.getElementById("announced");
const places = "a[href], button, summary, [tabindex]";
const waiting = new Map();

// What a list lists, from the top: its rows by where they lead.
function rowsOf(root) {
  const rows = [...root.querySelectorAll("tbody tr, li")];
  return rows.map((row) => [...row.querySelectorAll("a")].map((link) => link.getAttribute("href")).join(" "));
}

function isList(region) {
  return "rows" in region.dataset;
}

function parsed(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.content;
}

// What is on every page is sent again from time to time; what would be put in for the same, a screen reader would say again.
function differs(region, html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.innerHTML.trim() !== region.innerHTML.trim();
}

// How many rows there are beside those of another list.
function beside(rows, others) {
  const known = new Set(others);
  return rows.filter((row) => row && !known.has(row)).length;
}

function moves(region, html) {
  return rowsOf(region).join("\n") !== rowsOf(parsed(html)).join("\n");
}

function isRead(region) {
  const { top, bottom } = region.getBoundingClientRect();
  return region.matches(":hover, :focus-within") || region.querySelector(".chosen") || (top < 0 && bottom > 0);
}

// What somebody types into, is pressing, or has selected to copy it, is put in when they have done.
function isHeld(region) {
  const active = document.activeElement;
  const selection = getSelection();
  const selected = !selection.isCollapsed && selection.containsNode(region, true);
  return selected || region.matches(":active") || (region.contains(active) && active.matches("input, select, textarea"));
}

function mustWait(region, html) {
  return isHeld(region) || (isList(region) && moves(region, html) && isRead(region));
}

function scrollers(region) {
  return [region, ...region.querySelectorAll(".scroll")];
}

function put(region, html) {
  const active = document.activeElement;
  const place = [...region.querySelectorAll(places)].indexOf(active);
  const address = active.getAttribute("href");
  const scrolled = scrollers(region).map((one) => [one.scrollLeft, one.scrollTop]);
  const unfolded = [...region.querySelectorAll("details[id][open]")].map((details) => details.id);
  region.innerHTML = html;
  for (const details of unfolded) document.getElementById(details)?.setAttribute("open", "");
  scrollers(region).forEach((one, index) => one.scrollTo(...(scrolled[index] ?? [])));
  if (place < 0) return;
  const now = [...region.querySelectorAll(places)];
  (now.find((one) => address && one.getAttribute("href") === address) ?? now[place])?.focus({ preventScroll: true });
}

function isWritten(field) {
  if (!field.matches("select")) return field.value !== field.defaultValue || field.checked !== field.defaultChecked;
  return field.selectedIndex !== Math.max([...field.options].findIndex((one) => one.defaultSelected), 0);
}

// What was being built anew when the page was made has no places in it.
function isServedAgain(region, html) {
  const fields = [...document.querySelectorAll("main :is(input, select, textarea)")];
  return region.querySelector("[data-anew]") && !parsed(html).querySelector("[data-anew]") && !fields.some(isWritten);
}

// The badge counts on; aloud it is said once.
function tell() {
  const all = [...waiting].map(([id, html]) => [document.getElementById(id), html]);
  const lists = all.filter(([list, html]) => isList(list) && moves(list, html));
  const count = (more) => lists.reduce((sum, [list, html]) => sum + more(rowsOf(list), rowsOf(parsed(html))), 0);
  const [fresh, gone] = [count((now, then) => beside(then, now)), count(beside)];
  badge.textContent = fresh ? `${fresh} new` : gone ? `${gone} gone` : "The order has changed";
  if (lists.length && badge.hidden) announced.textContent = badge.textContent;
  badge.hidden = !lists.length;
}

function settle(all) {
  for (const [id, html] of waiting) {
    const region = document.getElementById(id);
    if (!all && mustWait(region, html)) continue;
    put(region, html);
    waiting.delete(id);
  }
  tell();
  document.dispatchEvent(new CustomEvent("refreshed"));
}

document.addEventListener("arrived", ({ detail }) => {
  for (const [id, html] of Object.entries(detail)) {
    const region = document.getElementById(id);
    if (!region) continue;
    if (isServedAgain(region, html)) location.reload();
    if (mustWait(region, html)) {
      waiting.set(id, html);
    } else {
      waiting.delete(id);
      if (differs(region, html)) put(region, html);
    }
  }
  tell();
  document.dispatchEvent(new CustomEvent("refreshed"));
});

for (const leaving of ["pointerover", "focusout", "scroll", "selectionchange"]) {
  document.addEventListener(leaving, () => { if (waiting.size) settle(false); }, { passive: true });
}

// A press does something once it has ended; what was put in before that would take the link from under it.
for (const ended of ["pointerup", "pointercancel", "dragend", "keyup"]) {
  document.addEventListener(ended, () => { if (waiting.size) setTimeout(settle, 0, false); });
}

// Each count stands beside its section twice: at the side, and in the menu of a phone.
document.addEventListener("refreshed", () => {
  for (const count of document.getElementById("live_sections").content.children) {
    for (const place of document.querySelectorAll(`[data-count="${count.value}"]`)) place.textContent = count.textContent;
  }
});

// Whoever presses the badge by key goes on in the list: the badge is gone then, and the focus with it.
badge.addEventListener("click", ({ detail: clicks }) => {
  const first = document.getElementById([...waiting].find(([id, html]) => moves(document.getElementById(id), html))?.[0]);
  settle(true);
  first?.scrollIntoView({ block: "nearest" });
  if (!clicks) (first?.matches(places) ? first : first?.querySelector(places))?.focus({ preventScroll: true });
});
