"use strict";
// Checks a log of Tallystick: the chain of hashes, signed heads that somebody kept, and proofs that an event is in it.
// What is checked, and over which bytes, stands in docs/reference/log-format.md. Nothing here knows of a page or an address.

// --- Lines of an export ---

const FORMAT = "tallystick-log-1", HEAD_FORMAT = "tallystick-head-1", PROOF_FORMAT = "tallystick-proof-1";
const COLUMNS = [
  "position", "stream", "version", "type", "recorded_at", "occurred_at", "actor", "command", "cause", "correlation",
  "data", "hash",
];
const INTEGERS = new Set(["position", "version", "recorded_at", "occurred_at", "cause"]);
const OPTIONAL = new Set(["occurred_at", "cause"]);
const LONGEST_LINE = 1024 * 1024;
const QUOTE = 34, BACKSLASH = 92, COMMA = 44, COLON = 58, OPENING = 123, CLOSING = 125;
const decoder = new TextDecoder("utf-8", { fatal: true }), encoder = new TextEncoder();

// Returns where a JSON value ends that begins at a byte; what stands in it is not looked at further.
function endOfValue(bytes, at, end) {
  let depth = 0;
  for (; at < end; at++) {
    const byte = bytes[at];
    if (byte === QUOTE) {
      for (at++; at < end && bytes[at] !== QUOTE; at++) if (bytes[at] === BACKSLASH) at++;
      if (!depth) return at + 1;
    } else if (byte === OPENING || byte === 91) depth++;
    else if (byte === CLOSING || byte === 93) {
      if (!depth) return at;
      if (!--depth) return at + 1;
    } else if (byte === COMMA && !depth) return at;
  }
  return end;
}

// Reads the line of an event: returns the bytes of each column as they are hashed, null where it is null.
function readLine(bytes) {
  const columns = new Array(COLUMNS.length);
  let at = 1, count = 0;
  const end = bytes.length - 1;
  if (bytes[0] !== OPENING || bytes[end] !== CLOSING) fail("it is no JSON object");
  while (at < end) {
    const named = endOfValue(bytes, at, end);
    const name = decoder.decode(bytes.subarray(at + 1, named - 1)), column = COLUMNS.indexOf(name);
    if (column < 0) fail(`it has a field ${name.slice(0, 40)} that none has`);
    if (columns[column] !== undefined) fail(`${name} stands there twice`);
    if (bytes[named] !== COLON) fail(`${name} has no value`);
    const ended = endOfValue(bytes, named + 1, end);
    columns[column] = hashed(name, bytes.subarray(named + 1, ended));
    count++;
    if (ended < end && bytes[ended] !== COMMA) fail(`something stands after ${name}`);
    at = ended + 1;
  }
  if (count !== COLUMNS.length) fail(`${COLUMNS.find((_, i) => columns[i] === undefined)} is missing`);
  return columns;
}

function hashed(name, raw) {
  if (name === "data") return raw;
  const isNull = raw.length === 4 && raw[0] === 110;
  if (isNull && OPTIONAL.has(name)) return null;
  if (INTEGERS.has(name)) {
    if (!/^(0|-?[1-9][0-9]{0,18})$/.test(decoder.decode(raw))) fail(`${name} is no whole number`);
    return raw;
  }
  if (raw[0] !== QUOTE) fail(`${name} is no text`);
  if (name === "hash") return unhex(decoder.decode(raw.subarray(1, -1))) ?? fail("hash is no 32 bytes in hexadecimal");
  if (!raw.includes(BACKSLASH)) return raw.subarray(1, -1);
  return encoder.encode(JSON.parse(decoder.decode(raw)));
}

function fail(sentence) {
  throw new NotSound(sentence);
}

function integer(column) {
  return column === null ? null : BigInt(decoder.decode(column));
}

let room = new Uint8Array(64 * 1024);

