package cli

import (
	"strings"

	"github.com/spf13/cobra"

	"github.com/kasha-platform/kasha/function/cmd/kubectl-kasha/internal/console"
	"github.com/kasha-platform/kasha/function/cmd/kubectl-kasha/internal/offline"
)

func (a *App) explain() *cobra.Command {
	return &cobra.Command{
		Use:     "explain FIELD",
		Short:   "Say what a field of a claim means",
		Long:    "Says what a field means, its limits and its default: kubectl kasha explain backend.scaling",
		GroupID: groupFile,
		Args:    cobra.ExactArgs(1),
		ValidArgsFunction: func(_ *cobra.Command, args []string, begun string) (
			[]cobra.Completion, cobra.ShellCompDirective,
		) {
			if len(args) > 0 {
				return nil, cobra.ShellCompDirectiveNoFileComp
			}
			return fieldsAt(begun), cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveNoSpace
		},
		RunE: func(_ *cobra.Command, args []string) error {
			f, err := offline.Explain(args[0])
			if err != nil {
				return console.Exit(console.NotFound, err)
			}
			return a.Print(f, func() { a.field(f) })
		},
	}
}

// fieldsAt are the fields that begin with what a user has typed.
func fieldsAt(begun string) []cobra.Completion {
	parent := "spec"
	if i := strings.LastIndex(begun, "."); i >= 0 {
		parent = begun[:i]
	}
	f, err := offline.Explain(parent)
	if err != nil {
		return nil
	}
	var out []cobra.Completion
	for _, child := range f.Fields {
		path := child.Path
		if !strings.HasPrefix(begun, "spec") {
			path = strings.TrimPrefix(path, "spec.")
		}
		path = strings.ReplaceAll(path, "[]", "")
		if strings.HasPrefix(path, begun) {
			out = append(out, cobra.CompletionWithDesc(path, child.Summary()))
		}
	}
	return out
}

// field prints what is known of a field.
func (a *App) field(f *offline.Field) {
	facts := []string{f.Type}
	if f.Required {
		facts = append(facts, "required")
	}
	if f.Default != "" {
		facts = append(facts, "default "+f.Default)
	}
	if f.Immutable {
		facts = append(facts, "immutable")
	}
	a.Printf("%s  %s\n", a.Styled(console.Strong, f.Path), strings.Join(append(facts, f.Limits...), ", "))
	if f.Description != "" {
		a.Printf("\n%s\n", f.Description)
	}
	if len(f.Rules) > 0 {
		a.Printf("\nThe API server checks:\n")
		for _, r := range f.Rules {
			a.Printf("  %s\n", r)
		}
	}
	if len(f.Fields) == 0 {
		return
	}
	a.Printf("\nFields:\n")
	var rows [][]console.Cell
	for _, c := range f.Fields {
		name := c.Path[strings.LastIndex(c.Path, ".")+1:]
		if c.Required {
			name += " *"
		}
		rows = append(rows, console.Cells("  "+name, c.Type, c.Summary()))
	}
	a.Table(nil, rows)
}
