// Serves torrents over HTTP with webtorrent. A line of JSON in, {torrent, peers, path}; a line out, {port, path}.
import { createInterface } from 'node:readline'
import WebTorrent from 'webtorrent'

const client = new WebTorrent({
  dht: false, tracker: false, lsd: false, utp: false, utPex: false, natUpnp: false, natPmp: false, webSeeds: false
})
const server = client.createServer()
await new Promise(resolve => server.listen(0, '127.0.0.1', resolve))

function add ({ torrent: source, peers, path }) {
  // Without deselect all of the torrent downloads, not only what a player asks for.
  const torrent = client.add(source, { path, deselect: true }, () => {
    const film = torrent.files.reduce((a, b) => (a.length > b.length ? a : b))
    const answer = { port: server.address().port, path: `/webtorrent/${torrent.infoHash}/${encodeURI(film.path)}` }
    process.stdout.write(JSON.stringify(answer) + '\n')
  })
  torrent.once('infoHash', () => peers.forEach(peer => torrent.addPeer(peer)))
}

process.stdout.write('{}\n')
const lines = createInterface({ input: process.stdin })
lines.on('line', line => add(JSON.parse(line)))
lines.on('close', () => process.exit())
