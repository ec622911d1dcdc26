package harness

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"time"
)

// PKI is one certificate authority and what it has signed, as files: for each
// name a directory with tls.crt, tls.key and ca.crt, which is how Crossplane
// wants them.
type PKI struct {
	Dir string
	CA  []byte

	certificate *x509.Certificate
	key         crypto.Signer
}

// NewPKI makes a certificate authority whose files are below dir.
func NewPKI(dir string) (*PKI, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	template := &x509.Certificate{
		SerialNumber:          big.NewInt(1),
		Subject:               pkix.Name{CommonName: "kasha-e2e"},
		NotBefore:             time.Now().Add(-time.Minute),
		NotAfter:              time.Now().AddDate(0, 0, 1),
		IsCA:                  true,
		BasicConstraintsValid: true,
		KeyUsage:              x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return nil, fmt.Errorf("cannot make a certificate authority: %w", err)
	}
	certificate, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, err
	}
	return &PKI{Dir: dir, CA: encodePEM("CERTIFICATE", der), certificate: certificate, key: key}, nil
}

// Server issues a certificate for a server on this machine.
func (p *PKI) Server(name string, hosts ...string) (string, error) {
	return p.issue(name, &x509.Certificate{
		Subject:     pkix.Name{CommonName: name},
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		DNSNames:    append(hosts, "localhost"),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
	})
}

// Client issues a certificate for a client.
func (p *PKI) Client(name string, groups ...string) (string, error) {
	return p.issue(name, &x509.Certificate{
		Subject:     pkix.Name{CommonName: name, Organization: groups},
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
	})
}

// issue writes a certificate, its key and the authority's certificate into a
// directory, which it returns.
func (p *PKI) issue(name string, template *x509.Certificate) (string, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return "", err
	}
	serial, err := rand.Int(rand.Reader, big.NewInt(1<<62))
	if err != nil {
		return "", err
	}
	template.SerialNumber = serial
	template.NotBefore, template.NotAfter = p.certificate.NotBefore, p.certificate.NotAfter
	template.KeyUsage = x509.KeyUsageDigitalSignature
	der, err := x509.CreateCertificate(rand.Reader, template, p.certificate, key.Public(), p.key)
	if err != nil {
		return "", fmt.Errorf("cannot make a certificate for %s: %w", name, err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return "", err
	}
	dir := filepath.Join(p.Dir, name)
	return dir, errors.Join(
		os.MkdirAll(dir, 0o700),
		os.WriteFile(filepath.Join(dir, "ca.crt"), p.CA, 0o600),
		os.WriteFile(filepath.Join(dir, "tls.crt"), encodePEM("CERTIFICATE", der), 0o600),
		os.WriteFile(filepath.Join(dir, "tls.key"), encodePEM("PRIVATE KEY", private), 0o600),
	)
}

// ServiceAccountKey writes the key that service account tokens are signed with. No
// token is used, but the API server does not start without the key.
func (p *PKI) ServiceAccountKey() (string, error) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return "", err
	}
	path := filepath.Join(p.Dir, "service-account.key")
	return path, errors.Join(os.MkdirAll(p.Dir, 0o700),
		os.WriteFile(path, encodePEM("RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(key)), 0o600))
}

func encodePEM(kind string, der []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der})
}
