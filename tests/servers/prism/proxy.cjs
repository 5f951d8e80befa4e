// Prism, as a program that ends with the test process that started it, also when that is killed: its input ends then.
// Arguments: folder of node_modules, contract, port to listen on, address of the fake.
const path = require('node:path');
const [home, contract, port, fake] = process.argv.slice(2);
process.stdin.on('end', () => process.exit());
process.stdin.on('error', () => process.exit());
process.stdin.resume();
const program = path.join(home, 'node_modules', '@stoplight', 'prism-cli', 'dist', 'index.js');
process.argv = [process.argv[0], program, 'proxy', '--errors', '--multiprocess=false', '-h', '127.0.0.1', '-p', port, contract, fake];
require(program);
