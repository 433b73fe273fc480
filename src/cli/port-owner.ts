/**
 * Which process listens on a TCP port of this machine, where the system tells (Linux's /proc).
 * Owns: reading that.
 * Does not own: any decision; the answer is only for a message.
 */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

export interface PortOwner {
  readonly pid: number;
  /** Its command line, cut. */
  readonly command: string;
}

/** State LISTEN in /proc/net/tcp. */
const LISTEN = '0A';
/** Processes and files that are looked at: a message is not worth more. */
const PROCESSES_MAX = 5_000;
const FILES_MAX = 2_000;
const COMMAND_LENGTH_MAX = 80;

/** The process, or undefined when it is somebody else's, gone, or the system does not tell. */
export function portOwner(port: number): PortOwner | undefined {
  try {
    const inode = listenerInode(port);
    if (inode === undefined) return undefined;
    const target = `socket:[${inode}]`;
    const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name)).slice(0, PROCESSES_MAX);
    const pid = pids.find((candidate) => hasFile(candidate, target));
    return pid === undefined ? undefined : { pid: Number(pid), command: commandOf(pid) };
  } catch {
    // No /proc here.
    return undefined;
  }
}

function listenerInode(port: number): string | undefined {
  const wanted = port.toString(16).toUpperCase().padStart(4, '0');
  for (const table of ['/proc/net/tcp', '/proc/net/tcp6']) {
    for (const line of readFileSync(table, 'latin1').split('\n').slice(1)) {
      const [, local = '', , state, , , , , , inode] = line.trim().split(/\s+/);
      if (state === LISTEN && local.endsWith(`:${wanted}`)) return inode;
    }
  }
  return undefined;
}

function hasFile(pid: string, target: string): boolean {
  try {
    const files = readdirSync(`/proc/${pid}/fd`).slice(0, FILES_MAX);
    return files.some((file) => {
      try {
        return readlinkSync(`/proc/${pid}/fd/${file}`) === target;
      } catch {
        // Closed since it was listed.
        return false;
      }
    });
  } catch {
    // Of another user, or gone.
    return false;
  }
}

function commandOf(pid: string): string {
  try {
    const words = readFileSync(`/proc/${pid}/cmdline`, 'latin1').split('\0').join(' ').trim();
    return words.slice(0, COMMAND_LENGTH_MAX);
  } catch {
    // Gone since it was found.
    return '';
  }
}
