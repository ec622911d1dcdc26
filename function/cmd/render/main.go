// Render shows what Crossplane would make of a KashaClaim, without a cluster:
// it serves the composition function on a loopback port, hands the claim to
// Crossplane's own engine, and prints the claim and every composed resource as
// a YAML stream. Standard output holds nothing else, so that it can be piped.
//
// With --simulate it leaves the engine out: it prints the claim at rest, as the
// simulator leaves it. That is quick, and enough for pictures, pages and diffs.
//
// With --costs it prints what the claim costs, as JSON that the command cost reads.
//
// With --validate it renders each of the claims it is given, at its first pass
// and at rest, and checks the results against the CRDs of their kinds.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/kasha-platform/kasha/function/cmd/internal/preview"
	"github.com/kasha-platform/kasha/function/internal/manifest"
)

// The moments at which a claim can be rendered.
const (
	// atFirst is a claim's first reconcile: nothing is observed yet.
	atFirst = "first"
	// atRest is the claim once AWS has answered everything.
	atRest = "rest"
)

// Options are the command line.
type options struct {
	claim    string
	observed string
	required string
	at       string
	// base is the claim before the change, to show what the change does.
	base string
	// simulate leaves Crossplane's own engine out.
	simulate bool
	// withStatus prints what the simulator answered, too.
	withStatus bool
	// living brings the claim to rest before the guardrails apply.
	living bool
	// costs prints what the claim costs, as JSON. It leaves the engine out too.
	costs bool

	function    string
	crossplane  string
	core        string
	xrd         string
	composition string

	validate bool
	schemas  string
	crds     dirs
	examples []string
}

// Dirs is a flag that may be repeated.
type dirs []string

func (d *dirs) String() string     { return fmt.Sprint(*d) }
func (d *dirs) Set(s string) error { *d = append(*d, s); return nil }

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

// Run is the program without its process, for tests.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	o, err := parse(args, stderr)
	if err != nil {
		return err
	}

	// A bad claim is reported before anything is started.
	if !o.validate {
		if _, err := preview.Acceptable(o.claim); err != nil {
			return err
		}
	}

	bounds, err := preview.Guardrails(o.required)
	if err != nil {
		return err
	}

	tmp, err := os.MkdirTemp("", "kasha-render-")
	if err != nil {
		return fmt.Errorf("cannot make a temporary directory: %w", err)
	}
	defer os.RemoveAll(tmp) // Nothing can be done about an error here.

	fn, err := serve(ctx, o.function)
	if err != nil {
		return err
	}
	defer fn.stop()

	e := &engine{options: o, target: fn.target, tmp: tmp, stderr: stderr, guardrails: bounds}
	switch {
	case o.validate:
		err = validate(ctx, e, fn)
	case o.costs:
		err = printCosts(ctx, e, fn, stdout)
	case o.simulate:
		err = printSimulated(ctx, e, fn, stdout)
	default:
		err = render(ctx, e, fn, stdout)
	}
	if err != nil && fn.crashed() {
		return fmt.Errorf("%w\nthe function stopped while it was rendering; the end of its log:\n%s", err, fn.log)
	}
	return err
}

// Render prints one claim.
func render(ctx context.Context, e *engine, fn *function, stdout io.Writer) error {
	c, err := manifest.ReadClaim(e.claim)
	if err != nil {
		return err
	}
	in, err := prepare(ctx, e, fn, c, e.at)
	if err != nil {
		return err
	}
	out, err := e.render(ctx, in)
	if err != nil {
		return preview.Unrendered(c.Path, err)
	}
	report(e.stderr, out.results)
	_, err = io.WriteString(stdout, out.yaml())
	return err
}

// Prepare makes the engine's input for a claim at one moment of its life.
func prepare(ctx context.Context, e *engine, fn *function, c *manifest.Claim, at string) (*input, error) {
	if c.DefaultedNamespace {
		fmt.Fprintf(e.stderr, "note: %s has no metadata.namespace; rendering it in %q, as kubectl would\n", c.Path,
			c.Namespace())
	}
	if at == atRest {
		return rest(ctx, e, fn, c)
	}
	return &input{claim: c.Object, observed: e.observed, required: optional(e.required)}, nil
}

