package cli

import (
	"context"
	"fmt"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/kasha-platform/kasha/function/cmd/kubectl-kasha/internal/cluster"
	"github.com/kasha-platform/kasha/function/cmd/kubectl-kasha/internal/console"
)

// claims completes the names of the claims in the namespace.
func (a *App) claims(cmd *cobra.Command, args []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
	if len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	c, err := a.connect()
	if err != nil {
		return nil, cobra.ShellCompDirectiveError
	}
	names, err := c.Names(cmd.Context())
	if err != nil {
		return nil, cobra.ShellCompDirectiveError
	}
	return names, cobra.ShellCompDirectiveNoFileComp
}

// clusterCommand is a command about a claim in a cluster.
func (a *App) clusterCommand(
	use, short, long string, run func(ctx context.Context, c *cluster.Cluster, name string) error,
) *cobra.Command {
	return &cobra.Command{
		Use: use, Short: short, Long: long, GroupID: groupCluster, Args: cobra.ExactArgs(1),
		ValidArgsFunction: a.claims,
		RunE: func(cmd *cobra.Command, args []string) error {
			c, err := a.connect()
			if err != nil {
				return err
			}
			return run(cmd.Context(), c, args[0])
		},
	}
}

func (a *App) status() *cobra.Command {
	var watch, code bool
	var timeout time.Duration
	cmd := a.clusterCommand("status NAME", "Say how far a claim is, and what it waits for",
		"Says which tiers of a claim are ready, what each waits for and how long that usually takes, how the\n"+
			"rollout goes, where the site is and what it costs. With --watch it goes on until the claim is ready.",
		func(ctx context.Context, c *cluster.Cluster, name string) error {
			if watch {
				return a.watch(ctx, c, name, timeout)
			}
			s, err := a.statusOf(ctx, c, name)
			if err != nil {
				return err
			}
			if err := a.Print(s, func() { a.printStatus(s) }); err != nil {
				return err
			}
			if code && !s.Ready {
				return console.Exit(console.No, nil)
			}
			return nil
		})
	cmd.Flags().BoolVarP(&watch, "watch", "w", false, "go on until the claim is ready")
	cmd.Flags().DurationVar(&timeout, "timeout", 0, "with --watch, end with 1 after this time; 0 is never")
	cmd.Flags().BoolVar(&code, "exit-code", false, "end with 1 if the claim is not ready")
	return cmd
}

func (a *App) statusOf(ctx context.Context, c *cluster.Cluster, name string) (*cluster.Status, error) {
	claim, err := c.Read(ctx, name)
	if err != nil {
		return nil, err
	}
	return cluster.Of(claim, a.now()), nil
}

// watch prints the status whenever it changes.
func (a *App) watch(ctx context.Context, c *cluster.Cluster, name string, timeout time.Duration) error {
	began, before := a.now(), ""
	for {
		s, err := a.statusOf(ctx, c, name)
		if err != nil {
			return err
		}
		if line := progress(s); line != before {
			before = line
			if err := a.Print(s, func() { a.Printf("%s  %s\n", a.now().Format(time.TimeOnly), line) }); err != nil {
				return err
			}
		}
		switch {
		case s.Ready:
			if a.Format == console.Text {
				a.printStatus(s)
			}
			return nil
		case timeout > 0 && a.now().Sub(began) >= timeout:
			return console.Exit(console.No, fmt.Errorf("cannot wait for %s any longer: it is not ready after %s: %s; "+
				"kubectl kasha doctor %s says why", s.Claim, timeout, line(s), name))
		}
		if err := a.sleep(ctx, interval); err != nil {
			return err
		}
	}
}

// interval between two looks.
const interval = 5 * time.Second

// line is what a claim waits for, in a line.
func line(s *cluster.Status) string {
	if s.Refused != "" {
		return "it is refused: " + firstLine(s.Refused)
	}
	for _, t := range s.Tiers {
		if !t.Ready && len(t.Waits) > 0 {
			w := t.Waits[0]
			return fmt.Sprintf("%s: %s %s %s", t.Name, w.Kind, w.Key, strings.TrimSpace(w.State+" "+w.Message))
		}
	}
	for _, t := range s.Tiers {
		if !t.Ready {
			return t.Name + ": " + t.Message
		}
	}
	if s.Rollout != nil && !s.Rollout.Ready {
		return "Rollout: " + s.Rollout.Message
	}
	return "everything works"
}

func progress(s *cluster.Status) string {
	return fmt.Sprintf("%d/%d resources  %s", s.Working, s.Resources, line(s))
}

func firstLine(text string) string {
	first, _, more := strings.Cut(strings.TrimSpace(text), "\n")
	if more {
		first += " ..."
	}
	return first
}

