package harness

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"strconv"
	"strings"

	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/rest"
)

// Claims is the kind under test.
var Claims = schema.GroupVersionKind{Group: "platform.kasha.io", Version: "v1alpha1", Kind: "KashaClaim"}

const systemNamespace = "crossplane-system"

// Crossplane is the user that Crossplane's chart gives it: docs/install/admission.yaml
// trusts that user.
const Crossplane = "system:serviceaccount:" + systemNamespace + ":crossplane"

// CrossplaneAccounts is the group of Crossplane and of its providers.
const CrossplaneAccounts = "system:serviceaccounts:" + systemNamespace

// Platform is the group of the platform team.
const Platform = "kasha:platform"

// Masters may do everything that admission lets through.
const Masters = "system:masters"

// BreakerFlags are the flags that we document for Crossplane. With its defaults the
// circuit breaker of a claim of this size opens at once and stays open.
var BreakerFlags = []string{
	"--circuit-breaker-burst=20000",
	"--circuit-breaker-refill-rate=500",
	"--circuit-breaker-cooldown=30s",
}

// A Core is Crossplane.
type Core struct {
	*Process

	metrics, probe int
}

// StartFunction serves our function with mutual TLS.
func (l *Lab) StartFunction(name, binary string, args ...string) (int, error) {
	port, err := FreePort()
	if err != nil {
		return 0, err
	}
	certs, err := l.Server("function")
	if err != nil {
		return 0, err
	}
	l.Function, err = l.Start(Command{Name: name, Path: binary, Args: append([]string{
		"--address", local(port), "--metrics-address", "", "--debug",
	}, args...), Env: []string{"TLS_SERVER_CERTS_DIR=" + certs}})
	l.FunctionPort = port
	return port, err
}

// StartCore starts Crossplane with the flags that we document, its webhooks, and
// everything that it needs to compose claims.
func (l *Lab) StartCore(ctx context.Context) error {
	ports, err := freePorts(3)
	if err != nil {
		return err
	}
	client, err1 := l.Client("crossplane")
	server, err2 := l.Server("webhooks")
	kubeconfig, err3 := l.AccountKubeconfig(Crossplane)
	if err := errors.Join(err1, err2, err3, l.Plane.Namespace(ctx, systemNamespace)); err != nil {
		return err
	}
	// Crossplane cannot be told which address to listen on: its metrics, its
	// probe and its webhooks are on every one. All else is on the loopback.
	p, err := l.Start(Command{
		Name: "crossplane", Path: l.Environment.Core, Restart: true,
		Args: append(append([]string{"core", "start"}, flags(
			"namespace", systemNamespace,
			"package-runtime", "External",
			"tls-client-certs-dir", client,
			"tls-server-certs-dir", server,
			"xpkg-cache-dir", filepath.Join(l.Dir, "data", "xpkg"),
			"xfn-cache-dir", filepath.Join(l.Dir, "data", "xfn"),
			"webhook-port", strconv.Itoa(ports[0]),
			"metrics-port", strconv.Itoa(ports[1]),
			"health-probe-port", strconv.Itoa(ports[2]),
		)...), BreakerFlags...),
		Env: []string{"KUBECONFIG=" + kubeconfig},
	})
	if err != nil {
		return err
	}
	l.Core = &Core{Process: p, metrics: ports[1], probe: ports[2]}
	if err := p.Until(ctx, startTimeout, "ready", ok("http://"+local(ports[2])+"/readyz")); err != nil {
		return err
	}
	return l.protectUsed(ctx, ports[0])
}

// Provider is who a provider is to the API server. Its account is named after its revision.
const Provider = "system:serviceaccount:" + systemNamespace + ":provider-aws-1a2b3c4d5e6f"

// AccountKubeconfig makes Crossplane or a provider who it is in a cluster, to admission.
// What its roles allow is not looked at.
func (l *Lab) AccountKubeconfig(account string) (string, error) {
	dir, err := l.Client(account, Masters, CrossplaneAccounts)
	if err != nil {
		return "", err
	}
	config := rest.CopyConfig(l.Plane.Config)
	config.CertFile, config.KeyFile = filepath.Join(dir, "tls.crt"), filepath.Join(dir, "tls.key")
	// Not beside the certificate: the user's name has colons, and KUBECONFIG is a list.
	path := filepath.Join(l.PKI.Dir, account[strings.LastIndex(account, ":")+1:]+".kubeconfig")
	return path, writeKubeconfig(path, config)
}

