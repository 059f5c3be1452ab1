// Opens a data directory for writing and holds it until it is killed.
import { openSqlite } from '@winnow/sqlite';

openSqlite(process.argv[2]!);
console.log('held');
setInterval(() => {}, 1_000_000);