func (a *App) printStatus(s *cluster.Status) {
	state := a.Styled(console.Good, "ready")
	switch {
	case s.Refused != "":
		state = a.Styled(console.Bad, "refused")
	case !s.Ready:
		state = a.Styled(console.Doubtful, "not ready")
	}
	a.Printf("%s is %s: %d of %d resources work, created %s ago\n", a.Styled(console.Strong, s.Claim), state,
		s.Working, s.Resources, cluster.Age(int64(a.now().Sub(s.Created)/time.Second)))
	if s.URL != "" {
		a.Printf("%s\n", s.URL)
	}
	if s.TotalUSD != "" {
		a.Printf("%s USD a month, %s of it at rest\n", s.TotalUSD, s.AtRestUSD)
	}
	if s.Refused != "" {
		a.Printf("\n%s\n%s\n", a.Styled(console.Bad, "It is refused, and nothing is changed:"), s.Refused)
	}
	a.Printf("\n")
	var rows [][]console.Cell
	for _, t := range s.Tiers {
		rows = append(rows, tierRow(t, fmt.Sprintf("%d/%d", t.Working, t.Total)))
	}
	if s.Rollout != nil {
		rows = append(rows, tierRow(*s.Rollout, ""))
	}
	a.Table([]string{"TIER", "STATE", "WORK", "SINCE", "MESSAGE"}, rows)
	a.printWaits(s)
	for _, w := range s.Warnings {
		a.Printf("\n%s %s\n", a.Styled(console.Doubtful, "Warning:"), w)
	}
}

func tierRow(t cluster.Tier, works string) []console.Cell {
	style, message := console.Doubtful, t.Message
	switch {
	case t.Ready:
		style, message = console.Good, ""
	case strings.Contains(t.Reason, "Failed"), t.Reason == "RolledBack":
		style = console.Bad
	}
	return []console.Cell{
		{Text: t.Name}, {Text: t.Reason, Style: style}, {Text: works}, {Text: cluster.Age(t.Seconds)},
		{Text: firstLine(message)},
	}
}

// printWaits lists what does not work yet.
func (a *App) printWaits(s *cluster.Status) {
	var rows [][]console.Cell
	for _, t := range s.Tiers {
		for _, w := range t.Waits {
			style := console.Plain
			switch {
			case w.State == "Failed":
				style = console.Bad
			case w.Late:
				style = console.Doubtful
			}
			rows = append(rows, []console.Cell{
				{Text: w.Key}, {Text: w.Kind}, {Text: w.State, Style: style}, {Text: cluster.Age(w.Seconds)},
				{Text: w.Expected}, {Text: w.Message},
			})
		}
	}
	if len(rows) > 0 {
		a.Printf("\n")
		a.Table([]string{"WAITING FOR", "KIND", "STATE", "FOR", "USUALLY", "MESSAGE"}, rows)
	}
}

func (a *App) events() *cobra.Command {
	var warnings bool
	cmd := a.clusterCommand("events NAME", "List the events of a claim and of all its resources",
		"Lists the events of a claim and of everything that it is composed of, the oldest first.",
		func(ctx context.Context, c *cluster.Cluster, name string) error {
			claim, err := c.Read(ctx, name)
			if err != nil {
				return err
			}
			all, err := c.Events(ctx, claim)
			if err != nil {
				return err
			}
			if warnings {
				all = slices.DeleteFunc(all, func(e cluster.Event) bool { return e.Type != "Warning" })
			}
			return a.Print(all, func() { a.printEvents(all) })
		})
	cmd.Flags().BoolVar(&warnings, "warnings", false, "list warnings only")
	return cmd
}

func (a *App) printEvents(all []cluster.Event) {
	if len(all) == 0 {
		a.Notef("there are no events; the cluster forgets them after an hour unless it is set up otherwise")
		return
	}
	var rows [][]console.Cell
	for _, e := range all {
		style := console.Plain
		if e.Type == "Warning" {
			style = console.Doubtful
		}
		rows = append(rows, []console.Cell{
			{Text: cluster.Age(int64(a.now().Sub(e.Time) / time.Second))}, {Text: e.Type, Style: style},
			{Text: e.Reason}, {Text: e.Object}, {Text: firstLine(e.Message)},
		})
	}
	a.Table([]string{"AGE", "TYPE", "REASON", "OBJECT", "MESSAGE"}, rows)
}

func (a *App) open() *cobra.Command {
	var only bool
	cmd := a.clusterCommand("open NAME", "Open a claim's site in a browser",
		"Opens the URL of a claim in a browser, and prints it.",
		func(ctx context.Context, c *cluster.Cluster, name string) error {
			claim, err := c.Claim(ctx, name)
			if err != nil {
				return err
			}
			url := claim.Status.Endpoints.URL
			if url == "" {
				return console.Exit(console.No, fmt.Errorf("cannot open %s: it has no URL yet; kubectl kasha status "+
					"%s says what it waits for", name, name))
			}
			if err := a.Print(map[string]string{"url": url}, func() { a.Printf("%s\n", url) }); err != nil || only {
				return err
			}
			return a.browse(ctx, url)
		})
	cmd.Flags().BoolVar(&only, "print", false, "print the URL, and open nothing")
	return cmd
}

// browse opens a URL with the system's own program.
func browse(ctx context.Context, url string) error {
	program := map[string][]string{
		"darwin": {"open"}, "windows": {"rundll32", "url.dll,FileProtocolHandler"},
	}[runtime.GOOS]
	if program == nil {
		program = []string{"xdg-open"}
	}
	//nolint:gosec // The URL is the claim's own, and an argument of its own.
	if err := exec.CommandContext(ctx, program[0], append(program[1:], url)...).Run(); err != nil {
		return console.Exit(console.No, fmt.Errorf("cannot open a browser: %w; use --print", err))
	}
	return nil
}