// Returns the hash of an event after the hash before it.
function rowHash(previous, columns) {
  let size = 32 + 4 * 11;
  for (let i = 0; i < 11; i++) size += columns[i] === null ? 0 : columns[i].length;
  if (room.length < size) room = new Uint8Array(2 * size);
  room.set(previous);
  let at = 32;
  for (let i = 0; i < 11; i++) {
    const length = columns[i] === null ? 0xffffffff : columns[i].length;
    room[at++] = length >>> 24; room[at++] = length >>> 16; room[at++] = length >>> 8; room[at++] = length;
    if (columns[i] === null) continue;
    room.set(columns[i], at);
    at += length;
  }
  return sha256(room, at);
}

// --- Heads and proofs ---

// Reads heads, one, one a line, or the list that an address answers with; in the order of their positions.
function readHeads(text) {
  const heads = [];
  for (const piece of parsed(text)) {
    for (const head of piece?.heads ?? [piece]) {
      if (head?.format !== HEAD_FORMAT) {
        fail(`This is no signed head: its format is ${String(head?.format).slice(0, 40)}, and ${HEAD_FORMAT} is right.`);
      }
      if (!Number.isSafeInteger(head.position) || head.position < 1 || !unhex(head.hash) || !unhex(head.root)) {
        fail("This is no signed head: its position, hash or root is damaged.");
      }
      heads.push(head);
    }
  }
  return heads.sort((one, other) => one.position - other.position);
}

function parsed(text) {
  try {
    return [JSON.parse(text)];
  } catch {
    try {
      return text.split("\n").filter((line) => line.trim()).map((line) => JSON.parse(line));
    } catch {
      return fail("This is no signed head: it is no JSON.");
    }
  }
}

// Says that an event, the line of an export, is in the log under a head, or throws what does not fit.
function checkInclusion(line, proof, head) {
  const columns = eventIn(line.at(-1) === 10 ? line.subarray(0, -1) : line, "The event");
  const position = Number(integer(columns[0])), previous = unhex(proof.previous);
  const path = Array.isArray(proof.path) ? proof.path.map((node) => unhex(node)) : [null];
  if (proof.format !== PROOF_FORMAT || !previous || path.includes(null)) {
    fail(`This is no proof of the format ${PROOF_FORMAT}.`);
  }
  if (proof.position !== position || proof.head !== head.position || position > head.position) {
    fail(
      `The proof is of event ${proof.position} under a head at ${proof.head}; given are event ${position} and a head at` +
        ` ${head.position}.`,
    );
  }
  if (!equal(rowHash(previous, columns), columns[11])) {
    fail(`Event ${position} is not what was recorded: its hash is not that of its content.`);
  }
  if (hex(rootByInclusion(leafHash(columns[11]), position - 1, head.position, path)) !== head.root) {
    fail(
      `Event ${position} is not shown to be in the log: the proof does not lead to the root of the head at` +
        ` ${head.position}.`,
    );
  }
  const type = decoder.decode(columns[3]);
  return `Event ${position}, ${type}, is in the log ${head.log} under the head at ${head.position}, signed at ${head.signed_at}.`;
}

function eventIn(line, what) {
  try {
    return readLine(line);
  } catch (met) {
    throw new NotSound(`${what} is not the line of an event: ${met.message}.`);
  }
}

// --- A whole log ---

// Checks an export, given in pieces of any size, and holds it against heads that were kept. A fault is thrown as NotSound
// by the piece that has it: the first event that is not what it must be follows the one at `position`.
class LogCheck {
  header = null;
  position = 0;
  agreed = 0; // with how many heads
  #previous = new Uint8Array(32);
  #newest = null;
  #versions = new Map();
  #tree = new Tree();
  #rest = new Uint8Array();
  #heads;

  constructor(heads) {
    this.#heads = [...heads];
  }

