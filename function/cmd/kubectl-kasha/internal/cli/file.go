package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/yaml"

	"github.com/kasha-platform/kasha/function/cmd/internal/difference"
	"github.com/kasha-platform/kasha/function/cmd/internal/preview"
	"github.com/kasha-platform/kasha/function/cmd/internal/sheet"
	"github.com/kasha-platform/kasha/function/cmd/kubectl-kasha/internal/console"
	"github.com/kasha-platform/kasha/function/cmd/kubectl-kasha/internal/offline"
	"github.com/kasha-platform/kasha/function/internal/manifest"
	"github.com/kasha-platform/kasha/function/internal/simulator"
	"github.com/kasha-platform/kasha/tools/graph/drawing"
)

// fileCommand is a command about a claim's file.
func fileCommand(use, short, long string, run func(ctx context.Context, path string) error) *cobra.Command {
	return &cobra.Command{
		Use: use, Short: short, Long: long, GroupID: groupFile, Args: cobra.ExactArgs(1), ValidArgsFunction: manifests,
		RunE: func(cmd *cobra.Command, args []string) error { return run(cmd.Context(), args[0]) },
	}
}

// previewer calls the function, within the guardrails that a flag names.
func (a *App) previewer(guardrails string) (*preview.Preview, error) {
	all, err := preview.Guardrails(guardrails)
	if err != nil {
		return nil, err
	}
	return offline.Preview(all, func(m string) { a.Notef("%s %s", a.Styled(console.Doubtful, "Warning:"), m) }), nil
}

// guardrailsFlag is the flag of the commands that judge a claim.
func guardrailsFlag(cmd *cobra.Command) *string {
	return cmd.Flags().String("guardrails", "", "a `file or directory` of KashaGuardrails that bound the claim")
}

// refused gives the error of a claim that is refused its code.
func refused(err error) error {
	var r simulator.Refusal
	if errors.As(err, &r) {
		return console.Exit(console.No, err)
	}
	return err
}

func (a *App) validate() *cobra.Command {
	var guardrails *string
	cmd := fileCommand("validate FILE", "Say whether a claim would be accepted",
		"Checks a claim as the API server and then the function would, and says all that is wrong at once.\n"+
			"Ends with 1 if the claim would be refused. FILE may be -, the standard input.",
		func(ctx context.Context, path string) error { return a.runValidate(ctx, path, *guardrails) })
	guardrails = guardrailsFlag(cmd)
	return cmd
}

func (a *App) runValidate(ctx context.Context, path, guardrails string) error {
	c, err := a.reader().Claim(path)
	if err != nil {
		return err
	}
	p, err := a.previewer(guardrails)
	if err != nil {
		return err
	}
	v, err := offline.Judge(ctx, c, p)
	if err != nil {
		return err
	}
	err = a.Print(v, func() {
		for _, w := range v.Warnings {
			a.Printf("%s %s\n", a.Styled(console.Doubtful, "Warning:"), w)
		}
		if v.Valid {
			a.Printf("%s %s: %d resources, %s USD a month\n", v.Claim, a.Styled(console.Good, "is valid"), v.Resources,
				v.TotalUSD)
			return
		}
		a.Printf("%s %s: %s would refuse it\n", v.Claim, a.Styled(console.Bad, "is not valid"), v.RefusedBy)
		for _, problem := range v.Problems {
			a.Printf("  %s\n", problem)
		}
	})
	if err == nil && !v.Valid {
		return console.Exit(console.No, nil)
	}
	return err
}

func (a *App) render() *cobra.Command {
	var guardrails *string
	var status *bool
	cmd := fileCommand("render FILE", "Print the resources that a claim is composed of",
		"Prints the claim and its resources as a stream of YAML, as they are once AWS has answered everything. A\n"+
			"simulator plays AWS, so IDs and ARNs are examples.",
		func(ctx context.Context, path string) error { return a.runRender(ctx, path, *guardrails, *status) })
	guardrails = guardrailsFlag(cmd)
	status = cmd.Flags().Bool("with-status", false, "print what the simulator answered, too")
	return cmd
}

