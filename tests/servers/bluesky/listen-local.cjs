'use strict';
// Preloaded into the test network: its servers have no option for the address they listen on,
// and a test server must not be reachable from outside this machine.
const { Server } = require('node:net');

const LOCAL = '127.0.0.1';
const listen = Server.prototype.listen;

Server.prototype.listen = function listenLocally(first, ...rest) {
  if (first !== null && typeof first === 'object' && first.port !== undefined) {
    return listen.call(this, { ...first, host: LOCAL }, ...rest);
  }
  if (typeof first === 'number' || /^\d+$/.test(String(first))) {
    const others = typeof rest[0] === 'string' ? rest.slice(1) : rest;
    return listen.call(this, Number(first), LOCAL, ...others);
  }
  return listen.call(this, first, ...rest);
};
