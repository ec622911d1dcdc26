package main

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	healthv1 "google.golang.org/grpc/health/grpc_health_v1"
)

const startTimeout = time.Minute

// start the function as Crossplane does, with certificates in a directory that an
// environment variable names, and call its health check.
func start(ctx context.Context, root string, config *v1.ConfigFile) error {
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	identity, err := certify(filepath.Join(root, "tls"))
	if err != nil {
		return fmt.Errorf("cannot make certificates: %w", err)
	}
	address, err := freePort()
	if err != nil {
		return fmt.Errorf("cannot find a free port: %w", err)
	}

	var log bytes.Buffer
	cmd := exec.CommandContext(ctx, filepath.Join(root, config.Config.Entrypoint[0]), "--address", address,
		"--metrics-address", "")
	cmd.Env = append(config.Config.Env, "TLS_SERVER_CERTS_DIR="+filepath.Join(root, "tls"))
	cmd.Stdout, cmd.Stderr = &log, &log
	if os.Geteuid() == 0 {
		uid, gid, err := ids(config.Config.User)
		if err != nil {
			return err
		}
		cmd.Path, cmd.Dir = config.Config.Entrypoint[0], "/"
		cmd.Env = append(config.Config.Env, "TLS_SERVER_CERTS_DIR=/tls")
		cmd.SysProcAttr = &syscall.SysProcAttr{Chroot: root, Credential: &syscall.Credential{Uid: uid, Gid: gid}}
	}
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("cannot start /function: %w", err)
	}
	health := ask(ctx, address, identity)
	cmd.Process.Kill() // It may have ended already.
	cmd.Wait()         // Its exit status does not matter: it was killed.
	if health != nil {
		return fmt.Errorf("it does not answer its health check: %w; its log:\n%s", health, log.String())
	}
	return nil
}

func ids(user string) (uid, gid uint32, err error) {
	if _, err := fmt.Sscanf(user, "%d:%d", &uid, &gid); err != nil {
		return 0, 0, fmt.Errorf("cannot run as %q: it is not like 65532:65532", user)
	}
	return uid, gid, nil
}

func ask(ctx context.Context, address string, identity *tls.Config) error {
	conn, err := grpc.NewClient(address, grpc.WithTransportCredentials(credentials.NewTLS(identity)))
	if err != nil {
		return err
	}
	defer conn.Close() // Nothing is in flight.
	rsp, err := healthv1.NewHealthClient(conn).Check(ctx, &healthv1.HealthCheckRequest{}, grpc.WaitForReady(true))
	if err != nil {
		return err
	}
	if s := rsp.GetStatus(); s != healthv1.HealthCheckResponse_SERVING {
		return errors.New(s.String())
	}
	return nil
}

func freePort() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return l.Addr().String(), l.Close()
}

// certify writes the files that Crossplane mounts into a function, and returns
// what a client needs. One certificate is the authority, the server and the
// client: it lives for a minute.
func certify(dir string) (*tls.Config, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "kasha"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true,
		KeyUsage:    x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return nil, err
	}
	pkcs8, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, err
	}
	cert := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	private := pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: pkcs8})
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	// The function's user must read them, and the key protects nothing.
	for name, content := range map[string][]byte{"ca.crt": cert, "tls.crt": cert, "tls.key": private} {
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o644); err != nil {
			return nil, err
		}
	}
	pair, err := tls.X509KeyPair(cert, private)
	if err != nil {
		return nil, err
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(cert)
	return &tls.Config{Certificates: []tls.Certificate{pair}, RootCAs: pool, MinVersion: tls.VersionTLS13}, nil
}
