// Serves torrents over HTTP with peerflix. A line of JSON in, {torrent, peers, path, idle}; a line out, {port, path}.
const { createInterface } = require('node:readline')
const { readFileSync } = require('node:fs')
const peerflix = require('peerflix')

function add ({ torrent, peers, path, idle }) {
  const source = torrent.startsWith('magnet:') ? torrent : readFileSync(torrent)
  const engine = peerflix(source, { dht: false, tracker: false, connections: 100, path, tmp: path, hostname: '127.0.0.1' })
  peers.forEach(peer => engine.connect(peer))
  // peerflix wants the whole file from the start; an idle one waits for a player.
  if (idle) engine.on('ready', () => engine.server.index.deselect())
  engine.server.on('listening', () => {
    process.stdout.write(JSON.stringify({ port: engine.server.address().port, path: '/' }) + '\n')
  })
}

process.stdout.write('{}\n')
const lines = createInterface({ input: process.stdin })
lines.on('line', line => add(JSON.parse(line)))
lines.on('close', () => process.exit())