func parse(args []string, stderr io.Writer) (options, error) {
	var o options
	f := flag.NewFlagSet("render", flag.ContinueOnError)
	f.SetOutput(stderr)
	f.StringVar(&o.claim, "claim", "examples/minimal.yaml", "the KashaClaim to render")
	f.StringVar(&o.observed, "observed", "", "a `file or directory` of observed composed resources")
	f.StringVar(&o.required, "required", "",
		"a `file or directory` of KashaGuardrails, and of Secrets with connection details")
	f.StringVar(&o.at, "at", atFirst,
		"`first` renders the first pass, rest the claim once AWS has answered everything")
	f.BoolVar(&o.withStatus, "with-status", false, "with --simulate, print what the simulator answered, too")
	f.BoolVar(&o.simulate, "simulate", false, "print the claim at rest as the simulator leaves it, without the engine")
	f.BoolVar(&o.costs, "costs", false, "print what the claim costs as JSON, without the engine")
	f.StringVar(&o.base, "base", "",
		"with --simulate or --costs, the `file` that held the claim before: print what becomes of its resources")
	f.BoolVar(&o.living, "living", false,
		"with --simulate, the claim lived before its guardrails and keeps what they refuse in a new one")
	f.StringVar(&o.function, "function", "", "the function's `binary`")
	f.StringVar(&o.crossplane, "crossplane", "", "the crossplane CLI's `binary`")
	f.StringVar(&o.core, "core", "", "the crossplane core's `binary`")
	f.StringVar(&o.xrd, "xrd", "apis/definition.yaml", "the `file` that defines KashaClaim")
	f.StringVar(&o.composition, "composition", "compositions/kasha.yaml", "the `file` with the Composition")
	f.BoolVar(&o.validate, "validate", false,
		"render and validate the claims given as arguments instead of printing one")
	f.StringVar(&o.schemas, "schemas", "_output/schemas",
		"with --validate, the `directory` that collects the CRDs to validate against")
	f.Var(&o.crds, "crds", "with --validate, a `directory` of CRDs to collect from; may be repeated")
	if err := f.Parse(args); err != nil {
		return o, err
	}
	o.examples = f.Args()
	return o, o.check()
}

func (o *options) check() error {
	for _, b := range []struct{ flag, path string }{
		{"--function", o.function}, {"--crossplane", o.crossplane}, {"--core", o.core},
	} {
		if b.path == "" && (b.flag == "--function" || !o.simulate && !o.costs) {
			return fmt.Errorf(
				"cannot render: %s is not set; use make render, which builds what is needed and says where it is",
				b.flag)
		}
	}
	for _, p := range []string{o.function, o.crossplane, o.core, o.xrd, o.composition, o.observed, o.required} {
		if p == "" {
			continue
		}
		if _, err := os.Stat(p); err != nil {
			return fmt.Errorf("cannot render: %w; check the path, which is relative to the repository's root", err)
		}
	}
	switch {
	case o.at != atFirst && o.at != atRest:
		return fmt.Errorf("cannot render at %q: there is no such time; use first or rest", o.at)
	case o.at == atRest && o.observed != "":
		return errors.New(
			"cannot render at rest with observed resources: the simulator supplies them; leave one of the two out")
	case o.base != "" && !o.simulate && !o.costs || o.living && !o.simulate:
		return errors.New("cannot render a change: --base and --living are for --simulate; give both")
	case o.validate && len(o.examples) == 0:
		return errors.New("cannot validate: no claims are given; name their files as arguments")
	case !o.validate && len(o.examples) > 0:
		return fmt.Errorf("cannot render %q: arguments are for --validate; use --claim", o.examples)
	}
	return nil
}

func optional(path string) []string {
	if path == "" {
		return nil
	}
	return []string{path}
}
