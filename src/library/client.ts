/**
 * `minimum-viable-blockchain/client`: asks a running miner or explorer, from Node.js or a browser.
 *
 * Owns: the promise: these names stay through minor versions.
 */
export { Client, connect } from '../client/connect.ts';
export type { ConnectOptions, ListOptions } from '../client/connect.ts';
export type { EventsOptions } from '../client/event-reader.ts';
export { ApiError } from '../client/problem-error.ts';
export type * from '../api/schema/chain.ts';
export type { Page, Problem, Reason } from '../api/schema/common.ts';
export type { ChainEvent, EventData, EventKind } from '../api/schema/events.ts';
export type * from '../api/schema/network.ts';
export type * from '../api/schema/wallet.ts';
