// A network of one's own for programs whose ports are fixed, so that nothing else has them.
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';

/** What to begin a command with so that it has a network of its own, in which every port is free; [] where that is not allowed. */
export function ownNetwork() {
  const begin = ['unshare', '--map-root-user', '--net', 'sh', '-c', 'ip link set lo up && exec "$@"', 'sh'];
  try {
    execFileSync(begin[0], [...begin.slice(1), 'true'], { stdio: 'ignore' });
    return begin;
  } catch {
    return [];
  }
}

/** Whether nobody listens on a port of 127.0.0.1. */
export async function isFree(port) {
  const socket = createServer().listen(port, '127.0.0.1');
  try {
    await once(socket, 'listening');
    return true;
  } catch {
    return false;
  } finally {
    socket.close();
  }
}
