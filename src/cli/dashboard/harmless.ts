/**
 * A listener that cannot harm the node that it listens to.
 *
 * Owns: catching what it throws: a fault in what is only shown is no reason to stop mining.
 * Does not own: the listener.
 */
import type { NodeListener } from '../../node/listener.ts';

/** Tells the listener what the node tells, and `onFault` what the listener throws. */
export function harmless(
  listener: NodeListener, onFault: (error: unknown) => void,
): Required<NodeListener> {
  const guarded = <Told extends unknown[]>(tell: ((...told: Told) => void) | undefined) =>
    (...told: Told): void => {
      try {
        tell?.apply(listener, told);
      } catch (error) {
        onFault(error);
      }
    };
  return {
    chainChanged: guarded(listener.chainChanged),
    sideBlock: guarded(listener.sideBlock),
    paymentSeen: guarded(listener.paymentSeen),
    statusHeard: guarded(listener.statusHeard),
    peerReady: guarded(listener.peerReady),
    peerClaimed: guarded(listener.peerClaimed),
    peerClosed: guarded(listener.peerClosed),
    paymentReported: guarded(listener.paymentReported),
  };
}
