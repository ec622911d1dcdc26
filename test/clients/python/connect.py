"""Connects with DATABASE_URL as docs/compatibility.md says, and expects TLS."""

import os

import dj_database_url
import mysql.connector
import pymysql
import sqlalchemy

URL, BUNDLE = os.environ["DATABASE_URL"], os.environ["RDS_BUNDLE"]
CIPHER = "SHOW STATUS LIKE 'Ssl_cipher'"


def encrypted(name, row):
    assert row[1], name + " has no TLS"
    print("python", name, "ok")


def refused(name, connect):
    """The server's own certificate must not pass without the bundle."""
    try:
        connect()
    except Exception:  # Each client has exceptions of its own.
        return
    raise AssertionError(name + " trusts any certificate")


def first(connection):
    cursor = connection.cursor()
    cursor.execute(CIPHER)
    return cursor.fetchone()


u = sqlalchemy.make_url(URL)
fields = {"host": u.host, "port": u.port, "user": u.username, "password": u.password, "database": u.database}

# PyMySQL takes fields, not a URL. A dictionary as ssl checks the host's name by default.
encrypted("PyMySQL", first(pymysql.connect(**fields, ssl={"ca": BUNDLE})))
refused("PyMySQL", lambda: pymysql.connect(**fields, ssl_verify_cert=True, ssl_verify_identity=True))

# mysql-connector takes fields too.
encrypted(
    "mysql-connector-python",
    first(mysql.connector.connect(**fields, ssl_ca=BUNDLE, ssl_verify_cert=True, ssl_verify_identity=True)),
)

# SQLAlchemy takes the URL with another scheme.
for driver, arguments in {
    "pymysql": {"ssl": {"ca": BUNDLE}},
    "mysqlconnector": {"ssl_ca": BUNDLE, "ssl_verify_cert": True, "ssl_verify_identity": True},
}.items():
    engine = sqlalchemy.create_engine(u.set(drivername="mysql+" + driver), connect_args=arguments)
    with engine.connect() as c:
        encrypted("SQLAlchemy with " + driver, c.execute(sqlalchemy.text(CIPHER)).fetchone())

# Django: dj-database-url must find no options.
d = dj_database_url.parse(URL)
assert not d.get("OPTIONS"), d["OPTIONS"]
assert (d["HOST"], d["USER"], d["PASSWORD"], d["NAME"]) == (u.host, u.username, u.password, u.database)
print("python dj-database-url ok")
