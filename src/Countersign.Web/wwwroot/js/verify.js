// Checks the audit trail in the browser, with the browser's own SHA-256 and Ed25519: RFC 6962 trees in the files of C2SP tlog-tiles.
// The hashes the server keeps are not believed: everything is computed again from the entries.
const textOf = new TextDecoder();
const bytesOf = new TextEncoder();
const width = 256; // entries of one file

const sha256 = async bytes => new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
const joined = (...parts) => {
  const all = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  parts.reduce((at, part) => (all.set(part, at), at + part.length), 0);
  return all;
};
const leafOf = entry => sha256(joined([0], entry));
const nodeOf = (left, right) => sha256(joined([1], left, right));
const same = (a, b) => a.length === b.length && a.every((byte, at) => byte === b[at]);
const fromBase64 = text => Uint8Array.from(atob(text), letter => letter.charCodeAt(0));
const toBase64 = bytes => btoa(String.fromCharCode(...bytes));
const count = number => number.toLocaleString("en-GB");

async function fetched(path) {
  const answer = await fetch(path);
  if (!answer.ok) throw new Error(`The server did not give ${path}.`);
  return new Uint8Array(await answer.arrayBuffer());
}

// A signed checkpoint: three lines, an empty one, and signatures.
function readNote(note) {
  const end = note.lastIndexOf("\n\n");
  const text = note.slice(0, end + 1);
  const [origin, size, root] = text.split("\n");
  const signatures = note.slice(end + 2).trimEnd().split("\n").map(line => line.replace(/^— /, "").split(" "));
  return { text, origin, size: Number(size), root: fromBase64(root), signatures };
}

// Returns null where this browser has no Ed25519.
async function isSigned(note, key) {
  const [name, id, written] = [key.split("+", 1)[0], key.split("+", 2)[1], key.split("+").slice(2).join("+")];
  let imported;
  try {
    imported = await crypto.subtle.importKey("raw", fromBase64(written).slice(1), { name: "Ed25519" }, false, ["verify"]);
  } catch (unknown) {
    if (unknown.name === "NotSupportedError") return null;
    throw unknown;
  }
  for (const [signer, base64] of note.signatures) {
    const bytes = fromBase64(base64);
    const number = [...bytes.slice(0, 4)].map(byte => byte.toString(16).padStart(2, "0")).join("");
    if (signer === name && number === id) return crypto.subtle.verify({ name: "Ed25519" }, imported, bytes.slice(4), bytesOf.encode(note.text));
  }
  return false;
}

const signedWords = signed => signed === null
  ? " This browser cannot check the signature (it has no Ed25519); countersign-verify can."
  : " The checkpoint carries the signature of the key shown here; compare that key with the one you were given.";

// RFC 9162, section 2.1.3.2.
async function checkEntry(number, key) {
  const [entry, proof] = [await fetched(`/audit/${number}/entry`), textOf.decode(await fetched(`/audit/${number}/proof`))];
  const blank = proof.indexOf("\n\n");
  const [head, ...lines] = proof.slice(0, blank).split("\n");
  const index = lines.find(line => line.startsWith("index "));
  if (head !== "c2sp.org/tlog-proof@v1" || index !== `index ${number}`) throw new Error("The proof is of something else.");
  const hashes = lines.slice(lines.indexOf(index) + 1).map(fromBase64);
  const note = readNote(proof.slice(blank + 2));
  let [node, last, hash] = [Number(number), note.size - 1, await leafOf(entry)];
  for (const beside of hashes) {
    if (last === 0) throw new Error("The proof is too long.");
    if (node % 2 === 1 || node === last) {
      hash = await nodeOf(beside, hash);
      while (node % 2 === 0 && node !== 0) [node, last] = [Math.floor(node / 2), Math.floor(last / 2)];
    } else {
      hash = await nodeOf(hash, beside);
    }
    [node, last] = [Math.floor(node / 2), Math.floor(last / 2)];
  }
  if (last !== 0 || !same(hash, note.root)) throw new Error("The entry and its proof do not lead to what was signed.");
  const signed = await isSigned(note, key);
  if (signed === false) throw new Error("The checkpoint does not carry the log’s signature.");
  return `This browser hashed the entry itself and went up ${count(hashes.length)} steps: it is one of the ${count(note.size)} that were signed.${signedWords(signed)}`;
}

