/**
 * How much the API takes and gives: every maximum that is not of a list in memory.
 *
 * Owns: these numbers, all of them policy.
 */

/** Open connections of all clients together; Node's own limit is none. */
export const CONNECTIONS_MAX = 512;
/** Of them, event streams. */
export const STREAMS_MAX = 256;
/** Of one host that is not this machine. */
export const HOST_CONNECTIONS_MAX = 32;
/** A request must have come by then, its head and its body. */
export const REQUEST_MS_MAX = 10_000;
/** A connection without a request is closed after so long. */
export const IDLE_MS_MAX = 10_000;
/** A client that takes nothing of an answer for so long is cut. */
export const STALLED_MS_MAX = 20_000;
export const BODY_BYTES_MAX = 65_536;
export const HEADER_BYTES_MAX = 16_384;

/** Requests of this machine, in a burst and each second. */
export const LOCAL_REQUESTS_BURST = 20_000;
export const LOCAL_REQUESTS_PER_SECOND = 10_000;
/** Requests of any other host. */
export const HOST_REQUESTS_BURST = 200;
export const HOST_REQUESTS_PER_SECOND = 50;
/** Hosts whose requests are counted. */
export const HOSTS_COUNTED_MAX = 4_096;
/** Wrong tokens and codes of all hosts together, in a burst and each second. */
export const WRONG_TOKENS_BURST = 20;
export const WRONG_TOKENS_PER_SECOND = 0.5;
/** Codes to sign in that are not used yet, and how long each works. */
export const SIGN_IN_CODES_MAX = 16;
export const SIGN_IN_CODE_MS = 24 * 60 * 60 * 1000;

/** Events that a client may have missed and still get. */
export const EVENT_BACKLOG_MAX = 1_024;
/** Bytes that wait to be sent to a client of the event stream; one with more is cut. */
export const STREAM_BYTES_MAX = 1_000_000;
/** Something is said to each event stream at least so often. */
export const HEARTBEAT_MS = 15_000;
/** Events about payments, each second; more are told by `status` alone. */
export const PAYMENT_EVENTS_PER_SECOND = 50;

/** Summaries of blocks that are kept, because reading a block for them is dear. */
export const SUMMARIES_MAX = 2_048;
/** Bytes of blocks that are decoded for one page of a list; then the page ends early. */
export const DECODED_BYTES_MAX = 16_000_000;
