// Keeps the page as new as the log: regions that change come rendered, by Server-Sent Events; regions.js puts them in.
const body = document.body;
const state = document.getElementById("stream-state");
const pauseButtons = document.querySelectorAll('[data-does="pause"]');
// What stands around every page makes none of them live by itself, but that something is built anew is waited for.
const follows = document.querySelector("[id^='live_']:not([data-everywhere]), main [data-anew]") !== null;
const words = { live: "Live", paused: "Paused", reconnecting: "Reconnecting", out: "Signed out" };
let source = null;
let position = Number(body.dataset.position);
let paused = false;

function show(name) {
  state.dataset.state = name;
  state.textContent = words[name];
  for (const button of pauseButtons) button.textContent = paused ? "Resume" : "Pause";
}

function apply(event) {
  position = Number(event.lastEventId);
  const asOf = document.querySelector("[data-shown]");
  if (asOf) {
    asOf.textContent = `event ${position.toLocaleString("en").replaceAll(",", "\u202f")}`;
    asOf.href = `/events/${position}`;
  }
  document.dispatchEvent(new CustomEvent("arrived", { detail: JSON.parse(event.data) }));
}

function open() {
  if (source || paused || document.hidden || !follows) return;
  source = new EventSource(`/live?after=${position}&page=${encodeURIComponent(body.dataset.page)}`);
  source.onopen = () => show("live");
  source.onmessage = apply;
  source.onerror = () => {
    show("reconnecting");
    if (source.readyState === EventSource.CLOSED) {
      close();
      setTimeout(again, 3000); // whoever leaves the page closes the stream too, and is gone by then
    }
  };
}

// The browser itself tries again only where nobody answered, not where somebody said no.
async function again() {
  if (source || paused || document.hidden) return;
  const asked = { headers: { Accept: "text/html" }, redirect: "manual" };
  const page = await fetch(body.dataset.page, asked).catch(() => null);
  if (page?.type === "opaqueredirect") return show("out"); // to where one signs in
  if (page) await tell(page);
  if (page?.status === 503) setTimeout(again, 3000);
  else open();
}

// Why there is nothing to follow, and that this is over, stands above the page that is answered instead.
async function tell(page) {
  const text = await page.text().catch(() => ""); // who answers may be gone before the end
  const banners = new DOMParser().parseFromString(text, "text/html").getElementById("live_banners");
  if (!banners) return;
  document.dispatchEvent(new CustomEvent("arrived", { detail: { live_banners: banners.innerHTML } }));
}

function close() {
  source?.close();
  source = null;
}

function toggle() {
  paused = !paused;
  paused ? close() : open();
  show(paused ? "paused" : "reconnecting");
}

function begin() {
  if (!follows) return;
  for (const button of pauseButtons) {
    button.hidden = false;
    button.addEventListener("click", toggle);
  }
  document.addEventListener("visibilitychange", () => (document.hidden ? close() : open()));
  open();
}

// Times move on without the log growing, in the words of core/wording.py.
const steps = [[86400, "day"], [3600, "h"], [60, "min"], [1, "s"]];
setInterval(() => {
  for (const time of document.querySelectorAll("time[data-told]")) {
    const passed = Math.max(0, Math.floor((Date.now() - Date.parse(time.dateTime)) / 1000));
    const [size, unit] = steps.find(([seconds]) => passed >= seconds) ?? [1, "s"];
    const count = Math.floor(passed / size);
    const age = `${count}\u00a0${unit}${unit === "day" && count !== 1 ? "s" : ""}`;
    const inProse = time.dataset.told === "ago";
    time.textContent = inProse ? (passed ? `${age} ago` : "just now") : age;
  }
}, 5000);

begin();