// The right edge of the tree: the roots of complete subtrees, the largest first.
async function append(edge, leaf) {
  let [hash, height] = [leaf, 0];
  while (edge.length && edge.at(-1).height === height) {
    hash = await nodeOf(edge.pop().hash, hash);
    height++;
  }
  edge.push({ hash, height });
}

async function rootOf(edge) {
  let root = null;
  for (const { hash } of [...edge].reverse()) root = root ? await nodeOf(hash, root) : hash;
  return root ?? sha256(new Uint8Array());
}

function pathOf(index, entries) {
  let number = String(index % 1000).padStart(3, "0");
  for (let rest = Math.floor(index / 1000); rest > 0; rest = Math.floor(rest / 1000)) number = `x${String(rest % 1000).padStart(3, "0")}/${number}`;
  return `/audit/log/tile/entries/${number}${entries < width ? `.p/${entries}` : ""}`;
}

function split(bundle) {
  const entries = [];
  for (let at = 0; at < bundle.length;) {
    const length = bundle[at] << 8 | bundle[at + 1];
    entries.push(bundle.subarray(at + 2, at + 2 + length));
    at += 2 + length;
  }
  return entries;
}

async function checkLog(key, advance) {
  const note = readNote(textOf.decode(await fetched("/audit/log/checkpoint")));
  const kept = JSON.parse(localStorage.getItem(`checkpoint of ${note.origin}`) ?? "null");
  if (kept && kept.size > note.size) throw new Error(`This browser has seen ${count(kept.size)} signed entries, and now there are ${count(note.size)}: the end of the trail is gone.`);
  const edge = [];
  for (let first = 0; first < note.size; first += width) {
    const entries = split(await fetched(pathOf(first / width, Math.min(width, note.size - first))));
    if (entries.length !== Math.min(width, note.size - first)) throw new Error(`Entries after number ${count(first)} are missing.`);
    const leaves = await Promise.all(entries.map(leafOf));
    for (let at = 0; at < leaves.length; at++) {
      await append(edge, leaves[at]);
      if (kept?.size === first + at + 1 && toBase64(await rootOf(edge)) !== kept.root) throw new Error(`The first ${count(kept.size)} entries are not those this browser saw before.`);
    }
    advance((first + entries.length) / note.size);
  }
  if (!same(await rootOf(edge), note.root)) throw new Error("The entries are not those that were signed: at least one was changed.");
  const signed = await isSigned(note, key);
  if (signed === false) throw new Error("The checkpoint does not carry the log’s signature.");
  localStorage.setItem(`checkpoint of ${note.origin}`, JSON.stringify({ size: note.size, root: toBase64(note.root), key }));
  const before = kept ? ` They begin with the ${count(kept.size)} it saw before${kept.key === key ? "" : ", which another key had signed: that the key was changed is an entry of its own"}.` : "";
  return `This browser read and hashed all ${count(note.size)} entries itself: they are what was signed.${before}${signedWords(signed)}`;
}

export function useVerification(root) {
  for (const box of root.querySelectorAll("[data-verify]")) {
    if (!globalThis.crypto?.subtle) continue; // only where the connection is secure
    const [button, status, progress] = [box.querySelector("button"), box.querySelector("[role=status]"), box.querySelector("progress")];
    box.hidden = false;
    button.addEventListener("click", async () => {
      button.disabled = true;
      status.className = "small";
      status.textContent = "Checking…";
      if (progress) progress.hidden = false;
      try {
        status.textContent = box.dataset.verify === "entry"
          ? await checkEntry(box.dataset.number, box.dataset.key)
          : await checkLog(box.dataset.key, share => { progress.value = share; });
        status.className = "small ok";
      } catch (fault) {
        status.textContent = `Does not verify. ${fault.message}`;
        status.className = "small bad medium";
      } finally {
        button.disabled = false;
        if (progress) progress.hidden = true;
      }
    });
  }
}