// rest is the claim in a file at rest, as documents.
func (a *App) rest(ctx context.Context, path, guardrails string, withStatus bool) ([]map[string]any, error) {
	c, err := a.reader().Claim(path)
	if err != nil {
		return nil, err
	}
	if err := c.Accepted(); err != nil {
		return nil, console.Exit(console.No, preview.Unrendered(path, err))
	}
	p, err := a.previewer(guardrails)
	if err != nil {
		return nil, err
	}
	w, err := p.Rest(ctx, c)
	if err != nil {
		return nil, refused(err)
	}
	return preview.Documents(w, withStatus), nil
}

func (a *App) runRender(ctx context.Context, path, guardrails string, withStatus bool) error {
	documents, err := a.rest(ctx, path, guardrails, withStatus)
	if err != nil {
		return err
	}
	if a.Format == console.JSON {
		return a.Print(map[string]any{"apiVersion": "v1", "kind": "List", "items": documents}, nil)
	}
	b, err := stream(documents)
	if err != nil {
		return err
	}
	_, err = a.Out.Write(b)
	return err
}

// stream is documents as YAML.
func stream(documents []map[string]any) ([]byte, error) {
	var out bytes.Buffer
	for _, d := range documents {
		b, err := yaml.Marshal(d)
		if err != nil {
			return nil, fmt.Errorf("cannot print the resources: %w", err)
		}
		fmt.Fprintf(&out, "---\n%s", b)
	}
	return out.Bytes(), nil
}

func (a *App) diff() *cobra.Command {
	var base *string
	var code, markdown *bool
	var guardrails *string
	cmd := fileCommand("diff FILE", "Say what a changed claim does to its resources",
		"Compares a claim with another version of it: what is lost and replaced first, then what is added, changed\n"+
			"field by field, and deleted. --base is a file, or a revision of the git repository that the claim is in.",
		func(ctx context.Context, path string) error {
			return a.runDiff(ctx, path, *base, *guardrails, *markdown, *code)
		})
	base = cmd.Flags().String("base", "HEAD", "the version before: a `file or git revision`")
	code = cmd.Flags().Bool("exit-code", false, "end with 1 if something changes")
	markdown = cmd.Flags().Bool("markdown", false, "write Markdown, for a comment on a pull request")
	guardrails = guardrailsFlag(cmd)
	return cmd
}

func (a *App) runDiff(ctx context.Context, path, from, guardrails string, markdown, code bool) error {
	before, after, err := a.worlds(ctx, path, from, guardrails)
	if err != nil {
		return refused(err)
	}
	d := difference.Compare(before, after)
	err = a.Print(d.Report(), func() {
		if markdown {
			a.Printf("%s", d.Markdown())
			return
		}
		a.Printf("%s", d.Text(a.Color))
	})
	if err == nil && code && !d.Empty() {
		return console.Exit(console.No, nil)
	}
	return err
}

// worlds are a claim's before and after a change.
func (a *App) worlds(ctx context.Context, path, from, guardrails string) (before, after difference.World, err error) {
	c, err := a.reader().Claim(path)
	if err != nil {
		return before, after, err
	}
	base, err := a.reader().Base(ctx, from, path)
	if err != nil {
		return before, after, err
	}
	p, err := a.previewer(guardrails)
	if err != nil {
		return before, after, err
	}
	if base == nil {
		documents, err := a.rest(ctx, path, guardrails, false)
		if err != nil {
			return before, after, err
		}
		return difference.Of(nil, nil), difference.Of(documents[0], documents[1:]), nil
	}
	if err := base.Accepted(); err != nil {
		return before, after, console.Exit(console.No, preview.Unrendered(base.Path, err))
	}
	// Living changes the claim that it is given.
	living := &manifest.Claim{Path: base.Path, Object: clone(base.Object)}
	was, err := p.Living(ctx, living)
	if err != nil {
		return before, after, err
	}
	is, err := p.Change(ctx, base, c)
	if err != nil {
		return before, after, console.Exit(console.No, err)
	}
	old, now := preview.Documents(was, false), preview.Documents(is, false)
	return difference.Of(old[0], old[1:]), difference.Of(now[0], now[1:]), nil
}

