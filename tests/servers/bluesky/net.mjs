// Starts a PLC directory and a PDS on free ports, says so in one line of JSON, and ends when its input ends,
// so that it cannot outlive the test run that started it.
//   BSKY_HOME    the folder that holds node_modules
//   BSKY_LIMITS  "1" to switch the server's rate limits on
//   DB_POSTGRES_URL, REDIS_HOST   where they are set, the public views (the AppView) start too, and the PDS asks them
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

// The network keeps its data under the temporary folder; one of its own can be removed whole.
const data = mkdtempSync(join(tmpdir(), 'countersign-bluesky-'));
process.env.TMPDIR = data;
process.on('exit', () => rmSync(data, { recursive: true, force: true, maxRetries: 5 }));

const require = createRequire(join(process.env.BSKY_HOME ?? import.meta.dirname, 'package.json'));
const { TestNetwork, TestNetworkNoAppView } = require('@atproto/dev-env');

const pds = { hostname: 'localhost', rateLimitsEnabled: process.env.BSKY_LIMITS === '1' };
const network = process.env.DB_POSTGRES_URL
  ? await TestNetwork.create({ dbPostgresSchema: 'views', pds, bsky: {} })
  : await TestNetworkNoAppView.create({ pds });
console.log(JSON.stringify({ ready: true, port: network.pds.port }));

let closing = false;
async function close() {
  if (closing) return;
  closing = true;
  // An open connection can hold the server; nothing here is worth waiting for.
  setTimeout(() => process.exit(0), 2000).unref();
  await network.close();
  process.exit(0);
}
process.stdin.on('end', close).on('close', close).resume();
process.on('SIGTERM', close);
