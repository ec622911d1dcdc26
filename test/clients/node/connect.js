// Connects with DATABASE_URL as docs/compatibility.md says, and expects TLS.
const fs = require('fs');
const mysql = require('mysql2/promise');
const { Sequelize } = require('sequelize');

const uri = process.env.DATABASE_URL;
const ssl = { ca: fs.readFileSync(process.env.RDS_BUNDLE), verifyIdentity: true };
const cipher = "SHOW STATUS LIKE 'Ssl_cipher'";

function encrypted(name, rows) {
  if (!rows[0].Value) throw new Error(name + ' has no TLS');
  console.log('node', name, 'ok');
}

async function main() {
  const c = await mysql.createConnection({ uri, ssl });
  encrypted('mysql2', (await c.query(cipher))[0]);
  await c.end();

  const s = new Sequelize(uri, { dialectOptions: { ssl }, logging: false });
  encrypted('Sequelize', (await s.query(cipher))[0]);
  await s.close();

  const bare = await mysql.createConnection({ uri, ssl: {} }).then(() => true, () => false);
  if (bare) throw new Error('mysql2 trusts any certificate');
}

main().catch((e) => { console.error(e); process.exit(1); });
