/**
 * Routes about the node: status, mining, peers, propagation, lessons, health.
 *
 * Owns: paths and what they take.
 * Does not own: the answers (`views/`).
 */
import type { Clock } from '../../ports.ts';
import type { Observed } from '../observed/observed.ts';
import { ProblemError } from '../problem.ts';
import {
  Lessons, Miner, Mining, Peer, PeerPage, Propagation, PropagationPage, Status,
} from '../schema/network.ts';
import { MiningControl } from '../schema/wallet.ts';
import type { ApiSource } from '../source.ts';
import { lessonsJson } from '../views/lessons-view.ts';
import { MiningView } from '../views/mining-view.ts';
import { peersJson, propagationJson } from '../views/network-view.ts';
import { minerJson, statusJson } from '../views/status-view.ts';
import type { Routes } from './route.ts';

export interface NodeRoutesParts {
  readonly source: ApiSource;
  readonly observed: Observed;
  readonly clock: Clock;
}

export function addNodeRoutes(routes: Routes, { source, observed, clock }: NodeRoutesParts): void {
  const mining = new MiningView(source, observed);
  routes.get({
    name: 'status', path: '/api/status',
    group: 'node', summary: 'the node at this moment', answer: Status,
    handle: () => statusJson(source, observed, clock.now()),
  }).get({
    name: 'mining', path: '/api/mining',
    group: 'node', summary: 'rates, intervals, and who found how many blocks',
    answer: Mining,
    handle: () => mining.json(),
  }).post({
    name: 'controlMining', path: '/api/mining', group: 'wallet', isOwn: true,
    summary: 'pauses or resumes mining, or changes how much of the machine it uses',
    body: MiningControl, answer: Miner,
    handle: ({ body }) => {
      if (source.mining === undefined) throw notMining();
      source.mining.control(body);
      return minerJson(source, observed) ?? Promise.reject(notMining());
    },
  }).list({
    name: 'peers', path: '/api/peers',
    group: 'node', summary: 'nodes with a link, then those only heard',
    item: Peer, answer: PeerPage,
    handle: ({ query }) => peersJson(source, observed, query, clock.now()),
  }).list({
    name: 'propagation', path: '/api/propagation', group: 'node',
    summary: 'when blocks came here, and when peers said that they have them, newest first',
    item: Propagation, answer: PropagationPage,
    handle: ({ query }) => propagationJson(observed, query),
  }).get({
    name: 'lessons', path: '/api/lessons',
    group: 'node', summary: 'the steps of /learn, and what ticked them',
    answer: Lessons,
    handle: () => lessonsJson(source, observed),
  });
}

function notMining(): ProblemError {
  return new ProblemError({
    status: 409, code: 'not-mining', detail: 'This node does not mine.', next: 'mvb miner',
  });
}
