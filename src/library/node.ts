/**
 * `minimum-viable-blockchain/node`: one peer of the network, for programs that bring doors of their
 * own.
 *
 * Owns: the promise: these names stay through minor versions.
 */
export type { NodeListener } from '../node/listener.ts';
export { createNode } from '../node/node.ts';
export type { Node, NodeOptions, NodeParts, NodeView } from '../node/node.ts';
export type {
  Clock, Kernel, Link, Log, MiningJob, Network, NetworkEvents, Platform, Random, Signed, Signer,
  Store, Verifier, Write,
} from '../ports.ts';
