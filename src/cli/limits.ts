/**
 * Everything that may grow, and how far: the table of `mvb status`.
 *
 * Owns: the names of the limits. Does not own: the limits, which are defined where they hold.
 */
import {
  BODY_BYTES_MAX, CONNECTIONS_MAX, DECODED_BYTES_MAX, EVENT_BACKLOG_MAX, HEADER_BYTES_MAX,
  HOST_CONNECTIONS_MAX, HOST_REQUESTS_PER_SECOND, HOSTS_COUNTED_MAX,
  SIGN_IN_CODES_MAX, STREAM_BYTES_MAX, STREAMS_MAX, SUMMARIES_MAX,
} from '../api/limits.ts';
import {
  ANNOUNCERS_MAX, ARRIVALS_MAX, CLOCKS_MAX, REFUSALS_MAX, REORGS_MAX, SIGHTS_MAX,
} from '../api/observed/observed.ts';
import { ACCOUNTS_CACHED_MAX } from '../consensus/accounts.ts';
import { REFUSED_MAX } from '../consensus/chain.ts';
import { BLOCK_BYTES_LIMIT } from '../consensus/params.ts';
import { VERDICTS_MAX } from '../consensus/signatures.ts';
import { UNCOMMITTED_BYTES_MAX } from '../consensus/stored-chain.ts';
import { HEADERS_CACHED_MAX, HEIGHTS_CACHED_MAX } from '../consensus/tree.ts';
import { ACCOUNT_PAYMENTS_MAX } from '../consensus/waiting.ts';
import { BLOCKS_OWED_MAX } from '../node/block-server.ts';
import { WINDOW_BYTES } from '../node/download.ts';
import { MEMPOOL_BYTES_MAX, MEMPOOL_PAYMENTS_MAX } from '../node/mempool.ts';
import { HEARD_MAX } from '../node/node.ts';
import { PEERS_MAX } from '../node/peer-table.ts';
import { INBOUND_LINKS_MAX, OUTBOUND_LINKS_MAX } from '../platform/lan-network.ts';
import { OVERFILL_BYTES } from '../platform/tcp-link.ts';

export const LIMITS: Readonly<Record<string, number>> = {
  'bytes of a block': BLOCK_BYTES_LIMIT,
  'waiting payments of an account': ACCOUNT_PAYMENTS_MAX,
  'waiting payments of a node': MEMPOOL_PAYMENTS_MAX,
  'bytes of waiting payments': MEMPOOL_BYTES_MAX,
  'peers of a node': PEERS_MAX,
  'links of a node': INBOUND_LINKS_MAX + OUTBOUND_LINKS_MAX,
  'bytes that wait to be sent to a peer': OVERFILL_BYTES,
  'blocks that a peer has asked for and not got': BLOCKS_OWED_MAX,
  'nodes that were heard': HEARD_MAX,
  'bytes of blocks that wait for their turn': WINDOW_BYTES,
  'bytes of blocks that wait to be written': UNCOMMITTED_BYTES_MAX,
  'accounts in memory': ACCOUNTS_CACHED_MAX,
  'headers in memory': HEADERS_CACHED_MAX,
  'heights of blocks in memory': HEIGHTS_CACHED_MAX,
  'signatures remembered': VERDICTS_MAX,
  'refused blocks remembered': REFUSED_MAX,
  'connections to the API': CONNECTIONS_MAX,
  'connections of another host to the API': HOST_CONNECTIONS_MAX,
  'event streams of the API': STREAMS_MAX,
  'bytes of the head of a request': HEADER_BYTES_MAX,
  'bytes of the body of a request': BODY_BYTES_MAX,
  'hosts whose requests are counted': HOSTS_COUNTED_MAX,
  'requests a second of another host': HOST_REQUESTS_PER_SECOND,
  'sign-in codes that are not used yet': SIGN_IN_CODES_MAX,
  'events that a client may have missed': EVENT_BACKLOG_MAX,
  'bytes that wait to be sent on an event stream': STREAM_BYTES_MAX,
  'bytes of blocks that are read for one answer': DECODED_BYTES_MAX,
  'summaries of blocks in memory': SUMMARIES_MAX,
  'blocks whose arrival is remembered': ARRIVALS_MAX,
  'peers whose announcement of a block is remembered': ANNOUNCERS_MAX,
  'clocks of other nodes remembered': CLOCKS_MAX,
  'reorganisations remembered': REORGS_MAX,
  'refused payments remembered': REFUSALS_MAX,
  'payments whose first sight is remembered': SIGHTS_MAX,
};
