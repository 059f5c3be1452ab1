/** Node 24 warns at each start that its SQLite is young; the version is pinned and tested, so nobody needs to read that. */
export function muteSqliteWarning(): void {
  const others = process.listeners('warning');
  process.removeAllListeners('warning');
  process.on('warning', (warning) => {
    if (warning.name === 'ExperimentalWarning' && /SQLite/.test(warning.message)) return;
    for (const listener of others) listener(warning);
  });
}
