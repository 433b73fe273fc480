/**
 * Neighbours as JSON: who is there, and how blocks spread between them.
 *
 * Owns: joining links and what was heard on the local network into one list.
 * Does not own: either (`node/`, `observed/`).
 */
import { differencesOf } from '../../node/difference.ts';
import { equalParams } from '../../consensus/params.ts';
import type { Peer as NodePeer } from '../../node/peer.ts';
import type { Status } from '../../protocol/messages.ts';
import type { Page } from '../schema/common.ts';
import type { Observed } from '../observed/observed.ts';
import type { Peer, PropagationPage } from '../schema/network.ts';
import type { ApiSource } from '../source.ts';
import { pageOfArray } from './json.ts';
import type { ListRequest } from './json.ts';

/** Those with a link first, then those that were only heard. */
export function peersJson(
  source: ApiSource, observed: Observed, request: ListRequest, now: number,
): Page<Peer> {
  const { node } = source;
  if (node === undefined) return { items: [], next: null };
  const { peers, heard } = node.view;
  const linked = peers.map((peer) => linkedPeer(source, observed, peer, now));
  const sessions = new Set(linked.map(({ session }) => session));
  const others = heard
    .filter(({ status }) => !sessions.has(status.session))
    .map(({ status, host, at }) => heardPeer(source, status, { host, at }));
  return pageOfArray([...linked, ...others], request);
}

/** A peer with a link, that has said hello. */
export function linkedPeer(
  source: ApiSource, observed: Observed, peer: NodePeer, now: number,
): Peer {
  const status = peer.status!;
  return {
    ...peerJson(source, status),
    address: peer.remote,
    link: peer.direction,
    latency_ms: peer.latencyMs ?? null,
    clock_offset_ms: observed.clockOffsetOf(status.session) ?? null,
    heard_at_ms: now,
  };
}

export function heardPeer(
  source: ApiSource, status: Status, { host, at }: { host: string; at: number },
): Peer {
  const { blockServerPort } = status;
  return {
    ...peerJson(source, status),
    address: blockServerPort === 0 ? host : `${host}:${blockServerPort}`,
    link: 'none',
    latency_ms: null,
    clock_offset_ms: status.time - at,
    heard_at_ms: at,
  };
}

/** When blocks came, newest first. */
export function propagationJson(
  observed: Observed, request: ListRequest,
): PropagationPage {
  const { items, next } = pageOfArray(observed.arrivals, request);
  return {
    items: items.map(({ id, height, tag, at, from, announced }) => ({
      id, height, tag, had_at_ms: at, from,
      arrivals: [...announced]
        .map(([session, one]) => ({ session, tag: one.tag, after_ms: one.at - at }))
        .sort((a, b) => a.after_ms - b.after_ms),
    })),
    next,
    blocks_seen: observed.blocksSeen,
    stale_seen: observed.staleSeen,
  };
}

function peerJson({ chain }: ApiSource, status: Status) {
  const isSame = equalParams(status.params, chain.params);
  return {
    session: status.session,
    tag: status.tag,
    height: status.height,
    tip_id: status.tipId,
    work: String(status.work),
    waiting: status.waiting,
    is_miner: status.blockServerPort > 0,
    same_network: isSame,
    differences: isSame ? [] : [differencesOf(status.params, chain.params)],
  };
}
