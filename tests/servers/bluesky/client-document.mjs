// Reads the document a client publishes about itself on its input and has the servers' own code judge it, as if it had
// been fetched from the address it names. Says in one line of JSON what a server would know of the client.
//   BSKY_HOME    the folder that holds node_modules
import { createRequire } from 'node:module';
import { text } from 'node:stream/consumers';
import { join } from 'node:path';

const require = createRequire(join(process.env.BSKY_HOME ?? import.meta.dirname, 'package.json'));
const { ClientManager } = require(join(process.env.BSKY_HOME, 'node_modules/@atproto/oauth-provider/dist/client/client-manager.js'));

const document = JSON.parse(await text(process.stdin));
const memory = () => {
  const kept = new Map();
  return { get: (key) => kept.get(key), set: (key, value) => void kept.set(key, value), del: (key) => void kept.delete(key) };
};
const server = {
  issuer: 'https://pds.example.com',
  response_types_supported: ['code'],
  grant_types_supported: ['authorization_code', 'refresh_token'],
  scopes_supported: ['atproto', 'transition:email', 'transition:generic', 'transition:chat.bsky'],
  token_endpoint_auth_methods_supported: ['none', 'private_key_jwt'],
  token_endpoint_auth_signing_alg_values_supported: ['ES256'],
  dpop_signing_alg_values_supported: ['ES256'],
};
const fetched = async () => new Response(JSON.stringify(document), { headers: { 'content-type': 'application/json' } });
const clients = new ClientManager(server, { signAlgorithms: ['ES256'] }, {}, null, null, fetched, memory(), memory());
const client = await clients.getClient(document.client_id);
console.log(JSON.stringify({ id: client.id, redirect: client.metadata.redirect_uris[0], method: client.metadata.token_endpoint_auth_method }));
