// While something long is under way, where it stands is asked for again each second; it grows without the log growing.
const EVERY_MS = 1000;

function going() {
  return document.querySelector("[data-work] [data-going]");
}

async function again() {
  try {
    const response = await fetch(document.body.dataset.page, { headers: { Accept: "text/html" } });
    if (!response.ok) return;
    const fresh = new DOMParser().parseFromString(await response.text(), "text/html");
    const detail = Object.fromEntries([...fresh.querySelectorAll("[data-work]")].map((one) => [one.id, one.innerHTML]));
    document.dispatchEvent(new CustomEvent("arrived", { detail }));
  } catch {
    // Nobody answers just now: the next second tells.
  }
}

async function follow() {
  if (!document.hidden) await again();
  if (going()) setTimeout(follow, EVERY_MS);
}

if (going()) setTimeout(follow, EVERY_MS);

// What can't be shown just now is asked for until it can, or is known not to be there: a page, another refusal.
const SERVER_ERROR = 500;

async function passed() {
  const answer = document.hidden ? null : await fetch(document.body.dataset.page, { method: "HEAD" }).catch(() => null);
  if (answer && answer.status < SERVER_ERROR) location.reload();
  else setTimeout(passed, EVERY_MS);
}

if (document.querySelector("[data-passing]")) setTimeout(passed, EVERY_MS);