  add(piece) {
    let bytes = piece;
    if (this.#rest.length) {
      bytes = new Uint8Array(this.#rest.length + piece.length);
      bytes.set(this.#rest);
      bytes.set(piece, this.#rest.length);
    }
    let start = 0;
    for (let end; (end = bytes.indexOf(10, start)) >= 0; start = end + 1) this.#line(bytes.subarray(start, end));
    this.#rest = bytes.slice(start);
    if (this.#rest.length > LONGEST_LINE) fail(`After event ${this.position} comes a line that does not end.`);
  }

  // Forgets the part of a line that broke off; what comes next is the event after `position`.
  brokeOff() {
    this.#rest = new Uint8Array();
  }

  end() {
    if (this.#rest.length) this.#line(this.#rest);
    if (!this.header) fail("This is no exported log: it is empty.");
    const { header, position, agreed } = this, hash = hex(this.#previous), beyond = this.#heads[0];
    if (header.position !== position || header.hash !== hash) {
      fail(
        `The header promises ${header.position} events and the hash ${header.hash}; ${position} were found, with the` +
          ` hash ${hash}.`,
      );
    }
    if (beyond) {
      fail(
        `The log ends at event ${position}, and a head was signed at event ${beyond.position}, at ${beyond.signed_at}:` +
          " its newest events were cut off.",
      );
    }
    const held = agreed ? ` The log agrees with ${agreed} signed head${agreed > 1 ? "s" : ""}.` : "";
    return `All events up to ${position} are what was recorded.${held} The hash at ${position} is ${hash}.`;
  }

  #line(line) {
    if (!this.header) this.#begin(line);
    else this.#event(eventIn(line, `Line ${this.position + 2}`));
  }

  #begin(line) {
    try {
      this.header = JSON.parse(decoder.decode(line));
    } catch {
      fail("This is no exported log: its first line is no JSON.");
    }
    if (this.header.format !== FORMAT) {
      const said = String(this.header.format).slice(0, 40);
      this.header = null;
      fail(`This is no exported log: its format is ${said}, and ${FORMAT} is right.`);
    }
    const other = this.#heads.find((head) => head.log !== this.header.log);
    if (other) fail(`The head at ${other.position} is of the log ${other.log}, and this is the log ${this.header.log}.`);
  }

  #event(columns) {
    const due = this.position + 1, position = Number(integer(columns[0])), recorded = integer(columns[4]);
    const where = this.position ? `after event ${this.position}` : "at the beginning";
    if (position > due) fail(`Event ${due} is missing: ${where} comes event ${position}.`);
    if (position !== due) fail(`Event ${position} is out of place: it comes ${where}.`);
    if (!equal(rowHash(this.#previous, columns), columns[11])) {
      fail(`Event ${position} is not what was recorded: its hash is not that of its content ${where}.`);
    }
    if (this.#newest !== null && recorded < this.#newest) {
      fail(`Event ${position} is recorded as earlier than the event before it.`);
    }
    const cause = integer(columns[8]);
    if (cause !== null && (cause < 1n || cause >= BigInt(position))) {
      fail(`Event ${position} names event ${cause} as its cause, which is not before it.`);
    }
    const stream = decoder.decode(columns[1]), version = Number(integer(columns[2]));
    const before = this.#versions.get(stream) ?? 0;
    if (version !== before + 1) {
      fail(`Event ${position} is version ${version} of '${stream}'; the version before it is ${before}.`);
    }
    this.#versions.set(stream, version);
    this.#newest = recorded;
    this.#previous = columns[11];
    this.position = position;
    this.#tree.add(columns[11]);
    while (this.#heads[0]?.position === position) this.#hold(this.#heads.shift());
  }

  #hold(head) {
    const found = hex(this.#previous), root = hex(this.#tree.root());
    if (found !== head.hash) {
      fail(
        `Event ${head.position} has the hash ${found}, and had ${head.hash} when the head was signed, at` +
          ` ${head.signed_at}: the log was computed anew.`,
      );
    }
    if (root !== head.root) {
      fail(`The head at ${head.position} has the root ${head.root}, and the events up to there have ${root}.`);
    }
    this.agreed++;
  }
}
