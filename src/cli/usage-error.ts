/** What is asked wrongly, in a sentence that says what was expected: exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
