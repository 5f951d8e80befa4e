// Verifies one entry of an exported log with the code that npm's @sigstore/verify uses for public logs, instead of with Countersign:
//
//	node check.cjs MODULES KEY PROOF ENTRY
//
// MODULES is the folder that holds node_modules, KEY the log's verifier key, PROOF a C2SP tlog-proof. Prints "verified", or says what
// is wrong and ends with 1.
"use strict";
const fs = require("node:fs");
const path = require("node:path");
const crypto = require("node:crypto");

const [modules, key, proofFile, entryFile] = process.argv.slice(2);
const code = path.join(modules, "node_modules", "@sigstore", "verify", "dist", "tlog");
const { verifyCheckpoint } = require(path.join(code, "checkpoint.js"));
const { verifyMerkleInclusion } = require(path.join(code, "merkle.js"));

try {
  const [name, id, encoded] = key.split(/\+(.*?)\+(.*)/s);
  const raw = Buffer.from(encoded, "base64").subarray(1);
  const der = Buffer.concat([Buffer.from("302a300506032b6570032100", "hex"), raw]);
  const log = { logID: Buffer.from(id, "hex"), baseURL: name, publicKey: crypto.createPublicKey({ key: der, format: "der", type: "spki" }) };

  const proof = fs.readFileSync(proofFile, "utf8");
  const blank = proof.indexOf("\n\n");
  const lines = proof.slice(0, blank).split("\n");
  const entry = {
    canonicalizedBody: fs.readFileSync(entryFile),
    inclusionProof: {
      logIndex: lines[1].replace("index ", ""),
      hashes: lines.slice(2).map((line) => Buffer.from(line, "base64")),
      checkpoint: { envelope: proof.slice(blank + 2) },
    },
  };
  const checkpoint = verifyCheckpoint(entry, [log]);
  verifyMerkleInclusion(entry, checkpoint);
  console.log("verified");
} catch (error) {
  console.error(error.message);
  process.exit(1);
}
