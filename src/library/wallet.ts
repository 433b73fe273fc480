/**
 * `minimum-viable-blockchain/wallet`: amounts, payments, and what became of them.
 *
 * Owns: the promise: these names stay through minor versions. Keys are a `Signer`, which signs and
 * never shows one; `/platform` opens key files.
 */
export { formatCoins, parseCoins } from '../wallet/amount.ts';
export { buildPayment } from '../wallet/build.ts';
export type { PaymentRequest } from '../wallet/build.ts';
export { historyFrom, historyOf } from '../wallet/history.ts';
export type { HistoryEntry, HistoryStart } from '../wallet/history.ts';
export { fundsOf, paymentStatus, savePayment, trackPayments } from '../wallet/payments.ts';
export type {
  Funds, PaymentStatus, SavedPayment, TrackedPayment,
} from '../wallet/payments.ts';
