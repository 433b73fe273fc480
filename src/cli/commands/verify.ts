/**
 * `mvb verify`: checks every record of the store again, from genesis.
 * Owns: showing progress and the verdict.
 * Does not own: the checks (`consensus/audit.ts`).
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { auditStore } from '../../consensus/audit.ts';
import type { AuditProgress, AuditReport } from '../../consensus/audit.ts';
import { Signatures } from '../../consensus/signatures.ts';
import { SILENT_LOG } from '../../platform/silent-log.ts';
import { createWorkerVerifier } from '../../platform/worker-verifier.ts';
import type { Log } from '../../ports.ts';
import { formatCoins } from '../../wallet/amount.ts';
import type { CommandContext } from '../context.ts';
import type { Output } from '../output.ts';
import { dataDirHint, openReader } from '../reader.ts';
import type { Reader } from '../reader.ts';
import { SignaturesAhead } from '../signatures-ahead.ts';
import { EXIT, UserError } from '../user-error.ts';
import { counted } from '../../lib/words.ts';

/** How long a slice of the work holds up the event loop, and with it Ctrl-C. */
const SLICE_MS = 50;
/**
 * A reorganisation under the audit begins it again; more than these in a row mean a chain in
 * turmoil.
 */
const ATTEMPTS_MAX = 5;

export async function run({ config, output }: CommandContext): Promise<void> {
  const reader = await openReader(config);
  try {
    let report: AuditReport = await audit(reader, output);
    for (let attempt = 1; report.isOvertaken && attempt < ATTEMPTS_MAX; attempt++) {
      report = await audit(reader, output);
    }
    if (report.isOvertaken) {
      throw new UserError({
        exitCode: EXIT.timeout,
        code: 'overtaken',
        what: 'The chain changes faster than it can be checked.',
        next: 'stop the miner or the sync here, and check again: mvb verify',
      });
    }
    const { counts, fault } = report;
    if (fault !== undefined) {
      const place = fault.height === undefined ? '' : ` at block ${fault.height}`;
      throw new UserError({
        exitCode: EXIT.files,
        code: 'store-damaged',
        what: `The blockchain in ${config.storeDir} is damaged${place}: ${fault.what}.`,
        why: `${counted(counts.blocks, 'block')} before it are right.`,
        next: `move ${config.storeDir} away, and fetch it again: mvb miner${dataDirHint(config)}`,
        details: {
          blocks: counts.blocks,
          ...(fault.height === undefined ? {} : { height: fault.height }),
        },
      });
    }
    const { blocks, sideBlocks, payments, accounts, money } = counts;
    const coins = formatCoins(money);
    output.result(
      `All right: ${counted(blocks, 'block')} (${sideBlocks} more beside the main chain), `
      + `${counted(payments, 'payment')}, ${counted(accounts, 'account')}, ${coins} coins.`,
      { blocks, side_blocks: sideBlocks, payments, accounts, coins },
    );
  } finally {
    reader.close();
  }
}

async function audit({ chain, store }: Reader, output: Output): Promise<AuditReport> {
  const bar = await progressBar(output);
  const warn: Log['warn'] = (message, fields) => output.warn(`${message}: ${fields?.['reason']}`);
  const verifier = createWorkerVerifier({ log: { ...SILENT_LOG, warn, error: warn } });
  const signatures = new Signatures(verifier, chain.networkId);
  const steps = auditStore(store, signatures);
  const ahead = new SignaturesAhead(chain, signatures);
  try {
    let height = 0;
    for (;;) {
      const until = performance.now() + SLICE_MS;
      let progress: AuditProgress | undefined;
      while (performance.now() < until) {
        await ahead.reach(height++);
        const step = steps.next();
        if (step.done === true) return step.value;
        progress = step.value;
      }
      if (progress !== undefined) bar?.(progress);
      await nextTurn();
    }
  } finally {
    bar?.();
    await verifier.close();
  }
}

/** Shows progress on a terminal; called without progress, it takes the bar away. */
async function progressBar(output: Output) {
  if (output.isJson || process.stderr.isTTY !== true) return undefined;
  const { default: cliProgress } = await import('cli-progress');
  const bar = new cliProgress.SingleBar({
    format: 'Checking [{bar}] {value}/{total} blocks  {eta_formatted} left',
    barCompleteChar: '#',
    barIncompleteChar: '-',
    clearOnComplete: true,
    stream: process.stderr,
  });
  bar.start(1, 0);
  return (progress?: AuditProgress): void => {
    if (progress === undefined) {
      bar.stop();
      return;
    }
    bar.setTotal(progress.tipHeight + 1);
    bar.update(progress.height + 1);
  };
}
