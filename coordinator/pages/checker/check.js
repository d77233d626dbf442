"use strict";
// The page around checking.js: where logs, heads and proofs come from, and what is said of them.

const of = (id) => document.getElementById(id);
const served = location.protocol !== "file:";
const DRAWN_EVERY_MS = 50, ATTEMPTS = 5;
let stopped = false;

function say(id, sentence, kind = "") {
  of(id).textContent = sentence;
  of(id).className = kind;
}

// Says what came of something that is checked: every fault that it throws is one of what was given.
async function judge(id, checking) {
  say(id, "");
  try {
    say(id, await checking(), "good");
  } catch (met) {
    say(id, met.message, "bad");
  }
}

async function ask(path) {
  const response = await fetch(path);
  if (response.ok) return response;
  const problem = await response.json().catch(() => ({}));
  throw new Error(problem.detail ?? `${path} answered ${response.status}.`);
}

function heads() {
  const text = of("heads").value.trim();
  return text ? readHeads(text) : [];
}

// --- A whole log ---

// Yields the pieces of the log here, and goes on behind its last whole event when it breaks off.
async function* taken(check) {
  for (let attempts = 0, query = ""; attempts < ATTEMPTS; ) {
    const before = check.position;
    try {
      yield* pieces((await ask(`/api/v1/log${query}`)).body);
    } catch (met) {
      if (met instanceof NotSound || !check.header) throw met;
    }
    if (!check.header || check.position >= check.header.position) return;
    check.brokeOff();
    attempts = check.position === before ? attempts + 1 : 0;
    query = `?from=${check.position + 1}&upto=${check.header.position}`;
  }
}

async function* pieces(stream) {
  const reader = stream.getReader();
  for (let read; !(read = await reader.read()).done; ) yield read.value;
}

async function checkLog(source) {
  const kept = heads(), check = new LogCheck(kept), began = performance.now();
  let drawn = began;
  for await (const piece of source(check)) {
    check.add(piece);
    if (performance.now() - drawn < DRAWN_EVERY_MS) continue;
    await new Promise((resolve) => setTimeout(resolve)); // the page is drawn, and Stop is heard
    drawn = performance.now();
    if (stopped) throw new Error(`Stopped after event ${check.position}; all up to there are what was recorded.`);
    draw(check, (drawn - began) / 1000);
  }
  const sentence = check.end();
  return kept.length ? sentence : `${sentence} No head was given: that nothing was cut off or computed anew is not shown.`;
}

function draw(check, seconds) {
  const total = check.header?.position ?? 0, rate = check.position / seconds;
  of("bar").max = total;
  of("bar").value = check.position;
  const left = rate ? Math.ceil((total - check.position) / rate) : 0;
  say("pace", `${Math.floor((100 * check.position) / (total || 1))} %, ${grouped(Math.round(rate))} events/s, ${left} s left`, "quiet");
}

function grouped(number) {
  return String(number).replace(/\B(?=(\d{3})+$)/g, "\u202f");
}

async function run(source) {
  stopped = false;
  of("going").hidden = false;
  of("check").disabled = of("log-file").disabled = true;
  await judge("found", () => checkLog(source));
  of("going").hidden = true;
  of("check").disabled = of("log-file").disabled = false;
}

// --- One event ---

async function prove() {
  const position = Number(of("position").value), [head] = heads().slice(-1);
  if (!Number.isSafeInteger(position) || position < 1) throw new Error("Which event? Its position is a whole number from 1.");
  if (!head) throw new Error("Against which head? One that somebody kept belongs into the field above.");
  const proof = await (await ask(`/api/v1/events/${position}/proof?head=${head.position}`)).json();
  const line = await (await ask(`/api/v1/log?from=${position}&upto=${position}`)).arrayBuffer();
  return checkInclusion(new Uint8Array(line), proof, head);
}

// Finds out which of three files is what.
async function proveFrom(files) {
  let line, proof, head;
  for (const file of files) {
    const said = JSON.parse(await file.text());
    if (said.format === PROOF_FORMAT) proof = said;
    else if (said.format === HEAD_FORMAT) [head] = readHeads(JSON.stringify(said));
    else line = new Uint8Array(await file.arrayBuffer());
  }
  if (!line || !proof) throw new Error("Three files are wanted: the event, its proof, and a head, unless one stands above.");
  return checkInclusion(line, proof, head ?? heads().at(-1) ?? fail("Against which head? None was given."));
}

// --- What is pressed ---

for (const element of document.querySelectorAll("[data-served]")) element.hidden = !served;
const commands = of("commands");
commands.textContent = commands.textContent.replace("ADDRESS", served ? location.origin : "http://the.coordinator");

of("heads").addEventListener("input", () => {
  try {
    const found = heads();
    say("heads-said", found.length ? `${found.length === 1 ? "A head" : `${found.length} heads, the newest`} at event ${grouped(found.at(-1).position)}, signed at ${found.at(-1).signed_at}.` : "", "quiet");
  } catch (met) {
    say("heads-said", met.message, "bad");
  }
});

function fill(text) {
  of("heads").value = text;
  of("heads").dispatchEvent(new Event("input"));
}

of("heads-file").addEventListener("change", async (event) => fill(await event.target.files[0].text()));
of("newest").addEventListener("click", async () => {
  try {
    fill(await (await ask("/api/v1/heads/latest")).text());
  } catch (met) {
    say("heads-said", met.message, "bad");
  }
});
of("check").addEventListener("click", () => run(taken));
of("log-file").addEventListener("change", (event) => run(() => pieces(event.target.files[0].stream())));
of("stop").addEventListener("click", () => { stopped = true; });
of("prove").addEventListener("click", () => judge("proved", prove));
of("proof-files").addEventListener("change", (event) => judge("proved", () => proveFrom(event.target.files)));
