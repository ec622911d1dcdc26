<?php
// Connects with DATABASE_URL as docs/compatibility.md says, and expects TLS.
$u = parse_url(getenv('DATABASE_URL'));
$dsn = sprintf('mysql:host=%s;port=%d;dbname=%s', $u['host'], $u['port'], ltrim($u['path'], '/'));
// PHP connects to a socket when the host is localhost, which a database on RDS never is.
$dsn = str_replace('host=localhost', 'host=127.0.0.1', $dsn);
$c = new PDO($dsn, rawurldecode($u['user']), rawurldecode($u['pass']), [
    PDO::MYSQL_ATTR_SSL_CA => getenv('RDS_BUNDLE'),
    PDO::MYSQL_ATTR_SSL_VERIFY_SERVER_CERT => true,
]);
if ($c->query("SHOW STATUS LIKE 'Ssl_cipher'")->fetch()[1] === '') {
    exit(1);
}
echo "php PDO ok\n";
