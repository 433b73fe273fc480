/**
 * Two halves of a network that can be cut apart: network namespaces of Linux, with a bridge in each
 * half and a cable between the bridges. Nothing of it is in the machine's own network.
 *
 * Owns: making, cutting, joining and removing them. Does not own: who runs in them. Needs root.
 */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';

const PREFIX = 'mvb-test-';
const SUBNET = '10.76.0';

function ip(...args: string[]): string {
  return execFileSync('ip', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

/** Adds a device to a namespace. */
function addLink(namespace: string, name: string, type: string, ...more: string[]): void {
  ip('-n', namespace, 'link', 'add', 'name', name, 'type', type, ...more);
}

/** Why there can be none here, or undefined when there can. */
export function whyNoNamespaces(): string | undefined {
  if (process.platform !== 'linux') return 'network namespaces are Linux only';
  if (process.getuid?.() !== 0) return 'network namespaces need root';
  const name = `${PREFIX}${process.pid}-try`;
  try {
    ip('netns', 'add', name);
    addLink(name, 'hub', 'bridge');
    return undefined;
  } catch (error) {
    return `no network namespaces here: ${(error as Error).message.split('\n')[0]}`;
  } finally {
    if (existsSync(`/run/netns/${name}`)) ip('netns', 'del', name);
  }
}

/** Namespaces that a run left behind which was killed. */
function removeLeftOvers(): void {
  for (const line of ip('netns', 'list').split('\n')) {
    const [name = ''] = line.split(' ');
    const pid = new RegExp(`^${PREFIX}(\\d+)-`).exec(name)?.[1];
    if (pid !== undefined && !existsSync(`/proc/${pid}`)) ip('netns', 'del', name);
  }
}

function wholeName(name: string): string {
  return `${PREFIX}${process.pid}-${name}`;
}

export class Halves {
  readonly #names: string[] = [];
  readonly #bridges: readonly [string, string];

  private constructor() {
    this.#bridges = [this.#namespace('left'), this.#namespace('right')];
    const [left, right] = this.#bridges;
    for (const bridge of this.#bridges) addLink(bridge, 'hub', 'bridge');
    addLink(left, 'cable', 'veth', 'peer', 'name', 'cable', 'netns', right);
    for (const bridge of this.#bridges) {
      ip('-n', bridge, 'link', 'set', 'cable', 'master', 'hub', 'up');
      ip('-n', bridge, 'link', 'set', 'hub', 'up');
    }
  }

  static create(): Halves {
    removeLeftOvers();
    return new Halves();
  }

  /** A computer in the left (0) or right (1) half; gives the words that start a program there. */
  host(half: 0 | 1, name: string): readonly string[] {
    const [bridge, host] = [this.#bridges[half], this.#namespace(name)];
    addLink(bridge, name, 'veth', 'peer', 'name', 'eth0', 'netns', host);
    ip('-n', bridge, 'link', 'set', name, 'master', 'hub', 'up');
    const address = this.addressOf(name);
    ip('-n', host, 'address', 'add', `${address}/24`, 'broadcast', '+', 'dev', 'eth0');
    for (const device of ['lo', 'eth0']) ip('-n', host, 'link', 'set', device, 'up');
    return ['ip', 'netns', 'exec', host];
  }

  /** Of a computer that was made. */
  addressOf(name: string): string {
    return `${SUBNET}.${this.#names.indexOf(wholeName(name)) + 1}`;
  }

  /** What reaches all computers of both halves. */
  get broadcast(): string {
    return `${SUBNET}.255`;
  }

  cut(): void {
    ip('-n', this.#bridges[0], 'link', 'set', 'cable', 'down');
  }

  join(): void {
    ip('-n', this.#bridges[0], 'link', 'set', 'cable', 'up');
  }

  /** Removes all of it; no program may run there any more. */
  close(): void {
    for (const name of this.#names.splice(0)) ip('netns', 'del', name);
  }

  #namespace(name: string): string {
    const whole = wholeName(name);
    ip('netns', 'add', whole);
    this.#names.push(whole);
    return whole;
  }
}
