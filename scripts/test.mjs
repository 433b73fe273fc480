/**
 * Runs every check and test: the types, then vitest. The last line is `N passed, N failed`, in
 * which the types count as one test; the exit code is 1 when anything failed or nothing ran.
 * Arguments go to vitest: `npm test -- mempool` runs the files whose path contains "mempool".
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compiler, root, runNode } from './steps.mjs';

/** A run that takes longer hangs. */
const TIMEOUT_MS = 30 * 60_000;

async function typesPass() {
  const built = await runNode([compiler, '-b'], { stdout: 'inherit' }) === 0;
  const others = [];
  for (const name of ['tsconfig.web.json', 'tsconfig.test.json']) {
    others.push(await runNode([compiler, '-p', join(root, name)], { stdout: 'inherit' }) === 0);
  }
  return built && others.every((passed) => passed);
}

/** The counts in vitest's report; a file that could not be loaded counts as one failure. */
function countsOf(report) {
  const broken = report.testResults.filter(
    (file) => file.status === 'failed' && !file.assertionResults.some((t) => t.status === 'failed'),
  );
  for (const file of broken) console.error(`FAILED: ${file.name}: ${file.message}`);
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + broken.length,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}

async function runTests(args) {
  const folder = mkdtempSync(join(tmpdir(), 'mvb-test-'));
  const file = join(folder, 'report.json');
  try {
    const code = await runNode([
      join(root, 'node_modules/vitest/vitest.mjs'), 'run',
      '--reporter=default', '--reporter=json', `--outputFile.json=${file}`, ...args,
    ], { stdout: 'inherit', timeoutMs: TIMEOUT_MS });
    const counts = countsOf(JSON.parse(readFileSync(file, 'utf8')));
    const ran = counts.passed + counts.failed > 0;
    if (!ran) console.error('FAILED: no test ran.');
    else if (code !== 0 && counts.failed === 0) console.error(`FAILED: vitest ended with ${code}.`);
    if (!ran || (code !== 0 && counts.failed === 0)) counts.failed += 1;
    return counts;
  } catch (error) {
    console.error(`FAILED: vitest left no report: ${error.message}`);
    return { passed: 0, failed: 1, skipped: 0 };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

// Ctrl-C reaches the child too, for it shares our terminal: we stay to print the last line.
process.on('SIGINT', () => {});

const typed = await typesPass();
if (!typed) console.error('FAILED: the types; see the errors above.');
const counts = await runTests(process.argv.slice(2));
counts[typed ? 'passed' : 'failed'] += 1;
const skipped = counts.skipped > 0 ? `, ${counts.skipped} skipped` : '';
console.log(`${counts.passed} passed, ${counts.failed} failed${skipped}`);
process.exitCode = counts.failed > 0 ? 1 : 0;