func (a *App) cost() *cobra.Command {
	var base *string
	var markdown *bool
	var guardrails *string
	cmd := fileCommand("cost FILE", "Say what a claim costs a month",
		"Estimates what AWS bills for a claim at list prices: the largest lines first, what they would be in the\n"+
			"other environment, and what would save most. With --base it says what a change costs.",
		func(ctx context.Context, path string) error {
			return a.runCost(ctx, path, *base, *guardrails, *markdown)
		})
	base = cmd.Flags().String("base", "", "another version to compare with: a `file or git revision`")
	markdown = cmd.Flags().Bool("markdown", false, "write Markdown, for a comment on a pull request")
	guardrails = guardrailsFlag(cmd)
	return cmd
}

func (a *App) runCost(ctx context.Context, path, from, guardrails string, markdown bool) error {
	c, err := a.reader().Claim(path)
	if err != nil {
		return err
	}
	var base *manifest.Claim
	if from != "" {
		if base, err = a.reader().Base(ctx, from, path); err != nil {
			return err
		}
	}
	for _, version := range []*manifest.Claim{c, base} {
		if version == nil {
			continue
		}
		if err := version.Accepted(); err != nil {
			return console.Exit(console.No, preview.Unrendered(version.Path, err))
		}
	}
	p, err := a.previewer(guardrails)
	if err != nil {
		return err
	}
	costs, err := p.Sheet(ctx, c, base)
	if err != nil {
		return refused(err)
	}
	s := sheet.Sheet{Sheet: *costs, JSON: "--output json"}
	return a.Print(costs, func() {
		if markdown {
			a.Printf("%s", s.Markdown())
			return
		}
		a.Printf("%s", s.Text())
	})
}

func (a *App) graph() *cobra.Command {
	var guardrails, file *string
	cmd := fileCommand("graph FILE", "Show how a claim's resources are connected",
		"Lists each resource of a claim and what it needs. With --file it draws a page for a browser.",
		func(ctx context.Context, path string) error { return a.runGraph(ctx, path, *guardrails, *file) })
	guardrails = guardrailsFlag(cmd)
	file = cmd.Flags().StringP("file", "f", "", "the `page.html` to draw")
	return cmd
}

func (a *App) runGraph(ctx context.Context, path, guardrails, file string) error {
	documents, err := a.rest(ctx, path, guardrails, true)
	if err != nil {
		return err
	}
	b, err := stream(documents)
	if err != nil {
		return err
	}
	claim, resources, err := drawing.Parse(b)
	if err != nil {
		return fmt.Errorf("cannot draw %s: %w", path, err)
	}
	if file != "" {
		page, err := drawing.Draw(claim, resources)
		if err != nil {
			return fmt.Errorf("cannot draw %s: %w", path, err)
		}
		if err := os.WriteFile(file, page, 0o644); err != nil { //nolint:gosec // A picture is no secret.
			return fmt.Errorf("cannot draw %s: %w", path, err)
		}
		a.Notef("drew %s; open it in a browser", file)
		return nil
	}
	slices.SortStableFunc(resources, func(x, y drawing.Resource) int {
		return strings.Compare(x.Tier, y.Tier)
	})
	return a.Print(resources, func() {
		var rows [][]console.Cell
		for _, r := range resources {
			rows = append(rows, console.Cells(r.Tier, r.Key, r.Service+"/"+r.Kind, strings.Join(r.Needs, " ")))
		}
		a.Table([]string{"TIER", "KEY", "KIND", "NEEDS"}, rows)
	})
}

// clone of an object that something will change.
func clone(o map[string]any) map[string]any { return runtime.DeepCopyJSON(o) }
