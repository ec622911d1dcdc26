// Command go connects with DATABASE_URL as docs/compatibility.md says, and expects TLS.
package main

import (
	"crypto/tls"
	"crypto/x509"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strings"

	"github.com/go-sql-driver/mysql"
)

func main() {
	if err := connect(); err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	fmt.Println("go go-sql-driver ok")
}

func connect() error {
	u, err := url.Parse(os.Getenv("DATABASE_URL"))
	if err != nil {
		return err
	}
	bundle, err := os.ReadFile(os.Getenv("RDS_BUNDLE"))
	if err != nil {
		return err
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(bundle)
	// The driver takes no URL.
	c := mysql.NewConfig()
	c.Net, c.Addr, c.DBName = "tcp", u.Host, strings.TrimPrefix(u.Path, "/")
	c.User = u.User.Username()
	c.Passwd, _ = u.User.Password()
	c.TLS = &tls.Config{RootCAs: pool, ServerName: u.Hostname()}
	connector, err := mysql.NewConnector(c)
	if err != nil {
		return err
	}
	db := sql.OpenDB(connector)
	defer db.Close()
	var name, cipher string
	if err := db.QueryRow("SHOW STATUS LIKE 'Ssl_cipher'").Scan(&name, &cipher); err != nil {
		return err
	}
	if cipher == "" {
		return errors.New("there is no TLS")
	}
	return nil
}