// protectUsed installs Crossplane's webhook, which rejects the deletion of objects in
// use. Its chart does the same, with a Service instead of a URL.
func (l *Lab) protectUsed(ctx context.Context, port int) error {
	all := []any{"*"}
	return l.Plane.Apply(ctx,
		Object("admissionregistration.k8s.io/v1", "ValidatingWebhookConfiguration", "", "crossplane-no-usages",
			map[string]any{
				"webhooks": []any{map[string]any{
					"name": "nousages.protection.crossplane.io",
					"clientConfig": map[string]any{
						"url":      "https://" + local(port) + "/validate-no-usages",
						"caBundle": base64.StdEncoding.EncodeToString(l.CA),
					},
					"objectSelector": map[string]any{"matchLabels": map[string]any{"crossplane.io/in-use": "true"}},
					"rules": []any{
						map[string]any{"apiGroups": all, "apiVersions": all, "operations": []any{"DELETE"},
							"resources": all},
					},
					"admissionReviewVersions": []any{"v1"},
					"failurePolicy":           "Fail",
					"sideEffects":             "None",
				}},
			}))
}

// UseFunction makes Crossplane call the function at a port. It only needs an active
// revision with an endpoint; the revision is paused, so that Crossplane pulls no
// package for it.
func (l *Lab) UseFunction(ctx context.Context, port int) error {
	spec := Object("pkg.crossplane.io/v1", "FunctionRevision", "", "function-kasha-e2e", map[string]any{
		"spec": map[string]any{
			"desiredState": "Active", "image": "example.org/function-kasha:e2e", "revision": int64(1),
		},
	})
	spec.SetLabels(map[string]string{"pkg.crossplane.io/package": "function-kasha"})
	spec.SetAnnotations(map[string]string{"crossplane.io/paused": "true"})
	status := Object("pkg.crossplane.io/v1", "FunctionRevision", "", "function-kasha-e2e", map[string]any{
		"status": map[string]any{"endpoint": "localhost:" + strconv.Itoa(port), "capabilities": []any{"composition"}},
	})
	return errors.Join(l.Plane.Apply(ctx, spec), l.Plane.ApplyStatus(ctx, status))
}

// InstallKasha installs the XRDs, the compositions, and what the installation page
// adds to them: the admission policies and the authors' role.
func (l *Lab) InstallKasha(ctx context.Context) error {
	// Both come before the compositions: a composition that requires a kind that does not
	// exist blocks every claim.
	for file, crd := range map[string]string{
		"guardrails.yaml": "kashaguardrails." + Claims.Group, "definition.yaml": "kashaclaims." + Claims.Group,
	} {
		if err := l.Plane.ApplyFile(ctx, l.Path("apis", file)); err != nil {
			return err
		}
		// Crossplane creates the CRD.
		if err := l.Established(ctx, crd); err != nil {
			return fmt.Errorf("cannot install %s, since Crossplane does not accept it: %w", file, err)
		}
	}
	for _, file := range []string{
		"compositions/guardrails.yaml", "compositions/kasha.yaml", "docs/install/admission.yaml",
		"docs/install/author-role.yaml",
	} {
		if err := l.Plane.ApplyFile(ctx, l.Path(file)); err != nil {
			return err
		}
	}
	return nil
}

// Metrics sums Crossplane's metrics whose name begins with a prefix.
func (c *Core) Metrics(ctx context.Context, prefix string) (float64, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+local(c.metrics)+"/metrics", nil)
	if err != nil {
		return 0, err
	}
	rsp, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, err
	}
	defer rsp.Body.Close()
	body, err := io.ReadAll(rsp.Body)
	if err != nil {
		return 0, err
	}
	sum := 0.0
	for line := range strings.Lines(string(body)) {
		f := strings.Fields(line)
		if strings.HasPrefix(line, prefix) && len(f) > 1 {
			v, err := strconv.ParseFloat(f[len(f)-1], 64)
			if err != nil {
				return 0, fmt.Errorf("cannot read metric %q: %w", line, err)
			}
			sum += v
		}
	}
	return sum, nil
}
