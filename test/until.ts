/** Waits for what another process or the next look at the store brings; generous, since machines are shared. */
export async function until(isSo: () => Promise<boolean>, most = 20_000): Promise<void> {
  for (const end = Date.now() + most; !(await isSo()); ) {
    if (Date.now() > end) throw new Error('It never came');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
