/** Ends a run with one line that any CI can read: `N passed, N failed`. A run without tests has failed. */

/** What is used of jest's AggregatedResult. */
interface Results {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
  readonly numTotalTests: number;
  readonly numRuntimeErrorTestSuites: number;
}

export default class ClosingLine {
  onRunComplete(_contexts: unknown, results: Results): void {
    const broken = results.numRuntimeErrorTestSuites;
    const failed = results.numFailedTests + broken + (results.numTotalTests === 0 ? 1 : 0);
    const skipped = results.numPendingTests + results.numTodoTests;
    process.stdout.write(`${results.numPassedTests} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}\n`);
  }
}
