package harness

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"
)

// A loaded machine with two cores needs this much time.
const startTimeout = 90 * time.Second

// A ControlPlane is etcd, the API server, and of the controllers those that
// deletions need, the garbage collector and the one for namespaces, and the one
// that checks the types in admission policies.
type ControlPlane struct {
	*Cluster

	Kubeconfig string
}

// StartControlPlane starts one and waits until it serves.
func (l *Lab) StartControlPlane(ctx context.Context) error {
	ports, err := freePorts(3)
	if err != nil {
		return err
	}
	if err := l.startEtcd(ctx, ports[0], ports[1]); err != nil {
		return err
	}
	config, err := l.startAPIServer(ctx, ports[0], ports[2])
	if err != nil {
		return err
	}
	kubeconfig := filepath.Join(l.Dir, "kubeconfig")
	if err := writeKubeconfig(kubeconfig, config); err != nil {
		return err
	}
	cluster, err := NewCluster(config)
	if err != nil {
		return err
	}
	l.Plane = &ControlPlane{Cluster: cluster, Kubeconfig: kubeconfig}
	return nil
}

func (l *Lab) startEtcd(ctx context.Context, client, peer int) error {
	// No fsync: the data does not outlive the test.
	p, err := l.Start(Command{Name: "etcd", Path: l.Etcd, Args: append(flags(
		"data-dir", filepath.Join(l.Dir, "data", "etcd"),
		"listen-client-urls", "http://"+local(client),
		"advertise-client-urls", "http://"+local(client),
		"listen-peer-urls", "http://"+local(peer),
		"initial-advertise-peer-urls", "http://"+local(peer),
		"initial-cluster", "default=http://"+local(peer),
		"quota-backend-bytes", "2147483648",
		"log-level", "warn",
	), "--unsafe-no-fsync")})
	if err != nil {
		return err
	}
	return p.Until(ctx, startTimeout, "healthy", ok("http://"+local(client)+"/health"))
}

func (l *Lab) startAPIServer(ctx context.Context, etcd, port int) (*rest.Config, error) {
	server, err1 := l.Server("kube-apiserver", "kubernetes.default.svc")
	admin, err2 := l.Client("admin", Masters)
	account, err3 := l.ServiceAccountKey()
	if err := errors.Join(err1, err2, err3); err != nil {
		return nil, err
	}
	p, err := l.Start(Command{Name: "kube-apiserver", Path: l.APIServer, Args: flags(
		"etcd-servers", "http://"+local(etcd),
		"bind-address", "127.0.0.1",
		"advertise-address", "127.0.0.1",
		"secure-port", strconv.Itoa(port),
		"tls-cert-file", filepath.Join(server, "tls.crt"),
		"tls-private-key-file", filepath.Join(server, "tls.key"),
		"client-ca-file", filepath.Join(server, "ca.crt"),
		"anonymous-auth", "false",
		"authorization-mode", "RBAC",
		"service-account-issuer", "https://kubernetes.default.svc",
		"service-account-key-file", account,
		"service-account-signing-key-file", account,
		"service-cluster-ip-range", "10.0.0.0/24",
		// No controller creates service accounts.
		"disable-admission-plugins", "ServiceAccount",
		"endpoint-reconciler-type", "none",
		"enable-priority-and-fairness", "false",
		"max-requests-inflight", "2000",
		"max-mutating-requests-inflight", "1000",
	)})
	if err != nil {
		return nil, err
	}
	config := &rest.Config{
		Host: "https://" + local(port),
		TLSClientConfig: rest.TLSClientConfig{
			CAFile:   filepath.Join(admin, "ca.crt"),
			CertFile: filepath.Join(admin, "tls.crt"),
			KeyFile:  filepath.Join(admin, "tls.key"),
		},
		// The tests look at everything, often.
		QPS: 200, Burst: 400,
	}
	client, err := rest.HTTPClientFor(config)
	if err != nil {
		return nil, err
	}
	return config, p.Until(ctx, startTimeout, "ready", okWith(client, config.Host+"/readyz"))
}

// StartControllers starts the garbage collector. It looks for new kinds only every 30
// seconds, so it is started when they exist.
func (l *Lab) StartControllers(ctx context.Context) error {
	port, err1 := FreePort()
	server, err2 := l.Server("kube-controller-manager")
	client, err3 := rest.HTTPClientFor(l.Plane.Config)
	if err := errors.Join(err1, err2, err3); err != nil {
		return err
	}
	p, err := l.Start(Command{Name: "kube-controller-manager", Path: l.ControllerManager, Args: flags(
		"kubeconfig", l.Plane.Kubeconfig,
		"controllers", "garbage-collector-controller,namespace-controller,validatingadmissionpolicy-status-controller",
		"leader-elect", "false",
		// Admission knows the garbage collector by its account.
		"use-service-account-credentials", "true",
		"bind-address", "127.0.0.1",
		"secure-port", strconv.Itoa(port),
		"tls-cert-file", filepath.Join(server, "tls.crt"),
		"tls-private-key-file", filepath.Join(server, "tls.key"),
		"concurrent-gc-syncs", "20",
		"kube-api-qps", "200",
		"kube-api-burst", "400",
	)})
	if err != nil {
		return err
	}
	return p.Until(ctx, startTimeout, "healthy", okWith(client, "https://"+local(port)+"/healthz"))
}

func writeKubeconfig(path string, c *rest.Config) error {
	k := clientcmdapi.NewConfig()
	k.Clusters["e2e"] = &clientcmdapi.Cluster{Server: c.Host, CertificateAuthority: c.CAFile}
	k.AuthInfos["admin"] = &clientcmdapi.AuthInfo{ClientCertificate: c.CertFile, ClientKey: c.KeyFile}
	k.Contexts["e2e"] = &clientcmdapi.Context{Cluster: "e2e", AuthInfo: "admin"}
	k.CurrentContext = "e2e"
	if err := clientcmd.WriteToFile(*k, path); err != nil {
		return fmt.Errorf("cannot write the kubeconfig: %w", err)
	}
	return os.Chmod(path, 0o600)
}

// ok asks a URL until it answers with 200.
func ok(url string) func(context.Context) error { return okWith(http.DefaultClient, url) }

func okWith(client *http.Client, url string) func(context.Context) error {
	return func(ctx context.Context) error {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
		if err != nil {
			return err
		}
		rsp, err := client.Do(req)
		if err != nil {
			return err
		}
		defer rsp.Body.Close()
		if rsp.StatusCode != http.StatusOK {
			return fmt.Errorf("%s says %s", url, rsp.Status)
		}
		return nil
	}
}
