package app

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	database "database/sql"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"

	sqle "github.com/dolthub/go-mysql-server"
	"github.com/dolthub/go-mysql-server/memory"
	"github.com/dolthub/go-mysql-server/server"
	"github.com/dolthub/go-mysql-server/sql"
	"github.com/dolthub/go-mysql-server/sql/mysql_db"
	driver "github.com/go-sql-driver/mysql"
)

// A mysql is a server that refuses connections without TLS, as RDS does.
type mysql struct {
	port   int
	bundle string
	engine *sqle.Engine
	db     *memory.DbProvider
}

func newMySQL(t *testing.T) *mysql {
	m := &mysql{bundle: filepath.Join(t.TempDir(), "rds.pem")}
	certificate := m.certificate(t)
	shop := memory.NewDatabase("shop")
	shop.EnablePrimaryKeyIndexes()
	m.db = memory.NewDBProvider(shop)
	m.engine = sqle.NewDefault(m.db)
	m.login("wrong so far")
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	m.port = listener.Addr().(*net.TCPAddr).Port
	c := server.Config{
		Protocol: "tcp", Address: listener.Addr().String(), Listener: listener,
		TLSConfig: &tls.Config{Certificates: []tls.Certificate{certificate}}, RequireSecureTransport: true,
	}
	s, err := server.NewServer(c, m.engine, sql.NewContext, memory.NewSessionBuilder(m.db), nil)
	if err != nil {
		t.Fatal(err)
	}
	go s.Start() //nolint:errcheck // It ends with the test.
	t.Cleanup(func() { _ = s.Close() })
	return m
}

// login gives the user admin a password.
func (m *mysql) login(password string) {
	users := m.engine.Analyzer.Catalog.MySQLDb
	users.SetEnabled(true)
	ed := users.Editor()
	defer ed.Close()
	users.AddSuperUser(ed, "root", "localhost", "")
	ed.RemoveUser(mysql_db.UserPrimaryKey{Host: "127.0.0.1", User: "admin"})
	users.AddSuperUser(ed, "admin", "127.0.0.1", password)
}

// count returns the number that a query answers.
func (m *mysql) count(t *testing.T, query string) int {
	t.Helper()
	c := driver.NewConfig()
	c.Net, c.Addr, c.DBName, c.TLSConfig = "tcp", fmt.Sprintf("localhost:%d", m.port), "shop", "skip-verify"
	c.User, c.Passwd = "admin", "first"
	dial, err := driver.NewConnector(c)
	if err != nil {
		t.Fatal(err)
	}
	db := database.OpenDB(dial)
	defer db.Close()
	var n int
	if err := db.QueryRow(query).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// certificate is one that no system trusts, as RDS's, and for localhost.
func (m *mysql) certificate(t *testing.T) tls.Certificate {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	c := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "authority"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, DNSNames: []string{"localhost"},
	}
	der, err := x509.CreateCertificate(rand.Reader, c, c, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	text := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	if err := os.WriteFile(m.bundle, text, 0o600); err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}
