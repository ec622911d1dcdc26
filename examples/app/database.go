package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"database/sql"
	"database/sql/driver"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"strconv"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/go-sql-driver/mysql"
)

// bundle is where the Dockerfile puts the certificates of RDS.
const bundle = "/etc/ssl/rds.pem"

// A login is what the application reads from the secret.
type login struct {
	Host     string `json:"host"`
	Port     int    `json:"port"`
	Username string `json:"username"`
	Password string `json:"password"`
	Database string `json:"dbname"`
}

// A connector reads the secret when it connects for the first time, and again when MySQL
// rejects the password: it may have changed.
type connector struct {
	secrets *secretsmanager.Client
	arn     string
	roots   *x509.CertPool

	mu    sync.Mutex
	login *login
}

// database opens the database that the secret in DB_SECRET_ARN leads to.
func database(ctx context.Context) (*sql.DB, error) {
	arn, err := variable("DB_SECRET_ARN")
	if err != nil {
		return nil, err
	}
	c, err := config.LoadDefaultConfig(ctx)
	if err != nil {
		return nil, err
	}
	roots, err := authorities()
	if err != nil {
		return nil, err
	}
	db := sql.OpenDB(&connector{secrets: secretsmanager.NewFromConfig(c), arn: arn, roots: roots})
	// Kasha computes DB_POOL_MAX so that all tasks together fit into the database.
	if n, err := strconv.Atoi(os.Getenv("DB_POOL_MAX")); err == nil && n > 0 {
		db.SetMaxOpenConns(n)
	}
	// After a failover the old connections lead to what is no longer the primary.
	db.SetConnMaxLifetime(5 * time.Minute)
	return db, nil
}

func authorities() (*x509.CertPool, error) {
	file := os.Getenv("DB_CA_BUNDLE")
	if file == "" {
		file = bundle
	}
	text, err := os.ReadFile(file)
	if err != nil {
		const format = "cannot check the database's certificate: %w; set DB_CA_BUNDLE to the bundle of RDS"
		return nil, fmt.Errorf(format, err)
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(text) {
		return nil, fmt.Errorf("cannot check the database's certificate: %s has no certificate", file)
	}
	return pool, nil
}

// denied is MySQL's number for a wrong user or password.
const denied = 1045

func (c *connector) Connect(ctx context.Context) (driver.Conn, error) {
	conn, err := c.connect(ctx, false)
	var rejected *mysql.MySQLError
	if errors.As(err, &rejected) && rejected.Number == denied {
		return c.connect(ctx, true)
	}
	return conn, err
}

func (c *connector) Driver() driver.Driver { return mysql.MySQLDriver{} }

func (c *connector) connect(ctx context.Context, again bool) (driver.Conn, error) {
	l, err := c.read(ctx, again)
	if err != nil {
		return nil, err
	}
	m := mysql.NewConfig()
	m.Net, m.Addr, m.DBName = "tcp", net.JoinHostPort(l.Host, strconv.Itoa(l.Port)), l.Database
	m.User, m.Passwd = l.Username, l.Password
	m.ParseTime = true
	m.Timeout = 10 * time.Second
	m.TLS = &tls.Config{RootCAs: c.roots, ServerName: l.Host}
	dial, err := mysql.NewConnector(m)
	if err != nil {
		return nil, err
	}
	return dial.Connect(ctx)
}

// read returns what the secret says. It asks AWS for the first time, and when told to.
func (c *connector) read(ctx context.Context, again bool) (*login, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.login != nil && !again {
		return c.login, nil
	}
	out, err := c.secrets.GetSecretValue(ctx, &secretsmanager.GetSecretValueInput{SecretId: aws.String(c.arn)})
	if err != nil {
		return nil, err
	}
	l := &login{}
	if err := json.Unmarshal([]byte(aws.ToString(out.SecretString)), l); err != nil {
		return nil, errors.New("cannot read the database's secret: it is not JSON")
	}
	// A secret that RDS keeps has only the user and the password; the rest is in variables.
	if l.Host == "" {
		l.Host, l.Database = os.Getenv("DB_HOST"), os.Getenv("DB_NAME")
		l.Port, _ = strconv.Atoi(os.Getenv("DB_PORT"))
	}
	c.login = l
	return l, nil
}
