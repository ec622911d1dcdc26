// Simulated-provider stands in for provider-aws in a real control plane: it
// watches the composed resources and does to them what the provider does, with
// the simulator's answers in the place of AWS's. So Crossplane, the API server
// and the function can be tested together in minutes, without an AWS account and
// without an emulator.
//
// What the provider is known for, it does the same way: references are resolved
// into the spec by server-side apply under the provider's own field manager,
// every poll writes the status anew, a resource that others refer to cannot be
// deleted before them, and a protected one cannot be deleted at all. What has a name that
// is taken in the account is adopted, or refused, as the provider and AWS do.
//
// With --kinds it prints the kinds that claims are composed of, and exits.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"time"

	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/discovery"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"

	"github.com/kasha-platform/kasha/function/internal/kinds"
)

// A client-go client limits its own rate to this. The provider is not what is tested,
// so it may send many requests.
const requestsPerSecond = 500

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	if err == nil || errors.Is(err, flag.ErrHelp) {
		return
	}
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}

func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	f := flag.NewFlagSet("simulated-provider", flag.ContinueOnError)
	f.SetOutput(stderr)
	list := f.Bool("kinds", false, "print the kinds that claims are composed of, one a line, and exit")
	kubeconfig := f.String("kubeconfig", os.Getenv("KUBECONFIG"), "how to reach the API server")
	journal := f.String("journal", "",
		"file to append what is created and deleted in the simulated AWS to, one JSON object a line")
	faults := f.String("faults", "",
		"file with what AWS refuses: a JSON object from namespace/Kind/name to AWS's message; it may change at any "+
			"time")
	account := f.String("account", "",
		"file with the names that are taken in the AWS account; the providers of several control planes may share it")
	poll := f.Duration("poll", time.Minute, "how often every resource is looked at anew")
	if err := f.Parse(args); err != nil {
		return err
	}
	if *list {
		return printKinds(stdout)
	}
	return serve(ctx, *kubeconfig, files{*journal, *faults, *account}, *poll, stderr)
}

func printKinds(w io.Writer) error {
	names := make([]string, 0, len(kinds.AWS))
	for gvk := range kinds.AWS {
		names = append(names, gvk.Group+" "+gvk.Kind)
	}
	slices.Sort(names)
	_, err := fmt.Fprintln(w, strings.Join(names, "\n"))
	return err
}

// files are those that a test reads or writes. Each may be missing.
type files struct{ journal, faults, account string }

func serve(ctx context.Context, kubeconfig string, f files, poll time.Duration, stderr io.Writer) error {
	config, err := clientcmd.BuildConfigFromFlags("", kubeconfig)
	if err != nil {
		return fmt.Errorf("cannot read the kubeconfig: %w", err)
	}
	config.QPS, config.Burst = requestsPerSecond, 2*requestsPerSecond
	client, err := dynamic.NewForConfig(config)
	if err != nil {
		return fmt.Errorf("cannot make a client: %w", err)
	}
	resources, err := discover(config)
	if err != nil {
		return err
	}
	j, err := openJournal(f.journal)
	if err != nil {
		return err
	}
	defer j.close()
	a, err := openAccount(f.account)
	if err != nil {
		return err
	}
	defer a.close()
	p := newProvider(client, resources, j, poll, stderr)
	p.faults, p.account = f.faults, a
	return p.run(ctx)
}

// discover finds out under which name the API server serves each kind.
func discover(config *rest.Config) (map[schema.GroupVersionKind]schema.GroupVersionResource, error) {
	d, err := discovery.NewDiscoveryClientForConfig(config)
	if err != nil {
		return nil, fmt.Errorf("cannot make a client: %w", err)
	}
	out := make(map[schema.GroupVersionKind]schema.GroupVersionResource, len(kinds.AWS))
	served := map[schema.GroupVersion]map[string]string{}
	for gvk := range kinds.AWS {
		gv := gvk.GroupVersion()
		if served[gv] == nil {
			if served[gv], err = plurals(d, gv); err != nil {
				return nil, err
			}
		}
		plural, ok := served[gv][gvk.Kind]
		if !ok {
			return nil, fmt.Errorf("cannot watch %s: the API server does not serve it; install its CRD", gvk)
		}
		out[gvk] = gv.WithResource(plural)
	}
	return out, nil
}

func plurals(d *discovery.DiscoveryClient, gv schema.GroupVersion) (map[string]string, error) {
	list, err := d.ServerResourcesForGroupVersion(gv.String())
	if err != nil {
		return nil, fmt.Errorf("cannot see what the API server serves of %s: %w", gv, err)
	}
	out := map[string]string{}
	for _, r := range list.APIResources {
		if !strings.Contains(r.Name, "/") {
			out[r.Kind] = r.Name
		}
	}
	return out, nil
}
