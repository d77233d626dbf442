"use strict";
// SHA-256, and the Merkle tree of RFC 9162 over it. Nothing of the browser's own cryptography is used: pages that came
// over plain HTTP are given none.

// --- SHA-256, FIPS 180-4 ---

const CONSTANTS = new Int32Array([ // the first 32 bits of the fractions of the cube roots of the first 64 primes
  0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
  0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
  0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
  0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
  0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
  0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
  0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
  0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
]);
const BEGINNING = new Int32Array([ // and of the square roots of the first 8
  0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
]);
const state = new Int32Array(8), words = new Int32Array(64), tail = new Uint8Array(128);
const tailLength = new DataView(tail.buffer);

function compress(bytes, at) {
  for (let i = 0; i < 16; i++, at += 4) {
    words[i] = (bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3];
  }
  for (let i = 16; i < 64; i++) {
    const x = words[i - 15], y = words[i - 2];
    const small0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
    const small1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
    words[i] = (words[i - 16] + small0 + words[i - 7] + small1) | 0;
  }
  let a = state[0], b = state[1], c = state[2], d = state[3], e = state[4], f = state[5], g = state[6], h = state[7];
  for (let i = 0; i < 64; i++) {
    const big1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
    const first = (h + big1 + ((e & f) ^ (~e & g)) + CONSTANTS[i] + words[i]) | 0;
    const big0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
    const second = (big0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g; g = f; f = e; e = (d + first) | 0; d = c; c = b; b = a; a = (first + second) | 0;
  }
  state[0] += a; state[1] += b; state[2] += c; state[3] += d; state[4] += e; state[5] += f; state[6] += g; state[7] += h;
}

// Returns the 32 bytes of the SHA-256 of the first `length` bytes of a message.
function sha256(message, length = message.length) {
  state.set(BEGINNING);
  const whole = length - (length % 64), rest = length - whole, padded = rest < 56 ? 64 : 128;
  for (let at = 0; at < whole; at += 64) compress(message, at);
  tail.fill(0).set(message.subarray(whole, length));
  tail[rest] = 0x80;
  tailLength.setUint32(padded - 8, Math.floor(length / 2 ** 29));
  tailLength.setUint32(padded - 4, length * 8);
  for (let at = 0; at < padded; at += 64) compress(tail, at);
  const digest = new Uint8Array(32);
  for (let i = 0; i < 8; i++) {
    digest[4 * i] = state[i] >>> 24;
    digest[4 * i + 1] = state[i] >>> 16;
    digest[4 * i + 2] = state[i] >>> 8;
    digest[4 * i + 3] = state[i];
  }
  return digest;
}

function hex(bytes) {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

// Returns the bytes of a text of `count` bytes in hexadecimal, null when it is none.
function unhex(text, count = 32) {
  if (typeof text !== "string" || text.length !== 2 * count || !/^[0-9a-f]*$/i.test(text)) return null;
  return Uint8Array.from({ length: count }, (_, i) => parseInt(text.substr(2 * i, 2), 16));
}

function equal(one, other) {
  return one.length === other.length && one.every((byte, i) => byte === other[i]);
}

// What was met instead of what must be, in words for people.
class NotSound extends Error {}

// --- The tree of RFC 9162 over the hashes of events ---

const pair = new Uint8Array(65);
pair[0] = 1;

function leafHash(hash) {
  const leaf = new Uint8Array(33);
  leaf.set(hash, 1);
  return sha256(leaf);
}

function nodeHash(left, right) {
  pair.set(left, 1);
  pair.set(right, 33);
  return sha256(pair);
}

class Tree {
  size = 0;
  full = []; // full subtrees from the left, the largest first

  add(hash) {
    let node = leafHash(hash);
    for (let size = this.size; size % 2; size = (size - 1) / 2) node = nodeHash(this.full.pop(), node);
    this.full.push(node);
    this.size++;
  }

  root() {
    return this.full.length ? this.full.reduceRight((right, left) => nodeHash(left, right)) : sha256(new Uint8Array());
  }
}

// Returns the root to which a path leads from a leaf, counted from 0 (RFC 9162, 2.1.3.2).
function rootByInclusion(node, leaf, size, path) {
  const onTheLeft = [];
  let start = 0, end = size;
  while (end - start > 1) {
    let half = 1;
    while (2 * half < end - start) half *= 2;
    onTheLeft.unshift(leaf < start + half);
    if (leaf < start + half) end = start + half;
    else start += half;
  }
  if (onTheLeft.length !== path.length) {
    throw new NotSound(`The proof has ${path.length} hashes; one in such a tree has ${onTheLeft.length}.`);
  }
  return path.reduce((so, sibling, i) => (onTheLeft[i] ? nodeHash(so, sibling) : nodeHash(sibling, so)), node);
}
