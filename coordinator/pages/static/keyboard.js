// Everything can be reached from the keyboard; nothing is bound while somebody types.
const root = document.documentElement;
const keys = document.getElementById("keys");
const buttons = (name) => document.querySelectorAll(`[data-does="${name}"]`);
const sections = [...document.querySelectorAll(".nav a[data-key]")];
const entered = "a[href], button, summary, [data-copy]"; // each does with Enter what it does when it is clicked
let going = false;
let chosen = { index: -1 };

function switchTheme() {
  const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.theme = dark ? "light" : "dark";
  localStorage.setItem("theme", root.dataset.theme);
}

function rows() {
  return [...document.querySelectorAll("main tbody tr, main .finds li")].filter((row) => row.querySelector("a") && !row.matches(".group"));
}

function choose(step) {
  const all = rows();
  if (!all.length) return;
  const index = Math.min(Math.max(chosen.index + step, 0), all.length - 1);
  chosen = { index, ...namedBy(all[index]) };
  mark();
  all[index].scrollIntoView({ block: "nearest" });
}

// By what a row is known again when others have come before it: where it leads, and the list that it is in.
function namedBy(row) {
  return { address: row.querySelector("a").getAttribute("href"), list: row.closest("[id]").id };
}

function mark() {
  const all = rows();
  const same = (row) => Object.entries(namedBy(row)).every(([name, value]) => chosen[name] === value);
  const index = all[chosen.index] && same(all[chosen.index]) ? chosen.index : all.findIndex(same);
  if (index >= 0) chosen.index = index;
  all.forEach((row, at) => row.classList.toggle("chosen", at === index));
}

function go(letter) {
  sections.find((link) => link.dataset.key === letter)?.click();
}

const bound = {
  "/": () => (document.querySelector("main input[type='search']") ?? document.querySelector("input[type='search']")).focus(),
  "?": () => keys.showModal(),
  j: () => choose(1),
  k: () => choose(-1),
  Enter: () => document.querySelector(".chosen a")?.click(),
  g: () => { going = true; setTimeout(() => { going = false; }, 1500); },
  p: () => buttons("pause")[0].click(),
  t: switchTheme,
};

document.addEventListener("keydown", (event) => {
  const typing = event.target.matches("input, textarea, select, [contenteditable]") || keys.open;
  if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Enter" && event.target.matches(entered)) return;
  if (going) {
    going = false;
    go(event.key.toLowerCase());
  } else if (bound[event.key]) {
    bound[event.key]();
  } else {
    return;
  }
  event.preventDefault();
});

// The menu of a phone lies over the page: it is folded when one goes on to what is under it.
const menu = document.querySelector(".menu");
menu.addEventListener("focusout", ({ relatedTarget: next }) => {
  if (next && !menu.contains(next)) menu.open = false;
});
menu.addEventListener("keydown", ({ key }) => {
  if (key !== "Escape") return;
  menu.open = false;
  menu.firstElementChild.focus();
});

document.addEventListener("refreshed", mark);
for (const [name, does] of [["theme", switchTheme], ["shortcuts", bound["?"]]]) {
  for (const button of buttons(name)) {
    button.hidden = false;
    button.addEventListener("click", does);
  }
}
