// Parts of a service that are started one after the other, and belong together.

/** Starts what goes with something that runs already. Where it does not start, the other is closed, so that nothing runs on alone. */
export async function startBeside<T>(running: { close(): Promise<unknown> }, start: () => Promise<T>): Promise<T> {
  try {
    return await start();
  } catch (error) {
    await running.close();
    throw error;
  }
}
